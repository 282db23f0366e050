#include "tests/cluster/between.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

namespace test_cluster {
namespace {

sockaddr_in this_machine(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A whole HTTP message: its head, and as much behind it as the head says. Less if the other ends.
std::string receive_message(int socket) {
  std::string message;
  std::size_t whole = std::string::npos;
  std::array<char, 65'536> piece{};
  while (message.size() < whole) {
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) return message;
    message.append(piece.data(), static_cast<std::size_t>(got));
    const std::size_t head = message.find(kHeadEnd);
    if (head == std::string::npos || whole != std::string::npos) continue;
    const std::size_t length = message.find("Content-Length: ");
    const bool has_body = length < head;
    whole = head + kHeadEnd.size() + (has_body ? std::stoul(message.substr(length + 16)) : 0);
  }
  return message;
}

void send_message(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

Between::Between(const std::string& node_url, Answer answer)
    : node_port_{static_cast<std::uint16_t>(std::stoul(node_url.substr(node_url.rfind(':') + 1)))},
      answer_{std::move(answer)} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = this_machine(0);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

Between::~Between() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void Between::serve() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) != 1) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    if (const std::string request = receive_message(socket); !request.empty())
      send_message(socket, answer_(request));
    ::close(socket);
  }
}

std::string Between::ask_node(const std::string& request) const {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = this_machine(node_port_);
  std::string reply;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    send_message(socket, request);
    reply = receive_message(socket);
  }
  ::close(socket);
  return reply;
}

}  // namespace test_cluster
