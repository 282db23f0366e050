#include <array>

#include "rpc/server/api.h"

namespace hansatsu::rpc {
namespace {

constexpr std::array kRoutes = {
    Route{"GET", "/openapi.json", calls::openapi, Needs::nothing},
    Route{"GET", "/metrics", calls::metrics, Needs::nothing, Entrance::metrics},
    Route{"GET", "/v1/status", calls::status, Needs::nothing},
    Route{"GET", "/v1/charter", calls::charter, Needs::nothing},
    Route{"GET", "/v1/programs", calls::programs},
    Route{"GET", "/v1/shops", calls::shops},
    Route{"POST", "/v1/transactions", calls::submit, Needs::payments_taken},
    Route{"GET", "/v1/transactions/{id}", calls::transaction},
    Route{"POST", "/v1/preview", calls::preview},
    Route{"GET", "/v1/receipts/{id}", calls::receipt, Needs::nothing},
    Route{"GET", "/v1/accounts/{number}", calls::account},
    Route{"GET", "/v1/accounts/{number}/history", calls::history},
    Route{"GET", "/v1/keys/{key}", calls::keys},
    Route{"GET", "/v1/figures", calls::figures},
    Route{"GET", "/v1/events", calls::events},
    Route{"GET", "/v1/redemptions", calls::redemptions},
    Route{"GET", "/v1/blocks/{height}", calls::block, Needs::nothing},
    Route{"GET", "/v1/headers", calls::headers, Needs::nothing},
};

/// True if the path fits; its captured segments go into the request.
bool fits(std::string_view pattern, Request& request) {
  std::size_t segment = 0;
  std::size_t captured = 0;
  std::string_view rest = pattern.substr(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view expected = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (segment == request.target.segments.size()) return false;
    const std::string& given = request.target.segments[segment++];
    if (expected.starts_with('{')) {
      request.captures[captured++] = given;
    } else if (given != expected) {
      return false;
    }
  }
  return segment == request.target.segments.size();
}

bool is_ready(const LedgerView& view, Needs needs) {
  switch (needs) {
    case Needs::nothing:
      return true;
    case Needs::payments_taken:
      return view.takes_payments();
    case Needs::newest_state:
      return view.is_serving();
  }
  return false;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

boost::asio::awaitable<Response> answer(Api& api, Request& request) {
  std::string allow;
  for (const Route& route : kRoutes) {
    if (route.entrance != request.entrance || !fits(route.path, request)) continue;
    if (route.method != request.method) {
      allow += (allow.empty() ? "" : ", ") + std::string{route.method};
      continue;
    }
    if (!is_ready(api.view, route.needs)) {
      co_return response_of(problem_of(ApiError::syncing, request.language));
    }
    co_return co_await route.call(api, request);
  }
  if (allow.empty()) {
    co_return response_of(problem_of(ApiError::unknown_route, request.language));
  }
  Response response = response_of(problem_of(ApiError::wrong_method, request.language));
  response.allow = allow;
  co_return response;
}

}  // namespace hansatsu::rpc
