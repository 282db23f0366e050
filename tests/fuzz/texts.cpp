#include "rpc/client/client.h"
#include "rpc/json/cursor.h"
#include "rpc/json/time_text.h"
#include "wallet/audit/audit.h"

using namespace hansatsu;

namespace {

/// It becomes a line of a request: nothing in it may end that line.
void check_endpoint(std::string_view text) {
  const auto endpoint = rpc::parse_endpoint(text);
  if (!endpoint) return;
  ASSERT(endpoint->port != 0 && !endpoint->host.empty());
  for (const char letter : endpoint->host) {
    ASSERT(static_cast<unsigned char>(letter) > ' ' && letter != '\x7f');
  }
  const auto again =
      rpc::parse_endpoint("http://[" + endpoint->host + "]:" + std::to_string(endpoint->port));
  ASSERT(again && again->host == endpoint->host && again->port == endpoint->port);
}

void check_known_block(std::string_view text) {
  const auto known = audit::parse_known_block(text);
  if (!known) return;
  const auto again =
      audit::parse_known_block(std::to_string(known->height.raw) + ":" + to_hex(known->id.view()));
  ASSERT(again && again->height == known->height && again->id == known->id);
}

}  // namespace

/// Small texts that a header, a flag or a member of JSON holds: the first byte says which. What is
/// understood, written again, is understood alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  switch (data[0]) {
    case 'c':  // Last-Event-ID, and `from` of a history
      if (const auto cursor = rpc::parse_cursor(text)) {
        ASSERT(rpc::parse_cursor(rpc::to_cursor_text(*cursor)) == cursor);
      }
      break;
    case 'd':  // a node's Date
      if (const auto time = rpc::parse_http_date(text)) {
        ASSERT(rpc::parse_http_date(rpc::to_http_date(*time)) == time);
      }
      break;
    case 't':
      if (const auto time = rpc::parse_time(text)) {
        ASSERT(rpc::parse_http_date(rpc::to_http_date(*time)) ==
               Timestamp{time->raw / 1'000 * 1'000});
      }
      break;
    case 'e':
      check_endpoint(text);
      break;
    case 'k':
      check_known_block(text);
      break;
    default:
      break;
  }
  return 0;
}
