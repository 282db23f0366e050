#include "tests/rpc/scripted_node.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "rpc/asio/token.h"

namespace test_rpc {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using hansatsu::kToken;
using net::ip::tcp;

}  // namespace

ScriptedNode::ScriptedNode(std::string answer)
    : answer_{std::move(answer)},
      acceptor_{io_, tcp::endpoint{net::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()} {
  net::co_spawn(io_, accept(), net::detached);
  thread_ = std::thread{[this] { io_.run(); }};
}

ScriptedNode::~ScriptedNode() {
  io_.stop();
  thread_.join();
}

net::awaitable<void> ScriptedNode::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(kToken);
    if (error) co_return;
    net::co_spawn(io_, serve(std::move(socket)), net::detached);
  }
}

net::awaitable<void> ScriptedNode::serve(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request<http::string_body> request;
    const auto [read_error, read] = co_await http::async_read(socket, buffer, request, kToken);
    if (read_error) co_return;
    ++requests_;
    const auto [error, written] = co_await net::async_write(socket, net::buffer(answer_), kToken);
    if (error) co_return;
  }
}

std::string answer_of(const std::string& status, const std::string& media,
                      const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + media +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace test_rpc
