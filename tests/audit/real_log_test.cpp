#include <catch2/catch.hpp>
#include <fstream>

#include "node/log/data_folder.h"
#include "node/recovery.h"
#include "tests/log/memory_disk.h"
#include "tests/node/town_in_process.h"
#include "wallet/audit/audit.h"
#include "wallet/audit/data_folder.h"
#include "wallet/audit/final_chain.h"

// Logs that validators of a running town wrote, as the council gets them.

using namespace test_cluster;  // NOLINT: a test
using audit::Fault;
using log::test::MemoryDisk;

namespace {

constexpr std::size_t kValidators = TownInProcess::kValidators;
constexpr std::size_t kLast = kValidators - 1;  ///< the one that is away
constexpr std::uint64_t kAwayPayments = 120;    ///< one a block
/// What waits to be final in the log of a node that fetches ranges: never all that it missed.
constexpr std::size_t kWaitingMax = 40;

std::uint8_t bit_of(std::size_t at) { return static_cast<std::uint8_t>(1U << (at % 8)); }

/// One segment of a real log. Of the zeros that follow its last group only two pages are kept and
/// its head says so; every byte that the validator wrote is as it was.
struct Segment {
  MemoryDisk disk;
  log::Owner owner;
  std::vector<log::GroupPlace> groups;
  std::uint32_t end = 0;  ///< of the last group

  explicit Segment(const std::filesystem::path& data) {
    std::ifstream file{data / log::kLogFolder / log::segment_name(1), std::ios::binary};
    bytes().assign(std::istreambuf_iterator<char>{file}, {});
    REQUIRE(walk());
    auto header = log::decode_segment_header(ByteView{bytes()}.first(log::kBoundaryBytes));
    REQUIRE(header.has_value());
    owner = {header->identity.chain_id, header->identity.validator};
    REQUIRE(std::all_of(bytes().begin() + end, bytes().end(), [](auto byte) { return byte == 0; }));
    header->bytes = end + 2 * log::kBoundaryBytes;
    const Bytes head = log::encode_segment_header(*header);
    std::copy(head.begin(), head.end(), bytes().begin());
    bytes().resize(header->bytes);
    log::test::MemoryFile& synced = disk.files.at(log::segment_name(1));
    synced.durable = synced.cached;
    synced.dirty.assign(synced.cached.size(), false);
    groups.clear();
    REQUIRE(walk());
  }
  Bytes& bytes() { return disk.files[log::segment_name(1)].cached; }
  /// Reads on from the start to the end, or to an error.
  Result<void, log::LogError> walk() {
    auto cursor = log::Cursor::from_start(disk);
    if (!cursor) return Err{cursor.error()};
    for (;;) {
      const auto group = cursor->next();
      if (!group) return Err{group.error()};
      if (!*group) return {};
      groups.push_back((*group)->place);
      end = (*group)->end;
    }
  }
};

/// A running town of three of its four validators; enough of them that it goes on.
struct Away {
  Away() {
    town.start(0, kLast);
    people.emplace(town.client(0), town.charter(), 1);
    pay(2);
  }
  void pay(std::uint64_t count) {
    rpc::Client client = town.client(0);
    for (std::uint64_t i = 0; i < count; ++i) {
      people->must(client, people->persons[0], people->payment(1));
    }
  }
  TownInProcess town;
  std::optional<People> people;
};

audit::Report audit_folder(const std::filesystem::path& data, const audit::Options& options) {
  auto folder = audit::open_data_folder(data.string());
  REQUIRE(folder.has_value());
  return audit::audit_log(folder->disk, folder->charter, options);
}

/// How much waits to be final at most, on the way through a log.
std::size_t most_waiting(const std::filesystem::path& data) {
  auto folder = audit::open_data_folder(data.string());
  REQUIRE(folder.has_value());
  const block::Trust trust = block::trust_of(folder->charter);
  const audit::BodyRules rules{trust.context.chain_id, folder->charter.limits};
  audit::FinalChain chain{
      trust, block::genesis_header(folder->charter, state::genesis_state(folder->charter).root())};
  auto cursor = log::Cursor::from_start(folder->disk);
  REQUIRE(cursor.has_value());
  audit::LogSource source{folder->disk, *std::move(cursor), rules};
  std::size_t most = 0;
  while (auto group = source.next()) {
    for (audit::ReadRecord& record : group->records) {
      if (auto* block = std::get_if<audit::ReadBlock>(&record.content)) {
        REQUIRE_FALSE(chain.add(record.place, std::move(*block)).has_value());
      } else if (const auto* held = std::get_if<chain::Certificate>(&record.content)) {
        if (held->ballot.kind != chain::VoteKind::finalize) continue;
        REQUIRE_FALSE(chain.add(record.place, *held).has_value());
      }
      for (;;) {
        auto next = chain.next();
        REQUIRE(next.has_value());
        if (!*next) break;
        REQUIRE_FALSE(chain.advance((*next)->block->header).has_value());
      }
      most = std::max(most, chain.not_final_yet() + chain.awaited());
    }
  }
  CHECK(chain.awaited() == 0);
  return most;
}

/// Every byte of the log flipped in turn: what the node says at its start, and what the audit says.
void flip_each_byte(const Segment& whole) {
  const std::size_t count = whole.groups.size();
  std::size_t group = 0;  // that the byte lies in, or the head's before the first
  Segment damaged = whole;
  for (std::size_t at = 0; at < damaged.bytes().size(); ++at) {
    if (group + 1 < count && at == whole.groups[group + 1].offset) ++group;
    if (at == whole.end) group = count;
    CAPTURE(at, group, count);
    damaged.disk = whole.disk;
    damaged.bytes()[at] ^= bit_of(at);
    damaged.groups.clear();
    const auto walked = damaged.walk();
    const bool is_head = at < whole.groups[0].offset;
    if (is_head || group + 1 < count) {
      const std::uint32_t place = is_head ? 0 : whole.groups[group].offset;
      REQUIRE_FALSE(walked);
      REQUIRE(walked.error() == log::LogError{log::LogFault::corrupt, 1, place});
      const audit::Finding found = audit::finding_of(damaged.disk, walked.error());
      REQUIRE(found.fault == (is_head ? Fault::segment_damaged : Fault::group_damaged));
      REQUIRE(found.offset == place);
      const auto opened = log::Log::open(damaged.disk, whole.owner, node::kLogOptions);
      REQUIRE_FALSE(opened);
      REQUIRE(opened.error() == walked.error());
    } else {
      // The last group can't be told from a torn write; beyond it there is nothing.
      REQUIRE(walked);
      REQUIRE(damaged.groups.size() == (group < count ? count - 1 : count));
      REQUIRE(log::Log::open(damaged.disk, whole.owner, node::kLogOptions));
    }
  }
}

/// One byte of each group, with everything that the audit does.
void audit_each_group(const Segment& whole, const state::Charter& charter) {
  Height last;
  for (std::size_t i = 0; i < whole.groups.size(); ++i) {
    CAPTURE(i);
    Segment damaged = whole;
    const std::size_t at = whole.groups[i].offset + log::kGroupHeaderBytes + 7;
    damaged.bytes()[at] ^= bit_of(i);
    const audit::Report report = audit::audit_log(damaged.disk, charter, {});
    REQUIRE(report.standing.height >= last);
    last = report.standing.height;
    REQUIRE(report.first_error.has_value() == (i + 1 < whole.groups.size()));
    REQUIRE(report.is_torn == !report.first_error);
    if (report.first_error) REQUIRE(report.first_error->fault == Fault::group_damaged);
  }
}

/// The charter with every byte flipped in turn: none passes for the log's.
void flip_charter(const Segment& whole, const state::Charter& charter) {
  const Bytes bytes = encode(charter);
  std::size_t foreign = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes flipped = bytes;
    flipped[at] ^= bit_of(at);
    const auto other = decode<state::Charter>(flipped);
    if (!other || !state::check_charter(*other)) continue;
    CAPTURE(at);
    MemoryDisk disk = whole.disk;
    const audit::Report report = audit::audit_log(disk, *other, {});
    REQUIRE(report.first_error.has_value());
    REQUIRE(report.first_error->fault == Fault::foreign_log);
    ++foreign;
  }
  CHECK(foreign > 0);
}

}  // namespace

