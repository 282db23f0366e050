#pragma once

#include <deque>

#include "node/log/log.h"
#include "tests/simulation/application.h"
#include "tests/simulation/describe.h"
#include "tests/simulation/fake_signatures.h"
#include "tests/simulation/parcel.h"
#include "tests/simulation/settings.h"

namespace hansatsu::simulation {

class World;

/// One validator: the product's engine and the product's log, on a simulated disk, with the toy
/// ledger above. It carries out effects as the product's node does: groups are written in order,
/// one at a time, and Persisted comes when the sync is through.
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
  void submit(Payment payment);
  void lapse(Payment payment);
  void peer_up(std::uint32_t peer);
  void peer_down(std::uint32_t peer);

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] const Application& application() const { return *application_; }
  [[nodiscard]] consensus::Snapshot snapshot() const { return engine_->snapshot(); }
  [[nodiscard]] const SimulatedDisk& disk() const { return disk_; }
  /// Whether a group is written and not synced yet.
  [[nodiscard]] bool is_syncing() const { return syncing_; }
  [[nodiscard]] std::uint32_t life() const { return life_; }

 private:
  struct Request {
    consensus::Ticket ticket;
    std::vector<consensus::Record> records;
  };
  [[nodiscard]] std::int64_t rate() const;
  [[nodiscard]] consensus::Now now() const;
  void feed(consensus::Input input);
  void run_effects(consensus::Effects effects);
  void carry(consensus::Send& send);
  void carry(consensus::Broadcast& broadcast);
  void carry(consensus::Persist& persist);
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
  void maybe_crash(bool in_persist);
  void write_next_group();
  void group_synced(std::uint32_t life, std::vector<Request> group);
  [[nodiscard]] consensus::Answer answer(const consensus::Request& request) const;
  [[nodiscard]] consensus::Answer answer_range(const consensus::Request& request) const;
  void remember(const consensus::Record& record);
  [[nodiscard]] std::vector<consensus::Record> recover();
  void halt(std::string why);

  World& world_;
  std::uint32_t index_;
  FakeSigner signer_;
  SimulatedDisk disk_;
  std::unique_ptr<Application> application_;
  std::optional<log::Log> log_;
  std::unique_ptr<consensus::Engine> engine_;
  std::deque<consensus::Input> inputs_;  ///< brought about by effects that are being carried out
  bool feeding_ = false;
  std::deque<Request> requests_;
  bool syncing_ = false;
  bool level_ = false;      ///< of Pending, as the engine was told last
  std::uint32_t life_ = 0;  ///< events of an earlier life are dead
  std::uint64_t wake_ = 0;  ///< newest WakeAt; earlier ones are dead
  std::map<std::pair<View, chain::VoteKind>, chain::Certificate> certificates_;
  std::optional<std::string> halted_;
  struct CrashPlan {
    std::uint32_t count;
    bool in_persist;
    bool power_loss;
  };
  std::optional<CrashPlan> crash_plan_;
};

}  // namespace hansatsu::simulation
