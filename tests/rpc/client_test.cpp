#include <catch2/catch.hpp>

#include "rpc/client/http_message.h"
#include "rpc/json/shop_directory.h"
#include "tests/rpc/harness.h"
#include "tests/rpc/scripted_node.h"

using namespace test_rpc;

TEST_CASE("the client reads what the node tells all", "[rpc][client]") {
  TestServer server;
  const Market market;
  auto client = server.client();
  const auto status = client.status();
  REQUIRE(status.has_value());
  CHECK(*status == server.ledger().status());
  const auto charter = client.charter();
  REQUIRE(charter.has_value());
  CHECK(*charter == market.town.charter);
  const auto programs = client.programs();
  REQUIRE(programs.has_value());
  auto expected = server.ledger().programs();
  for (rpc::ProgramRecord& record : expected) {
    record.has_counters = false;
    record.program.counters = {};
  }
  CHECK(*programs == expected);
}

TEST_CASE("shops have names only from a directory that an issuer signed", "[rpc][client]") {
  TestServer server;
  const Market market;
  auto client = server.client();
  auto shops = client.shops(market.town.charter);
  REQUIRE(shops.has_value());
  REQUIRE(shops->size() == 1);
  CHECK(shops->front().record.account == market.shop);
  CHECK(shops->front().name.empty());

  rpc::ShopDirectory directory;
  directory.chain_id = market.town.chain_id;
  directory.issued = Timestamp{kFounded};
  directory.shops.push_back({market.shop, {"ばんだい食堂"}, 1});
  const auto offset = market.town.charter.utc_offset;
  const auto forged = rpc::sign_directory(directory, {kStaff, 0, 1}, key_of(kAgent.raw));
  server.ledger().set_directory(rpc::to_directory_file(forged, offset));
  shops = client.shops(market.town.charter);
  REQUIRE(shops.has_value());
  CHECK(shops->front().name.empty());
  const auto real = rpc::sign_directory(directory, {kStaff, 0, 1}, key_of(kStaff.raw));
  server.ledger().set_directory(rpc::to_directory_file(real, offset));
  shops = client.shops(market.town.charter);
  REQUIRE(shops.has_value());
  CHECK(shops->front().name == "ばんだい食堂");

  // The node's own charter vouches for nothing: of another town's the trusted one knows nobody.
  state::Charter other = market.town.charter;
  other.chain_name.text += " of others";
  shops = client.shops(other);
  REQUIRE(shops.has_value());
  CHECK(shops->front().name.empty());
}

TEST_CASE("shops are looked up once a block, however often anyone asks", "[rpc][client]") {
  TestServer server;
  Market market;
  auto client = server.client();
  for (int i = 0; i < 5; ++i) CHECK(client.shops(market.town.charter)->size() == 1);
  CHECK(server.ledger().shops_asked() == 1);
  rules::OpenAccount open;
  open.salt.bytes.fill(9);
  open.kind = state::AccountKind::shop;
  open.keys.push_back(grant_all(key_of(77).public_key()));
  open.accepted_coins.push_back(CoinId{0});
  open.related_persons.push_back(PersonId{7});
  const auto opened = client.submit(market.build(kStaff, open).bytes, true);
  REQUIRE(opened.has_value());
  REQUIRE(opened->result->transaction.outcome.code == 0);
  CHECK(client.shops(market.town.charter)->size() == 2);
}

