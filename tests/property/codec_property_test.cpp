#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "ledger/block/statement.h"
#include "node/log/records.h"
#include "node/net/hello.h"
#include "node/store/day_book.h"
#include "node/store/entries.h"
#include "tests/property/child.h"
#include "tests/property/filler.h"

namespace hansatsu::property {

/// A group's records, as the log writes them together.
struct LogGroup {
  std::vector<log::Record> records;
  bool operator==(const LogGroup&) const = default;
};
void fields(Filler& chance, LogGroup& group) {
  group.records.clear();
  for (std::size_t left = chance.die() % 4U + 1U; left > 0; --left) {
    const std::uint8_t kind = chance.die();
    const ByteView bytes = chance.raw(chance.die());
    group.records.push_back({kind, Bytes(bytes.begin(), bytes.end())});
  }
}

/// Its own fields stand beside the messages' decoder, which alone needs them.
void fields(Filler& chance, consensus::Response& response) {
  chance(response.id);
  switch (chance.die() % 4) {
    case 0:
      response.answer = consensus::Absent{};
      return;
    case 1:
      chance(response.answer.emplace<consensus::Certificate>());
      return;
    case 2:
      chance(response.answer.emplace<consensus::Block>());
      return;
    default:
      chance(response.answer.emplace<consensus::Range>());
      return;
  }
}

namespace {

constexpr int kMutations = 40;

/// The bytes a little changed: a bit, a byte, one more, one less, cut off, or a piece twice.
Bytes changed(Filler& chance, Bytes bytes) {
  const std::size_t at = bytes.empty() ? 0 : (chance.die() * 256U + chance.die()) % bytes.size();
  const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  switch (chance.die() % 6) {
    case 0:
      if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1U << chance.die() % 8U);
      break;
    case 1:
      if (!bytes.empty()) bytes[at] = chance.die() % 2 == 0 ? 0xff : chance.die();
      break;
    case 2:
      bytes.insert(place, chance.die());
      break;
    case 3:
      if (!bytes.empty()) bytes.erase(place);
      break;
    case 4:
      bytes.resize(at);
      break;
    default:
      bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
      break;
  }
  return bytes;
}

/// How a value gets to bytes and back: by its fields, as one of consensus's messages, as a record
/// of the log behind its kind, or as a group of them.
struct ByFields {
  template <class T>
  static Bytes bytes_of(const T& value) {
    return encode(value);
  }
  template <class T>
  static std::optional<T> value_of(ByteView bytes) {
    auto value = decode<T>(bytes);
    if (!value) return std::nullopt;
    return *std::move(value);
  }
};
struct AsMessage {
  template <class T>
  static Bytes bytes_of(const T& value) {
    return consensus::encode_message(value);
  }
  template <class T>
  static std::optional<T> value_of(ByteView bytes) {
    auto message = consensus::decode_message(bytes);
    if (!message || !std::holds_alternative<T>(*message)) return std::nullopt;
    return std::get<T>(*std::move(message));
  }
};
struct AsRecord {
  template <class T>
  static Bytes bytes_of(const T& value) {
    log::Record record = log::to_record(value);
    record.bytes.insert(record.bytes.begin(), record.kind);
    return std::move(record.bytes);
  }
  template <class T>
  static std::optional<T> value_of(ByteView bytes) {
    if (bytes.empty()) return std::nullopt;
    const ByteView content = bytes.subspan(1);
    auto record = log::from_record({bytes[0], Bytes(content.begin(), content.end())});
    if (!record || !std::holds_alternative<T>(*record)) return std::nullopt;
    return std::get<T>(*std::move(record));
  }
};
struct AsGroup {
  static Bytes bytes_of(const LogGroup& group) {
    auto encoded = log::encode_group({}, 1, {}, group.records);
    ASSERT(encoded);
    return std::move(encoded->bytes);
  }
  template <class T>
  static std::optional<T> value_of(ByteView bytes) {
    if (bytes.size() < log::kGroupHeaderBytes) return std::nullopt;
    const auto header = log::decode_group_header({}, bytes);
    if (!header || bytes.size() != log::padded_bytes(header->payload_bytes)) return std::nullopt;
    auto records = log::decode_records(*header, {}, bytes);
    if (!records) return std::nullopt;
    return T{*std::move(records)};
  }
};

/// False when chance made no value.
template <class T, class Way>
bool goes_both_ways(ByteView bytes_of_chance, Story& story) {
  Filler chance{bytes_of_chance};
  T value{};
  chance(value);
  if (chance.failed()) return false;
  const Bytes bytes = Way::bytes_of(value);
  // Chance signs certificates with more than a quorum: two of those are more than a Status may
  // hold.
  if (std::same_as<T, consensus::Status> && bytes.size() > consensus::kStatusBytesMax) return false;
  story.tell("encoded: " + to_hex(bytes));
  const auto again = Way::template value_of<T>(bytes);
  story.expect(again.has_value(), "what was encoded does not decode");
  story.expect(*again == value, "what was encoded decodes to another value");
  for (int i = 0; i < kMutations; ++i) {
    const Bytes other = changed(chance, bytes);
    const auto read = Way::template value_of<T>(other);
    if (!read || Way::bytes_of(*read) == other) continue;
    story.tell("accepted: " + to_hex(other));
    story.fail("two encodings of one value");
  }
  return true;
}

struct WireType {
  const char* name;
  bool (*goes_both_ways)(ByteView bytes_of_chance, Story& story);
};
#define FIELDS_OF(T) \
  WireType { #T, goes_both_ways<T, ByFields> }
#define MESSAGE_OF(T) \
  WireType { #T, goes_both_ways<T, AsMessage> }
#define RECORD_OF(T) \
  WireType { "record " #T, goes_both_ways<T, AsRecord> }
constexpr WireType kWireTypes[] = {
    FIELDS_OF(chain::EpochContext), FIELDS_OF(chain::VotePair), FIELDS_OF(chain::FinalityProof),
    FIELDS_OF(chain::ValidatorSet), FIELDS_OF(MerklePath),
    // The state's rows; what they hold goes with them.
    FIELDS_OF(state::Charter), FIELDS_OF(state::Account), FIELDS_OF(state::Program),
    FIELDS_OF(state::Person), FIELDS_OF(state::Household), FIELDS_OF(state::Batch),
    FIELDS_OF(state::Claim), FIELDS_OF(state::Charge), FIELDS_OF(state::Permission),
    FIELDS_OF(state::Payment), FIELDS_OF(state::Refunded), FIELDS_OF(state::Redemption),
    FIELDS_OF(state::Proposal), FIELDS_OF(state::Chronicle), FIELDS_OF(state::RowKey),
    // What is signed, shown and proven.
    FIELDS_OF(rules::Operation), FIELDS_OF(block::Transaction), FIELDS_OF(rules::Outcome),
    FIELDS_OF(block::Receipt), FIELDS_OF(block::Statement),
    // What validators say to each other.
    MESSAGE_OF(consensus::Vote), MESSAGE_OF(consensus::Certificate),
    MESSAGE_OF(consensus::Proposal), MESSAGE_OF(consensus::Status), MESSAGE_OF(consensus::Request),
    MESSAGE_OF(consensus::Block), MESSAGE_OF(consensus::Response), FIELDS_OF(consensus::Range),
    FIELDS_OF(net::Hello),
    // What a validator's log keeps.
    RECORD_OF(consensus::Block), RECORD_OF(consensus::Vote), RECORD_OF(consensus::Certificate),
    WireType{"group", goes_both_ways<LogGroup, AsGroup>},
    // What the store keeps.
    FIELDS_OF(store::BlockEntry), FIELDS_OF(store::OutcomeEntry), FIELDS_OF(store::HistoryKey),
    FIELDS_OF(store::CheckpointRecord), FIELDS_OF(store::FigureKey), FIELDS_OF(store::Figure),
    FIELDS_OF(store::FigureAccount)};
#undef FIELDS_OF
#undef MESSAGE_OF
#undef RECORD_OF
static_assert(std::size(kWireTypes) <= Story::kCountsMax);

}  // namespace

TEST_CASE("every value has one encoding, and every encoding one value", "[property]") {
  Child child;
  CHECK(holds("decode and encode are each other's reverse", 400, [&] {
    const auto chance = *rc::gen::scale(8.0, rc::gen::arbitrary<Bytes>());
    const std::string story = child.run([&](Story& one) {
      for (std::size_t type = 0; type < std::size(kWireTypes); ++type) {
        one.tell(kWireTypes[type].name);
        if (kWireTypes[type].goes_both_ways(chance, one)) one.count(type);
      }
    });
    RC_LOG() << story;
    RC_ASSERT(story.empty());
  }));
  for (std::size_t type = 0; type < std::size(kWireTypes); ++type) {
    INFO(kWireTypes[type].name);
    CHECK(child.count(type) > 10);  // or chance makes too few that hold together
  }
}

}  // namespace hansatsu::property
