#include "ledger/state/tables.h"

using namespace hansatsu;

namespace {

template <class Entry>
void read_row(state::TableId table, ByteView bytes) {
  if (Entry::kId != table) return;
  const auto row = decode<typename Entry::Row>(bytes);
  if (!row) return;
  const Bytes again = encode(*row);
  ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

template <class... Entry>
void read_any(std::tuple<Entry...>* /*tables*/, state::TableId table, ByteView bytes) {
  (read_row<Entry>(table, bytes), ...);
}

}  // namespace

/// A row of the state as a database gives it back: the table's number, then the row. One row has
/// one form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  state::TableList* const tables = nullptr;
  read_any(tables, static_cast<state::TableId>(data[0]), {data + 1, size - 1});
  return 0;
}
