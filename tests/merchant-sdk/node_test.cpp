#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "rpc/json/cursor.h"
#include "tests/merchant-sdk/shop_in_town.h"
#include "tests/merchant-sdk/twisted_node.h"

using namespace test_cluster;  // NOLINT: a test
using Json = nlohmann::json;
using merchant::ErrorCode;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

namespace {

constexpr milliseconds kWaitMax{60'000};

merchant::Till till_at(const ShopInTown& shop, std::vector<std::string> nodes) {
  auto settings = shop.settings();
  settings.nodes = std::move(nodes);
  auto till = merchant::Till::open(settings);
  REQUIRE(till.has_value());
  return *std::move(till);
}

merchant::Order order_of(merchant::Till& till, std::uint64_t amount) {
  const auto expires = std::chrono::system_clock::now() + std::chrono::minutes{15};
  auto order = till.create_order({amount, "soba", expires});
  REQUIRE(order.has_value());
  return *std::move(order);
}

std::string as_it_is(const std::string& /*target*/, std::string reply) { return reply; }

/// Its history has a page after each page, for ever, and no payment in any.
std::string without_end(const std::string& target, std::string reply) {
  if (target.find("/history") == std::string::npos) return reply;
  Json page = Json::parse(body_of(reply));
  Json kept = Json::array();
  for (const Json& entry : page["entries"])
    if (entry["outcome"]["operation"] != "pay") kept.push_back(entry);
  page["entries"] = kept;
  const std::size_t from = target.find("from=");
  std::uint64_t height = 1'000'000'000;
  if (from != std::string::npos)
    height =
        rpc::parse_cursor(target.substr(from + 5, target.find('&', from) - from - 5))->height.raw;
  page["next"] = std::to_string(height - 1) + "-0";
  return reply_with(200, page.dump());
}

/// For a node's metrics, which are at an address of their own.
rpc::Client metrics_of(const ShopInTown& shop, std::size_t node) {
  std::string address;
  std::ifstream{shop.town.network.data(node) / "metrics.address"} >> address;
  const auto endpoint = rpc::parse_endpoint("http://" + address);
  REQUIRE(endpoint.has_value());
  rpc::ClientOptions options;
  options.endpoints.push_back(*endpoint);
  return rpc::Client{std::move(options)};
}

/// A port that nobody listens on.
const std::string kNobody = "http://127.0.0.1:1";

}  // namespace

TEST_CASE("a till asks who waits after each page of a history without end", "[merchant]") {
  const ShopInTown shop;
  const TwistedNode endless{shop.town.network.url(0), without_end};
  auto till = till_at(shop, {endless.url()});
  const auto order = order_of(till, 480);
  const auto stopped = till.wait_for_payment(order, kWaitMax, [] { return false; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::stopped);
  CHECK(endless.asked("/history") == 1);

  std::size_t asked = 0;
  (void)till.wait_for_payment(order, kWaitMax, [&] { return ++asked < 20; });
  CHECK(asked == 20);
  CHECK(endless.asked("/history") == 21);
}

TEST_CASE("a till leaves a node whose history has no end", "[merchant]") {
  ShopInTown shop;
  const TwistedNode endless{shop.town.network.url(0), without_end};
  auto till = till_at(shop, {endless.url(), shop.town.network.url(0)});
  const auto order = order_of(till, 480);
  shop.pay(order, 0, 480);
  CHECK(till.wait_for_payment(order, kWaitMax).has_value());
}

TEST_CASE("one node's word does not end a wait while the other is silent", "[merchant]") {
  const ShopInTown shop;
  const TwistedNode elsewhere{shop.town.network.url(0),
                              [](const std::string& target, std::string reply) {
                                if (target != "/v1/status") return reply;
                                Json status = Json::parse(body_of(reply));
                                status["chain"] = std::string(64, 'a');
                                return reply_with(200, status.dump());
                              }};
  auto till = till_at(shop, {elsewhere.url(), kNobody});
  const auto order = order_of(till, 480);
  constexpr milliseconds kLong{1'500};
  const auto begin = Steady::now();
  const auto result = till.wait_for_payment(order, kLong);
  REQUIRE_FALSE(result.has_value());
  // At the end it is what the shop is told.
  CHECK(result.error().code == ErrorCode::other_chain);
  CHECK(Steady::now() - begin >= kLong - milliseconds{300});
  CHECK(elsewhere.asked("/v1/status") >= 2);
  // Where all say it, nobody waits for nothing.
  auto alone = till_at(shop, {elsewhere.url()});
  const auto at_once = alone.wait_for_payment(order, kWaitMax);
  REQUIRE_FALSE(at_once.has_value());
  CHECK(at_once.error().code == ErrorCode::other_chain);
}

TEST_CASE("what a node writes does not reach the shop's screen", "[merchant]") {
  const ShopInTown shop;
  std::string code = "E-API-20";
  const TwistedNode writer{shop.town.network.url(0),
                           [&](const std::string& target, std::string reply) {
                             if (target.find("/v1/keys/") == std::string::npos) return reply;
                             return reply_with(403, Json{{"code", code}, {"title", "no"}}.dump());
                           }};
  auto till = till_at(shop, {writer.url()});
  const auto order = order_of(till, 480);
  const auto code_of_wait = [&] {
    const auto result = till.wait_for_payment(order, kWaitMax);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::key_not_of_shop);
    return result.error().node_code;
  };
  CHECK(code_of_wait() == "E-API-20");
  code = "\x1b[2J\x1b[HPaid: 480";
  CHECK(code_of_wait().empty());
  code = std::string(200, 'E');
  CHECK(code_of_wait().empty());
}

TEST_CASE("a till listens instead of asking", "[merchant]") {
  ShopInTown shop;
  auto till = shop.till();
  const auto order = order_of(till, 480);
  rpc::Client metrics = metrics_of(shop, 0);
  const auto streams = [&] {
    const auto text = metrics.metrics();
    REQUIRE(text.has_value());
    return text->find("hansatsu_rpc_event_streams 1\n") != std::string::npos;
  };
  std::size_t listened = 0;
  const auto listening = till.wait_for_payment(order, kWaitMax, [&] {
    listened += streams() ? 1 : 0;
    return listened < 3;
  });
  CHECK(listening.error().code == ErrorCode::stopped);
  // It gives the stream back, as a node has few.
  CHECK(wait_until(kAgreeMax, [&] { return !streams(); }));

  const TwistedNode silent{shop.town.network.url(0), as_it_is};
  auto asking = till_at(shop, {silent.url()});
  // Where there is no stream, the history is asked, and not much.
  std::size_t slices = 0;
  (void)asking.wait_for_payment(order, kWaitMax, [&] { return ++slices < 25; });
  CHECK(silent.asked("/history") >= 2);
  CHECK(silent.asked("/history") <= 5);
  shop.pay(order, 0, 480);
  CHECK(asking.wait_for_payment(order, kWaitMax).has_value());
}

TEST_CASE("a till whose node dies while it listens hears of the payment by the next",
          "[merchant]") {
  ShopInTown shop{4};
  auto till = shop.till();
  const auto order = order_of(till, 480);
  std::size_t slices = 0;
  std::atomic<bool> killed{false};
  std::thread customer{[&] {
    CHECK(wait_until(kAgreeMax, [&] { return killed.load(); }));
    shop.pay(order, 0, 480);
  }};
  const auto paid = till.wait_for_payment(order, kWaitMax, [&] {
    if (++slices == 5) {
      shop.town.network.kill(0);
      killed = true;
    }
    return true;
  });
  customer.join();
  REQUIRE(paid.has_value());
  CHECK(paid->signatures >= 3);
}

TEST_CASE("a wait for ever is long, not over", "[merchant]") {
  ShopInTown shop;
  auto till = shop.till();
  auto order = order_of(till, 480);
  shop.pay(order, 0, 480);
  CHECK(till.wait_for_payment(order, milliseconds::max()).has_value());
  order = order_of(till, 7);
  CHECK(till.wait_for_payment(order, milliseconds::min()).error().code != ErrorCode::stopped);
}

TEST_CASE("how long after its answer the payer waits for the till", "[.][measure]") {
  ShopInTown shop{4};
  auto till = shop.till();
  std::vector<std::int64_t> late_ms;
  for (int i = 0; i < 21; ++i) {
    const auto order = order_of(till, 5);
    std::atomic<int> slices{0};
    Steady::time_point seen;
    std::thread waiting{[&] {
      CHECK(till.wait_for_payment(order, kWaitMax, [&] { return ++slices > 0; }).has_value());
      seen = Steady::now();
    }};
    CHECK(wait_until(kAgreeMax, [&] { return slices >= 3; }));
    shop.pay(order, 0, 5);
    const auto answered = Steady::now();
    waiting.join();
    late_ms.push_back(std::chrono::duration_cast<milliseconds>(seen - answered).count());
  }
  std::sort(late_ms.begin(), late_ms.end());
  WARN("ms after the payer's answer: " << late_ms.front() << ", median "
                                       << late_ms[late_ms.size() / 2] << ", " << late_ms.back());
  CHECK(late_ms[late_ms.size() / 2] < 100);
}

TEST_CASE("a till whose clock no node shares says so", "[merchant]") {
  const ShopInTown shop;
  const TwistedNode late{
      shop.town.network.url(0), [](const std::string&, const std::string& reply) {
        std::string old = reply_with(200, body_of(reply));
        return old.insert(old.find('\n') + 1, "Date: Sat, 01 Jan 2022 00:00:00 GMT\r\n");
      }};
  auto till = till_at(shop, {late.url()});
  const auto order = order_of(till, 480);
  const auto differs = till.wait_for_payment(order, kWaitMax, [] { return true; });
  REQUIRE_FALSE(differs.has_value());
  CHECK(differs.error().code == ErrorCode::clock_differs);
}
