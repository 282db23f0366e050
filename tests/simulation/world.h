#pragma once

#include <functional>
#include <ostream>

#include "tests/simulation/checkers.h"
#include "tests/simulation/node.h"
#include "tests/simulation/villain.h"

namespace hansatsu::simulation {

/// Who is not honest. All together are the f that a town bears, or fewer.
struct Cast {
  std::map<std::uint32_t, Attack> villains;
  /// Honest programs on disks that rot or are put back to an older state.
  std::set<std::uint32_t> damaged;
};

/// All nodes, the network between them and the one clock, driven by one seed. Two worlds with the
/// same seed and the same calls do the same, byte for byte.
class World {
 public:
  static constexpr std::int64_t kValidity = 30LL * 86'400 * kSecond;  ///< of payments

  /// `villain` lies in the way `attack` says; without an attack all are honest.
  World(std::uint64_t seed, const Settings& settings, std::optional<Attack> attack = {},
        std::uint32_t villain = 0);
  World(std::uint64_t seed, const Settings& settings, const Cast& cast);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // What scenarios do.
  void start(std::uint32_t node);
  void start_all();
  /// The node stops: by a loss of power (what was not synced is kept, torn or lost) or by a kill of
  /// its process (what was written stays).
  void crash(std::uint32_t node, bool power_loss = true);
  void crash_all();
  /// Hands a payment to one node; nodes tell each other if they gossip. Its transaction is made
  /// when first submitted, and valid for so long from then on.
  void submit(std::uint32_t node, Payment payment, bool gossip = true,
              std::int64_t valid_ns = kValidity);
  /// Any other transaction of the town gets a number and may then be submitted by it.
  Payment add(block::TransactionPointer transaction) { return payments_.add(transaction); }
  /// Whoever has the payment waiting forgets it, and nobody takes it any more.
  void lapse(Payment payment);
  [[nodiscard]] bool has_lapsed(Payment payment) const { return lapsed_.contains(payment); }
  /// The process does nothing for so long and does not know it.
  void pause(std::uint32_t node, std::int64_t span_ns);
  /// Nodes of different groups do not hear each other; an empty list heals.
  void partition(std::vector<std::uint32_t> group_of_node);
  /// Decides a message's fate before the network does: false drops it.
  using Filter =
      std::function<bool(std::uint32_t from, std::uint32_t to, const consensus::Message&)>;
  void set_filter(Filter filter) { filter_ = std::move(filter); }
  void set_settings(const Settings& settings) { settings_ = settings; }
  /// Tells what happens, line by line.
  void set_trace(std::ostream* trace) { trace_ = trace; }

  // Time.
  void run_for(std::int64_t span_ns);
  /// False when the condition did not come true within the span.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, std::int64_t span_ns);
  [[nodiscard]] std::int64_t now() const { return now_; }
  void after(std::int64_t span, std::function<void()> action);

  // What nodes and villains ask of the world.
  void transmit(const Node& from, std::uint32_t to, const SharedParcel& parcel);
  /// The same past any villain: it goes out as it is.
  void put_on_wire(std::uint32_t from, std::uint32_t to, const SharedParcel& parcel);
  void gossip(std::uint32_t from, const block::TransactionPointer& transaction);
  void offer(std::uint32_t from, std::uint32_t to, const block::TransactionPointer& transaction);
  void note_commit(const std::vector<Payment>& payments);

