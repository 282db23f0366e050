#include "node/store/day_book.h"
#include "node/store/entries.h"

using namespace hansatsu;

namespace {

template <class T>
void read_entry(ByteView bytes) {
  const auto value = decode<T>(bytes);
  if (!value) return;
  const Bytes again = encode(*value);
  ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

/// The store's key ranges (node/store/columns.h) under their tags.
void read_key(std::uint8_t tag, ByteView bytes) {
  switch (tag) {
    case 1:
      return read_entry<store::Nothing>(bytes);
    case 2:
      return read_entry<state::RowKey>(bytes);
    case 3:
      return read_entry<Height>(bytes);
    case 4:
      return read_entry<Hash>(bytes);
    case 8:
      return read_entry<store::HistoryKey>(bytes);
    case 11:
      return read_entry<store::FigureKey>(bytes);
    case 12:
      return read_entry<store::FigureAccount>(bytes);
    default:
      return;
  }
}
void read_value(std::uint8_t tag, ByteView bytes) {
  switch (tag) {
    case 1:
      return read_entry<store::CheckpointRecord>(bytes);
    case 2:
      return read_entry<store::RowBytes>(bytes);
    case 3:
      return read_entry<store::BlockEntry>(bytes);
    case 5:
      return read_entry<chain::FinalityProof>(bytes);
    case 6:
      return read_entry<store::Outcomes>(bytes);
    case 7:
      return read_entry<store::TransactionPlace>(bytes);
    case 11:
      return read_entry<store::Figure>(bytes);
    default:
      return;
  }
}

}  // namespace

/// An entry of the store as a disk gives it back: the range's tag, with the highest bit for a
/// value, then the bytes. What is read has this one form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::uint8_t kValue = 0x80;
  const ByteView bytes{data + 1, size - 1};
  if ((data[0] & kValue) == 0) {
    read_key(data[0], bytes);
  } else {
    read_value(data[0] & 0x7fU, bytes);
  }
  return 0;
}
