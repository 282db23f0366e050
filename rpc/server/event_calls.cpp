#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {

/// Answers with a stream, which the session then sends for as long as both sides like.
Answering events(Api& api, const Request& request) {
  auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return refuse(request, caller.error());
  if (!caller->account) co_return refuse(request, ApiError::not_allowed);
  constexpr Cursor kNow{Height{}, ~std::uint32_t{0}};
  Cursor after = kNow;
  after.height = api.view.status().height;
  if (!request.last_event_id.empty()) {
    const auto last = parse_cursor(request.last_event_id);
    if (!last) co_return refuse(request, ApiError::bad_parameter, "Last-Event-ID");
    after = *last;
  }
  const AddressLimits& address = request.is_loopback ? api.limits.loopback : api.limits.address;
  auto feed = api.feeds.open({*std::move(caller), after, request.address, address.streams});
  if (!feed) co_return refuse(request, feed.error());
  Response response;
  response.media = kEventMedia;
  response.feed = *std::move(feed);
  co_return response;
}

}  // namespace hansatsu::rpc::calls
