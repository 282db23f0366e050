#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "rpc/client/client.h"
#include "rpc/client/http_reply.h"
#include "rpc/http/message_signature.h"

namespace hansatsu::rpc {

/// What of a reply is kept, whatever a node sends. Of one thing, such as a transaction with its
/// receipt:
inline constexpr std::uint64_t kReplyBytesMax = 2'097'152;
/// Of lists, pages, the charter and blocks.
inline constexpr std::uint64_t kListBytesMax = 33'554'432;
/// Of so many transactions' answers, with receipts.
[[nodiscard]] constexpr std::uint64_t submission_reply_bytes_max(std::uint64_t transactions) {
  return kReplyBytesMax + transactions * 66'560;
}

struct HttpRequest {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::string_view content_type;  ///< empty without a body
  std::string_view accept;
  std::optional<SignatureHeaders> signature;
  std::string last_event_id;  ///< empty: not sent
  std::uint64_t reply_bytes_max = kReplyBytesMax;
};

/// One keep-alive connection to one of a client's endpoints, opened when it is first needed. On
/// one thread.
class Connection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// `options` outlives the connection; `first_endpoint` is tried first.
  Connection(const boost::asio::any_io_executor& executor, const ClientOptions& options,
             std::size_t first_endpoint);

  /// Sends and receives. A kept connection that the node has closed meanwhile is opened again and
  /// the request sent once more: every call of the API may be repeated.
  /// Errors: unreachable, timed_out, closed, malformed. The connection is closed after each.
  [[nodiscard]] boost::asio::awaitable<Answer<HttpReply>> exchange(HttpRequest request,
                                                                   Deadline deadline);
  /// Goes on with the next endpoint.
  void leave_endpoint();
  [[nodiscard]] std::size_t endpoint() const { return endpoint_; }
  /// Goes on with this one, modulo their number.
  void begin_at(std::size_t endpoint);

 private:
  [[nodiscard]] boost::asio::awaitable<std::optional<CallFailure>> connect(Deadline deadline);
  [[nodiscard]] boost::asio::awaitable<Answer<HttpReply>> exchange_once(const HttpRequest& request,
                                                                        Deadline deadline);
  void close();

  const ClientOptions& options_;
  std::size_t endpoint_ = 0;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{131'072};  ///< bounds what no other limit does
  bool open_ = false;
};

}  // namespace hansatsu::rpc
