#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "rpc/asio/token.h"
#include "rpc/http/submission.h"
#include "rpc/json/time_text.h"
#include "rpc/server/session.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;

/// A reader that stops reading is noticed after so much, not after megabytes.
constexpr int kSendBufferBytes = 65'536;

}  // namespace

net::awaitable<bool> Session::begin_stream() {
  boost::system::error_code ignored;
  stream_.socket().set_option(net::socket_base::send_buffer_size{kSendBufferBytes}, ignored);
  http::response<http::empty_body> head{http::status::ok, 11};
  head.set(http::field::server, "hansatsud");
  head.set(http::field::date, to_http_date(api_.view.now()));
  head.set(http::field::cache_control, "no-store");
  head.set(http::field::content_type, kEventMedia);
  head.keep_alive(false);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer{head};
  stream_.expires_after(api_.limits.write_max);
  const auto [error, bytes] = co_await http::async_write_header(stream_, serializer, kToken);
  co_return !error;
}

net::awaitable<Session::Next> Session::stream(std::shared_ptr<EventFeed> feed) {
  feed_ = std::move(feed);
  if (finishing_) feed_->close();
  const bool begun = co_await begin_stream();
  stream_.expires_never();
  // Nothing more is asked on this connection: whatever comes, its end most of all, ends the stream.
  stream_.socket().async_wait(net::ip::tcp::socket::wait_read,
                              [feed = std::weak_ptr{feed_}](boost::system::error_code /*error*/) {
                                if (const auto held = feed.lock()) held->close();
                              });
  while (begun) {
    auto text = co_await feed_->next();
    stream_.expires_after(api_.limits.write_max);
    if (!text) {
      [[maybe_unused]] const auto ended =
          co_await net::async_write(stream_, http::make_chunk_last(), kToken);
      break;
    }
    const auto [error, bytes] =
        co_await net::async_write(stream_, http::make_chunk(net::buffer(*text)), kToken);
    if (error == boost::beast::error::timeout) ++api_.counters.too_slow;
    if (error) break;
    stream_.expires_never();
  }
  feed_.reset();
  co_return Next::end;
}

}  // namespace hansatsu::rpc
