#pragma once

#include <set>
#include <unordered_map>
#include <vector>

#include "ledger/block/parsed_transaction.h"
#include "node/store/hash_of_hash.h"

namespace hansatsu::node {

using store::HashOfHash;

/// Verified transactions that wait for a block, in the order they came. One leaves when a final
/// block holds it or when it can enter no block any more; blocks that never become final give
/// theirs back by themselves.
/// Threads: the core's only. Bounds: count and bytes; what does not fit is refused to its sender.
class Mempool {
 public:
  using Transaction = block::TransactionPointer;
  static constexpr std::size_t kBytesMax = 64U << 20U;

  explicit Mempool(std::size_t transactions_max) : transactions_max_{transactions_max} {}

  /// rival: another one waits that would use the same sequence of the same key.
  enum class Added : std::uint8_t { yes = 1, known = 2, full = 3, rival = 4 };
  Added add(Transaction transaction);
  void remove(const Hash& id);
  /// Removes what waits with this one's key and sequence: itself, a rival, or (null) nothing.
  Transaction remove_used(const block::UnsignedTransaction& used);
  /// Null when it does not wait here.
  [[nodiscard]] Transaction find(const Hash& id) const;
  /// Those that no block of this time or a later one may hold, removed.
  [[nodiscard]] std::vector<Transaction> take_lapsed(Timestamp time);

  /// Calls f(transaction) in order of arrival until it returns false.
  template <class F>
  void for_each(const F& f) const {
    for (std::size_t i = oldest_; i < arrivals_.size(); ++i) {
      if (arrivals_[i].transaction && !f(arrivals_[i].transaction)) return;
    }
  }
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }
  [[nodiscard]] bool is_empty() const { return by_id_.empty(); }

 private:
  struct Arrival {
    std::uint64_t number = 0;
    Transaction transaction;  ///< null: it has left
  };
  struct Use {  ///< a key's sequence
    block::KeyReference signer;
    std::uint64_t sequence = 0;
    bool operator==(const Use&) const = default;
  };
  struct HashOfUse {
    std::size_t operator()(const Use& use) const;
  };
  static Use use_of(const block::UnsignedTransaction& transaction) {
    return {transaction.signer, transaction.sequence};
  }
  /// Requires: a transaction of that number waits.
  [[nodiscard]] std::size_t place_of(std::uint64_t number) const;
  Transaction remove_at(std::size_t place);
  void close_gaps();

  const std::size_t transactions_max_;
  std::uint64_t next_number_ = 0;
  std::size_t bytes_ = 0;
  /// Ascending by number. Most leave at the front, soon after they came: what lies before
  /// `oldest_`, and gaps behind it, goes when it is more than what waits.
  std::vector<Arrival> arrivals_;
  std::size_t oldest_ = 0;
  std::unordered_map<Hash, std::uint64_t, HashOfHash> by_id_;
  std::set<std::pair<Timestamp, std::uint64_t>> by_lapse_;
  std::unordered_map<Use, std::uint64_t, HashOfUse> by_use_;  ///< only one can ever be final
};

}  // namespace hansatsu::node
