#include "node/net/greeting.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "node/net/peer_link.h"
#include "rpc/asio/token.h"

namespace hansatsu::net {
namespace {

CloseReason reason_of(HelloError error) {
  switch (error) {
    case HelloError::no_common_version:
    case HelloError::wrong_lane:
      return CloseReason::bad_hello;
    case HelloError::wrong_chain:
      return CloseReason::wrong_chain;
    case HelloError::bad_signature:
      return CloseReason::bad_signature;
  }
  return CloseReason::bad_hello;
}

CloseReason or_slow(const Connection& connection, CloseReason otherwise) {
  return connection.timed_out() ? CloseReason::handshake_slow : otherwise;
}

/// What TLS alone has proven.
struct Secured {
  std::shared_ptr<PeerLink> peer;
  ChannelBinding binding;
};

asio::awaitable<Result<Secured, CloseReason>> secure(std::shared_ptr<Connection> connection,
                                                     Side side, const GreetingTerms& terms) {
  const auto role =
      side == Side::dialer ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
  const auto [failed] = co_await connection->stream().async_handshake(role, kToken);
  if (failed) co_return Err{or_slow(*connection, CloseReason::tls_refused)};
  SSL* tls = connection->stream().native_handle();
  if (!agreed_on_protocol(tls)) co_return Err{CloseReason::wrong_protocol};
  const auto key = peer_key(tls);
  const auto binding = channel_binding(tls);
  if (!key || !binding) co_return Err{CloseReason::tls_refused};
  auto peer = terms.find_peer(*key);
  if (peer == nullptr) co_return Err{CloseReason::wrong_key};
  co_return Secured{std::move(peer), *binding};
}

asio::awaitable<Result<void, CloseReason>> send_hello(std::shared_ptr<Connection> connection,
                                                      Hello hello) {
  const Bytes body = encode(hello);
  Encoder framed;
  framed(static_cast<std::uint16_t>(body.size()));
  framed.raw(body);
  const Bytes bytes = framed.take();
  const auto [failed, sent] =
      co_await asio::async_write(connection->stream(), asio::buffer(bytes), kToken);
  static_cast<void>(sent);
  if (failed) co_return Err{or_slow(*connection, CloseReason::disconnected)};
  co_return Result<void, CloseReason>{};
}

asio::awaitable<Result<Hello, CloseReason>> receive_hello(std::shared_ptr<Connection> connection) {
  std::array<std::uint8_t, 2> length_bytes{};
  const auto [no_length, length_read] =
      co_await asio::async_read(connection->stream(), asio::buffer(length_bytes), kToken);
  static_cast<void>(length_read);
  // The other side's refusal of our certificate shows here: TLS 1.3 lets the dialer finish first.
  if (no_length) co_return Err{or_slow(*connection, CloseReason::tls_refused)};
  const auto length = static_cast<std::size_t>(length_bytes[0] << 8U | length_bytes[1]);
  if (length > kHelloBytesMax) co_return Err{CloseReason::bad_hello};
  Bytes body(length);
  const auto [no_body, body_read] =
      co_await asio::async_read(connection->stream(), asio::buffer(body), kToken);
  static_cast<void>(body_read);
  if (no_body) co_return Err{or_slow(*connection, CloseReason::disconnected)};
  const auto hello = decode<Hello>(body);
  if (!hello) co_return Err{CloseReason::bad_hello};
  co_return *hello;
}

HelloExpectation expectation(const GreetingTerms& terms, const Secured& secured, Side peer_side,
                             std::optional<Lane> lane) {
  return {terms.own.chain_id, lane, peer_side, secured.binding, secured.peer->info().validator_key};
}

}  // namespace

asio::awaitable<Result<Greeted, CloseReason>> greet_as_dialer(
    std::shared_ptr<Connection> connection, GreetingTerms terms, std::shared_ptr<PeerLink> dialed,
    Lane lane) {
  const auto secured = co_await secure(connection, Side::dialer, terms);
  if (!secured) co_return Err{secured.error()};
  if (secured->peer != dialed) co_return Err{CloseReason::wrong_key};
  Hello own = terms.own;
  own.lane = lane;
  const auto sent =
      co_await send_hello(connection, sign_hello(own, Side::dialer, secured->binding, terms.key));
  if (!sent) co_return Err{sent.error()};
  const auto hello = co_await receive_hello(connection);
  if (!hello) co_return Err{hello.error()};
  const auto checked = check_hello(*hello, expectation(terms, *secured, Side::acceptor, lane));
  if (!checked) co_return Err{reason_of(checked.error())};
  co_return Greeted{dialed, *hello};
}

asio::awaitable<Result<Greeted, CloseReason>> greet_as_acceptor(
    std::shared_ptr<Connection> connection, GreetingTerms terms) {
  const auto secured = co_await secure(connection, Side::acceptor, terms);
  if (!secured) co_return Err{secured.error()};
  const auto hello = co_await receive_hello(connection);
  if (!hello) co_return Err{hello.error()};
  const auto checked =
      check_hello(*hello, expectation(terms, *secured, Side::dialer, std::nullopt));
  if (!checked) co_return Err{reason_of(checked.error())};
  Hello own = terms.own;
  own.lane = hello->lane;
  const auto sent =
      co_await send_hello(connection, sign_hello(own, Side::acceptor, secured->binding, terms.key));
  if (!sent) co_return Err{sent.error()};
  co_return Greeted{secured->peer, *hello};
}

}  // namespace hansatsu::net
