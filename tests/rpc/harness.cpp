#include "tests/rpc/harness.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "rpc/json/codec.h"

namespace test_rpc {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;

/// A bound for what must happen; never reached when all is well.
constexpr std::chrono::seconds kPatience{20};

}  // namespace

TestServer::TestServer(const rpc::ServerLimits& limits)
    : ledger_{Market{}.town},
      work_{net::make_work_guard(io_)},
      server_{io_, ledger_, rpc::ServerConfig{"127.0.0.1", 0, limits}} {
  const auto started = server_.start();
  REQUIRE(started.has_value());
  port_ = server_.port();
  metrics_port_ = server_.metrics_port();
  thread_ = std::thread{[this] { io_.run(); }};
}

bool TestServer::stop() {
  if (stopped_) return true;
  stopped_ = true;
  std::promise<void> done;
  auto future = done.get_future();
  net::post(io_, [this, &done] { server_.stop([&done] { done.set_value(); }); });
  const bool in_time = future.wait_for(kPatience) == std::future_status::ready;
  work_.reset();
  if (!in_time) io_.stop();
  thread_.join();
  return in_time;
}

TestServer::~TestServer() {
  const bool in_time = stop();
  CHECK(in_time);
}

rpc::Client TestServer::client(std::string language) const {
  rpc::ClientOptions options;
  options.endpoints.push_back({"127.0.0.1", port_});
  options.language = std::move(language);
  options.call_time_max = kPatience;
  options.clock_apart_max = std::chrono::years{1'000};  // the town's clock stands at its founding
  return rpc::Client{std::move(options)};
}

RawConnection::RawConnection(std::uint16_t port) : socket_{io_} {
  socket_.connect(tcp::endpoint{net::ip::address_v4::loopback(), port});
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}
void RawConnection::send(std::string_view bytes) {
  boost::system::error_code ignored;  // the server may have hung up already: reading tells
  net::write(socket_, net::buffer(bytes), ignored);
}
std::optional<HttpAnswer> RawConnection::read() {
  http::response_parser<http::string_body> parser;
  parser.body_limit(64U << 20U);
  boost::system::error_code error;
  http::read(socket_, buffer_, parser, error);
  if (error) return std::nullopt;
  return parser.release();
}
bool RawConnection::has_bytes() { return buffer_.size() > 0 || socket_.available() > 0; }
bool RawConnection::is_closed() {
  char byte = 0;
  boost::system::error_code error;
  const std::size_t bytes = socket_.read_some(net::buffer(&byte, 1), error);
  return bytes == 0 && (error == net::error::eof || error == net::error::connection_reset);
}

std::string RawRequest::text() const {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: node\r\n" + headers;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}
RawRequest& RawRequest::sign(const rpc::RequestKey& name, const KeyPair& key, Timestamp created,
                             std::string nonce) {
  const auto signature =
      rpc::sign_request(method, target, body, {name, created.raw / 1'000, std::move(nonce)}, key);
  headers += "Content-Digest: " + signature.content_digest + "\r\n";
  headers += "Signature-Input: " + signature.signature_input + "\r\n";
  headers += "Signature: " + signature.signature + "\r\n";
  return *this;
}

namespace {
HttpAnswer ask_at(std::uint16_t port, const RawRequest& request) {
  RawConnection connection{port};
  connection.send(request.text());
  auto answer = connection.read();
  REQUIRE(answer.has_value());
  return *std::move(answer);
}
}  // namespace

HttpAnswer ask(const TestServer& server, const RawRequest& request) {
  return ask_at(server.port(), request);
}
HttpAnswer ask_metrics(const TestServer& server, const std::string& headers) {
  return ask_at(server.metrics_port(), {"GET", "/metrics", {}, headers});
}
std::string code_of(const HttpAnswer& answer) {
  const auto json = rpc::parse_json(answer.body());
  if (!json || !json->is_object() || !json->contains("code")) return {};
  return json->at("code").get<std::string>();
}

rpc::Signer signer_of(AccountId account) {
  static std::map<AccountId, KeyPair> keys;
  const auto [found, is_new] = keys.try_emplace(account, key_of(account.raw));
  return {{account, 0, 1}, &found->second};
}

Market::Market() {
  person = town.open_person();
  other = town.open_person();
  shop = town.open_shop();
  program = town.open_charge_program();
  town.must(kAgent, rules::Charge{person, program, Amount::of(5'000), Amount{}});
}
block::UnsignedTransaction Market::unsigned_from(AccountId signer,
                                                 rules::OperationVariant operation) {
  return town.unsigned_from(signer, std::move(operation));
}
rpc::BuiltTransaction Market::build(AccountId signer, rules::OperationVariant operation) {
  const auto transaction = unsigned_from(signer, std::move(operation));
  const rpc::Envelope envelope{town.chain_id, transaction.signer, transaction.sequence,
                               plus_ms(transaction.valid_until, 300'000)};
  return rpc::build_transaction(envelope, transaction.operation, key_of(signer.raw));
}

rpc::BuiltTransaction Market::pay(std::uint64_t units) {
  return build(person, rules::Pay{shop, CoinId{0}, Amount::of(units), {}});
}

}  // namespace test_rpc
