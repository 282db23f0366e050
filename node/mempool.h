#pragma once

#include <map>
#include <unordered_map>

#include "ledger/block/parsed_transaction.h"

namespace hansatsu::node {

/// Hashes are uniform already: their first bytes are a hash value.
struct HashOfHash {
  std::size_t operator()(const Hash& hash) const;
};

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
    for (const auto& [arrival, transaction] : by_arrival_) {
      if (!f(transaction)) return;
    }
  }
  [[nodiscard]] std::size_t size() const { return by_arrival_.size(); }
  [[nodiscard]] bool is_empty() const { return by_arrival_.empty(); }

 private:
  using Use = std::pair<block::KeyReference, std::uint64_t>;  ///< a key's sequence
  static Use use_of(const block::UnsignedTransaction& transaction) {
    return {transaction.signer, transaction.sequence};
  }

  const std::size_t transactions_max_;
  std::uint64_t next_arrival_ = 0;
  std::size_t bytes_ = 0;
  std::map<std::uint64_t, Transaction> by_arrival_;
  std::unordered_map<Hash, std::uint64_t, HashOfHash> arrivals_;
  std::multimap<Timestamp, std::uint64_t> by_lapse_;
  std::map<Use, std::uint64_t> by_use_;  ///< only one of a use can ever be final
};

}  // namespace hansatsu::node
