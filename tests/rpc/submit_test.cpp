#include <catch2/catch.hpp>

#include "ledger/block/receipt.h"
#include "rpc/http/submission.h"
#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

TEST_CASE("a payment is answered with a receipt that proves it", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  const auto pay = market.pay(700);
  const auto answer = client.submit(pay.bytes, true);
  REQUIRE(answer.has_value());
  REQUIRE(answer->state == rpc::SubmitState::final);
  CHECK(answer->id == pay.id);
  const auto receipt = decode<block::Receipt>(answer->result->receipt);
  REQUIRE(receipt.has_value());
  CHECK(block::verify_receipt(server.ledger().trust(), *receipt).has_value());
  CHECK(receipt->transaction_id == pay.id);
  CHECK(receipt->outcome.amount == Amount::of(700));
  CHECK(receipt->outcome.subject == market.shop);

  const auto from_json = rpc::from_json<block::Receipt>(rpc::to_json(*receipt, UtcOffset{540}));
  REQUIRE(from_json.has_value());
  CHECK(encode(*from_json) == answer->result->receipt);

  // Asking again is told the same and moves nothing.
  const auto again = client.submit(pay.bytes, true);
  REQUIRE(again.has_value());
  CHECK(again->result->receipt == answer->result->receipt);
  const auto account = client.account(market.person, signer_of(market.person));
  REQUIRE(account.has_value());
  CHECK(account->totals.at(0).prepaid == Amount::of(4'300));
}

TEST_CASE("each transaction of a batch has its own answer", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  const auto good = market.pay(700);
  const auto too_much = market.pay(9'999);
  auto forged = market.pay(1).bytes;
  std::uint8_t& of_signature = forged[forged.size() - 2];  // the last one counts co-signatures
  of_signature = static_cast<std::uint8_t>(of_signature ^ 1U);
  const Bytes nonsense{1, 2, 3};
  const std::vector<Bytes> batch{good.bytes, too_much.bytes, forged, nonsense};
  const auto answers = client.submit_batch(batch, true);
  REQUIRE(answers.has_value());
  REQUIRE(answers->size() == 4);
  CHECK((*answers)[0].state == rpc::SubmitState::final);
  CHECK((*answers)[0].result->transaction.outcome.code == 0);
  CHECK((*answers)[1].state == rpc::SubmitState::final);
  CHECK((*answers)[1].result->transaction.outcome.code ==
        static_cast<std::uint16_t>(rules::Refusal::not_enough_value));
  CHECK((*answers)[2].state == rpc::SubmitState::inadmissible);
  CHECK((*answers)[2].code == static_cast<std::uint16_t>(rules::Refusal::bad_signature));
  CHECK((*answers)[3].state == rpc::SubmitState::inadmissible);
  CHECK((*answers)[3].id.is_zero());
}

TEST_CASE("a batch in JSON is answered in the language asked for", "[rpc]") {
  TestServer server;
  Market market;
  const std::string body = R"({"transactions":[")" + to_hex(market.pay(9'999).bytes) + "\"]}";
  RawRequest request{"POST", "/v1/transactions?wait=final", body,
                     "Content-Type: application/json; charset=utf-8\r\nAccept-Language: ja\r\n"};
  const auto answer = ask(server, request);
  REQUIRE(answer.result_int() == 200);
  const auto json = rpc::parse_json(answer.body());
  const auto& problem = json->at("answers")[0].at("problem");
  CHECK(problem.at("code") == "E-PAY-05");
  CHECK(problem.at("title") ==
        std::string{rules::sentence(rules::Refusal::not_enough_value, rules::Language::ja)});
}

TEST_CASE("accepted is the answer where no one waits, and where waiting takes too long", "[rpc]") {
  rpc::ServerLimits limits;
  limits.final_max = std::chrono::milliseconds{50};
  TestServer server{limits};
  Market market;
  auto client = server.client();
  server.ledger().hold();
  const auto first = market.pay(1);
  const auto waiting = client.submit(first.bytes, true);
  REQUIRE(waiting.has_value());
  CHECK(waiting->state == rpc::SubmitState::accepted);
  CHECK(waiting->id == first.id);
  const auto status = client.transaction(first.id, signer_of(market.person));
  REQUIRE(status.has_value());
  CHECK(status->stage == rpc::TransactionStage::waiting);

  const auto second = client.submit(market.pay(2).bytes, false);
  REQUIRE(second.has_value());
  CHECK(second->state == rpc::SubmitState::accepted);
  server.ledger().release();
  const auto done = client.transaction(first.id, signer_of(market.person));
  REQUIRE(done.has_value());
  CHECK(done->stage == rpc::TransactionStage::final);
}

TEST_CASE("bodies that are no batch are refused by code", "[rpc]") {
  TestServer server;
  const auto post = [&](const std::string& media, const std::string& body) {
    return code_of(
        ask(server, {"POST", "/v1/transactions", body, "Content-Type: " + media + "\r\n"}));
  };
  const std::string json{rpc::kJsonMedia};
  const std::string binary{rpc::kBinaryMedia};
  CHECK(post("text/plain", "x") == "E-API-07");
  CHECK(post(json, "{") == "E-API-08");
  CHECK(post(json, R"({"transactions":[]})") == "E-API-08");
  CHECK(post(json, R"({"transactions":["0G"]})") == "E-API-08");
  CHECK(post(json, R"({"transactions":["00"],"more":1})") == "E-API-08");
  CHECK(post(binary, std::string(3, '\0')) == "E-API-09");
  CHECK(post(binary, std::string("\0\0\0\2x", 5)) == "E-API-09");
  std::string many = R"({"transactions":[)";
  for (std::uint32_t i = 0; i <= rpc::kBatchMax; ++i) many += i == 0 ? "\"00\"" : ",\"00\"";
  CHECK(post(json, many + "]}") == "E-API-12");
  CHECK(code_of(ask(server, {"POST", "/v1/transactions?wait=soon", R"({"transactions":["00"]})",
                             "Content-Type: application/json\r\n"})) == "E-API-10");
}

TEST_CASE("a node that is busy says when to come back", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  server.ledger().set_overloaded(true);
  const auto busy = client.submit(market.pay(1).bytes, true);
  REQUIRE_FALSE(busy.has_value());
  CHECK(busy.error().status == 429);
  CHECK(busy.error().code == "E-API-23");
  CHECK(busy.error().retry_after == std::chrono::seconds{1});

  server.ledger().set_overloaded(false);
  server.ledger().set_syncing(true);
  const auto syncing = client.programs();
  REQUIRE_FALSE(syncing.has_value());
  CHECK(syncing.error().code == "E-API-24");
  const auto status = client.status();
  REQUIRE(status.has_value());
  CHECK(status->syncing);
}

TEST_CASE("a node that does not serve yet shows what it can prove, and denies nothing", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  const auto pay = market.pay(700);
  REQUIRE(client.submit(pay.bytes, true)->state == rpc::SubmitState::final);
  server.ledger().set_syncing(true);
  const auto code_for = [&](const std::string& target, const rpc::RequestKey& name,
                            const KeyPair& key) {
    static int asked = 0;
    RawRequest request{"GET", target, {}, {}};
    request.sign(name, key, server.ledger().now(),
                 "0123456789abcde" + std::to_string(++asked % 10));
    return code_of(ask(server, request));
  };
  const rpc::Signer person = signer_of(market.person);
  const KeyPair validator = validator_key(0, market.town.charter);
  const std::string receipt = "/v1/receipts/" + to_hex(pay.id.view());
  CHECK(code_for(receipt, person.reference, *person.key).empty());
  CHECK(code_for("/v1/blocks/1", validator.public_key(), validator).empty());
  CHECK(code_of(ask(server, {"GET", "/v1/headers", {}, {}})).empty());

  // What it lacks may be in blocks that it lacks; so may who asks.
  const std::string unknown = "/v1/receipts/" + std::string(64, '0');
  CHECK(code_for(unknown, person.reference, *person.key) == "E-API-24");
  CHECK(code_for(receipt, block::KeyReference{AccountId{9'999}, 0, 1}, *person.key) == "E-API-24");
  CHECK(code_for("/v1/blocks/99", validator.public_key(), validator) == "E-API-24");
  CHECK(code_for("/v1/blocks/1", person.reference, *person.key) == "E-API-24");
  CHECK(code_of(ask(server, {"GET", "/v1/headers?from=99", {}, {}})) == "E-API-24");
  CHECK(code_for("/v1/transactions/" + to_hex(pay.id.view()), person.reference, *person.key) ==
        "E-API-24");

  server.ledger().set_syncing(false);
  CHECK(code_for(unknown, person.reference, *person.key) == "E-API-21");
  CHECK(code_for("/v1/blocks/99", validator.public_key(), validator) == "E-API-21");
  CHECK(code_of(ask(server, {"GET", "/v1/headers?from=99", {}, {}})).empty());
}

TEST_CASE("a node that is cut off takes payments and answers no question", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  server.ledger().set_cut_off(true);
  const auto pay = market.pay(700);
  const auto taken = client.submit(pay.bytes, false);
  REQUIRE(taken.has_value());
  CHECK(taken->state != rpc::SubmitState::inadmissible);
  CHECK(client.programs().error().code == "E-API-24");
  const auto status = client.status();
  REQUIRE(status.has_value());
  CHECK_FALSE(status->serving);
}

TEST_CASE("more transactions may not wait than the limit says", "[rpc]") {
  rpc::ServerLimits limits;
  limits.transactions_waiting = 10;
  TestServer server{limits};
  Market market;
  auto client = server.client();
  std::vector<Bytes> eleven;
  for (std::uint64_t units = 1; units <= 11; ++units) eleven.push_back(market.pay(units).bytes);
  const auto refused = client.submit_batch(eleven, true);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "E-API-23");
  CHECK(client.submit_batch(std::span{eleven}.first(10), true).has_value());
}

TEST_CASE("whoever fills the room with batches keeps no payment out", "[rpc]") {
  rpc::ServerLimits limits;
  limits.transactions_waiting = 100;
  limits.loopback.transactions_waiting = 100;
  rpc::AddressGate gate{limits};
  const std::string proxy = "127.0.0.1";  // all come by it
  REQUIRE(gate.open_connection(proxy, true, rpc::AddressGate::Clock::now()));
  const auto take = [&](std::uint32_t count) {
    auto room = std::make_unique<rpc::WaitingRoom>(gate, proxy);
    if (!room->take(count)) room.reset();
    return room;
  };
  auto greedy = take(96);
  REQUIRE(greedy);
  const auto payment = take(1);
  CHECK(payment);
  const auto few = take(limits.small_batch);
  CHECK(few);
  CHECK(gate.transactions_waiting() == 97 + limits.small_batch);
  CHECK_FALSE(take(limits.small_batch + 1));  // the room is more than full
  greedy.reset();
  CHECK(take(limits.small_batch + 1));
  CHECK_FALSE(take(100 - limits.small_batch));
}

TEST_CASE("many submissions go side by side, one key's within its window", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  std::vector<Bytes> batch;
  for (int i = 0; i < 300; ++i) {
    batch.push_back(market.pay(1).bytes);
    batch.push_back(
        market.build(kAgent, rules::Charge{market.other, market.program, Amount::of(10), Amount{}})
            .bytes);
  }
  rpc::SubmitManyOptions options;
  options.batch = 32;
  std::size_t told = 0;
  options.progress = [&told](std::size_t answered) { told = answered; };
  const auto answers = client.submit_many(batch, options, std::chrono::seconds{60});
  REQUIRE(answers.size() == batch.size());
  for (const auto& answer : answers) {
    REQUIRE(answer.has_value());
    REQUIRE(answer->state == rpc::SubmitState::final);
    REQUIRE(answer->result->transaction.outcome.code == 0);
  }
  CHECK(told == batch.size());
  const auto paid = client.account(market.person, signer_of(market.person));
  CHECK(paid->totals.at(0).prepaid == Amount::of(4'700));
}

TEST_CASE("what no node takes stays without an answer when the time is over", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  server.ledger().set_overloaded(true);
  const std::vector<Bytes> batch{market.pay(1).bytes};
  const auto answers = client.submit_many(batch, {}, std::chrono::milliseconds{300});
  REQUIRE(answers.size() == 1);
  CHECK_FALSE(answers[0].has_value());
}
