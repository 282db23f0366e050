#include "node/log/records.h"

#include <catch2/catch.hpp>

using namespace hansatsu;

TEST_CASE("log records: what the engine keeps comes back as it was", "[log]") {
  consensus::Block block;
  block.header.height = Height{7};
  block.body = std::make_shared<const Bytes>(Bytes{1, 2, 3});
  consensus::Vote vote;
  vote.ballot = {chain::VoteKind::finalize, View{9}, block_id(block.header)};
  consensus::Certificate certificate;
  certificate.ballot = vote.ballot;
  certificate.signers = 7;
  certificate.signatures.resize(3);
  const std::vector<consensus::Record> records{block, vote, certificate};
  std::vector<std::uint8_t> kinds;
  for (const consensus::Record& record : records) {
    const log::Record stored = log::to_record(record);
    kinds.push_back(stored.kind);
    const auto again = log::from_record(stored);
    REQUIRE(again);
    CHECK(*again == record);
    for (std::size_t length = 0; length < stored.bytes.size(); ++length) {
      log::Record cut = stored;
      cut.bytes.resize(length);
      CHECK_FALSE(log::from_record(cut));
    }
  }
  CHECK(kinds == std::vector<std::uint8_t>{1, 2, 3});
  CHECK_FALSE(log::from_record({0, {}}));
  CHECK_FALSE(log::from_record({4, {}}));
}
