#include "tests/simulation/trouble.h"

namespace hansatsu::simulation {

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

template <class Action>
void Trouble::repeat(std::int64_t mean_ns, Action action) {
  if (mean_ns <= 0) return;
  later(mean_ns, [this, mean_ns, action] {
    action();
    repeat(mean_ns, action);
  });
}

void Trouble::begin() {
  for (std::uint32_t i = 0; i < world_.size(); ++i) {
    if (!absent_.contains(i)) world_.start(i);
  }
  load();
  repeat(plan_.crash_every_ns, [this] { crash_some(); });
  repeat(plan_.partition_every_ns, [this] { partition(); });
  repeat(plan_.deaf_every_ns, [this] { deafen(); });
  repeat(plan_.clog_every_ns, [this] { clog(); });
  repeat(plan_.pause_every_ns, [this] { pause(); });
  repeat(plan_.disk_fault_every_ns, [this] { fail_a_disk(); });
  repeat(plan_.rot_every_ns, [this] { rot(); });
  repeat(plan_.misdirect_every_ns, [this] { misdirect(); });
  repeat(plan_.put_back_every_ns, [this] { put_back(); });
  watch_memory();
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
  later(plan_.burst_every_ns, [this] { load(); });
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

/// The crash may come a little later, so it is looked for until the healing.
void Trouble::revive(std::uint32_t node) {
  if (absent_.contains(node)) return;
  later(kSecond, [this, node] {
    if (!world_.node(node).is_running()) return world_.start(node);
    later(3 * kSecond, [this, node] { world_.start(node); });
  });
}

void Trouble::pause() {
  const std::int64_t span = world_.exponential(plan_.pause_max_ns / 2);
  world_.pause(any_node(), std::min(span, plan_.pause_max_ns));
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

void Trouble::partition() {
  std::vector<std::uint32_t> groups(world_.size(), 0);
  if (world_.random().chance(400)) {
    groups[any_node()] = 1;
  } else {
    for (auto& group : groups) group = static_cast<std::uint32_t>(world_.random().below(2));
  }
  world_.partition(groups);
  later(plan_.partition_ns, [this] { world_.partition({}); });
}

void Trouble::refresh_filter() {
  world_.set_filter([this](std::uint32_t from, std::uint32_t to, const consensus::Message&) {
    const std::size_t n = world_.size();
    const bool is_clogged = clogged_[from] || clogged_[to];
    const bool is_cut = cut_[from * n + to];
    if (is_clogged) world_.mark(Mark::clogged);
    if (is_cut && !is_clogged && !cut_[to * n + from]) world_.mark(Mark::lost_one_way);
    return !is_cut && !is_clogged;
  });
}

/// Some nodes do not hear some others for a while, and no connection breaks.
void Trouble::deafen() {
  for (std::size_t i = 0; i < cut_.size(); ++i) cut_[i] = world_.random().chance(250);
  refresh_filter();
  later(2 * kSecond, [this] { cut_.assign(cut_.size(), false); });
}

/// One node after the other goes quiet, and they come back in another order.
void Trouble::clog() {
  for (std::uint32_t node = 0; node < world_.size(); ++node) {
    if (!world_.random().chance(500)) continue;
    later(kSecond / 2, [this, node] {
      clogged_[node] = true;
      later(2 * kSecond, [this, node] { clogged_[node] = false; });
    });
  }
  refresh_filter();
}

/// C8: what peers send does not grow an engine without end.
void Trouble::watch_memory() {
  world_.after(kSecond, [this] {
    world_.check_memory();
    watch_memory();
  });
}

}  // namespace hansatsu::simulation
