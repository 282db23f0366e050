#pragma once

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include "ledger/block/transaction.h"
#include "tests/cluster/between.h"

namespace hansatsu::wallet::test {

/// What stands between a wallet and a real node, and does not tell the truth.
enum class Lie {
  holds_back,       ///< says "sequence used" of each transaction, and keeps it for later
  passes_on,        ///< says the same, and has the node do it
  keeps_silent,     ///< has the node do it, and hangs up
  never_answers,    ///< takes it, and leaves the wallet waiting
  tells_old_news,   ///< tells of each account what it was when first asked for
  says_lapsed,      ///< says that it came too late, and keeps it for later
  says_closed,      ///< says that the account is closed, and keeps it for later
  forges_receipt,   ///< says "final" with a receipt of nothing, and keeps it for later
  names_trouble,    ///< answers with a problem that would rule the terminal, and keeps it for later
  tells_wrong_time  ///< its clock is eleven minutes ahead
};

/// Everything but its lie is the node's word.
class LyingNode {
 public:
  LyingNode(const std::string& node_url, Lie lie);
  ~LyingNode() { gone_.set_value(); }
  LyingNode(const LyingNode&) = delete;
  LyingNode& operator=(const LyingNode&) = delete;

  [[nodiscard]] std::string url() const { return between_.url(); }
  /// How many different transactions it was trusted with.
  [[nodiscard]] std::size_t transactions() const;
  /// Each of them.
  [[nodiscard]] std::vector<block::UnsignedTransaction> seen() const;
  /// How many submissions the node has done without the wallet being told.
  [[nodiscard]] std::size_t kept_silent() const { return kept_silent_; }
  /// Has the node do what was held back.
  void release();

 private:
  [[nodiscard]] std::string answer(const std::string& request);
  [[nodiscard]] std::string answer_submission(const std::string& request);
  [[nodiscard]] std::string lie_about(std::size_t transactions) const;

  Lie lie_;
  std::atomic<std::size_t> kept_silent_{0};
  std::promise<void> gone_;  ///< until then somebody is left waiting
  std::shared_future<void> is_gone_{gone_.get_future()};
  mutable std::mutex mutex_;
  std::set<Bytes> seen_;                         ///< unsigned parts
  std::vector<std::string> held_back_;           ///< whole requests
  std::map<std::string, std::string> old_news_;  ///< by target
  test_cluster::Between between_;                ///< the last: it calls `answer`
};

}  // namespace hansatsu::wallet::test
