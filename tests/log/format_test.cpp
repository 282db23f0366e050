#include <catch2/catch.hpp>

#include "tests/log/fixture.h"

using namespace hansatsu;
using namespace hansatsu::log;
using namespace hansatsu::log::test;

TEST_CASE("log format: the bytes are those of the protocol page", "[log]") {
  // docs/protocol/log.md "Vectors". Changing these is approving a new format.
  const SegmentHeader segment{kLogVersion, kIdentity, 1, 4096};
  CHECK(to_hex(hash(HashTag::demo, encode_segment_header(segment)).view()) ==
        "d6c8e45937cebe1613d6cc19503eb418fddcd4c73d4034e344dbc7350524929e");
  const std::vector<Record> records{Record{1, {0xaa, 0xbb}}, Record{2, {}}};
  const auto group = encode_group(kIdentity, 1, first_previous(kIdentity), records);
  REQUIRE(group);
  CHECK(group->bytes.size() == kBoundaryBytes);
  CHECK(to_hex(ByteView{group->bytes}.first(24)) ==
        "484e53544752500a00000000000000010000000c00000002");
  CHECK(to_hex(ByteView{group->bytes}.subspan(kGroupHeaderBytes, 16)) ==
        "0100000002aabb020000000000000000");
  CHECK(to_hex(group->header.hash.view()) ==
        "917ac55f2f175a865200fe94d1c96e8f54f4535c5fc9d9ffd9fef7dc902283c4");
}

TEST_CASE("log format: a segment's head is read back, and no other bytes are", "[log]") {
  const SegmentHeader header{kLogVersion, kIdentity, 7, 1U << 20U};
  const Bytes bytes = encode_segment_header(header);
  CHECK(decode_segment_header(bytes) == header);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes damaged = bytes;
    damaged[at] ^= 0x10;
    CHECK_FALSE(decode_segment_header(damaged));
  }
  CHECK_FALSE(decode_segment_header(ByteView{bytes}.first(511)));
}

TEST_CASE("log format: groups of every size up to three boundaries are read back", "[log]") {
  for (std::size_t length = 0; length < 3 * kBoundaryBytes; ++length) {
    const std::vector<Record> records{Record{3, Bytes(length, 0x5a)}};
    const auto group = encode_group(kIdentity, 9, Hash{}, records);
    REQUIRE(group);
    REQUIRE(group->bytes.size() % kBoundaryBytes == 0);
    const auto header = decode_group_header(kIdentity, group->bytes);
    REQUIRE(header);
    REQUIRE(header->sequence == 9);
    REQUIRE(decode_records(*header, kIdentity, group->bytes) == records);
  }
}

TEST_CASE("log format: a group of nothing, or of too much, is not encoded", "[log]") {
  CHECK_FALSE(encode_group(kIdentity, 1, Hash{}, {}));
  const std::vector<Record> many(kRecordsMax + 1);
  CHECK_FALSE(encode_group(kIdentity, 1, Hash{}, many));
  CHECK(encode_group(kIdentity, 1, Hash{}, std::span{many}.first(kRecordsMax)));
}
