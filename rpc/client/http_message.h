#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "rpc/client/connection.h"

/// What every connection to a node does with requests and replies.
namespace hansatsu::rpc {

/// The node's clock, as its replies tell it beside ours. No node is believed further than
/// `apart_max`: what is signed would stay valid for as long as it likes.
class NodeClock {
 public:
  explicit NodeClock(std::chrono::milliseconds apart_max) : apart_max_ms_{apart_max.count()} {}
  [[nodiscard]] Timestamp now() const;
  /// False, and nothing is learned, when the reply's time is further from ours than that.
  [[nodiscard]] bool learn(const HttpReply& reply);

 private:
  std::int64_t apart_max_ms_;
  std::int64_t ahead_ms_ = 0;  ///< the node's clock less ours
};

/// Signed as of the node's clock.
[[nodiscard]] HttpRequest signed_by(HttpRequest request, const RequestKey& name, const KeyPair& key,
                                    const NodeClock& clock);

[[nodiscard]] CallFailure failure_of(boost::system::error_code error);
[[nodiscard]] boost::beast::http::request<boost::beast::http::string_body> message_of(
    const HttpRequest& request, const Endpoint& endpoint, const std::string& language);
[[nodiscard]] HttpReply reply_of(
    boost::beast::http::response<boost::beast::http::string_body>&& message);

}  // namespace hansatsu::rpc
