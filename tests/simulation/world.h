#pragma once

#include <functional>
#include <queue>

#include "tests/simulation/checkers.h"
#include "tests/simulation/node.h"
#include "tests/simulation/settings.h"

namespace hansatsu::simulation {

/// All nodes, the network between them and the one clock, driven by one seed. Two worlds with the
/// same seed and the same calls do the same, byte for byte.
class World {
 public:
  World(std::uint64_t seed, const Settings& settings);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // What scenarios do.
  void start(std::uint32_t node);
  void start_all();
  /// Power is lost: what was not synced is kept, torn or lost.
  void crash(std::uint32_t node);
  void crash_all();
  /// Hands a payment to one node; nodes tell each other.
  void submit(std::uint32_t node, Payment payment, bool gossip = true);
  void lapse(Payment payment);
  /// Nodes of different groups do not hear each other; an empty list heals.
  void partition(std::vector<std::uint32_t> group_of_node);
  /// Decides a message's fate before the network does: false drops it.
  using Filter =
      std::function<bool(std::uint32_t from, std::uint32_t to, const consensus::Message&)>;
  void set_filter(Filter filter) { filter_ = std::move(filter); }
  void set_settings(const Settings& settings) { settings_ = settings; }

  // Time.
  void run_for(std::int64_t span_ns);
  /// False when the condition did not come true within the span.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, std::int64_t span_ns);
  [[nodiscard]] std::int64_t now() const { return now_; }
  void at(std::int64_t when, std::function<void()> action);
  void after(std::int64_t span, std::function<void()> action) {
    at(now_ + span, std::move(action));
  }

  // What nodes ask of the world.
  void transmit(std::uint32_t from, std::uint32_t to, const consensus::Message& message);
  void gossip(std::uint32_t from, Payment payment);

  [[nodiscard]] Node& node(std::uint32_t index) { return *nodes_[index]; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] Checkers& checkers() { return checkers_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const FakeChecker& checker() const { return *checker_; }
  [[nodiscard]] consensus::Setup setup(std::uint32_t node) const;
  /// An exponentially distributed span with this mean, never zero.
  [[nodiscard]] std::int64_t exponential(std::int64_t mean_ns);
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// Of everything that was sent and committed, in order.
  [[nodiscard]] Hash run_hash() const { return run_hash_; }
  void note(ByteView bytes);

  /// All honest running nodes have paid these and agree.
  [[nodiscard]] bool all_paid(const std::set<Payment>& payments) const;

 private:
  struct Event {
    std::int64_t when;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return std::tie(other.when, other.order) < std::tie(when, order);
    }
  };
  bool step_one(std::int64_t until);
  [[nodiscard]] bool are_joined(std::uint32_t a, std::uint32_t b) const;
  void connect(std::uint32_t a, std::uint32_t b);

  Settings settings_;
  Random random_;
  chain::EpochContext context_;
  chain::ValidatorSet set_;
  consensus::Header anchor_;
  std::unique_ptr<FakeChecker> checker_;
  Checkers checkers_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::uint32_t> groups_;
  Filter filter_;
  std::priority_queue<Event> events_;
  std::int64_t now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  Hash run_hash_;
};

}  // namespace hansatsu::simulation
