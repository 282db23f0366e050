#include "tests/simulation/swarm.h"

#include <algorithm>

#include "tests/simulation/trouble.h"

namespace hansatsu::simulation {
namespace {

constexpr std::size_t kViolationsKept = 5;
constexpr std::int64_t kHalfAnHour = 1'800 * kSecond;
constexpr std::int64_t kQuiet = 30 * kSecond;
constexpr std::int64_t kAskAgain = 5 * kSecond;

bool is_dead_for_good(const Plan& plan, const std::set<std::uint32_t>& dead, std::uint32_t node) {
  return dead.contains(node) || (plan.villains_die && plan.cast.villains.contains(node));
}

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
    // Crashes and faults that were planned and did not happen are off.
    world.node(node).forget_crash();
    world.node(node).pause_until(0);
    if (world.node(node).is_running()) world.node(node).disk().repair();
    if (is_dead_for_good(plan, dead, node)) world.crash(node);
  }
}

/// A fault that was under way may end a process after the healing: its operator is there.
void raise_all(World& world, const Plan& plan, const std::set<std::uint32_t>& dead) {
  for (std::uint32_t node = 0; node < world.size(); ++node) {
    if (!is_dead_for_good(plan, dead, node)) world.start(node);
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

/// Asks, and starts who is down (a disk's fault may have waited for the first write after the
/// healing), again and again until the payments are final.
template <class Ask>
bool run_until_paid(World& world, const Plan& plan, const std::set<std::uint32_t>& dead,
                    std::int64_t bound, const std::set<Payment>& payments, const Ask& ask) {
  const std::int64_t until = world.now() + bound;
  while (world.now() < until) {
    raise_all(world, plan, dead);
    ask();
    if (world.run_until([&] { return world.all_paid(payments); }, kAskAgain)) return true;
  }
  return false;
}

/// Timeouts may be at their cap of 10 s for each of f faulty leaders in a row: twice that and more.
std::int64_t liveness_bound(const World& world) {
  return (30 + 40 * std::int64_t{(world.size() - 1) / 3}) * kSecond;
}

/// C13: with a quorum of honest nodes and a network that behaves, everything becomes final.
void demand_liveness(World& world, const Plan& plan, Trouble& trouble,
                     const std::set<std::uint32_t>& dead) {
  const std::int64_t bound = liveness_bound(world);
  const bool paid = run_until_paid(world, plan, dead, bound, trouble.payments(),
                                   [&trouble] { trouble.ask_again(); });
  if (!paid) {
    world.checkers().violation("C13: payments are not final after the healing");
  }
  raise_all(world, plan, dead);
  const bool level = world.run_until([&] { return world.are_level(); }, bound);
  if (!level) world.checkers().violation("C13: nodes do not catch up after the healing");
  world.check_agreement();
}

/// C10: with nothing to do nobody says more than that it is there, and nobody writes.
void demand_silence(World& world) {
  world.run_for(10 * kSecond);
  const std::uint64_t votes = world.checkers().votes_sent();
  const std::uint64_t proposals = world.checkers().proposals_sent();
  const std::uint64_t messages = world.checkers().messages_sent();
  const std::uint64_t syncs = world.syncs();
  world.run_for(kQuiet);
  if (world.checkers().votes_sent() != votes) world.checkers().violation("C10: votes while idle");
  if (world.checkers().proposals_sent() != proposals) {
    world.checkers().violation("C10: proposals while idle");
  }
  if (world.checkers().messages_sent() != messages) {
    world.checkers().violation("C10: messages other than Status while idle");
  }
  if (world.syncs() != syncs) world.checkers().violation("C10: syncs while idle");
}

/// A whole town has no leader to wait for: there, what a person would wait for.
void demand_payment(World& world, const Plan& plan, Trouble& trouble,
                    const std::set<std::uint32_t>& dead) {
  const bool is_whole = plan.cast.villains.empty() && plan.cast.damaged.empty() && dead.empty();
  const std::int64_t bound = is_whole ? 60 * kSecond : liveness_bound(world);
  const std::set<Payment> payment{trouble.next_payment()};
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (world.is_honest(i)) world.submit(i, *payment.begin(), false);
  }
  if (!run_until_paid(world, plan, dead, bound, payment, [] {})) {
    world.checkers().violation("C13: the first payment after a quiet time is not final");
  }
}

/// Nothing for a while, up to a night, and then one more payment.
void demand_waking(World& world, const Plan& plan, Trouble& trouble,
                   const std::set<std::uint32_t>& dead) {
  world.run_for(plan.idle_ns);
  demand_payment(world, plan, trouble, dead);
  constexpr std::int64_t kHour = 3'600 * kSecond;
  if (plan.idle_ns >= kHour) world.mark(Mark::woken_after_hour);
}

void live(World& world, const Plan& plan, Trouble& trouble, const std::set<std::uint32_t>& dead) {
  trouble.begin();
  world.run_for(plan.trouble_ns + plan.lull_ns);
  trouble.end();
  if (plan.trouble_ns >= 60 * kSecond) world.mark(Mark::troubled_long);
  if (plan.is_overrun) return;
  if (plan.is_calm) world.checkers().check_syncs();
  heal(world, plan, dead);
  demand_liveness(world, plan, trouble, dead);
  const bool has_heartbeats = plan.settings.parameters.heartbeat < std::chrono::minutes{5};
  const bool are_honest = plan.cast.villains.empty() && plan.cast.damaged.empty();
  // After an hour without a block a heartbeat is due: none is for another after this one. And who
  // died for good may have been heard by some alone, who wait for the rest until there is work.
  if (plan.lull_ns > kHalfAnHour || !dead.empty()) demand_payment(world, plan, trouble, dead);
  if (!has_heartbeats && are_honest) demand_silence(world);
  if (plan.idle_ns > 0) demand_waking(world, plan, trouble, dead);
}

}  // namespace

Outcome run_seed(std::uint64_t seed, std::ostream* trace) {
  const Plan plan = draw_plan(seed);
  World world{seed, plan.settings, plan.cast};
  world.set_trace(trace);
  if (trace != nullptr) *trace << describe(plan) << std::endl;
  if (plan.is_overrun) world.checkers().expect_too_many_faults();
  const std::set<std::uint32_t> dead = draw_dead(world, plan);
  Trouble trouble{world, plan, plan.is_short_handed ? dead : std::set<std::uint32_t>{}};
  live(world, plan, trouble, dead);

  Outcome outcome;
  outcome.seed = seed;
  outcome.hash = world.run_hash();
  outcome.steps = world.steps();
  outcome.simulated_ns = world.now();
  outcome.final_height = world.checkers().final_height().raw;
  outcome.evidence = world.checkers().evidence_count();
  outcome.coverage = world.coverage();
  outcome.memory_peak = world.memory_peak();
  outcome.setting = describe(plan);
  outcome.violations = world.checkers().violations();
  if (outcome.violations.size() > kViolationsKept) outcome.violations.resize(kViolationsKept);
  return outcome;
}

}  // namespace hansatsu::simulation
