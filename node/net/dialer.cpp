#include "node/net/dialer.h"

#include <boost/asio/connect.hpp>

#include "rpc/asio/token.h"

namespace hansatsu::net {
namespace {

using asio::ip::tcp;

/// Of a name, at most this many addresses are tried.
constexpr std::size_t kEndpointsMax = 8;

/// Numeric addresses need no resolver, and so no thread of Asio's for it. Empty: not found.
asio::awaitable<std::vector<tcp::endpoint>> resolve(std::shared_ptr<NetworkCore> core,
                                                    std::string address) {
  std::vector<tcp::endpoint> endpoints;
  const auto parts = split_address(address);
  if (!parts) co_return endpoints;
  boost::system::error_code not_numeric;
  const auto numeric = asio::ip::make_address(parts->host, not_numeric);
  if (!not_numeric) {
    endpoints.emplace_back(numeric, static_cast<std::uint16_t>(std::stoul(parts->port)));
    co_return endpoints;
  }
  const auto resolver = std::make_shared<tcp::resolver>(core->io());
  asio::steady_timer deadline{core->io(), core->limits().handshake_max};
  deadline.async_wait([resolver](const boost::system::error_code& cancelled) {
    if (!cancelled) resolver->cancel();
  });
  const auto [failed, found] = co_await resolver->async_resolve(
      parts->host, parts->port, tcp::resolver::numeric_service, kToken);
  deadline.cancel();
  if (failed) co_return endpoints;
  for (const auto& entry : found) {
    if (endpoints.size() < kEndpointsMax) endpoints.push_back(entry.endpoint());
  }
  co_return endpoints;
}

/// A connection that is greeted, or why there is none.
asio::awaitable<Result<Greeted, CloseReason>> dial(std::shared_ptr<NetworkCore> core,
                                                   std::shared_ptr<PeerLink> link, Lane lane,
                                                   std::shared_ptr<Connection> connection,
                                                   std::vector<tcp::endpoint> endpoints) {
  connection->close_after(core->limits().handshake_max);
  const auto [failed, connected] =
      co_await asio::async_connect(connection->socket(), endpoints, kToken);
  static_cast<void>(connected);
  if (failed) co_return Err{CloseReason::unreachable};
  boost::system::error_code ignored;  // without it the lane is slower, not wrong
  connection->socket().set_option(tcp::no_delay{true}, ignored);
  co_return co_await greet_as_dialer(connection, core->greeting_terms(), link, lane);
}

/// Dials once and, if greeted, stays until the session ends.
asio::awaitable<void> dial_and_run(std::shared_ptr<NetworkCore> core,
                                   std::shared_ptr<PeerLink> link, Lane lane) {
  Notice notice{link->info().index, link->info().address, CloseReason::unreachable};
  auto endpoints = co_await resolve(core, link->info().address);
  const auto connection = endpoints.empty() ? std::shared_ptr<Connection>{}
                                            : core->make_connection(tcp::socket{core->io()});
  if (connection == nullptr) {
    core->notice(notice);
    co_return;
  }
  auto greeted = co_await dial(core, link, lane, connection, std::move(endpoints));
  if (!greeted) {
    connection->close();
    notice.reason = greeted.error();
    core->notice(notice);
    co_return;
  }
  co_await NetworkCore::run_session(core, connection, *std::move(greeted), true);
}

}  // namespace

std::optional<HostPort> split_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const bool digits =
      !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
  if (host.empty() || !digits || std::stoul(std::string{port}) > 65'535) return std::nullopt;
  return HostPort{std::string{host}, std::string{port}};
}

asio::awaitable<void> keep_dialed(std::shared_ptr<NetworkCore> core, std::shared_ptr<PeerLink> link,
                                  Lane lane) {
  Redial redial{core->limits().redial};
  asio::steady_timer& timer = link->dial_timer(lane);
  const milliseconds head_start =
      link->our_key_is_smaller() ? milliseconds{0} : core->limits().second_dial_delay;
  milliseconds pause = head_start;
  while (!core->is_stopping()) {
    if (link->has_session(lane)) {
      timer.expires_at(Time::max());  // the lane's end cancels it
      co_await timer.async_wait(kToken);
      pause = head_start + redial.next(core->random());
      continue;
    }
    const Time ready = std::max(Clock::now() + pause, link->banned_until());
    timer.expires_at(ready);
    co_await timer.async_wait(kToken);
    if (core->is_stopping()) break;
    if (link->has_session(lane) || link->is_banned()) continue;
    const Time began = Clock::now();
    try {
      co_await dial_and_run(core, link, lane);
    } catch (const std::exception&) {  // bad_alloc or Asio's own: the next dial may do better
      core->notice({link->info().index, link->info().address, CloseReason::internal_failure});
    }
    if (Clock::now() - began > core->limits().dead_after) redial.succeeded();
    pause = head_start + redial.next(core->random());
  }
}

}  // namespace hansatsu::net