TEST_CASE("a history is read page by page, both ways", "[rpc][client]") {
  TestServer server;
  Market market;
  auto client = server.client();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    REQUIRE(client.submit(market.pay(i).bytes, true).has_value());
  }
  const rpc::Signer person = signer_of(market.person);
  for (const bool newest_first : {true, false}) {
    std::vector<std::uint64_t> amounts;
    std::optional<rpc::Cursor> from;
    do {
      const auto page = client.history(market.person, person, from, newest_first, 2);
      REQUIRE(page.has_value());
      for (const auto& entry : page->entries) amounts.push_back(entry.outcome.amount.units());
      from = page->next;
    } while (from);
    CHECK(amounts == (newest_first ? std::vector<std::uint64_t>{5, 4, 3, 2, 1}
                                   : std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  }
}

TEST_CASE("a preview shows what would be refused, and why", "[rpc][client]") {
  TestServer server;
  Market market;
  auto client = server.client();
  const rpc::Signer person = signer_of(market.person);
  const auto fine = client.preview(
      market.unsigned_from(market.person, rules::Pay{market.shop, {}, Amount::of(700), {}}),
      person);
  REQUIRE(fine.has_value());
  CHECK_FALSE(fine->refusal.has_value());
  REQUIRE(fine->outcome.has_value());
  CHECK(fine->outcome->private_part.lots.at(0).amount == Amount::of(700));
  CHECK(fine->before.at(0).prepaid == Amount::of(5'000));
  CHECK(fine->after.at(0).prepaid == Amount::of(4'300));
  const auto refused = client.preview(
      market.unsigned_from(market.person, rules::Pay{market.shop, {}, Amount::of(7'000), {}}),
      person);
  REQUIRE(refused.has_value());
  CHECK(refused->refusal == rules::Refusal::not_enough_value);
  CHECK(refused->after == refused->before);
}

TEST_CASE("treasurers list the redemptions of their coin", "[rpc][client]") {
  TestServer server;
  Market market;
  auto client = server.client();
  REQUIRE(client.submit(market.pay(700).bytes, true).has_value());
  REQUIRE(client.submit(market.build(market.shop, rules::Redeem{CoinId{0}, {}}).bytes, true)
              .has_value());
  const auto list =
      client.redemptions(CoinId{0}, state::RedemptionState::requested, {}, signer_of(kTreasurer));
  REQUIRE(list.has_value());
  REQUIRE(list->size() == 1);
  CHECK(list->front().redemption.shop == market.shop);
  const auto shop =
      client.redemptions(CoinId{0}, state::RedemptionState::requested, {}, signer_of(market.shop));
  REQUIRE_FALSE(shop.has_value());
  CHECK(shop.error().code == "E-API-20");
}

TEST_CASE("a clock that is wrong is learned from the node", "[rpc][client]") {
  TestServer server;  // the town's clock stands at its founding, far from this machine's
  const Market market;
  auto client = server.client();
  REQUIRE(client.account(market.person, signer_of(market.person)).has_value());
  const std::uint64_t node = server.ledger().now().raw;
  const std::uint64_t learned = client.now().raw;
  CHECK(learned + 5'000 > node);
  CHECK(learned < node + 60'000);
}

TEST_CASE("a node's clock is believed as far as ten minutes, and no further", "[rpc][client]") {
  const auto local = [] {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  };
  const auto said = [&](std::chrono::milliseconds ahead) {
    rpc::HttpReply reply;
    reply.date = Timestamp{static_cast<std::uint64_t>(local() + ahead.count())};
    return reply;
  };
  using std::chrono::minutes;
  rpc::NodeClock clock{rpc::ClientOptions{}.clock_apart_max};
  for (const minutes ahead : {minutes{9}, minutes{-9}}) {
    REQUIRE(clock.learn(said(ahead)));
    const auto learned = static_cast<std::int64_t>(clock.now().raw) - local();
    CHECK(std::abs(learned - std::chrono::milliseconds{ahead}.count()) < 5'000);
  }
  for (const minutes ahead : {minutes{11}, minutes{-11}, minutes{600'000}}) {
    CHECK_FALSE(clock.learn(said(ahead)));
    // Nothing of it stays.
    CHECK(static_cast<std::int64_t>(clock.now().raw) - local() < 0);
    CHECK(static_cast<std::int64_t>(clock.now().raw) - local() > -600'000);
  }

  TestServer server;  // the town's clock stands at its founding, far from this machine's
  rpc::ClientOptions options;
  options.endpoints = {{"127.0.0.1", server.port()}, {"127.0.0.1", server.port()}};
  rpc::Client client{options};
  const auto refused = client.status();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().failure == rpc::CallFailure::clock_differs);
  CHECK(std::abs(static_cast<std::int64_t>(client.now().raw) - local()) < 5'000);
}

TEST_CASE("the client goes to the next endpoint when one is gone", "[rpc][client]") {
  TestServer server;
  std::uint16_t dead_port = 0;
  {
    const TestServer gone;
    dead_port = gone.port();
  }
  rpc::ClientOptions options;
  options.clock_apart_max = std::chrono::years{1'000};
  options.endpoints = {{"127.0.0.1", dead_port}, {"127.0.0.1", server.port()}};
  rpc::Client client{options};
  CHECK(client.status().has_value());
  CHECK(client.status().has_value());

  options.endpoints.pop_back();
  rpc::Client alone{options};
  const auto failed = alone.status();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().failure == rpc::CallFailure::unreachable);
}

TEST_CASE("a kept connection that the node has closed is opened again", "[rpc][client]") {
  rpc::ServerLimits limits;
  limits.idle_max = std::chrono::milliseconds{1};
  TestServer server{limits};
  auto client = server.client();
  for (int i = 0; i < 20; ++i) REQUIRE(client.status().has_value());
}

TEST_CASE("a call ends when its time is over", "[rpc][client]") {
  TestServer server;
  Market market;
  auto client = server.client();
  server.ledger().hold();
  client.set_call_time_max(std::chrono::milliseconds{100});
  const auto late = client.submit(market.pay(1).bytes, true);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().failure == rpc::CallFailure::timed_out);
  server.ledger().release();
}

TEST_CASE("a reply has a bound, by what it answers", "[rpc][client]") {
  const auto client_of = [](const ScriptedNode& node) {
    rpc::ClientOptions options;
    options.endpoints = {{"127.0.0.1", node.port()}};
    return rpc::Client{options};
  };
  const auto text_of = [](std::size_t bytes) {
    return answer_of("200 OK", "text/plain", std::string(bytes, ' '));
  };
  const ScriptedNode large{text_of(rpc::kReplyBytesMax)};
  CHECK(client_of(large).metrics().has_value());
  const ScriptedNode larger{text_of(rpc::kReplyBytesMax + 1)};
  const auto refused = client_of(larger).metrics();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().failure == rpc::CallFailure::malformed);

  // A list may be longer than that.
  const std::string filler(rpc::kReplyBytesMax, ' ');
  const ScriptedNode list{answer_of("200 OK", "application/json", R"({"programs":[]})" + filler)};
  CHECK(client_of(list).programs().has_value());
}

TEST_CASE("endpoints are plain http with a port", "[rpc][client]") {
  const auto good = rpc::parse_endpoint("http://127.0.0.1:8080/");
  REQUIRE(good.has_value());
  CHECK(good->host == "127.0.0.1");
  CHECK(good->port == 8080);
  CHECK(rpc::parse_endpoint("http://[::1]:80")->host == "::1");
  for (const char* bad : {"", "127.0.0.1:80", "https://a:80", "http://a", "http://:80",
                          "http://a:0", "http://a:99999", "http://a/b:80", "http://u@a:80",
                          "http://a\r\nb:80", "http://a\t:80", "http://a\x7f:80"}) {
    CAPTURE(bad);
    CHECK_FALSE(rpc::parse_endpoint(bad).has_value());
  }
}
