#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "rpc/client/event_connection.h"
#include "rpc/client/event_reader.h"
#include "rpc/client/event_stream.h"
#include "rpc/json/cursor.h"
#include "tests/rpc/harness.h"
#include "tests/rpc/scripted_node.h"
#include "tests/rpc/slow_lookup.h"
#include "tests/support/wait.h"

using namespace test_rpc;
using std::chrono::milliseconds;

namespace {

namespace net = boost::asio;

constexpr milliseconds kPatience{20'000};

rpc::EventStream listen(const TestServer& server, AccountId account,
                        std::optional<rpc::Cursor> after = {}) {
  return server.client().events(signer_of(account), after);
}

rpc::FinalTransaction must_hear(rpc::EventStream& stream) {
  const auto event = stream.next(kPatience);
  if (!event) FAIL(event.error().code << " " << static_cast<int>(event.error().failure));
  REQUIRE(event->has_value());
  return **event;
}

/// The stream is open: the node has told where it begins.
void wait_open(rpc::EventStream& stream) {
  REQUIRE(test::wait_for(kPatience, [&] {
    const auto nothing = stream.next(milliseconds{20});
    return nothing && !nothing->has_value() && stream.place().has_value();
  }));
}

Hash do_pay(TestServer& server, Market& market, std::uint64_t units) {
  const auto built = market.pay(units);
  rpc::Client client = server.client();
  const auto answer = client.submit(built.bytes, true);
  REQUIRE(answer.has_value());
  REQUIRE(answer->state == rpc::SubmitState::final);
  return built.id;
}

/// A reader of its own, which reads when the test says so.
class RawStream {
 public:
  RawStream(const TestServer& server, const rpc::Signer& signer, Timestamp now,
            const std::string& headers = {})
      : socket_{io_} {
    // Before it connects: what is on the way stays small.
    socket_.open(net::ip::tcp::v4());
    socket_.set_option(net::socket_base::receive_buffer_size{4'096});
    socket_.connect({net::ip::address_v4::loopback(), server.port()});
    const timeval patience{kPatience.count() / 1'000, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    RawRequest request{"GET", "/v1/events", {}, headers};
    request.sign(signer.reference, *signer.key, now);
    net::write(socket_, net::buffer(request.text()));
  }
  /// Reads until this text has come; false if the stream ends before.
  bool reads(std::string_view text) {
    boost::system::error_code error;
    net::read_until(socket_, net::dynamic_buffer(read_), std::string{text}, error);
    return !error;
  }
  /// Reads to the end; false if it does not come in time.
  bool ends() {
    std::array<char, 4'096> bytes{};
    boost::system::error_code error;
    while (!error) read_.append(bytes.data(), socket_.read_some(net::buffer(bytes), error));
    return error == net::error::eof || error == net::error::connection_reset;
  }
  [[nodiscard]] const std::string& text() const { return read_; }

 private:
  net::io_context io_;
  net::ip::tcp::socket socket_;
  std::string read_;
};

}  // namespace

TEST_CASE("events: payer and shop hear of a payment when it is final", "[rpc]") {
  TestServer server;
  Market market;
  auto shop = listen(server, market.shop);
  auto person = listen(server, market.person);
  auto other = listen(server, market.other);
  wait_open(shop);
  wait_open(person);
  wait_open(other);
  const Hash first = do_pay(server, market, 300);
  const Hash second = do_pay(server, market, 200);

  const auto taken = must_hear(shop);
  CHECK(taken.id == first);
  CHECK(taken.outcome.subject == market.shop);
  CHECK(taken.outcome.coin == CoinId{0});
  CHECK(taken.outcome.amount == Amount::of(300));
  CHECK(taken.transaction.empty());  // as in its history: what the payer signed is the payer's
  CHECK_FALSE(taken.private_outcome.has_value());
  CHECK(shop.place() == rpc::Cursor{taken.height, taken.position});
  CHECK(must_hear(shop).id == second);

  CHECK_FALSE(must_hear(person).transaction.empty());
  CHECK(must_hear(person).id == second);
  const auto quiet = other.next(milliseconds{50});
  REQUIRE(quiet.has_value());
  CHECK_FALSE(quiet->has_value());
}

TEST_CASE("events: who comes back goes on after the last event, missing none", "[rpc]") {
  TestServer server;
  Market market;
  std::vector<Hash> paid;
  // More than one page.
  for (std::uint64_t units = 1; units <= 60; ++units) {
    paid.push_back(do_pay(server, market, units));
  }
  std::optional<rpc::Cursor> place = rpc::Cursor{};
  std::size_t heard = 0;
  for (const std::size_t stop : {1U, 7U, 52U, 60U}) {
    auto stream = listen(server, market.shop, place);
    for (; heard < stop; ++heard) CHECK(must_hear(stream).id == paid[heard]);
    place = stream.place();
  }
  auto stream = listen(server, market.shop, place);
  const auto nothing = stream.next(milliseconds{50});
  CHECK((!nothing || !nothing->has_value()));
  paid.push_back(do_pay(server, market, 61));
  CHECK(must_hear(stream).id == paid.back());
}

TEST_CASE("events: a lost connection is made again by the reader itself", "[rpc]") {
  // A stream is cut off by the stop; the client then finds the next node, which holds the same
  // chain.
  Market market;
  auto first = std::make_unique<TestServer>();
  TestServer second;
  rpc::ClientOptions options;
  options.clock_apart_max = std::chrono::years{1'000};
  options.endpoints = {{"127.0.0.1", first->port()}, {"127.0.0.1", second.port()}};
  rpc::EventStream stream{options, signer_of(market.shop), std::nullopt};
  wait_open(stream);
  const auto built = market.pay(10);
  for (TestServer* server : {first.get(), &second}) {
    REQUIRE(server->client().submit(built.bytes, true).has_value());
  }
  CHECK(must_hear(stream).id == built.id);
  CHECK(first->stop());
  const auto later = market.pay(20);
  REQUIRE(second.client().submit(later.bytes, true).has_value());
  CHECK(must_hear(stream).id == later.id);
}

TEST_CASE("events: who leaves while a node is looked up does not listen after all", "[rpc]") {
  rpc::ServerLimits limits;
  limits.heartbeat = milliseconds{20};  // a silent one would be left some time
  TestServer server{limits};
  const Market market;
  rpc::ClientOptions options;
  options.clock_apart_max = std::chrono::years{1'000};
  options.endpoints = {{SlowLookup::kName, server.port()}};
  auto stream = std::make_unique<rpc::EventStream>(options, signer_of(market.shop), std::nullopt);
  // At the first the reader learns the node's clock; at the second it would be heard.
  SlowLookup lookup;
  REQUIRE(test::wait_for(kPatience, [&] {
    (void)stream->next(milliseconds{1});
    return lookup.has_begun();
  }));
  lookup.release();
  const auto left = std::async(std::launch::async, [&stream] { stream.reset(); });
  const bool in_time = left.wait_for(kPatience) == std::future_status::ready;
  CHECK(in_time);
  CHECK(server.stop());  // or who listens after all would never leave
}

TEST_CASE("events: a node is gone after three heartbeats", "[rpc]") {
  CHECK(rpc::kEventSilenceMax == 3 * rpc::ServerLimits{}.heartbeat);
}

TEST_CASE("events: a problem has a bound", "[rpc]") {
  const Market market;
  const auto failure_at = [&](std::size_t bytes, rpc::CallFailure expected) {
    const ScriptedNode node{
        answer_of("400 Bad Request", "application/problem+json", std::string(bytes, ' '))};
    rpc::ClientOptions options;
    options.endpoints = {{"127.0.0.1", node.port()}};
    rpc::EventStream stream{options, signer_of(market.shop), std::nullopt};
    return test::wait_for(kPatience, [&] {
      const auto nothing = stream.next(milliseconds{20});
      return !nothing && nothing.error().failure == expected;
    });
  };
  CHECK(failure_at(65'536, rpc::CallFailure::refused));
  CHECK(failure_at(65'537, rpc::CallFailure::malformed));
}

TEST_CASE("events: a stream in the form browsers read, with heartbeats, until the stop", "[rpc]") {
  rpc::ServerLimits limits;
  limits.heartbeat = milliseconds{20};
  TestServer server{limits};
  Market market;
  const rpc::Signer shop = signer_of(market.shop);
  RawStream stream{server, shop, server.ledger().now()};
  CHECK(stream.reads("\n\n"));
  CHECK(stream.text().find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(stream.reads("id: 0-4294967295\n\n"));
  CHECK(stream.reads(":\n\n"));  // a heartbeat
  do_pay(server, market, 40);
  CHECK(stream.reads("event: pay\nid: 1-0\ndata: {"));
  const auto refused =
      market.build(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(1'000'000), {}});
  REQUIRE(server.client().submit(refused.bytes, true).has_value());
  RawStream person{server, signer_of(market.person), server.ledger().now(),
                   "Last-Event-ID: 1-0\r\n"};
  CHECK(person.reads("event: refused\nid: 2-0\n"));
  CHECK(server.stop());
  CHECK(stream.ends());
  CHECK(stream.text().ends_with("0\r\n\r\n"));
}

TEST_CASE("events: only for a key that may read, and only as long as it may", "[rpc]") {
  rpc::ServerLimits limits;
  limits.heartbeat = milliseconds{20};
  TestServer server{limits};
  Market market;
  const Timestamp now = server.ledger().now();
  CHECK(code_of(ask(server, {"GET", "/v1/events", {}, {}})) == "E-API-13");
  const rpc::Signer person = signer_of(market.person);
  RawRequest itself{"GET", "/v1/events", {}, {}};
  CHECK(code_of(ask(server, itself.sign(person.key->public_key(), *person.key, now))) ==
        "E-API-20");
  RawRequest nonsense{"GET", "/v1/events", {}, "Last-Event-ID: yesterday\r\n"};
  CHECK(code_of(ask(server, nonsense.sign(person.reference, *person.key, now))) == "E-API-10");
  rpc::ClientOptions options;
  options.endpoints = {{"127.0.0.1", server.port()}};
  options.clock_apart_max = std::chrono::years{1'000};
  rpc::EventStream forged{options, {{market.shop, 0, 1}, person.key}, {}};
  const auto refused = forged.next(kPatience);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "E-API-17");

  // A second key reads along until it is removed.
  const KeyPair second = key_of(900);
  const auto add = market.build(market.person, rules::AddKey{grant_all(second.public_key())});
  const auto added = server.client().submit(add.bytes, true);
  REQUIRE(added.has_value());
  REQUIRE(added->result->transaction.outcome.code == 0);
  server.ledger().pass_ms(2ULL * 86'400'000);  // its waiting time
  const rpc::Signer reader{{market.person, 1, 1}, &second};
  RawStream stream{server, reader, server.ledger().now()};
  REQUIRE(stream.reads(":\n\n"));
  const auto remove = market.build(market.person, rules::RemoveKey{1, 1});
  const auto removed = server.client().submit(remove.bytes, true);
  REQUIRE(removed.has_value());
  REQUIRE(removed->state == rpc::SubmitState::final);
  REQUIRE(removed->result->transaction.outcome.code == 0);
  CHECK(stream.ends());
}

TEST_CASE("events: silence means that nothing happened", "[rpc]") {
  rpc::ServerLimits limits;
  limits.heartbeat = milliseconds{20};
  TestServer server{limits};
  const Market market;
  RawStream stream{server, signer_of(market.shop), server.ledger().now()};
  REQUIRE(stream.reads(":\n\n"));
  server.ledger().set_cut_off(true);
  CHECK(stream.ends());
}

TEST_CASE("events: so many streams of an account and in all, and no more", "[rpc]") {
  rpc::ServerLimits limits;
  limits.streams_account = 2;
  limits.streams = 3;
  TestServer server{limits};
  const Market market;
  const rpc::Signer person = signer_of(market.person);
  const Timestamp now = server.ledger().now();
  const auto answer_to = [&](AccountId account) {
    const rpc::Signer signer = signer_of(account);
    RawRequest request{"GET", "/v1/events", {}, {}};
    return code_of(ask(server, request.sign(signer.reference, *signer.key, now)));
  };
  auto first = std::make_unique<RawStream>(server, person, now);
  REQUIRE(first->reads("\n\n"));
  RawStream second{server, person, now};
  REQUIRE(second.reads("\n\n"));
  CHECK(answer_to(market.person) == "E-API-22");
  RawStream third{server, signer_of(market.other), now};
  REQUIRE(third.reads("\n\n"));
  CHECK(answer_to(market.other) == "E-API-23");  // one more would be as many as the other has
  // Who hangs up gives the place back without waiting for a heartbeat.
  first.reset();
  CHECK(test::wait_for(kPatience, [&] {
    RawStream again{server, person, now};
    return again.reads("\nid: ");
  }));
}

TEST_CASE("events: a reader that does not read is cut off, and finds the rest later", "[rpc]") {
  rpc::ServerLimits limits;
  limits.write_max = milliseconds{300};
  limits.heartbeat = milliseconds{50};
  TestServer server{limits};
  Market market;
  const rpc::Signer shop = signer_of(market.shop);
  // More than the buffers between the two hold.
  constexpr std::size_t kBatch = 100;
  std::vector<Hash> paid;
  rpc::Client client = server.client();
  for (std::size_t block = 0; block < 10; ++block) {
    std::vector<Bytes> batch;
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto built = market.pay(1);
      paid.push_back(built.id);
      batch.push_back(built.bytes);
    }
    const auto answers = client.submit_batch(batch, true);
    REQUIRE(answers.has_value());
    REQUIRE(answers->back().state == rpc::SubmitState::final);
  }
  RawStream slow{server, shop, server.ledger().now(), "Last-Event-ID: 0-0\r\n"};
  REQUIRE(slow.reads("id: 1-0"));
  REQUIRE(test::wait_for(kPatience, [&] {
    const auto answer = ask_metrics(server);
    return answer.body().find("hansatsu_rpc_event_streams 0\n") != std::string::npos;
  }));
  REQUIRE(slow.ends());

  // The last event may be torn: on from the one before.
  constexpr std::string_view kId = "\nid: ";
  const std::string& text = slow.text();
  const std::size_t id = text.rfind(kId, text.rfind(kId) - 1) + kId.size();
  const auto place = rpc::parse_cursor(text.substr(id, text.find('\n', id) - id));
  REQUIRE(place.has_value());
  std::size_t next = (place->height.raw - 1) * kBatch + place->position + 1;
  CHECK(next < paid.size());
  auto stream = listen(server, market.shop, place);
  for (; next < paid.size(); ++next) REQUIRE(must_hear(stream).id == paid[next]);
}

TEST_CASE("events: a reader of lines takes every form of line and piece", "[rpc]") {
  const std::string text =
      "retry: 5\nid: 1-0\n\n: heartbeat\n\nevent: pay\nid: 2-0\ndata: one\ndata:two\n\n"
      "data: no id of its own\r\n\r\ndata\r\r";
  const std::vector<rpc::RawEvent> expected = {
      {"2-0", "one\ntwo"}, {"2-0", "no id of its own"}, {"2-0", ""}};
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    rpc::EventReader reader;
    std::vector<rpc::RawEvent> events;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      REQUIRE(reader.feed(text.substr(i, piece)));
      rpc::RawEvent event;
      while (reader.take(event)) events.push_back(event);
    }
    CHECK(events == expected);
  }
  rpc::EventReader flooded;
  CHECK_FALSE(flooded.feed(std::string(rpc::EventReader::kEventBytesMax + 1, 'x')));
}
