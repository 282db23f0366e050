#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "rpc/server/address_gate.h"
#include "rpc/server/authenticator.h"
#include "rpc/server/event_feed.h"

namespace hansatsu::rpc {

/// Counted since the start; shown by GET /metrics.
struct ServerCounters {
  std::uint64_t connections = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t problems = 0;  ///< answers with a status of 400 and above
  std::uint64_t too_slow = 0;
  std::uint64_t sessions_broken = 0;  ///< ended by an exception of a library, or by the stop
  std::uint64_t transactions = 0;     ///< submitted
};

/// The last answer to GET /v1/shops. Making one looks at every account, and anybody may ask.
struct ShopsAnswer {
  Height height;
  std::shared_ptr<const std::string> directory;
  std::chrono::steady_clock::time_point made;
  std::string body;
};

/// Everything the calls of the API work with. One thread.
struct Api {
  Api(boost::asio::any_io_executor io, LedgerView& ledger, const ServerLimits& bounds)
      : executor{std::move(io)},
        view{ledger},
        limits{bounds},
        gate{bounds},
        authenticator{ledger, bounds},
        feeds{executor, ledger, authenticator, limits} {}

  boost::asio::any_io_executor executor;
  LedgerView& view;
  const ServerLimits limits;
  AddressGate gate;
  Authenticator authenticator;
  EventFeeds feeds;
  ServerCounters counters;
  std::optional<ShopsAnswer> shops;
};

using Call = boost::asio::awaitable<Response> (*)(Api& api, const Request& request);

/// What a call needs of the node. What proves itself does so at any age.
enum class Needs : std::uint8_t { nothing, payments_taken, newest_state };

/// A path of the API: "{}" stands for one captured segment.
struct Route {
  std::string_view method;
  std::string_view path;  ///< as openapi.json writes it: "/v1/accounts/{number}"
  Call call;
  Needs needs = Needs::newest_state;
  Entrance entrance = Entrance::api;
};
[[nodiscard]] std::span<const Route> routes();

/// Finds the route and runs its call; every failure is an answer.
[[nodiscard]] boost::asio::awaitable<Response> answer(Api& api, Request& request);

// The calls, by family. Each one's meaning stands in docs/protocol/api.md.
namespace calls {
using Answering = boost::asio::awaitable<Response>;
Answering status(Api& api, const Request& request);
Answering charter(Api& api, const Request& request);
Answering programs(Api& api, const Request& request);
Answering shops(Api& api, const Request& request);
Answering openapi(Api& api, const Request& request);
Answering metrics(Api& api, const Request& request);
Answering submit(Api& api, const Request& request);
Answering preview(Api& api, const Request& request);
Answering transaction(Api& api, const Request& request);
Answering receipt(Api& api, const Request& request);
Answering account(Api& api, const Request& request);
Answering history(Api& api, const Request& request);
Answering keys(Api& api, const Request& request);
Answering events(Api& api, const Request& request);
Answering figures(Api& api, const Request& request);
Answering redemptions(Api& api, const Request& request);
Answering block(Api& api, const Request& request);
Answering headers(Api& api, const Request& request);
}  // namespace calls

}  // namespace hansatsu::rpc
