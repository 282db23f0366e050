#include "node/log_writer.h"

#include <catch2/catch.hpp>
#include <future>

#include "node/log/reader.h"
#include "node/log/records.h"
#include "tests/log/fixture.h"

namespace {

using namespace hansatsu;  // NOLINT: a test
using node::LogWriter;
using node::PersistResult;

constexpr log::Options kOptions{.segment_bytes = 16U << 20U};

consensus::Block large_block(std::uint64_t view) {
  consensus::Block block;
  block.header.view = View{view};
  block.header.height = Height{view};
  block.body = std::make_shared<const Bytes>(consensus::kBodyBytesMax, std::uint8_t{1});
  return block;
}

/// What the writer answers, in order.
class Answers {
 public:
  void take(PersistResult result) { queue_.push(std::move(result)); }
  PersistResult next() {
    if (waiting_.empty()) {
      REQUIRE(
          queue_.take_all(waiting_, std::chrono::steady_clock::now() + std::chrono::minutes{5}));
      REQUIRE_FALSE(waiting_.empty());
    }
    PersistResult result = std::move(waiting_.front());
    waiting_.pop_front();
    return result;
  }

 private:
  node::BoundedQueue<PersistResult> queue_{100};
  std::deque<PersistResult> waiting_;
};

}  // namespace

TEST_CASE("a request larger than a group is written all the same, in its order", "[node][log]") {
  log::test::MemoryDisk disk;
  Answers answers;
  std::vector<consensus::Record> records;
  // As a node that catches up hands over in a second: more than a whole segment.
  for (std::uint64_t view = 1; view <= 20; ++view) records.emplace_back(large_block(view));
  chain::Vote vote;
  vote.ballot = {chain::VoteKind::notarize, View{20}, hash(HashTag::demo, as_bytes("block"))};
  records.emplace_back(vote);
  PersistResult large;
  {
    LogWriter writer{log::test::create_log(disk, kOptions),
                     [&](PersistResult result) { answers.take(std::move(result)); }};
    REQUIRE(writer.persist(consensus::Ticket{1}, records));
    REQUIRE(writer.persist(consensus::Ticket{2}, {vote}));
    large = answers.next();
    CHECK(large.ticket == consensus::Ticket{1});
    REQUIRE(large.ok);
    const PersistResult small = answers.next();
    CHECK(small.ticket == consensus::Ticket{2});
    REQUIRE(small.ok);
  }
  CHECK(large.views.size() == 21);
  CHECK(large.group.sequence == 1);  // what replays from there misses nothing
  REQUIRE(large.blocks.size() == 20);
  auto reader = log::Reader::open(disk);
  REQUIRE(reader);
  for (std::size_t i = 0; i < large.blocks.size(); ++i) {
    const auto record = reader->record_at(large.blocks[i].place);
    REQUIRE(record);
    const auto decoded = log::from_record(*record);
    REQUIRE(decoded);
    CHECK(*decoded == records[i]);
  }
  std::vector<consensus::Record> read;
  for (const auto& group : log::test::read_all(disk)) {
    for (const auto& record : group) read.push_back(*log::from_record(record));
  }
  records.emplace_back(vote);
  CHECK(read == records);
}
