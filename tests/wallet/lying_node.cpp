#include "tests/wallet/lying_node.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "ledger/block/transaction.h"
#include "rpc/http/submission.h"

namespace hansatsu::wallet::test {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A whole HTTP message: its head, and as much behind it as the head says. Less if the other ends.
std::string read_message(int socket) {
  std::string message;
  std::size_t whole = std::string::npos;
  std::array<char, 65'536> piece{};
  while (message.size() < whole) {
    const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) return message;
    message.append(piece.data(), static_cast<std::size_t>(got));
    const std::size_t head = message.find(kEndOfHead);
    if (head == std::string::npos || whole != std::string::npos) continue;
    const std::size_t length = message.find("Content-Length: ");
    const bool has_body = length < head;
    whole = head + kEndOfHead.size() + (has_body ? std::stoul(message.substr(length + 16)) : 0);
  }
  return message;
}

void write_all(int socket, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t some = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) return;
    sent += static_cast<std::size_t>(some);
  }
}

}  // namespace

LyingNode::LyingNode(std::string node_url, Lie lie)
    : node_port_{static_cast<std::uint16_t>(std::stoul(node_url.substr(node_url.rfind(':') + 1)))},
      lie_{lie} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

LyingNode::~LyingNode() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void LyingNode::serve() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) != 1) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    // One request a connection: the wallet opens another.
    if (const std::string request = read_message(socket); !request.empty()) {
      write_all(socket, answer(request));
    }
    ::close(socket);
  }
}

std::string LyingNode::answer(const std::string& request) {
  if (request.starts_with("POST /v1/transactions") && lie_ != Lie::tells_old_news) {
    return answer_submission(request);
  }
  const std::string target = request.substr(0, request.find(" HTTP/"));
  const bool of_account =
      target.starts_with("GET /v1/accounts/") &&
      target.find('/', std::string_view{"GET /v1/accounts/"}.size()) == std::string::npos;
  if (lie_ != Lie::tells_old_news || !of_account) return ask_node(request);
  const std::lock_guard lock{mutex_};
  auto known = old_news_.find(target);
  if (known == old_news_.end()) known = old_news_.emplace(target, ask_node(request)).first;
  return known->second;
}

std::string LyingNode::answer_submission(const std::string& request) {
  const auto batch =
      rpc::decode_batch(std::string_view{request}.substr(request.find(kEndOfHead) + 4));
  std::vector<rpc::SubmitAnswer> answers;
  {
    const std::lock_guard lock{mutex_};
    for (const Bytes& bytes : batch.value_or(std::vector<Bytes>{})) {
      const auto transaction = decode<block::Transaction>(bytes);
      if (transaction) seen_.insert(encode(transaction->unsigned_part));
      rpc::SubmitAnswer& no = answers.emplace_back();
      no.state = rpc::SubmitState::inadmissible;
      no.code = static_cast<std::uint16_t>(rules::Refusal::sequence_used);
    }
    held_back_.push_back(request);
  }
  if (lie_ == Lie::passes_on || lie_ == Lie::keeps_silent) release();
  if (lie_ == Lie::keeps_silent) {
    ++kept_silent_;
    return {};
  }
  const std::string body = rpc::encode_answers(answers);
  return "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
         std::to_string(body.size()) + std::string{kEndOfHead} + body;
}

std::string LyingNode::ask_node(const std::string& request) const {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(node_port_);
  std::string reply;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    write_all(socket, request);
    reply = read_message(socket);
  }
  ::close(socket);
  return reply;
}

std::size_t LyingNode::transactions() const {
  const std::lock_guard lock{mutex_};
  return seen_.size();
}

void LyingNode::release() {
  std::vector<std::string> requests;
  {
    const std::lock_guard lock{mutex_};
    requests.swap(held_back_);
  }
  for (const std::string& request : requests) (void)ask_node(request);
}

}  // namespace hansatsu::wallet::test
