#include <algorithm>

#include "ledger/types/assert.h"
#include "ledger/types/bytes.h"
#include "rpc/client/event_reader.h"

using namespace hansatsu;

namespace {

/// Every event of a stream that comes in pieces of this size; short of all when it is given up.
std::deque<rpc::RawEvent> events_of(std::string_view stream, std::size_t piece) {
  rpc::EventReader reader;
  std::deque<rpc::RawEvent> events;
  while (!stream.empty()) {
    const std::string_view next = stream.substr(0, piece);
    stream.remove_prefix(next.size());
    const bool is_sound = reader.feed(next);
    rpc::RawEvent event;
    while (reader.take(event)) {
      ASSERT(event.data.size() <= rpc::EventReader::kEventBytesMax);
      events.push_back(event);
    }
    if (!is_sound) break;
  }
  return events;
}

}  // namespace

/// A stream of events from a node that may be anybody's: the same events, however it is cut. The
/// first byte says how.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream = as_text({data + 1, size - 1});
  ASSERT(events_of(stream, 1U + data[0]) == events_of(stream, size));
  return 0;
}
