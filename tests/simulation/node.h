#pragma once

#include <deque>

#include "node/log/log.h"
#include "node/recovered_log.h"
#include "tests/simulation/application.h"
#include "tests/simulation/describe.h"
#include "tests/simulation/parcel.h"
#include "tests/simulation/settings.h"

namespace hansatsu::simulation {

class World;

/// One validator: the product's engine, log, ledger and recovery on a simulated disk and store. It
/// carries out effects as the product's node does: groups are written in order, one at a time,
/// Persisted comes when the sync is through, and checkpoints follow behind.
class Node {
 public:
  Node(World& world, std::uint32_t index);

  void start();
  void stop(bool power_loss);
  [[nodiscard]] bool is_running() const { return engine_ != nullptr; }
  /// Why the engine or the log gave up, if one did.
  [[nodiscard]] const std::optional<std::string>& halted() const { return halted_; }

  /// Stops in the middle of the effects of some step, or (with `in_persist`) while a group is on
  /// its way to the disk: after so many more of them.
  void crash_after(std::uint32_t count, bool in_persist, bool power_loss);

  void forget_crash() { crash_plan_.reset(); }

  void receive(std::uint32_t from, const SharedParcel& parcel);
  /// A client's, or one that a peer passed on.
  void submit(const block::TransactionPointer& transaction, bool by_client);
  void lapse(Payment payment);
  void peer_up(std::uint32_t peer);
  void peer_down(std::uint32_t peer);

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] const Application& application() const { return *application_; }
  [[nodiscard]] consensus::Snapshot snapshot() const { return engine_->snapshot(); }
  [[nodiscard]] consensus::Footprint footprint() const { return engine_->footprint(); }
  [[nodiscard]] const SimulatedDisk& disk() const { return disk_; }
  [[nodiscard]] SimulatedDisk& disk() { return disk_; }
  [[nodiscard]] const SimulatedStore& store() const { return store_; }
  /// Whether a group is written and not synced yet.
  [[nodiscard]] bool is_syncing() const { return syncing_; }
  /// What the group under way holds. Requires: is_syncing().
  struct UnderWay {
    bool vote = false;
    bool finalization = false;
  };
  [[nodiscard]] const UnderWay& under_way() const { return under_way_; }
  [[nodiscard]] std::uint32_t life() const { return life_; }

  /// The machine's disks as they are, and back to them: a backup or a clone. Requires, to restore:
  /// not running.
  struct Image {
    SimulatedDisk disk;
    SimulatedStore store;
  };
  [[nodiscard]] Image image() const { return {disk_, store_}; }
  void restore(const Image& image);
  /// The process does nothing until then, and what arrives waits for it.
  void pause_until(std::int64_t moment) { paused_until_ = moment; }
  /// How long what arrives now has to wait before it is tried again; 0 for a process that runs.
  [[nodiscard]] std::int64_t pause_left() const;

 private:
  struct Request {
    consensus::Ticket ticket;
    std::vector<consensus::Record> records;
  };
  [[nodiscard]] Clock clock() const;
  [[nodiscard]] consensus::Now now() const;
  void feed(consensus::Input input);
  void pump();
  void run_effects(consensus::Effects effects);
  void carry(consensus::Send& send);
  void carry(consensus::Broadcast& broadcast);
  void carry(consensus::Persist& persist);
  /// `is_work`: there was a block with content to execute.
  void answer_engine(consensus::Input found, bool is_work);
  void carry(const consensus::Build& build);
  void carry(const consensus::Validate& validate);
  void carry(const consensus::Commit& commit);
  void carry(const consensus::Acknowledge& acknowledge);
  void carry(const consensus::Discard& discard);
  void carry(const consensus::Serve& serve);
  void carry(const consensus::WakeAt& wake);
  void carry(const consensus::Evidence& evidence);
  void carry(const consensus::Punish& punish);
  void carry(const consensus::VotingStopped& stopped);
  void carry(const consensus::Halt& over);
  void refresh_pending();
  void offer_pending();
  void must_not(const std::string& what);
  // What this node meets, for the run's coverage.
  void mark_rise(const consensus::Snapshot& snapshot);
  void mark_final(const consensus::FinalBlock& block) const;
  void check_accusations(const consensus::Block& block) const;
  void mark_promises(const consensus::Recovered& recovered) const;
  void mark_synced(const consensus::Record& record) const;
  void maybe_crash(bool in_persist);
  void write_next_group();
  struct Group {
    std::vector<Request> requests;
    std::vector<log::GroupPlace> places;  ///< where each record went, request by request
    bool ok = true;
  };
  [[nodiscard]] bool append(Group& group);
  void group_synced(std::uint32_t life, Group group);
  void note_durable(const Group& group);
  void tick(std::uint32_t life, std::uint64_t number);
  [[nodiscard]] consensus::Answer answer(const consensus::Request& request) const;
  [[nodiscard]] consensus::Answer answer_range(const consensus::Request& request) const;
  [[nodiscard]] std::optional<node::RecoveredLog> recover();
  /// The group of each record of the log that a start from this view has use for.
  [[nodiscard]] std::vector<std::uint64_t> groups_of(const std::optional<log::GroupPlace>& from,
                                                     View base);
  void checkpoint_if_due();
  void offer_pending_again();
  void halt(std::string why);
  void fail(std::string why);

  World& world_;
  std::uint32_t index_;
  FakeSigner signer_;
  SimulatedDisk disk_;
  SimulatedStore store_;
  std::unique_ptr<Application> application_;
  std::optional<log::Log> log_;
  std::unique_ptr<consensus::Engine> engine_;
  std::deque<consensus::Input> inputs_;  ///< brought about by effects that are being carried out
  bool feeding_ = false;
  std::deque<Request> requests_;
  bool syncing_ = false;
  UnderWay under_way_;
  bool append_failed_ = false;
  bool level_ = false;        ///< of Pending, as the engine was told last
  bool was_syncing_ = false;  ///< when last looked at
  bool was_patient_ = false;
  std::uint32_t life_ = 0;  ///< events of an earlier life are dead
  std::uint64_t wake_ = 0;  ///< newest WakeAt; earlier ones are dead
  // For checkpoints.
  node::ReplayPoints points_;
  std::optional<consensus::FinalTip> final_tip_;
  Height acknowledged_;
  Height checkpointed_;
  bool checkpoint_running_ = false;
  std::int64_t checkpoint_due_ = 0;
  std::int64_t offer_due_ = 0;  ///< when what is pending is offered to the others again
  std::int64_t paused_until_ = 0;
  std::optional<std::string> halted_;
  struct CrashPlan {
    std::uint32_t count;
    bool in_persist;
    bool power_loss;
  };
  std::optional<CrashPlan> crash_plan_;
};

}  // namespace hansatsu::simulation
