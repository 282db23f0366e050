#pragma once

#include <unordered_map>

#include "node/mempool.h"
#include "tests/simulation/town.h"

namespace hansatsu::simulation {

/// The transactions of one world, by the numbers that scenarios and checkers go by.
class Payments {
 public:
  explicit Payments(const Town& town) : town_{town} {}

  /// The town's payment of that number; made with this end of validity when first asked for.
  const block::TransactionPointer& make(Payment number, Timestamp valid_until);
  /// Requires: made or added before.
  [[nodiscard]] const block::TransactionPointer& at(Payment number) const {
    return transactions_.at(number);
  }
  /// Any other transaction gets a number of its own.
  Payment add(block::TransactionPointer transaction);
  [[nodiscard]] std::optional<Payment> number_of(const Hash& id) const;

 private:
  static constexpr Payment kFirstAdded = Payment{1} << 40U;

  const Town& town_;
  Payment next_added_ = kFirstAdded;
  std::unordered_map<Payment, block::TransactionPointer> transactions_;
  std::unordered_map<Hash, Payment, node::HashOfHash> numbers_;
};

}  // namespace hansatsu::simulation
