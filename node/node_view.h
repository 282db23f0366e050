#pragma once

#include <filesystem>
#include <fstream>

#include "node/core.h"
#include "node/staff_log.h"

namespace hansatsu::node {

/// What the API sees of this node. Reads of the state take the shared lock for a moment; whatever
/// needs a block or a disk goes to the core's queue or the archive and answers from there.
/// Threads: as rpc::LedgerView says.
class NodeView final : public rpc::LedgerView {
 public:
  struct Parts {
    std::shared_ptr<const state::Charter> charter;
    Hash chain_id;
    std::string node_name;
    ValidatorIndex self;
    Chain& chain;
    const Core& core;
    CoreQueue& queue;
    VerifyPool& pool;
    const MessageChecker& checker;
    Archive& archive;
    const net::PeerNetwork& network;
    const StageTimes& times;
    std::string data;  ///< the data folder
  };
  explicit NodeView(Parts parts);

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
  [[nodiscard]] std::uint64_t disk_bytes() const;

  Parts parts_;
  /// The shop directory as last read; read again when its file changes. The io thread's only.
  mutable std::shared_ptr<const std::string> directory_;
  mutable std::filesystem::file_time_type directory_time_{};
  mutable std::mutex disk_mutex_;
  mutable std::optional<std::chrono::steady_clock::time_point> disk_looked_at_;
  mutable std::uint64_t disk_bytes_ = 0;
  std::shared_ptr<StaffLog> staff_log_;  ///< jobs may outlive the view
};

/// Transactions that a peer forwarded: verified on the workers, then to the core.
/// False when the workers are too busy: the peer offers them again, or another block brings them.
/// `waiting` counts the bytes until a worker has looked at them; it must outlive the pool's
/// threads. `on_malformed` is called on a worker for a list that no correct peer sends.
[[nodiscard]] bool take_forwarded(VerifyPool& pool, CoreQueue& queue, const MessageChecker& checker,
                                  const Hash& chain_id, ByteView list,
                                  std::atomic<std::size_t>& waiting,
                                  std::function<void()> on_malformed);

}  // namespace hansatsu::node
