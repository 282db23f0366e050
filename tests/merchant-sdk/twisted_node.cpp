#include "tests/merchant-sdk/twisted_node.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

namespace test_cluster {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

sockaddr_in this_machine(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A head and as much body as it names; less if the other ends.
std::string receive_message(int socket) {
  std::string message;
  std::array<char, 16'384> piece{};
  for (;;) {
    const std::size_t head = message.find(kHeadEnd);
    if (head != std::string::npos) {
      const std::size_t length = message.find("Content-Length: ");
      const std::size_t body = length < head ? std::stoul(message.substr(length + 16)) : 0;
      if (message.size() >= head + kHeadEnd.size() + body) return message;
    }
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) return message;
    message.append(piece.data(), static_cast<std::size_t>(got));
  }
}

void send_message(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

std::string reply_with(unsigned status, const std::string& json) {
  return "HTTP/1.1 " + std::to_string(status) +
         " As\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
         std::to_string(json.size()) + std::string{kHeadEnd} + json;
}

std::string body_of(const std::string& reply) {
  const std::size_t head = reply.find(kHeadEnd);
  return head == std::string::npos ? std::string{} : reply.substr(head + kHeadEnd.size());
}

TwistedNode::TwistedNode(const std::string& node_url, Twist twist)
    : node_port_{static_cast<std::uint16_t>(std::stoul(node_url.substr(node_url.rfind(':') + 1)))},
      twist_{std::move(twist)} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = this_machine(0);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

TwistedNode::~TwistedNode() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void TwistedNode::serve() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) != 1) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    if (const std::string request = receive_message(socket); !request.empty())
      send_message(socket, answer(request));
    ::close(socket);
  }
}

std::string TwistedNode::answer(const std::string& request) {
  const std::size_t begin = request.find(' ') + 1;
  const std::string target = request.substr(begin, request.find(' ', begin) - begin);
  {
    const std::lock_guard lock{mutex_};
    ++asked_[target];
  }
  if (target == "/v1/events") return reply_with(404, R"({"code":"E-API-21","title":"none"})");
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = this_machine(node_port_);
  std::string reply;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    send_message(socket, request);
    reply = receive_message(socket);
  }
  ::close(socket);
  return twist_(target, std::move(reply));
}

std::size_t TwistedNode::asked(const std::string& part) const {
  const std::lock_guard lock{mutex_};
  std::size_t sum = 0;
  for (const auto& [target, count] : asked_)
    if (target.find(part) != std::string::npos) sum += count;
  return sum;
}

}  // namespace test_cluster
