#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <thread>

namespace test_rpc {

/// A node that lies, or the proxy before one that is gone: has the same bytes for every request, on
/// a free port of loopback.
class ScriptedNode {
 public:
  explicit ScriptedNode(std::string answer);
  ~ScriptedNode();
  ScriptedNode(const ScriptedNode&) = delete;
  ScriptedNode& operator=(const ScriptedNode&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint32_t requests() const { return requests_; }

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

  std::string answer_;
  std::atomic<std::uint32_t> requests_ = 0;
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// An answer with its length.
[[nodiscard]] std::string answer_of(const std::string& status, const std::string& media,
                                    const std::string& body);

}  // namespace test_rpc
