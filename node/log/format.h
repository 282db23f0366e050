#pragma once

#include <optional>

#include "ledger/crypto/hash.h"

/// Bytes of the log on disk. Source: docs/protocol/log.md. Big-endian; DO NOT CHANGE without a new
/// kLogVersion.
namespace hansatsu::log {

inline constexpr std::uint16_t kLogVersion = 0;
/// Every group starts on a multiple of this, and so does what follows it.
inline constexpr std::uint32_t kBoundaryBytes = 512;
inline constexpr std::uint32_t kGroupHeaderBytes = 120;
inline constexpr std::uint32_t kRecordHeaderBytes = 5;
inline constexpr std::uint32_t kGroupPayloadMax = 16U << 20U;  ///< bytes of records in one group
inline constexpr std::uint32_t kRecordsMax = 4096;             ///< records in one group
inline constexpr std::uint32_t kFirstGroupOffset = kBoundaryBytes;
inline constexpr std::uint32_t kSegmentBytesMin = 4 * kBoundaryBytes;
inline constexpr std::uint32_t kSegmentBytesMax = 1U << 30U;

/// One thing to keep. The log gives `kind` no meaning; consensus does.
struct Record {
  std::uint8_t kind = 0;
  Bytes bytes;
  bool operator==(const Record&) const = default;
};

/// Whose log this is; stands at the head of every segment.
struct Identity {
  Hash chain_id;
  PublicKey validator;  ///< whose votes the log holds; zero for a node that never votes
  Hash log_id;          ///< random; the one public name of this very log
  Salt salt;            ///< random, never leaves the disk: see group_hash
  bool operator==(const Identity&) const = default;
};

/// The first kBoundaryBytes of a segment file.
struct SegmentHeader {
  std::uint16_t version = kLogVersion;
  Identity identity;
  std::uint32_t number = 0;  ///< from 1
  std::uint32_t bytes = 0;   ///< of the whole file, a multiple of kBoundaryBytes
  bool operator==(const SegmentHeader&) const = default;
};
[[nodiscard]] Bytes encode_segment_header(const SegmentHeader& header);
/// Absent unless every one of the kBoundaryBytes is as encode_segment_header would write it, for
/// whatever version.
[[nodiscard]] std::optional<SegmentHeader> decode_segment_header(ByteView bytes);

struct GroupHeader {
  std::uint64_t sequence = 0;  ///< from 1, without gaps over all segments
  std::uint32_t payload_bytes = 0;
  std::uint32_t records = 0;
  Hash previous;  ///< hash of the group before; of the first group: first_previous()
  Hash body;      ///< hash of payload and padding
  Hash hash;      ///< hash of all the above: the group's name
};
/// What the first group of a log has as `previous`.
[[nodiscard]] Hash first_previous(const Identity& identity);
/// Bytes a group takes on disk: header, payload, zeros up to the boundary.
[[nodiscard]] constexpr std::uint32_t padded_bytes(std::uint32_t payload_bytes) {
  const std::uint32_t whole = kGroupHeaderBytes + payload_bytes;
  return (whole + kBoundaryBytes - 1) / kBoundaryBytes * kBoundaryBytes;
}

/// A group ready to be written, or absent if it is empty or over kGroupPayloadMax or kRecordsMax.
struct EncodedGroup {
  GroupHeader header;
  Bytes bytes;
};
[[nodiscard]] std::optional<EncodedGroup> encode_group(const Identity& identity,
                                                       std::uint64_t sequence, const Hash& previous,
                                                       std::span<const Record> records);

/// A well-formed header: magic, limits and its own hash are right. The hash is salted with a
/// number that only this disk holds, so that bytes chosen by others (a transaction's, inside a
/// group that was torn) never pass for a header.
/// Requires: at least kGroupHeaderBytes. Cost: nothing unless the magic stands there.
[[nodiscard]] std::optional<GroupHeader> decode_group_header(const Identity& identity,
                                                             ByteView bytes);
/// The records, if `bytes` (of padded_bytes) is what encode_group wrote under that header.
[[nodiscard]] std::optional<std::vector<Record>> decode_records(const GroupHeader& header,
                                                                const Identity& identity,
                                                                ByteView bytes);

/// Where a group stands and what it is; checkpoints keep one to start from.
struct GroupPlace {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;
  std::uint64_t sequence = 0;
  Hash hash;
  bool operator==(const GroupPlace&) const = default;
};
template <class C, FieldsOf<GroupPlace> P>
void fields(C& c, P& p) {
  c(p.segment, p.offset, p.sequence, p.hash);
}

/// Where one record stands: the index of blocks keeps these.
struct RecordPlace {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;  ///< of its group
  std::uint32_t record = 0;  ///< place in the group, from 0
  auto operator<=>(const RecordPlace&) const = default;
};
template <class C, FieldsOf<RecordPlace> P>
void fields(C& c, P& p) {
  c(p.segment, p.offset, p.record);
}

}  // namespace hansatsu::log
