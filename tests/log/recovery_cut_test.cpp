#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/log/fixture.h"

/// Recovery writes to the log itself: the last group again, zeros over what is torn. Here it is
/// ended in each of these steps, and the recovery after it too.
namespace hansatsu::log::test {
namespace {

/// What becomes of a machine whose recovery has ended before its time.
enum class Ending : std::uint8_t {
  kill,         ///< the page cache stays
  cut_none,     ///< of what was not synced, nothing is on the disk,
  cut_all,      ///< or everything,
  cut_even,     ///< or each other sector,
  cut_odd,      ///< or the others,
  cut_bytes,    ///< or some bytes, in no order
  failed_sync,  ///< its next sync fails, and the page cache takes all for written
};
constexpr std::array kEndings{Ending::kill,       Ending::cut_none, Ending::cut_all,
                              Ending::cut_even,   Ending::cut_odd,  Ending::cut_bytes,
                              Ending::failed_sync};
/// The most telling of them, for the second time.
constexpr std::array kAgain{Ending::kill, Ending::cut_none, Ending::cut_bytes, Ending::failed_sync};

void end(MemoryDisk& disk, Ending ending) {
  disk.steps_until_end = -1;
  disk.syncs_until_failure = -1;
  const auto cut = [&](const std::function<bool(std::size_t)>& keep) {
    disk.cut_power([&](const std::string&, std::size_t at) { return keep(at); });
  };
  switch (ending) {
    case Ending::kill:
    case Ending::failed_sync:
      return;
    case Ending::cut_none:
      return cut([](std::size_t) { return false; });
    case Ending::cut_all:
      return cut([](std::size_t) { return true; });
    case Ending::cut_even:
      return cut([](std::size_t at) { return at / 512 % 2 == 0; });
    case Ending::cut_odd:
      return cut([](std::size_t at) { return at / 512 % 2 == 1; });
    case Ending::cut_bytes:
      return cut([](std::size_t at) { return at * 2'654'435'761U >> 7U & 1U; });
  }
}

struct Machine {
  MemoryDisk disk;
  std::optional<GroupPlace> known;  ///< where replay begins
  Groups groups;                    ///< that were written; the last of them torn
  std::size_t least = 0;            ///< so many must be there,
  std::size_t most = 0;             ///< and no more
};

/// After the last group nothing is left of what was torn.
bool is_clear_after(MemoryDisk& disk, const GroupPlace& last) {
  auto segment = Segment::open(disk, last.segment);
  const auto group = segment->read_group(last.offset);
  ASSERT(group.has_value() && group->has_value());
  for (std::uint32_t number = last.segment; number <= disk.files.size(); ++number) {
    const Bytes& bytes = disk.files.at(segment_name(number)).cached;
    const std::size_t from = number == last.segment ? (*group)->end : kFirstGroupOffset;
    const auto rest = std::span{bytes}.subspan(from);
    if (std::ranges::count(rest, 0) != std::ssize(rest)) return false;
  }
  return true;
}

/// One start of the process, which ends after so many steps of its recovery, or lives through it.
/// False when it lived.
bool start(Machine& machine, int steps, Ending ending) {
  if (ending == Ending::failed_sync) {
    machine.disk.syncs_until_failure = steps;
  } else {
    machine.disk.steps_until_end = steps;
  }
  const auto log = Log::open(machine.disk, kOwner, kSmall, machine.known);
  if (log) {
    // It was used as it was found: from here on no group may come or go.
    const Groups found = read_all(machine.disk);
    REQUIRE(found.size() >= machine.least);
    REQUIRE(found.size() <= machine.most);
    REQUIRE(found == first(machine.groups, found.size()));
    REQUIRE(is_clear_after(machine.disk, log->last()));
    machine.least = machine.most = found.size();
  } else {
    REQUIRE(log.error().fault == LogFault::io);
  }
  end(machine.disk, ending);
  return !log;
}

/// It opens, has what it must have, and goes on into the next segment, past any loss of power.
void require_sound(Machine machine) {
  auto log = Log::open(machine.disk, kOwner, kSmall, machine.known);
  REQUIRE(log);
  Groups expected = read_all(machine.disk);
  REQUIRE(expected.size() >= machine.least);
  REQUIRE(expected.size() <= machine.most);
  REQUIRE(expected == first(machine.groups, expected.size()));
  for (const auto& more : sample_groups(3, 2'500)) {
    REQUIRE(log->append(more));
    expected.push_back(more);
  }
  end(machine.disk, Ending::cut_none);
  REQUIRE(Log::open(machine.disk, kOwner, kSmall, machine.known));
  REQUIRE(read_all(machine.disk) == expected);
}

constexpr int kDeaths = 2;
/// Ends the recovery after each of its steps, and the one after that after each of its own.
std::size_t interrupt(const Machine& machine, int depth = kDeaths) {
  if (depth == 0) return require_sound(machine), 1;
  std::size_t count = 0;
  const std::span<const Ending> endings =
      depth == kDeaths ? std::span<const Ending>{kEndings} : kAgain;
  for (const Ending ending : endings) {
    bool has_ended = true;
    for (int steps = 0; has_ended; ++steps) {
      Machine next = machine;
      has_ended = start(next, steps, ending);
      CAPTURE(static_cast<int>(ending), steps, depth);
      count += interrupt(next, depth - 1);
    }
  }
  return count;
}

/// Synced groups, and one whose sync did not come through: all of it is in the page cache.
Machine with_unsynced(std::size_t synced, const std::vector<Record>& unsynced) {
  Machine machine;
  machine.groups = sample_groups(static_cast<std::uint32_t>(synced));
  machine.least = synced;
  machine.most = synced + 1;
  Log log = create_log(machine.disk);
  machine.known = append_all(log, machine.groups)[synced / 2];
  machine.groups.push_back(unsynced);
  const std::uint32_t segment = log.last().segment;
  while (!*log.prepare_step()) continue;
  // Ended just before its sync, which is the last step of all.
  machine.disk.steps_until_end = 1;
  REQUIRE_FALSE(log.append(unsynced));
  machine.disk.steps_until_end = -1;
  REQUIRE(log.last().segment == segment);
  return machine;
}

const std::vector<Record> kInItsSegment{Record{1, Bytes(1'000, 3)}};
const std::vector<Record> kInAFreshOne{Record{1, Bytes(3'200, 3)}};

}  // namespace

TEST_CASE("recovery: ended in any step, twice, it loses nothing and opens", "[log][long]") {
  const bool is_fresh = GENERATE(false, true);
  Machine machine = with_unsynced(2, is_fresh ? kInAFreshOne : kInItsSegment);
  if (is_fresh) machine.known.reset();
  REQUIRE(machine.disk.files.size() == 2);
  SECTION("killed: the last group is in the page cache only") { CHECK(interrupt(machine) > 200); }
  SECTION("its sync failed: the page cache takes the last group for written") {
    for (auto& [name, file] : machine.disk.files) file.dirty.assign(file.cached.size(), false);
    CHECK(interrupt(machine) > 200);
  }
  SECTION("the last group is torn") {
    for (const Ending ending : {Ending::cut_even, Ending::cut_odd, Ending::cut_bytes}) {
      Machine torn = machine;
      end(torn.disk, ending);
      // It can't be whole any more: whoever finds it, has made it up.
      torn.most = torn.least;
      CHECK(interrupt(torn) > 200);
    }
  }
}

}  // namespace hansatsu::log::test
