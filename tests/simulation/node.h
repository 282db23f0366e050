#pragma once

#include <deque>

#include "node/log/log.h"
#include "tests/simulation/application.h"
#include "tests/simulation/fake_signatures.h"

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

  void receive(std::uint32_t from, const consensus::Message& message);
  void submit(Payment payment);
  void lapse(Payment payment);
  void peer_up(std::uint32_t peer);
  void peer_down(std::uint32_t peer);

  [[nodiscard]] const Application& application() const { return *application_; }
  [[nodiscard]] consensus::Snapshot snapshot() const { return engine_->snapshot(); }
  [[nodiscard]] SimulatedDisk& disk() { return disk_; }
  [[nodiscard]] std::uint32_t life() const { return life_; }
  /// Payments that clients were told are final; kept over all lives.
  [[nodiscard]] const std::set<Payment>& acknowledged() const { return acknowledged_; }

 private:
  struct Request {
    consensus::Ticket ticket;
    std::vector<consensus::Record> records;
  };
  [[nodiscard]] consensus::Now now() const;
  void feed(consensus::Input input);
  void run_effects(consensus::Effects effects);
  void run_effect(consensus::Effect& effect);
  void write_next_group();
  void group_synced(std::uint32_t life, std::vector<Request> group);
  void wake_at(consensus::Instant at);
  void serve(const consensus::Serve& serve);
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
  std::uint32_t life_ = 0;  ///< events of an earlier life are dead
  std::uint64_t wake_ = 0;  ///< newest WakeAt; earlier ones are dead
  std::map<std::pair<View, chain::VoteKind>, chain::Certificate> certificates_;
  std::set<Payment> acknowledged_;
  std::optional<std::string> halted_;
};

}  // namespace hansatsu::simulation
