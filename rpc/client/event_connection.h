#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "rpc/client/answer_reader.h"
#include "rpc/client/event_reader.h"
#include "rpc/client/http_message.h"

namespace hansatsu::rpc {

/// Three heartbeats (ServerLimits::heartbeat): a node that is silent for longer has gone.
inline constexpr std::chrono::seconds kEventSilenceMax{15};

/// A connection that a node sends events on. On one thread.
class EventConnection {
 public:
  /// `options` and the signer's key outlive it.
  EventConnection(const boost::asio::any_io_executor& executor, const ClientOptions& options,
                  const Signer& signer);

  /// Connects and asks for what lies after `after`; absent when the node listens.
  [[nodiscard]] boost::asio::awaitable<std::optional<CallError>> listen(
      std::optional<Cursor> after);
  /// The next bytes, which count until the next call. Errors: timed_out after kEventSilenceMax.
  [[nodiscard]] boost::asio::awaitable<Answer<std::string_view>> read();
  [[nodiscard]] bool is_listening() const { return listening_; }
  void close();
  /// Closes for good: what is under way ends as soon as it is asked next, and nothing listens
  /// again.
  void stop();
  void go_to_next();

 private:
  [[nodiscard]] boost::asio::awaitable<std::optional<CallFailure>> connect();
  [[nodiscard]] HttpRequest request(std::optional<Cursor> after) const;
  [[nodiscard]] boost::asio::awaitable<CallError> read_problem();

  const ClientOptions& options_;
  Signer signer_;
  std::size_t endpoint_ = 0;
  boost::asio::ip::tcp::resolver resolver_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{131'072};  ///< bounds what no other limit does
  std::optional<boost::beast::http::response_parser<boost::beast::http::buffer_body>> parser_;
  std::array<char, 16'384> bytes_{};
  NodeClock clock_{options_.clock_apart_max};
  bool listening_ = false;
  bool stopped_ = false;
};

}  // namespace hansatsu::rpc
