#pragma once

#include <map>
#include <mutex>

#include "rpc/server/ledger_view.h"
#include "tests/ledger/town.h"

namespace test_rpc {

using namespace hansatsu;   // NOLINT: a test's own header
using namespace test_town;  // NOLINT

/// A chain in one process: the real ledger runs each submission as a block at once, and all four
/// validators sign it. What a node adds (disk, peers, agreement) is not here.
class TestLedger final : public rpc::LedgerView {
 public:
  explicit TestLedger(Town town);

  // For tests; from any thread.
  /// Later submissions wait until `release`.
  void hold();
  void release();
  /// Later submissions are turned away.
  void set_overloaded(bool overloaded);
  void set_syncing(bool syncing);
  /// Far from a quorum: payments may wait, nothing is read.
  void set_cut_off(bool cut_off);
  /// Answers that would come from a disk never come.
  void set_stuck(bool stuck);
  /// Reads of staff can't be written down.
  void set_staff_log_full(bool full);
  /// They are written down, but not on the disk until `release_staff_log`.
  void hold_staff_log();
  void release_staff_log();
  [[nodiscard]] std::size_t staff_lines_waiting() const;
  /// What stands in blocks from this height on can't be read; zero: all can.
  void set_unreadable_from(Height height);
  /// Reads that would come from the disk are told that too much waits.
  void set_busy(bool busy);
  [[nodiscard]] std::size_t histories_asked() const;
  void set_directory(std::string file);
  /// What the node has added up; those asked for are answered.
  void set_figures(rpc::FiguresAnswer figures);
  /// Moves the node's clock.
  void pass_ms(std::uint64_t ms);
  [[nodiscard]] std::vector<rpc::StaffRead> staff_reads() const;
  /// How often shops() was called.
  [[nodiscard]] std::size_t shops_asked() const;
  [[nodiscard]] block::Trust trust() const;
  /// What has no answer yet.
  [[nodiscard]] std::size_t waiting() const;

  [[nodiscard]] rpc::NodeStatus status() const override;
  [[nodiscard]] bool is_serving() const override;
  [[nodiscard]] bool takes_payments() const override;
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] std::shared_ptr<const state::Charter> charter() const override;
  [[nodiscard]] std::vector<rpc::ProgramRecord> programs() const override;
  [[nodiscard]] std::vector<rpc::ShopRecord> shops() const override;
  [[nodiscard]] std::shared_ptr<const std::string> shop_directory() const override;
  [[nodiscard]] std::optional<rpc::AccountRecord> account(AccountId account) const override;
  [[nodiscard]] std::vector<block::KeyReference> find_key(const PublicKey& key) const override;
  [[nodiscard]] std::vector<rpc::RedemptionRecord> redemptions(
      const rpc::RedemptionQuery& query) const override;
  [[nodiscard]] rpc::PreviewAnswer preview(
      const block::UnsignedTransaction& transaction) const override;
  void submit(std::vector<Bytes> transactions, bool until_final,
              std::function<void(std::size_t, rpc::SubmitAnswer)> answer) override;
  void find_transaction(const Hash& id, Callback<rpc::TransactionAnswer> answer) const override;
  void history(const rpc::HistoryQuery& query, Callback<rpc::HistoryPart> answer) const override;
  void block(Height height, Callback<std::optional<rpc::BlockRecord>> answer) const override;
  void headers(Height from, std::uint32_t count,
               Callback<std::vector<rpc::BlockRecord>> answer) const override;
  void figures(Date from, Date to, Callback<rpc::FiguresAnswer> answer) const override;
  void on_final(std::function<void(std::span<const AccountId>)> listener) override;
  void log_staff_read(const rpc::StaffRead& read, Callback<void> answer) override;
  [[nodiscard]] std::string metrics() const override;

 private:
  struct Submission {
    Bytes bytes;
    std::function<void(rpc::SubmitAnswer)> answer;
  };
  void run(std::vector<Submission> submissions);
  void finish(const block::BuiltBlock& built);

  mutable std::mutex mutex_;
  Town town_;
  block::Trust trust_;
  std::uint64_t clock_ahead_ms_ = 0;
  bool holding_ = false;
  bool overloaded_ = false;
  bool syncing_ = false;
  bool cut_off_ = false;
  bool stuck_ = false;
  bool staff_log_full_ = false;
  bool staff_log_held_ = false;
  bool busy_ = false;
  Height unreadable_from_;
  std::vector<Callback<void>> staff_answers_;
  std::vector<Submission> held_;
  std::shared_ptr<const std::string> directory_;
  std::vector<rpc::BlockRecord> blocks_;  ///< heights from 1
  std::map<Hash, std::shared_ptr<const rpc::ProvenTransaction>> final_;
  std::multimap<AccountId, std::shared_ptr<const rpc::ProvenTransaction>> history_;
  std::vector<rpc::StaffRead> staff_reads_;
  std::function<void(std::span<const AccountId>)> listener_;
  rpc::FiguresAnswer figures_;
  mutable std::size_t shops_asked_ = 0;
  mutable std::size_t histories_asked_ = 0;
};

}  // namespace test_rpc
