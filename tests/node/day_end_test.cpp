#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "rpc/json/machine_time.h"
#include "tests/node/town_in_process.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kSenders = 6;  ///< more than the smallest group that is told of
constexpr milliseconds kDay = std::chrono::hours{24};
/// What the clock of this process is ahead of the machine's.
std::atomic<std::int64_t> ahead_ms{0};  // NOLINT: a clock takes no other argument

}  // namespace

/// The C++ library's own, so that the linker finds this first: nobody waits for a real midnight.
std::chrono::system_clock::time_point std::chrono::system_clock::now() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  const auto since = std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
  return time_point{std::chrono::duration_cast<duration>(since + milliseconds{ahead_ms.load()})};
}

TEST_CASE("what many did on a day is told by every node once a block of the next day is final",
          "[node][figures]") {
  const auto utc_offset = test_town::charter().utc_offset;
  const auto local_ms = static_cast<std::int64_t>(rpc::machine_time().raw) +
                        milliseconds{std::chrono::minutes{utc_offset.minutes}}.count();
  ahead_ms =
      kDay.count() * 3 / 2 - local_ms % kDay.count();  // noon: the day does not end by itself
  TownInProcess town;
  town.start(0, TownInProcess::kValidators);
  People people{town.client(0), town.charter(), kSenders};
  rpc::Client client = town.client(1);
  const Date today = local_date(rpc::machine_time(), utc_offset);
  const Date tomorrow = plus_days(today, 1);
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i < kSenders; ++i) {
    const AccountId receiver = people.persons[(i + 1) % kSenders].account();
    (void)people.must(client, people.persons[i],
                      rules::Send{receiver, CoinId{0}, Amount::of(100 + i)});
    sent += 100 + i;
  }
  const auto early = client.figures(today, tomorrow);
  REQUIRE(early.has_value());
  CHECK(early->newest == today);
  CHECK(early->days.empty());

  ahead_ms += kDay.count();
  (void)people.must(client, people.persons[0], people.payment(1));
  for (std::size_t node = 0; node < TownInProcess::kValidators; ++node) {
    CAPTURE(node);
    rpc::Client asked = town.client(node);
    auto told = asked.figures(today, tomorrow);
    REQUIRE(wait_until(kAgreeMax, [&] {
      if (!told || told->newest != tomorrow) told = asked.figures(today, tomorrow);
      return told && told->newest == tomorrow;
    }));
    CHECK(told->smallest_group == 5);
    REQUIRE(told->days.size() == 1);
    const rpc::DayFigures& day = told->days[0];
    CHECK(day.day == today);
    const auto holds = [](const auto& list, const auto& one) {
      return std::find(list.begin(), list.end(), one) != list.end();
    };
    constexpr auto kSend = rules::OperationCode::send;
    CHECK(holds(day.activity, rpc::ActivityFigure{CoinId{0}, kSend, kSenders, 5}));
    CHECK(
        holds(day.programs, rpc::ProgramFigure{CoinId{0}, ProgramId{0}, kSend, Amount::of(sent)}));
  }
  town.stop();
  ahead_ms = 0;
}
