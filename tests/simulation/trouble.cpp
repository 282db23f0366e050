#include "tests/simulation/trouble.h"

#include <algorithm>

namespace hansatsu::simulation {
namespace {

constexpr std::int64_t kShortest = 100 * kMillisecond;  ///< of what lasts in the network
constexpr std::int64_t kPatience = 5 * kSecond;

}  // namespace

Trouble::Trouble(World& world, const Plan& plan, std::set<std::uint32_t> absent)
    : world_{world},
      plan_{plan},
      absent_{std::move(absent)},
      cut_(std::size_t{world.size()} * world.size()),
      clogged_(world.size()) {}

std::uint32_t Trouble::any_node() {
  return static_cast<std::uint32_t>(world_.random().below(world_.size()));
}

template <class Action>
void Trouble::later(std::int64_t mean_ns, Action action) {
  world_.after(world_.exponential(mean_ns), [this, action] {
    if (!over_) action();
  });
}

/// No rarer than about once in a lull.
std::int64_t Trouble::paced(std::int64_t mean_ns) const {
  return stretch_ == 1 ? mean_ns : std::min(mean_ns * stretch_, plan_.lull_ns);
}

template <class Action>
void Trouble::repeat(std::int64_t mean_ns, Action action) {
  if (mean_ns <= 0) return;
  later(paced(mean_ns), [this, mean_ns, action, pace = pace_] {
    if (pace != pace_) return;
    action();
    repeat(mean_ns, action);
  });
}

template <class Action>
void Trouble::repeat_lasting(std::int64_t mean_ns, Action action) {
  if (mean_ns <= 0) return;
  later(paced(mean_ns), [this, mean_ns, action, pace = pace_] {
    if (pace != pace_) return;
    const std::int64_t span = action();
    // Now and then it gives way to the next while it stands.
    if (world_.random().chance(250)) return repeat_lasting(mean_ns, action);
    world_.after(span, [this, mean_ns, action, pace] {
      if (!over_ && pace == pace_) repeat_lasting(mean_ns, action);
    });
  });
}

void Trouble::begin() {
  for (std::uint32_t i = 0; i < world_.size(); ++i) {
    if (!absent_.contains(i)) world_.start(i);
  }
  if (plan_.deaf_every_ns > 0 || plan_.clog_every_ns > 0) {
    world_.set_filter([this](std::uint32_t from, std::uint32_t to, const consensus::Message&) {
      return passes(from, to);
    });
  }
  begin_faults();
  load();
  watch_memory();
  if (plan_.lull_ns == 0) return;
  world_.after(plan_.lull_at_ns, [this] { begin_lull(); });
  world_.after(plan_.lull_at_ns + plan_.lull_ns, [this] { end_lull(); });
}

/// At the pace of the hour: what was planned at another is planned anew.
void Trouble::begin_faults() {
  ++pace_;
  repeat(plan_.crash_every_ns, [this] { crash_some(); });
  repeat_lasting(plan_.partition_every_ns, [this] { return partition(); });
  repeat_lasting(plan_.deaf_every_ns, [this] { return deafen(); });
  repeat_lasting(plan_.clog_every_ns, [this] { return clog(); });
  repeat(plan_.pause_every_ns, [this] { pause(); });
  repeat(plan_.disk_fault_every_ns, [this] { fail_a_disk(); });
  repeat(plan_.rot_every_ns, [this] { rot(); });
  repeat(plan_.misdirect_every_ns, [this] { misdirect(); });
  repeat(plan_.put_back_every_ns, [this] { put_back(); });
}

/// About as many faults as in all the rest of the trouble, however long the lull.
void Trouble::begin_lull() {
  stretch_ = 1 + plan_.lull_ns / plan_.trouble_ns;
  begin_faults();
}

void Trouble::end_lull() {
  constexpr std::int64_t kHour = 3'600 * kSecond;
  const bool has_faults = plan_.crash_every_ns > 0 || plan_.partition_every_ns > 0;
  if (plan_.lull_ns >= kHour && has_faults) world_.mark(Mark::lull_of_hours);
  stretch_ = 1;
  for (std::uint32_t node = 0; node < world_.size(); ++node) {
    if (!world_.node(node).is_running()) revive(node);  // not when a lull's hours are over
  }
  begin_faults();
  load();
}

void Trouble::end() {
  over_ = true;
  for (const Payment payment : short_lived_) {
    if (!world_.is_final(payment)) world_.mark(Mark::payment_lapsed);
  }
}

// ---- Load -------------------------------------------------------------------------------------

bool Trouble::has_room() {
  while (settled_ < newest_ &&
         (!payments_.contains(settled_ + 1) || world_.is_final(settled_ + 1))) {
    ++settled_;
  }
  return newest_ < settled_ + Town::kInFlight;
}

void Trouble::load() {
  const std::uint64_t count = world_.random().between(1, plan_.burst_max);
  for (std::uint64_t i = 0; i < count; ++i) {
    later(20 * kMillisecond, [this] { pay(); });
  }
  later(plan_.burst_every_ns, [this, pace = pace_] {
    if (pace == pace_) load();
  });
}

void Trouble::pay() {
  const std::uint32_t at = any_node();
  if (!world_.node(at).is_running()) return;
  // As many as may be are under way: the one that waits longest is asked for again.
  if (!has_room()) return world_.submit(at, settled_ + 1);
  const Payment payment = ++newest_;
  const bool lapses = plan_.lapses && world_.random().chance(100);
  world_.submit(at, payment, true, lapses ? kSecond / 2 : World::kValidity);
  (lapses ? short_lived_ : payments_).insert(payment);
}

void Trouble::ask_again() {
  std::vector<std::uint32_t> alive;
  for (std::uint32_t i = 0; i < world_.size(); ++i) {
    if (world_.is_honest(i) && world_.node(i).is_running()) alive.push_back(i);
  }
  for (const Payment payment : payments_) {
    const std::uint32_t at = alive[world_.random().below(alive.size())];
    if (!world_.node(at).application().paid().contains(payment)) world_.submit(at, payment);
  }
}

// ---- Machines ---------------------------------------------------------------------------------

void Trouble::crash_some() {
  if (!world_.random().chance(plan_.all_crash_per_mille)) return crash(any_node());
  for (std::uint32_t i = 0; i < world_.size(); ++i) crash(i);
}

void Trouble::crash(std::uint32_t node) {
  const bool power_loss = world_.random().chance(600);
  const std::uint64_t kind = world_.random().below(3);
  if (kind == 0) world_.crash(node, power_loss);
  const auto count = static_cast<std::uint32_t>(world_.random().below(kind == 1 ? 40 : 4));
  if (kind != 0) world_.node(node).crash_after(count, kind == 2, power_loss);
  revive(node);
}

/// The crash may come a little later, so it is looked for until the healing. In a lull the operator
/// may sleep as well.
void Trouble::revive(std::uint32_t node) {
  if (absent_.contains(node)) return;
  later(world_.random().chance(300) ? paced(kSecond) : kSecond, [this, node] {
    if (!world_.node(node).is_running()) return world_.start(node);
    later(3 * kSecond, [this, node] { world_.start(node); });
  });
}

/// Who sleeps already sleeps his time.
void Trouble::pause() {
  const std::uint32_t node = any_node();
  const std::int64_t span = spread_between(world_.random(), 10 * kMillisecond, plan_.pause_max_ns);
  if (world_.node(node).pause_left() == 0) world_.pause(node, span);
}

void Trouble::fail_a_disk() {
  const std::uint32_t node = any_node();
  const bool full = world_.random().chance(400);
  world_.node(node).disk().fail_next(full ? DiskFault::full : DiskFault::sync_failed,
                                     world_.random());
  // Now and then the machine goes down before anybody restarts the process.
  if (world_.random().chance(300)) later(kSecond / 2, [this, node] { world_.crash(node); });
  revive(node);
}

void Trouble::rot() {
  for (const std::uint32_t node : plan_.cast.damaged) {
    world_.node(node).disk().flip_bit(world_.random());
    if (world_.random().chance(500)) crash(node);
  }
}

void Trouble::misdirect() {
  for (const std::uint32_t node : plan_.cast.damaged) {
    world_.node(node).disk().misdirect_next(world_.random());
    if (world_.random().chance(500)) crash(node);
  }
}

void Trouble::put_back() {
  for (const std::uint32_t node : plan_.cast.damaged) {
    if (!images_.contains(node) || world_.random().chance(300)) {
      images_.insert_or_assign(node, world_.node(node).image());
      continue;
    }
    world_.crash(node);
    world_.node(node).restore(images_.at(node));
    revive(node);
  }
}

// ---- The network ------------------------------------------------------------------------------

std::int64_t Trouble::partition() {
  std::vector<std::uint32_t> groups(world_.size(), 0);
  if (world_.random().chance(400)) {
    groups[any_node()] = 1;
  } else {
    for (auto& group : groups) group = static_cast<std::uint32_t>(world_.random().below(2));
  }
  world_.partition(groups);
  const std::int64_t span = spread_between(world_.random(), kShortest, plan_.partition_max_ns);
  world_.after(span, [this, number = ++partition_] {
    if (!over_ && number == partition_) world_.partition({});
  });
  return span;
}

bool Trouble::passes(std::uint32_t from, std::uint32_t to) {
  const std::int64_t now = world_.now();
  const auto lasts = [now](const Span& span) { return span.from <= now && now < span.until; };
  const auto lasts_long = [&](const Span& span) {
    return lasts(span) && now - span.from > kPatience;
  };
  if (lasts(clogged_[from]) || lasts(clogged_[to])) {
    world_.mark(Mark::clogged);
    if (lasts_long(clogged_[from]) || lasts_long(clogged_[to])) world_.mark(Mark::clogged_long);
    return false;
  }
  const std::size_t n = world_.size();
  const Span& cut = cut_[from * n + to];
  if (!lasts(cut)) return true;
  if (!lasts(cut_[to * n + from])) {
    world_.mark(Mark::lost_one_way);
    if (lasts_long(cut)) world_.mark(Mark::lost_one_way_long);
  }
  return false;
}

/// Some nodes do not hear some others for a while, and no connection breaks.
std::int64_t Trouble::deafen() {
  const std::int64_t now = world_.now();
  const std::int64_t span = spread_between(world_.random(), kShortest, plan_.deaf_max_ns);
  for (Span& cut : cut_) {
    if (world_.random().chance(250) && cut.until <= now) cut = {now, now + span};
  }
  return span;
}

/// One node after the other goes quiet, and they come back in another order.
std::int64_t Trouble::clog() {
  std::int64_t last = world_.now();
  for (Span& clogged : clogged_) {
    if (!world_.random().chance(500)) continue;
    const std::int64_t wait = world_.exponential(kSecond / 2);
    const std::int64_t span = spread_between(world_.random(), kShortest, plan_.clog_max_ns);
    if (world_.now() < clogged.until) continue;
    clogged = {world_.now() + wait, world_.now() + wait + span};
    last = std::max(last, clogged.until);
  }
  return last - world_.now();
}

/// C8: what peers send does not grow an engine without end.
void Trouble::watch_memory() {
  world_.after(kSecond, [this] {
    world_.check_memory();
    watch_memory();
  });
}

}  // namespace hansatsu::simulation
