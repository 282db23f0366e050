#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "tests/consensus/forge.h"

namespace hansatsu::consensus::test {

/// A whole town of engines on one virtual clock: a network with a script for what is lost, disks
/// that sync when they may, and a ledger of numbers for payments. After every effect it checks what
/// must never be: two final blocks at one height, a vote on the wire that its disk does not hold,
/// votes of one key that contradict each other over all its lives.
class Town {
 public:
  struct Node {
    std::unique_ptr<Engine> engine;  ///< absent while dead
    std::uint64_t life = 0;
    std::vector<Record> disk;
    std::deque<Persist> unsynced;           ///< what waits, the group under way first
    std::size_t group_size = 0;             ///< Persists in the group under way; 0: none is
    std::map<Hash, std::set<int>> content;  ///< payments in a block and its ancestors
    std::set<int> mempool;
    std::vector<FinalBlock> store;  ///< final blocks, height 1 first
    Height acknowledged;
    std::size_t syncs = 0;
    std::size_t evidence = 0;
    std::optional<HaltReason> halted;
    bool voting_stopped = false;
    bool disk_works = true;  ///< false: groups stay unsynced
  };

  explicit Town(std::uint32_t count, std::uint64_t delay_ms = 1);

  void start(std::uint8_t index);
  void start_all();
  /// Power off. What is not synced is gone, unless the group under way made it to the platter.
  void kill(std::uint8_t index, bool keeps_group_under_way = false);
  /// A payment reaches these mempools (all, if none is named).
  void pay(int payment, std::vector<std::uint8_t> at = {});
  void forget_payment(int payment);

  void run_ms(std::int64_t ms);
  /// False if it does not come true in time.
  [[nodiscard]] bool run_until(std::function<bool()> condition, std::int64_t ms_max);
  [[nodiscard]] bool is_paid(int payment, std::uint8_t at) const;
  [[nodiscard]] bool is_paid_everywhere(int payment) const;
  [[nodiscard]] std::uint64_t view(std::uint8_t index) const;
  /// Heights and last blocks of the living agree, and nobody halted.
  void check_agreement() const;
  void inject(std::uint8_t from, std::uint8_t to, Message message);

  /// Says whether a message is lost; none are unless a test sets it.
  std::function<bool(std::uint8_t from, std::uint8_t to, const Message&)> loses;
  /// Sees every message put on the wire.
  std::function<void(std::uint8_t from, const Message&)> watch;

  Genesis genesis;
  std::vector<Node> nodes;
  std::int64_t ms = 0;
  std::map<std::string, std::size_t> wire;  ///< messages sent, by kind

 private:
  struct Event {
    std::uint8_t node;
    std::uint64_t life;
    Input input;
  };
  void schedule(std::int64_t at_us, Event event);
  void feed(std::uint8_t index, Input input);
  void carry_out(std::uint8_t index, Effect& effect);
  void send(std::uint8_t from, std::uint8_t to, const Message& message);
  void observe(std::uint8_t from, const Message& message);
  void build(std::uint8_t index, const Build& build);
  void take(std::uint8_t index, const Commit& commit);
  void begin_group(std::uint8_t index);
  void end_group(Node& node);
  void serve(std::uint8_t index, const Serve& serve);
  void offer(std::uint8_t index);
  [[nodiscard]] bool is_pending(const Node& node) const;
  void learn(Node& node, const Hash& id, const Block& block) const;
  [[nodiscard]] Hash anchor_id() const { return genesis.context.anchor_id; }

  std::uint64_t delay_ms_;
  std::int64_t us_ = 0;
  std::uint64_t next_event_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, Event> events_;
  std::vector<FakeSigner> signers_;
  FakeChecker checker_;
  std::map<std::uint64_t, Hash> final_ids_;
  std::map<std::pair<std::uint8_t, std::uint64_t>, std::map<VoteKind, Hash>> promised_;
};

}  // namespace hansatsu::consensus::test
