#include "tests/simulation/plan.h"

#include <algorithm>
#include <sstream>

namespace hansatsu::simulation {
namespace {

std::int64_t milliseconds_between(Random& random, std::uint64_t least, std::uint64_t most) {
  return static_cast<std::int64_t>(random.between(least, most)) * kMillisecond;
}

/// How long what lasts may last in this town: half of them know the whole range.
std::int64_t draw_longest(Random& random, std::int64_t least, std::int64_t most) {
  return random.chance(500) ? most : spread_between(random, least, most);
}

std::uint32_t draw_size(Random& random) {
  struct Weight {
    std::uint64_t below;
    std::uint32_t size;
  };
  constexpr std::array<Weight, 7> kSizes{
      {{600, 4}, {700, 5}, {780, 6}, {900, 7}, {970, 10}, {995, 13}, {1'000, 31}}};
  const std::uint64_t draw = random.below(1'000);
  return std::find_if(kSizes.begin(), kSizes.end(),
                      [draw](const Weight& weight) { return draw < weight.below; })
      ->size;
}

void draw_network(Random& random, Settings& settings) {
  constexpr std::array<int, 3> kPlannedMs{5, 15, 30};
  settings.parameters.message_delay = std::chrono::milliseconds{kPlannedMs[random.below(3)]};
  if (random.chance(500)) {
    settings.delay_ns = spread_between(random, kMillisecond / 10, 100 * kMillisecond);
  }
  if (random.chance(500)) settings.loss_per_mille = static_cast<std::uint32_t>(random.below(301));
  if (random.chance(500)) {
    settings.duplicate_per_mille = static_cast<std::uint32_t>(random.below(501));
  }
}

void draw_disks(Random& random, Settings& settings) {
  constexpr std::array<std::uint32_t, 3> kSegmentsKib{64, 128, 512};
  settings.segment_bytes = kSegmentsKib[random.below(kSegmentsKib.size())] << 10U;
  if (random.chance(500)) settings.sync_ns = milliseconds_between(random, 1, 30);
  if (random.chance(500)) {
    settings.slow_sync_per_mille = static_cast<std::uint32_t>(random.below(30));
  }
  settings.crash.keep_per_mille = static_cast<std::uint32_t>(random.below(1'001));
  settings.crash.tear_per_mille =
      static_cast<std::uint32_t>(random.below(1'001 - settings.crash.keep_per_mille));
  settings.crash.prefix = random.chance(500);
  settings.checkpoint_ns = milliseconds_between(random, 200, 10'000);
  if (random.chance(500)) {
    settings.store_loss_per_mille = static_cast<std::uint32_t>(random.below(501));
  }
}

/// How far each node is off, 0..`most`: all by something, some by all of it, one alone, or all but
/// one.
std::vector<std::int64_t> draw_offsets(Random& random, std::uint32_t nodes, std::uint64_t most) {
  const std::uint64_t shape = random.below(4);
  std::vector<std::int64_t> offsets(nodes, shape == 3 ? static_cast<std::int64_t>(most) : 0);
  if (shape >= 2) {
    offsets[random.below(nodes)] = static_cast<std::int64_t>(shape == 2 ? most : 0);
    return offsets;
  }
  for (std::int64_t& offset : offsets) {
    offset =
        static_cast<std::int64_t>(shape == 1 ? most * random.below(2) : random.between(0, most));
  }
  return offsets;
}

/// Rates and wall clocks know nothing of each other: a slow clock may be early or late. Timely (A4)
/// has honest clocks less than two seconds apart; a message's way and a sync need some of that.
void draw_clocks(Random& random, Settings& settings) {
  const std::uint32_t nodes = settings.validators;
  if (random.chance(500)) {
    const auto ahead = draw_offsets(random, nodes, random.between(1, 1'900));
    for (std::uint32_t i = 0; i < nodes; ++i) settings.clocks[i].ahead_ms = ahead[i];
  }
  if (random.chance(500)) {
    // From so much slow to so much fast.
    const auto most = static_cast<std::int64_t>(random.between(1, 50));
    const auto fast = draw_offsets(random, nodes, 2 * static_cast<std::uint64_t>(most));
    for (std::uint32_t i = 0; i < nodes; ++i) settings.clocks[i].rate_per_mille = fast[i] - most;
  }
  if (random.chance(250)) settings.utc_start = kUtcMidnight - random.between(0, 30'000);
  if (random.chance(250)) {
    settings.parameters.heartbeat = std::chrono::seconds{random.between(5, 30)};
  }
}

void draw_cast(Random& random, Plan& plan) {
  const std::uint32_t size = plan.settings.validators;
  std::uint32_t room = (size - 1) / 3;
  const auto any = [&] { return static_cast<std::uint32_t>(random.below(size)); };
  const auto add_villain = [&] {
    plan.cast.villains[any()] = static_cast<Attack>(random.below(kAttackCount));
  };
  plan.is_overrun = random.chance(50);
  if (plan.is_overrun) {
    while (plan.cast.villains.size() <= room) add_villain();
    return;
  }
  if (random.chance(500)) {
    const std::uint64_t count = random.chance(600) ? 1 : random.between(1, room);
    while (plan.cast.villains.size() < count) add_villain();
    room -= static_cast<std::uint32_t>(count);
  }
  if (room > 0 && random.chance(250)) {
    std::uint32_t node = any();
    while (plan.cast.villains.contains(node)) node = any();
    plan.cast.damaged.insert(node);
    --room;
    std::int64_t& every = random.chance(500)   ? plan.put_back_every_ns
                          : random.chance(500) ? plan.rot_every_ns
                                               : plan.misdirect_every_ns;
    every = milliseconds_between(random, 1'000, 10'000);
  }
  if (random.chance(400)) plan.left_dead = static_cast<std::uint32_t>(random.between(0, room));
}

void draw_trouble(Random& random, Plan& plan) {
  constexpr std::int64_t kShort = 100 * kMillisecond;
  constexpr std::int64_t kNetworkLongest = 30 * kSecond;
  if (random.chance(600)) plan.crash_every_ns = milliseconds_between(random, 50, 3'000);
  if (random.chance(500)) plan.partition_every_ns = milliseconds_between(random, 500, 8'000);
  plan.partition_max_ns = draw_longest(random, kShort, kNetworkLongest);
  if (random.chance(500)) plan.deaf_every_ns = milliseconds_between(random, 500, 8'000);
  plan.deaf_max_ns = draw_longest(random, kShort, kNetworkLongest);
  if (random.chance(500)) plan.clog_every_ns = milliseconds_between(random, 500, 8'000);
  plan.clog_max_ns = draw_longest(random, kShort, kNetworkLongest);
  if (random.chance(500)) plan.pause_every_ns = milliseconds_between(random, 500, 10'000);
  plan.pause_max_ns = draw_longest(random, kShort / 2, 60 * kSecond);
  if (random.chance(500)) plan.disk_fault_every_ns = milliseconds_between(random, 500, 10'000);
  plan.all_crash_per_mille = random.chance(200) ? 700 : 50;
}

/// Hours only where little is said in them: in small towns without quick heartbeats.
std::int64_t draw_quiet(Random& random, const Settings& settings) {
  constexpr std::int64_t kMinute = 60 * kSecond;
  std::int64_t longest = (settings.validators <= 5 ? 12 : 1) * 60 * kMinute;
  if (settings.parameters.heartbeat < std::chrono::minutes{1}) longest = 10 * kMinute;
  return spread_between(random, kSecond, longest);
}

void draw_load(Random& random, Plan& plan) {
  plan.burst_every_ns = spread_between(random, 100 * kMillisecond, 5 * kSecond);
  plan.burst_max = random.chance(850) ? random.between(1, 3) : random.between(1, 60);
  plan.lapses = random.chance(300);
  if (random.chance(30)) plan.idle_ns = draw_quiet(random, plan.settings);
  if (random.chance(40)) plan.lull_ns = draw_quiet(random, plan.settings);
}

/// A LAN as it should be, under a steady load.
void make_calm(Random& random, Plan& plan) {
  Settings& settings = plan.settings;
  settings.delay_ns = milliseconds_between(random, 1, 3);
  settings.sync_ns = kMillisecond / 4;
  settings.parameters.message_delay = std::chrono::milliseconds{15};
  plan.is_calm = true;
  plan.trouble_ns = milliseconds_between(random, 500, 1'500);
  plan.burst_every_ns = milliseconds_between(random, 5, 15);
  plan.burst_max = 2;
}

/// A town that is troubled for a minute or two, of whatever size: a table that only ever grows
/// shows there. Payments and restarts are what such a run costs, so they come at a slower pace.
void make_long(Random& random, Plan& plan) {
  const std::uint64_t most_ms = plan.settings.validators < 10 ? 120'000 : 60'000;
  plan.trouble_ns = milliseconds_between(random, 60'000, most_ms);
  plan.burst_every_ns = std::max<std::int64_t>(plan.burst_every_ns, kSecond);
  plan.burst_max = std::min<std::uint64_t>(plan.burst_max, 5);
  if (plan.crash_every_ns > 0) plan.crash_every_ns = std::max(plan.crash_every_ns, 2 * kSecond);
}

/// As much happens in a longer time, so that what lasts long may do so: partitions, pauses and the
/// like keep their pace.
void make_slow(Random& random, Plan& plan) {
  const std::int64_t times =
      std::min(spread_between(random, 2, 20), 120 * kSecond / plan.trouble_ns);
  plan.trouble_ns *= times;
  for (std::int64_t* const every :
       {&plan.burst_every_ns, &plan.crash_every_ns, &plan.disk_fault_every_ns, &plan.rot_every_ns,
        &plan.misdirect_every_ns, &plan.put_back_every_ns}) {
    *every *= times;
  }
}

void draw_length(Random& random, Plan& plan) {
  // What a town costs grows with the square of its validators; a large one is troubled for less.
  const std::uint64_t most = random.chance(50) ? 40'000 : 8'000;
  const std::int64_t size = plan.settings.validators;
  plan.trouble_ns = milliseconds_between(random, 1'500, most) * 16 / (size * size);
  plan.trouble_ns = std::max(plan.trouble_ns, milliseconds_between(random, 500, 1'500));
  if (random.chance(10)) {
    make_long(random, plan);
  } else if (random.chance(300)) {
    make_slow(random, plan);
  }
  const auto all_ms = static_cast<std::uint64_t>(plan.trouble_ns / kMillisecond);
  // More liars than f may turn views over as fast as messages travel: in hours, millions.
  if (plan.is_overrun) plan.lull_ns = 0;
  if (plan.lull_ns > 0) plan.lull_at_ns = milliseconds_between(random, all_ms / 8, all_ms / 2);
}

}  // namespace

std::int64_t spread_between(Random& random, std::int64_t least, std::int64_t most) {
  std::uint64_t doublings = 0;
  for (std::int64_t edge = least; edge < most; edge *= 2) ++doublings;
  const auto from = static_cast<std::uint64_t>(least) << random.below(doublings);
  return static_cast<std::int64_t>(
      random.between(from, std::min(2 * from, static_cast<std::uint64_t>(most))));
}

Plan draw_plan(std::uint64_t seed) {
  // A stream of its own: what is drawn here does not shift what the world draws.
  Random random{seed ^ 0x706c616eULL};
  Plan plan;
  plan.settings.validators = draw_size(random);
  if (random.chance(30)) {
    make_calm(random, plan);
    return plan;
  }
  draw_network(random, plan.settings);
  draw_disks(random, plan.settings);
  draw_clocks(random, plan.settings);
  draw_cast(random, plan);
  draw_trouble(random, plan);
  draw_load(random, plan);
  plan.villains_die = random.chance(300);
  plan.is_short_handed = random.chance(500);
  draw_length(random, plan);
  return plan;
}

std::string describe(const Plan& plan) {
  std::ostringstream text;
  const Settings& s = plan.settings;
  const auto ms = [](std::int64_t span) { return std::to_string(span / kMillisecond) + "ms"; };
  const auto lasting = [&](const char* name, std::int64_t every, std::int64_t longest) {
    return std::string{" "} + name + "=" + ms(every) + (every > 0 ? "/" + ms(longest) : "");
  };
  text << "n=" << s.validators << " delay=" << s.delay_ns / 1'000 << "us loss=" << s.loss_per_mille
       << " dup=" << s.duplicate_per_mille << " sync=" << s.sync_ns / 1'000
       << "us slow=" << s.slow_sync_per_mille << " crash=" << ms(plan.crash_every_ns)
       << lasting("partition", plan.partition_every_ns, plan.partition_max_ns)
       << lasting("deaf", plan.deaf_every_ns, plan.deaf_max_ns)
       << lasting("clog", plan.clog_every_ns, plan.clog_max_ns)
       << lasting("pause", plan.pause_every_ns, plan.pause_max_ns)
       << " disk=" << ms(plan.disk_fault_every_ns) << " checkpoint=" << ms(s.checkpoint_ns)
       << " trouble=" << ms(plan.trouble_ns) << " left_dead=" << plan.left_dead
       << " lull=" << ms(plan.lull_ns) << " idle=" << ms(plan.idle_ns);
  for (const auto& [node, attack] : plan.cast.villains) {
    text << " villain " << node << "=" << name_of(attack);
  }
  for (const std::uint32_t node : plan.cast.damaged) {
    text << " damaged " << node << "="
         << (plan.rot_every_ns > 0         ? "rot"
             : plan.misdirect_every_ns > 0 ? "misdirected"
                                           : "put back");
  }
  for (const auto& [node, clock] : s.clocks) {
    text << " clock " << node << "=" << clock.ahead_ms << "ms/" << clock.rate_per_mille;
  }
  text << (plan.lapses ? " lapses" : "") << (plan.is_calm ? " calm" : "")
       << (plan.is_overrun ? " overrun" : "");
  return text.str();
}

}  // namespace hansatsu::simulation
