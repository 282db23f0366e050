#pragma once

#include <array>
#include <memory>
#include <string>

#include "rpc/http/target.h"
#include "rpc/server/problem.h"

namespace hansatsu::rpc {

/// Where a caller came in: each entrance has calls of its own.
enum class Entrance : std::uint8_t { api = 1, metrics = 2 };

/// A request whose bytes are all there, with what of its header the API looks at.
struct Request {
  std::string method;
  Target target;
  std::string body;
  std::string address;  ///< of the caller
  bool is_loopback = false;
  Entrance entrance = Entrance::api;
  bool is_forwarded = false;  ///< a proxy says that it asks for another
  rules::Language language = rules::Language::en;
  bool wants_binary = false;  ///< Accept names application/octet-stream
  std::string content_type;
  std::string content_digest;
  std::string signature_input;
  std::string signature;
  std::string last_event_id;
  std::array<std::string, 2> captures;  ///< what stands in the route's {…}

  /// Empty when the query has no such argument.
  [[nodiscard]] std::string_view argument(const std::string& name) const {
    const auto found = target.arguments.find(name);
    return found == target.arguments.end() ? std::string_view{} : found->second;
  }
};

class EventFeed;

struct Response {
  unsigned status = 200;
  std::string_view media;  ///< of the body; one of rpc/http/submission.h
  std::string body;
  std::string allow;                                ///< 405 only
  std::optional<std::chrono::seconds> retry_after;  ///< 429 and 503
  bool is_public = false;                           ///< may be kept by caches for a moment
  std::shared_ptr<EventFeed> feed;                  ///< then the body is what it gives
};

[[nodiscard]] Response response_of(const Problem& problem);

}  // namespace hansatsu::rpc
