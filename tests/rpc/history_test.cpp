#include <catch2/catch.hpp>

#include "rpc/client/event_stream.h"
#include "rpc/json/cursor.h"
#include "tests/rpc/harness.h"
#include "tests/support/wait.h"

/// What can't be read is never left out: not of a history, and not of a stream of events.
using namespace test_rpc;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kHistoryPatience{20'000};

Hash pay_once(TestServer& server, Market& market, std::uint64_t units) {
  const auto built = market.pay(units);
  const auto answer = server.client().submit(built.bytes, true);
  REQUIRE(answer.has_value());
  REQUIRE(answer->state == rpc::SubmitState::final);
  return built.id;
}

}  // namespace

TEST_CASE("history: a page ends before what can't be read, and the next begins with it", "[rpc]") {
  TestServer server;
  Market market;
  std::vector<Hash> paid;
  for (std::uint64_t units = 1; units <= 5; ++units) {
    paid.push_back(pay_once(server, market, units));
  }
  const rpc::Signer shop = signer_of(market.shop);
  auto client = server.client();
  server.ledger().set_unreadable_from(Height{4});
  const auto page = client.history(market.shop, shop, std::nullopt, false, 100);
  REQUIRE(page.has_value());
  REQUIRE(page->entries.size() == 3);
  REQUIRE(page->next.has_value());
  const auto lost = client.history(market.shop, shop, page->next, false, 100);
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().code == "E-API-25");
  const auto newest = client.history(market.shop, shop, std::nullopt, true, 100);
  REQUIRE_FALSE(newest.has_value());
  CHECK(newest.error().code == "E-API-25");

  server.ledger().set_unreadable_from(Height{});
  const auto rest = client.history(market.shop, shop, page->next, false, 100);
  REQUIRE(rest.has_value());
  REQUIRE(rest->entries.size() == 2);
  CHECK(rest->entries[0].id == paid[3]);
  CHECK_FALSE(rest->next.has_value());

  server.ledger().set_busy(true);
  const auto busy = client.history(market.shop, shop, std::nullopt, false, 100);
  REQUIRE_FALSE(busy.has_value());
  CHECK(busy.error().code == "E-API-23");
}

TEST_CASE("events: what can't be read just now is read again, and nothing is left out", "[rpc]") {
  rpc::ServerLimits limits;
  limits.reread = milliseconds{5};
  TestServer server{limits};
  Market market;
  auto stream = server.client().events(signer_of(market.shop), std::nullopt);
  REQUIRE(test::wait_for(kHistoryPatience, [&] {
    const auto nothing = stream.next(milliseconds{20});
    return nothing && !nothing->has_value() && stream.place().has_value();
  }));
  const auto must_hear_of = [&](const Hash& id) {
    const auto event = stream.next(kHistoryPatience);
    REQUIRE(event.has_value());
    REQUIRE(event->has_value());
    CHECK((*event)->id == id);
  };
  for (const bool is_busy : {true, false}) {
    server.ledger().set_busy(is_busy);
    // From the height of the next payment on.
    server.ledger().set_unreadable_from(next(server.ledger().status().height));
    const std::size_t asked = server.ledger().histories_asked();
    const Hash paid = pay_once(server, market, 10);
    // Its one piece of news has been looked at, in vain, more than once; no other follows.
    REQUIRE(test::wait_for(kHistoryPatience,
                           [&] { return server.ledger().histories_asked() > asked + 2; }));
    server.ledger().set_busy(false);
    server.ledger().set_unreadable_from(Height{});
    must_hear_of(paid);
  }
}

TEST_CASE("events: a stream that can't go on ends, so that its reader comes back", "[rpc]") {
  rpc::ServerLimits limits;
  limits.reread = milliseconds{5};
  limits.reread_max = milliseconds{50};
  TestServer server{limits};
  Market market;
  const Hash first = pay_once(server, market, 1);
  const Hash second = pay_once(server, market, 2);
  server.ledger().set_unreadable_from(Height{2});
  RawConnection connection{server.port()};
  RawRequest request{"GET", "/v1/events", {}, "Last-Event-ID: 0-0\r\n"};
  const rpc::Signer shop = signer_of(market.shop);
  connection.send(request.sign(shop.reference, *shop.key, server.ledger().now()).text());
  const auto ended = connection.read();
  REQUIRE(ended.has_value());
  CHECK(ended->body().find(to_hex(first.view())) != std::string::npos);
  CHECK(ended->body().find(to_hex(second.view())) == std::string::npos);
  CHECK(connection.is_closed());
}
