#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "node/store/hash_of_hash.h"
#include "rpc/json/answers.h"

namespace hansatsu::node {

using SubmitAnswerer = std::function<void(rpc::SubmitAnswer)>;

/// Who is told once a transaction is final here and safe on this disk, or can't become so.
/// A request that has ended leaves its answerer behind, for as long as its transaction waits: days,
/// it may be. So of one transaction only the newest are kept, each of them a request, or a copy in
/// one request's body; the oldest, likely ended, is told `accepted` when another one comes.
/// Threads: the core's only.
class Waiters {
 public:
  /// A wallet that asks again after every break, and those it handed its payment to.
  static constexpr std::size_t kOfOneMax = 16;

  void add(const Hash& id, SubmitAnswerer answer);
  /// Those of the transaction, removed; the oldest first.
  [[nodiscard]] std::vector<SubmitAnswerer> take(const Hash& id);

 private:
  std::unordered_map<Hash, std::vector<SubmitAnswerer>, store::HashOfHash> waiting_;
};

}  // namespace hansatsu::node
