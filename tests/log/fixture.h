#pragma once

#include "node/log/log.h"
#include "tests/log/memory_disk.h"

namespace hansatsu::log::test {

inline const Identity kIdentity{hash(HashTag::demo, as_bytes("chain")),
                                PublicKey{hash(HashTag::demo, as_bytes("validator")).bytes},
                                hash(HashTag::demo, as_bytes("log")),
                                Salt{hash(HashTag::demo, as_bytes("salt")).bytes}};
inline const Owner kOwner{kIdentity.chain_id, kIdentity.validator};
inline constexpr Options kSmall{.segment_bytes = 8 * kBoundaryBytes};

using Groups = std::vector<std::vector<Record>>;

/// `count` groups of a vote-like record, and of a body-like one of up to `bytes_max` bytes.
inline Groups sample_groups(std::uint32_t count, std::uint32_t bytes_max = 700) {
  Groups groups;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Hash noise = hash_of(HashTag::demo, i);
    const std::size_t length = (noise.bytes[0] * 256U + noise.bytes[1]) % (bytes_max + 1);
    Bytes body;
    while (body.size() < length) body.push_back(noise.bytes[body.size() % Hash::kSize]);
    groups.push_back({Record{1, std::move(body)}, Record{2, Bytes(120, noise.bytes[2])}});
  }
  return groups;
}

inline Log create_log(Disk& disk, const Options& options = kSmall) {
  auto made = Log::create(disk, kIdentity, options);
  ASSERT(made.has_value());
  return *std::move(made);
}

inline std::vector<GroupPlace> append_all(Log& log, const Groups& groups) {
  std::vector<GroupPlace> places;
  for (const auto& records : groups) {
    const auto place = log.append(records);
    ASSERT(place.has_value());
    places.push_back(*place);
  }
  return places;
}

/// What a reader of the whole folder sees; asserts that it meets no error.
inline Groups read_all(Disk& disk) {
  Groups groups;
  auto cursor = Cursor::from_start(disk);
  ASSERT(cursor.has_value());
  for (;;) {
    auto group = cursor->next();
    ASSERT(group.has_value());
    if (!*group) return groups;
    groups.push_back(std::move((*group)->records));
  }
}

inline Groups first(const Groups& groups, std::size_t count) {
  return {groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace hansatsu::log::test
