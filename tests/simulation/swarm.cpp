#include "tests/simulation/swarm.h"

#include <algorithm>
#include <sstream>

namespace hansatsu::simulation {
namespace {

constexpr std::size_t kViolationsKept = 5;
constexpr std::int64_t kQuiet = 30 * kSecond;

/// Everything a seed decides before its world exists.
struct Plan {
  Settings settings;
  std::optional<Attack> attack;
  std::uint32_t villain = 0;
  std::int64_t trouble_ns = 0;  ///< how long before it is healed
  std::int64_t crash_every_ns = 0;
  std::int64_t partition_every_ns = 0;
  std::int64_t deaf_every_ns = 0;
  std::int64_t burst_every_ns = 0;
  std::uint64_t burst_max = 1;
  bool lapses = false;
  bool villain_dies = false;  ///< at the healing
  std::uint64_t all_crash_per_mille = 0;
  bool is_short_handed = false;  ///< those who never come back never were there
  std::uint32_t left_dead = 0;   ///< honest nodes that never come back
};

std::int64_t milliseconds_between(Random& random, std::uint64_t least, std::uint64_t most) {
  return static_cast<std::int64_t>(random.between(least, most)) * kMillisecond;
}

void draw_network(Random& random, Settings& settings) {
  constexpr std::array<std::int64_t, 6> kDelaysUs{100, 1'000, 5'000, 20'000, 50'000, 100'000};
  constexpr std::array<int, 3> kPlannedMs{5, 15, 30};
  settings.parameters.message_delay = std::chrono::milliseconds{kPlannedMs[random.below(3)]};
  if (random.chance(500)) settings.delay_ns = kDelaysUs[random.below(kDelaysUs.size())] * 1'000;
  if (random.chance(500)) settings.loss_per_mille = static_cast<std::uint32_t>(random.below(301));
  if (random.chance(500)) {
    settings.duplicate_per_mille = static_cast<std::uint32_t>(random.below(501));
  }
}

void draw_machines(Random& random, Settings& settings) {
  if (random.chance(500)) settings.sync_ns = milliseconds_between(random, 1, 30);
  if (random.chance(300))
    settings.slow_sync_per_mille = static_cast<std::uint32_t>(random.below(30));
  if (random.chance(500)) settings.clock_skew_ms = static_cast<std::int64_t>(random.below(1'900));
  if (random.chance(500))
    settings.clock_rate_per_mille = static_cast<std::int64_t>(random.below(51));
  settings.crash.keep_per_mille = static_cast<std::uint32_t>(random.below(1'001));
  settings.crash.tear_per_mille =
      static_cast<std::uint32_t>(random.below(1'001 - settings.crash.keep_per_mille));
  if (random.chance(250))
    settings.parameters.heartbeat = std::chrono::seconds{random.between(5, 30)};
}

Plan draw_plan(std::uint64_t seed) {
  // A stream of its own: what is drawn here does not shift what the world draws.
  Random random{seed ^ 0x706c616eULL};
  Plan plan;
  constexpr std::array<std::uint32_t, 6> kSizes{4, 4, 4, 5, 7, 10};
  plan.settings.validators = kSizes[random.below(kSizes.size())];
  draw_network(random, plan.settings);
  draw_machines(random, plan.settings);
  if (random.chance(500)) {
    plan.attack = static_cast<Attack>(random.below(kAttackCount));
    plan.villain = static_cast<std::uint32_t>(random.below(plan.settings.validators));
    plan.villain_dies = random.chance(300);
  }
  plan.trouble_ns = milliseconds_between(random, 2'000, 40'000);
  if (random.chance(600)) plan.crash_every_ns = milliseconds_between(random, 100, 4'000);
  if (random.chance(500)) plan.partition_every_ns = milliseconds_between(random, 500, 8'000);
  if (random.chance(250)) plan.deaf_every_ns = milliseconds_between(random, 500, 8'000);
  plan.all_crash_per_mille = random.chance(200) ? 700 : 50;
  plan.burst_every_ns = milliseconds_between(random, 20, 5'000);
  plan.burst_max = random.between(1, 60);
  plan.lapses = random.chance(300);
  const std::uint32_t faults = (plan.settings.validators - 1) / 3;
  const std::uint32_t room = plan.attack ? faults - 1 : faults;
  if (random.chance(400)) plan.left_dead = static_cast<std::uint32_t>(random.between(0, room));
  plan.is_short_handed = random.chance(500);
  return plan;
}

std::string describe(const Plan& plan) {
  std::ostringstream text;
  const Settings& s = plan.settings;
  text << "n=" << s.validators << " delay=" << s.delay_ns / 1'000 << "us loss=" << s.loss_per_mille
       << " dup=" << s.duplicate_per_mille << " sync=" << s.sync_ns / 1'000
       << "us slow=" << s.slow_sync_per_mille << " skew=" << s.clock_skew_ms
       << "ms rate=" << s.clock_rate_per_mille << " crash=" << plan.crash_every_ns / kMillisecond
       << "ms partition=" << plan.partition_every_ns / kMillisecond
       << "ms deaf=" << plan.deaf_every_ns / kMillisecond
       << "ms attack=" << (plan.attack ? name_of(*plan.attack) : "none")
       << " villain=" << plan.villain << " left_dead=" << plan.left_dead
       << (plan.lapses ? " lapses" : "");
  return text.str();
}

/// The troubles of one run, each an event that plans its next.
class Trouble {
 public:
  Trouble(World& world, const Plan& plan, std::set<std::uint32_t> absent)
      : world_{world}, plan_{plan}, absent_{std::move(absent)} {}

  void begin() {
    for (std::uint32_t i = 0; i < world_.size(); ++i) {
      if (!absent_.contains(i)) world_.start(i);
    }
    load();
    if (plan_.crash_every_ns > 0) plan_crash();
    if (plan_.partition_every_ns > 0) plan_partition();
    if (plan_.deaf_every_ns > 0) plan_deafness();
  }
  void end() { over_ = true; }
  [[nodiscard]] const std::set<Payment>& payments() const { return payments_; }

 private:
  [[nodiscard]] std::uint32_t any_node() {
    return static_cast<std::uint32_t>(world_.random().below(world_.size()));
  }
  template <class Action>
  void later(std::int64_t mean_ns, Action action) {
    world_.after(world_.exponential(mean_ns), [this, action] {
      if (!over_) action();
    });
  }

  void load() {
    const std::uint64_t count = world_.random().between(1, plan_.burst_max);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Payment payment = ++newest_;
      const bool lapses = plan_.lapses && world_.random().chance(100);
      later(20 * kMillisecond, [this, payment, lapses] {
        const std::uint32_t at = any_node();
        if (!world_.node(at).is_running()) return;
        world_.submit(at, payment, true, lapses ? kSecond / 2 : World::kValidity);
        if (!lapses) payments_.insert(payment);
      });
    }
    later(plan_.burst_every_ns, [this] { load(); });
  }

  void plan_crash() {
    later(plan_.crash_every_ns, [this] {
      if (world_.random().chance(plan_.all_crash_per_mille)) {
        for (std::uint32_t i = 0; i < world_.size(); ++i) crash(i);
      } else {
        crash(any_node());
      }
      plan_crash();
    });
  }
  void crash(std::uint32_t node) {
    const bool power_loss = world_.random().chance(600);
    const std::uint64_t kind = world_.random().below(3);
    if (kind == 0) world_.crash(node, power_loss);
    const auto count = static_cast<std::uint32_t>(world_.random().below(kind == 1 ? 40 : 4));
    if (kind != 0) world_.node(node).crash_after(count, kind == 2, power_loss);
    revive(node);
  }
  /// The crash may come a little later, so it is looked for until the healing.
  void revive(std::uint32_t node) {
    if (absent_.contains(node)) return;
    later(kSecond, [this, node] {
      if (world_.node(node).is_running()) return revive_once_more(node);
      world_.start(node);
    });
  }
  void revive_once_more(std::uint32_t node) {
    later(3 * kSecond, [this, node] { world_.start(node); });
  }

  void plan_partition() {
    later(plan_.partition_every_ns, [this] {
      std::vector<std::uint32_t> groups(world_.size(), 0);
      if (world_.random().chance(400)) {
        groups[any_node()] = 1;
      } else {
        for (auto& group : groups) group = static_cast<std::uint32_t>(world_.random().below(2));
      }
      world_.partition(groups);
      later(2 * kSecond, [this] { world_.partition({}); });
      plan_partition();
    });
  }

  /// Some nodes do not hear some others for a while, and no connection breaks.
  void plan_deafness() {
    later(plan_.deaf_every_ns, [this] {
      std::vector<bool> cut(std::size_t{world_.size()} * world_.size());
      for (std::size_t i = 0; i < cut.size(); ++i) cut[i] = world_.random().chance(250);
      world_.set_filter([cut, n = world_.size()](std::uint32_t from, std::uint32_t to,
                                                 const consensus::Message&) {
        return !cut[std::size_t{from} * n + to];
      });
      later(2 * kSecond, [this] { world_.set_filter({}); });
      plan_deafness();
    });
  }

  World& world_;
  const Plan& plan_;
  std::set<std::uint32_t> absent_;
  bool over_ = false;
  Payment newest_ = 0;
  std::set<Payment> payments_;
};

/// From here on the network behaves and the machines run, but for those that never come back.
void heal(World& world, const Plan& plan, const std::set<std::uint32_t>& dead) {
  Settings settings = world.settings();
  settings.delay_ns = std::min<std::int64_t>(settings.delay_ns, 2 * kMillisecond);
  settings.loss_per_mille = 0;
  settings.duplicate_per_mille = 0;
  settings.sync_ns = kMillisecond / 4;
  settings.slow_sync_per_mille = 0;
  world.set_settings(settings);
  world.set_filter({});
  world.partition({});
  for (std::uint32_t node = 0; node < world.size(); ++node) {
    if (dead.contains(node) || (!world.is_honest(node) && plan.villain_dies)) {
      world.crash(node);
    } else {
      world.start(node);
    }
    // Crashes that were planned and did not happen are off.
    world.node(node).forget_crash();
  }
}

/// The honest nodes that are never back.
std::set<std::uint32_t> draw_dead(World& world, const Plan& plan) {
  std::set<std::uint32_t> dead;
  while (dead.size() < plan.left_dead) {
    const auto node = static_cast<std::uint32_t>(world.random().below(world.size()));
    if (world.is_honest(node)) dead.insert(node);
  }
  return dead;
}

/// Clients ask again for what they were not told is final.
void ask_again(World& world, const std::set<Payment>& payments) {
  std::vector<std::uint32_t> alive;
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (world.is_honest(i) && world.node(i).is_running()) alive.push_back(i);
  }
  for (const Payment payment : payments) {
    world.submit(alive[world.random().below(alive.size())], payment);
  }
}

/// C13: with a quorum of honest nodes and a network that behaves, everything becomes final. The
/// bound covers timeouts at their cap of 10 s for each of f faulty leaders in a row, twice over.
void demand_liveness(World& world, const std::set<Payment>& payments) {
  const std::int64_t faults = (world.size() - 1) / 3;
  const std::int64_t bound = (30 + 40 * faults) * kSecond;
  const bool paid = world.run_until([&] { return world.all_paid(payments); }, bound);
  if (!paid) world.checkers().violation("C13: payments are not final after the healing");
  const bool level = world.run_until([&] { return world.are_level(); }, bound);
  if (!level) world.checkers().violation("C13: nodes do not catch up after the healing");
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (!world.is_honest(i) || !world.node(i).is_running()) continue;
    world.checkers().check_kept(i, world.node(i).application().chain());
  }
}

/// C10: with nothing to do nobody votes, proposes or writes.
void demand_silence(World& world) {
  world.run_for(10 * kSecond);
  const std::uint64_t votes = world.checkers().votes_sent();
  const std::uint64_t proposals = world.checkers().proposals_sent();
  const std::uint64_t syncs = world.syncs();
  world.run_for(kQuiet);
  if (world.checkers().votes_sent() != votes) world.checkers().violation("C10: votes while idle");
  if (world.checkers().proposals_sent() != proposals) {
    world.checkers().violation("C10: proposals while idle");
  }
  if (world.syncs() != syncs) world.checkers().violation("C10: syncs while idle");
}

}  // namespace

Outcome run_seed(std::uint64_t seed, std::ostream* trace) {
  const Plan plan = draw_plan(seed);
  World world{seed, plan.settings, plan.attack, plan.villain};
  world.set_trace(trace);
  const std::set<std::uint32_t> dead = draw_dead(world, plan);
  Trouble trouble{world, plan, plan.is_short_handed ? dead : std::set<std::uint32_t>{}};
  trouble.begin();
  world.run_for(plan.trouble_ns);
  trouble.end();
  heal(world, plan, dead);
  ask_again(world, trouble.payments());
  demand_liveness(world, trouble.payments());
  const bool heartbeats = plan.settings.parameters.heartbeat < std::chrono::minutes{5};
  if (!heartbeats && !plan.attack) demand_silence(world);

  Outcome outcome;
  outcome.seed = seed;
  outcome.hash = world.run_hash();
  outcome.steps = world.steps();
  outcome.simulated_ns = world.now();
  outcome.final_height = world.checkers().final_height().raw;
  outcome.evidence = world.checkers().evidence_count();
  outcome.setting = describe(plan);
  outcome.violations = world.checkers().violations();
  if (outcome.violations.size() > kViolationsKept) outcome.violations.resize(kViolationsKept);
  return outcome;
}

}  // namespace hansatsu::simulation
