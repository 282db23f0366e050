#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "rpc/server/api.h"

namespace hansatsu::rpc {

/// One connection: requests one after another until someone ends it. On the server's one thread.
/// Every wait for the caller has a deadline; see ServerLimits.
class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Caller {
    std::string address;
    bool is_loopback = false;
    Entrance entrance = Entrance::api;
  };
  Session(Api& api, boost::asio::ip::tcp::socket socket, Caller caller)
      : api_{api}, stream_{std::move(socket)}, caller_{std::move(caller)} {}

  /// Runs until the connection is closed. `self` keeps the session for that long.
  [[nodiscard]] static boost::asio::awaitable<void> run(std::shared_ptr<Session> self);

  /// Ends an idle connection now, a busy one after its present answer.
  void finish();
  /// Ends the connection now.
  void close();

 private:
  enum class Next : std::uint8_t { request = 1, end = 2 };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  [[nodiscard]] boost::asio::awaitable<Next> serve_one();
  [[nodiscard]] boost::asio::awaitable<bool> wait_for_first_byte();
  [[nodiscard]] boost::asio::awaitable<boost::system::error_code> read_body(Parser& parser);
  [[nodiscard]] boost::asio::awaitable<Next> write(const Request& request, Response response,
                                                   bool keep_alive);
  /// Sends what the feed gives until either side ends it; then the connection is over too.
  [[nodiscard]] boost::asio::awaitable<Next> stream(std::shared_ptr<EventFeed> feed);
  [[nodiscard]] boost::asio::awaitable<bool> begin_stream();
  [[nodiscard]] boost::asio::awaitable<Next> refuse_broken(boost::system::error_code error);

  Api& api_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{
      131'072};  ///< what a chunk says of itself is bounded by this alone
  const Caller caller_;
  std::shared_ptr<EventFeed> feed_;  ///< being sent
  bool busy_ = false;                ///< a request has begun
  bool finishing_ = false;           ///< no further request
};

}  // namespace hansatsu::rpc
