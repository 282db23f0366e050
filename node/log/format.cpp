#include "node/log/format.h"

#include <algorithm>

namespace hansatsu::log {
namespace {

constexpr std::string_view kSegmentMagic = "HNSTSEG\n";
constexpr std::string_view kGroupMagic = "HNSTGRP\n";
constexpr std::size_t kSegmentHashOffset = kBoundaryBytes - Hash::kSize;

// What log_group hashes begin with, so that a header never hashes like a body.
constexpr std::uint8_t kRoleSegment = 1;
constexpr std::uint8_t kRoleFirst = 2;
constexpr std::uint8_t kRoleBody = 3;
constexpr std::uint8_t kRoleGroup = 4;

Hash salted_hash(std::uint8_t role, const Identity& identity, ByteView bytes) {
  Hasher hasher{HashTag::log_group};
  hasher.add(ByteView{&role, 1});
  hasher.add(identity.salt);
  hasher.add(bytes);
  return hasher.finish();
}

Hash segment_hash(ByteView bytes) {
  Hasher hasher{HashTag::log_group};
  hasher.add(ByteView{&kRoleSegment, 1});
  hasher.add(bytes);
  return hasher.finish();
}

bool starts_with(ByteView bytes, std::string_view magic) {
  return as_text(bytes.first(magic.size())) == magic;
}

void write_header(const Identity& identity, GroupHeader& header, Bytes& group) {
  Encoder encoder;
  encoder.raw(as_bytes(kGroupMagic));
  encoder(header.sequence, header.payload_bytes, header.records, header.previous, header.body);
  header.hash = salted_hash(kRoleGroup, identity, encoder.view());
  encoder(header.hash);
  ASSERT(encoder.size() == kGroupHeaderBytes);
  std::copy(encoder.view().begin(), encoder.view().end(), group.begin());
}

}  // namespace

Bytes encode_segment_header(const SegmentHeader& header) {
  ASSERT(header.number > 0 && header.bytes % kBoundaryBytes == 0);
  Encoder encoder;
  encoder.reserve(kBoundaryBytes);
  encoder.raw(as_bytes(kSegmentMagic));
  encoder(header.version, header.identity.chain_id, header.identity.validator,
          header.identity.log_id, header.identity.salt, header.number, header.bytes);
  Bytes bytes = encoder.take();
  bytes.resize(kSegmentHashOffset, 0);
  const Hash check = segment_hash(bytes);
  bytes.insert(bytes.end(), check.bytes.begin(), check.bytes.end());
  return bytes;
}

std::optional<SegmentHeader> decode_segment_header(ByteView bytes) {
  if (bytes.size() != kBoundaryBytes || !starts_with(bytes, kSegmentMagic)) return std::nullopt;
  const Hash check = segment_hash(bytes.first(kSegmentHashOffset));
  if (!std::ranges::equal(check.view(), bytes.subspan(kSegmentHashOffset))) return std::nullopt;
  Decoder decoder{bytes.subspan(kSegmentMagic.size())};
  SegmentHeader header;
  decoder(header.version, header.identity.chain_id, header.identity.validator,
          header.identity.log_id, header.identity.salt, header.number, header.bytes);
  // Of another version only the magic, the version and the hash's place are known.
  if (header.version != kLogVersion) return header;
  const ByteView unused =
      decoder.raw(kSegmentHashOffset - kSegmentMagic.size() - decoder.position());
  const bool sound = header.number > 0 && header.bytes % kBoundaryBytes == 0 &&
                     header.bytes >= kSegmentBytesMin && header.bytes <= kSegmentBytesMax &&
                     std::ranges::all_of(unused, [](std::uint8_t byte) { return byte == 0; });
  return sound ? std::optional{header} : std::nullopt;
}

Hash first_previous(const Identity& identity) {
  return salted_hash(kRoleFirst, identity, identity.log_id.view());
}

std::optional<EncodedGroup> encode_group(const Identity& identity, std::uint64_t sequence,
                                         const Hash& previous, std::span<const Record> records) {
  if (records.empty() || records.size() > kRecordsMax) return std::nullopt;
  std::uint64_t payload = 0;
  for (const Record& record : records) {
    if (record.bytes.size() > kGroupPayloadMax) return std::nullopt;
    payload += kRecordHeaderBytes + record.bytes.size();
  }
  if (payload > kGroupPayloadMax) return std::nullopt;

  EncodedGroup group;
  group.header.sequence = sequence;
  group.header.payload_bytes = static_cast<std::uint32_t>(payload);
  group.header.records = static_cast<std::uint32_t>(records.size());
  group.header.previous = previous;
  Encoder encoder;
  encoder.reserve(padded_bytes(group.header.payload_bytes));
  encoder.raw(Bytes(kGroupHeaderBytes, 0));
  for (const Record& record : records) {
    encoder(record.kind, static_cast<std::uint32_t>(record.bytes.size()));
    encoder.raw(record.bytes);
  }
  group.bytes = encoder.take();
  group.bytes.resize(padded_bytes(group.header.payload_bytes), 0);
  group.header.body =
      salted_hash(kRoleBody, identity, ByteView{group.bytes}.subspan(kGroupHeaderBytes));
  write_header(identity, group.header, group.bytes);
  return group;
}

std::optional<GroupHeader> decode_group_header(const Identity& identity, ByteView bytes) {
  ASSERT(bytes.size() >= kGroupHeaderBytes);
  if (!starts_with(bytes, kGroupMagic)) return std::nullopt;
  Decoder decoder{bytes.first(kGroupHeaderBytes)};
  (void)decoder.raw(kGroupMagic.size());
  GroupHeader header;
  decoder(header.sequence, header.payload_bytes, header.records, header.previous, header.body,
          header.hash);
  const Hash check =
      salted_hash(kRoleGroup, identity, bytes.first(kGroupHeaderBytes - Hash::kSize));
  const bool sound = header.hash == check && header.sequence > 0 && header.records > 0 &&
                     header.records <= kRecordsMax && header.payload_bytes <= kGroupPayloadMax;
  return sound ? std::optional{header} : std::nullopt;
}

std::optional<std::vector<Record>> decode_records(const GroupHeader& header,
                                                  const Identity& identity, ByteView bytes) {
  if (bytes.size() != padded_bytes(header.payload_bytes)) return std::nullopt;
  if (salted_hash(kRoleBody, identity, bytes.subspan(kGroupHeaderBytes)) != header.body) {
    return std::nullopt;
  }
  Decoder decoder{bytes.subspan(kGroupHeaderBytes, header.payload_bytes)};
  std::vector<Record> records;
  records.reserve(header.records);
  for (std::uint32_t i = 0; i < header.records && !decoder.failed(); ++i) {
    Record record;
    std::uint32_t length = 0;
    decoder(record.kind, length);
    const ByteView content = decoder.raw(length);
    record.bytes.assign(content.begin(), content.end());
    records.push_back(std::move(record));
  }
  if (decoder.failed() || !decoder.at_end()) return std::nullopt;
  return records;
}

}  // namespace hansatsu::log