TEST_CASE("real logs: every byte flipped is found, in its class", "[audit][log]") {
  Away away;
  away.town.stop();
  const Segment whole{away.town.data(0)};
  REQUIRE(whole.groups.size() > 10);
  const auto& charter = away.town.charter();
  MemoryDisk disk = whole.disk;
  const audit::Report report = audit::audit_log(disk, charter, {});
  REQUIRE_FALSE(report.first_error.has_value());
  REQUIRE(report.standing.transactions > 5);
  flip_each_byte(whole);
  audit_each_group(whole, charter);
  flip_charter(whole, charter);
  const log::Owner stranger{whole.owner.chain_id, charter.validators[1].key == whole.owner.validator
                                                      ? charter.validators[2].key
                                                      : charter.validators[1].key};
  CHECK(log::Log::open(disk, stranger, node::kLogOptions).error().fault == log::LogFault::foreign);
}

TEST_CASE("real logs: who is told to stop has proved its newest block", "[audit][log]") {
  Away away;
  for (int stop = 0; stop < 3; ++stop) {
    away.pay(1);
    rpc::Client client = away.town.client(0);
    const auto status = client.status();
    REQUIRE(status.has_value());
    away.town.stop();  // at once: the next vote would have taken the proof along
    audit::Options options;
    options.known = {{status->height, status->block_id}};
    const audit::Report report = audit_folder(away.town.data(0), options);
    CAPTURE(stop, status->height.raw, report.standing.height.raw);
    CHECK_FALSE(report.first_error.has_value());
    away.town.start(0, kLast);
  }
}

TEST_CASE("real logs: a validator that was away has a log as good as the others'", "[audit][log]") {
  Away away;
  away.pay(kAwayPayments);
  away.town.start(kLast, kValidators);
  const rpc::NodeStatus agreed = away.town.agree({});
  REQUIRE(agreed.height.raw > kAwayPayments);
  audit::Options options;
  options.chain = state::chain_id(away.town.charter());
  options.known = {{agreed.height, agreed.block_id}};
  // The proof of the newest block is written a moment later; an audit may run beside the validator.
  for (std::size_t node = 0; node < kValidators; ++node) {
    REQUIRE(wait_until(kAgreeMax, [&] {
      const audit::Report report = audit_folder(away.town.data(node), options);
      return !report.first_error || report.first_error->fault != Fault::too_short;
    }));
  }
  away.town.stop();
  for (std::size_t node = 0; node < kValidators; ++node) {
    CAPTURE(node);
    const audit::Report report = audit_folder(away.town.data(node), options);
    if (report.first_error) {
      FAIL(audit::name(report.first_error->fault)
           << " " << report.first_error->detail << " at " << report.standing.height.raw);
    }
    CHECK(report.conserved == true);
    CHECK(report.standing.height >= agreed.height);
    CHECK(report.awaited == 0);
  }
  CHECK(most_waiting(away.town.data(kLast)) < kWaitingMax);
}