  /// Of twins the first.
  [[nodiscard]] Node& node(std::uint32_t index) { return *nodes_[index]; }
  [[nodiscard]] const Node& node(std::uint32_t index) const { return *nodes_[index]; }
  /// The second, for attacks that live twice; null for all others.
  [[nodiscard]] Node* twin(std::uint32_t index) { return twins_[index].get(); }
  [[nodiscard]] std::uint32_t size() const { return settings_.validators; }
  [[nodiscard]] bool is_honest(std::uint32_t index) const { return checkers_.is_honest(index); }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Checkers& checkers() { return checkers_; }
  [[nodiscard]] const Checkers& checkers() const { return checkers_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const FakeChecker& checker() const { return *checker_; }
  [[nodiscard]] const Town& town() const { return town_; }
  [[nodiscard]] Payments& payments() { return payments_; }
  /// The world's own clock, which nobody in it has.
  [[nodiscard]] Timestamp utc() const;
  [[nodiscard]] consensus::Setup setup(std::uint32_t node) const;
  [[nodiscard]] ValidatorIndex leader(View view) const;
  /// An exponentially distributed span with this mean, never zero.
  [[nodiscard]] std::int64_t exponential(std::int64_t mean_ns);
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// Of everything that was sent, synced and committed, in order.
  [[nodiscard]] std::uint64_t run_hash() const { return run_hash_; }
  void note(std::uint64_t value) { run_hash_ = mix(run_hash_, value); }
  /// What took place in this world.
  [[nodiscard]] Coverage& coverage() { return coverage_; }
  void mark(Mark mark) { coverage_.add(mark); }
  /// The villain did what its honest node would not have done.
  void mark(std::uint32_t villain, Attack attack);
  /// A line of the trace; `text` is only asked for when somebody reads.
  template <class Text>
  void tell(std::uint32_t node, Text text) {
    if (trace_ != nullptr) write_trace(node, text());
  }

  /// Some honest node has it in a final block.
  [[nodiscard]] bool is_final(Payment payment) const { return final_.contains(payment); }
  /// All honest running nodes have paid these.
  [[nodiscard]] bool all_paid(const std::set<Payment>& payments) const;
  /// All honest running nodes have the same final block, and all that was ever acknowledged.
  [[nodiscard]] bool are_level() const;
  /// C7, C14: what was acknowledged is in every chain, and those with the same final block have
  /// the same state.
  void check_agreement();
  /// C8: no honest engine remembers more than it may.
  void check_memory();
  /// The most that any honest engine was found to remember there.
  [[nodiscard]] const consensus::Footprint& memory_peak() const { return memory_peak_; }
  /// Log syncs of all honest nodes so far.
  [[nodiscard]] std::uint64_t syncs() const;

 private:
  /// When something happens; what it is lies in `actions_` or `deliveries_` meanwhile, so that the
  /// heap moves little.
  struct Event {
    std::int64_t when;
    std::uint64_t order;
    std::uint32_t place;
    bool is_delivery;
    bool operator<(const Event& other) const {
      return std::tie(other.when, other.order) < std::tie(when, order);
    }
  };
  struct Delivery {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    SharedParcel parcel;
  };
  template <class What>
  struct Pool {
    std::vector<What> places;
    std::vector<std::uint32_t> free;
    std::uint32_t put(What what);
    What take(std::uint32_t place);
  };
  /// A connection between two nodes, as each end knows it.
  struct Link {
    bool up_at_lower = false;
    bool up_at_higher = false;
    std::uint64_t change = 0;  ///< what was planned before the newest change is off
  };
  bool step_one(std::int64_t until);
  [[nodiscard]] bool are_joined(std::uint32_t a, std::uint32_t b) const;
  [[nodiscard]] bool is_up(std::uint32_t node) const;
  void plan(std::int64_t span, std::uint32_t place, bool is_delivery);
  void plan_delivery(std::int64_t span, Delivery delivery);
  void deliver(Delivery delivery);
  [[nodiscard]] bool is_twin(const Node& node) const;
  [[nodiscard]] bool has_paid(const Node& node, const std::set<Payment>& payments) const;
  [[nodiscard]] Link& link(std::uint32_t a, std::uint32_t b);
  [[nodiscard]] bool& end_of(std::uint32_t at, std::uint32_t peer);
  void plan_connect(std::uint32_t a, std::uint32_t b);
  void plan_disconnect(std::uint32_t a, std::uint32_t b, std::int64_t span);
  void tell_up(std::uint32_t at, std::uint32_t peer);
  void tell_down(std::uint32_t at, std::uint32_t peer);
  template <class Action>
  void for_each_life(std::uint32_t at, std::uint32_t peer, Action action);
  void write_trace(std::uint32_t node, const std::string& text);

  Settings settings_;
  Random random_;
  const Town& town_;
  Payments payments_;
  chain::EpochContext context_;
  chain::ValidatorSet set_;
  std::vector<ValidatorIndex> order_of_leaders_;
  std::unique_ptr<FakeChecker> checker_;
  Checkers checkers_;
  Coverage coverage_;
  consensus::Footprint memory_peak_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::unique_ptr<Villain>> villains_;  ///< null: honest
  std::set<std::uint32_t> lied_;                    ///< villains that did so already
  std::vector<std::unique_ptr<Node>> twins_;  ///< a second life of some villains, at the same time
  std::vector<Link> links_;
  std::vector<std::uint32_t> groups_;
  std::uint64_t partitions_ = 0;        ///< so many times the groups were named
  std::vector<std::int64_t> arrivals_;  ///< [from * n + to]: the latest that was planned
  std::set<Payment> lapsed_;
  std::unordered_set<Payment> final_;
  Filter filter_;
  std::ostream* trace_ = nullptr;
  std::vector<Event> events_;  ///< a heap, the next one first
  Pool<std::function<void()>> actions_;
  Pool<Delivery> deliveries_;
  std::int64_t now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t lives_ = 0;  ///< starts and ends of processes
  /// The question all_paid last denied, and when: it stands until somebody commits or starts.
  struct Denied {
    const std::set<Payment>* payments = nullptr;
    std::size_t count = 0;
    std::uint64_t commits = 0;
    std::uint64_t lives = 0;
    bool operator==(const Denied&) const = default;
  };
  mutable Denied denied_;
  std::uint64_t run_hash_ = 0;
};

}  // namespace hansatsu::simulation
