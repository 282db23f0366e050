#include "tests/wallet/lying_node.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "rpc/http/submission.h"
#include "rpc/json/time_text.h"

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

/// A problem with the code of a refusal, that hides the line before it and turns the text round.
constexpr std::string_view kTrouble =
    R"({"type":"about:blank","title":"\u001b[1A\u001b[2Kdone\u202eenod","status":400,)"
    R"("code":"E-GRT-06"})";

std::string message_of(const std::string& status, const std::string& type,
                       const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + std::string{kEndOfHead} + body;
}

std::string with_wrong_date(std::string reply) {
  constexpr std::string_view kDate = "Date: ";
  constexpr std::uint64_t kWrongByMs = 11 * 60'000;
  const std::size_t start = reply.find(kDate);
  const std::size_t end = reply.find("\r\n", start);
  if (start == std::string::npos || end > reply.find(kEndOfHead)) return reply;
  const std::size_t value = start + kDate.size();
  const auto date = rpc::parse_http_date(std::string_view{reply}.substr(value, end - value));
  if (!date) return reply;
  return reply.replace(value, end - value, rpc::to_http_date(plus_ms(*date, kWrongByMs)));
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
  if (lie_ == Lie::tells_wrong_time) return with_wrong_date(ask_node(request));
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
  const std::size_t count = batch ? batch->size() : 0;
  {
    const std::lock_guard lock{mutex_};
    for (std::size_t i = 0; i < count; ++i) {
      const auto transaction = decode<block::Transaction>((*batch)[i]);
      if (transaction) seen_.insert(encode(transaction->unsigned_part));
    }
    held_back_.push_back(request);
  }
  if (lie_ == Lie::passes_on || lie_ == Lie::keeps_silent) release();
  if (lie_ == Lie::keeps_silent) {
    ++kept_silent_;
    return {};
  }
  if (lie_ == Lie::names_trouble) {
    return message_of("400 Bad Request", "application/problem+json", std::string{kTrouble});
  }
  return message_of("200 OK", "application/octet-stream", lie_about(count));
}

std::string LyingNode::lie_about(std::size_t transactions) const {
  rpc::SubmitAnswer no;
  no.state = rpc::SubmitState::inadmissible;
  no.code = static_cast<std::uint16_t>(lie_ == Lie::says_closed ? rules::Refusal::signer_closed
                                                                : rules::Refusal::sequence_used);
  if (lie_ == Lie::says_lapsed) {
    no.state = rpc::SubmitState::lapsed;
    no.code = 0;
  } else if (lie_ == Lie::forges_receipt) {
    no.state = rpc::SubmitState::final;
    no.code = 0;
    rpc::ProvenTransaction nothing;
    nothing.transaction.outcome.operation = rules::OperationCode::send;
    no.result = std::make_shared<const rpc::ProvenTransaction>(std::move(nothing));
  }
  return rpc::encode_answers(std::vector<rpc::SubmitAnswer>(transactions, no));
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

std::vector<block::UnsignedTransaction> LyingNode::seen() const {
  const std::lock_guard lock{mutex_};
  std::vector<block::UnsignedTransaction> all;
  for (const Bytes& bytes : seen_) all.push_back(*decode<block::UnsignedTransaction>(bytes));
  return all;
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
