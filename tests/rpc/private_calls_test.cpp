#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"
#include "tests/support/wait.h"

using namespace test_rpc;

namespace {
const std::string kOwn = "/v1/accounts/";

RawRequest own_account(AccountId account) {
  RawRequest request;
  request.target = kOwn + to_account_number(account);
  return request;
}
}  // namespace

TEST_CASE("a holder reads their own account, and nobody else does", "[rpc]") {
  TestServer server;
  const Market market;
  const Timestamp now = server.ledger().now();
  const rpc::Signer person = signer_of(market.person);
  const rpc::Signer other = signer_of(market.other);

  auto good = own_account(market.person).sign(person.reference, *person.key, now);
  const auto answer = ask(server, good);
  CHECK(answer.result_int() == 200);
  const auto json = rpc::parse_json(answer.body());
  REQUIRE(json.has_value());
  CHECK(json->at("totals")[0].at("prepaid") == "5000");
  CHECK(json->at("totals")[0].at("free") == "0");
  CHECK(json->at("date") == "2026-10-26");

  CHECK(code_of(ask(server, own_account(market.person))) == "E-API-13");
  auto stranger = own_account(market.person).sign(other.reference, *other.key, now);
  CHECK(code_of(ask(server, stranger)) == "E-API-20");
  auto forged = own_account(market.person).sign(person.reference, *other.key, now);
  CHECK(code_of(ask(server, forged)) == "E-API-17");
  // Whether a number is taken is told to no one else.
  auto nobody = own_account(AccountId{9'999}).sign(other.reference, *other.key, now);
  CHECK(code_of(ask(server, nobody)) == "E-API-20");
}

TEST_CASE("a signature counts for a minute, for its own body, and for a filled key", "[rpc]") {
  TestServer server;
  Market market;
  const rpc::Signer person = signer_of(market.person);
  const Timestamp now = server.ledger().now();
  const auto signed_at = [&](Timestamp created) {
    return code_of(
        ask(server, own_account(market.person).sign(person.reference, *person.key, created)));
  };
  CHECK(signed_at(Timestamp{now.raw - 60'000}).empty());
  CHECK(signed_at(Timestamp{now.raw - 62'000}) == "E-API-15");
  CHECK(signed_at(Timestamp{now.raw + 5'000}).empty());
  CHECK(signed_at(Timestamp{now.raw + 7'000}) == "E-API-15");

  RawRequest tampered{"POST", "/v1/preview", "one body", "Content-Type: application/json\r\n"};
  tampered.sign(person.reference, *person.key, now);
  tampered.body = "another";
  CHECK(code_of(ask(server, tampered)) == "E-API-18");

  const block::KeyReference old_generation{market.person, 0, 2};
  CHECK(code_of(ask(server, own_account(market.person).sign(old_generation, *person.key, now))) ==
        "E-API-16");
  const block::KeyReference empty_slot{market.person, 7, 1};
  CHECK(code_of(ask(server, own_account(market.person).sign(empty_slot, *person.key, now))) ==
        "E-API-16");

  RawRequest broken = own_account(market.person);
  broken.headers = "Signature: x\r\nSignature-Input: y\r\n";
  CHECK(code_of(ask(server, broken)) == "E-API-14");
  RawRequest twice = own_account(market.person).sign(person.reference, *person.key, now);
  twice.headers += "Signature: hansatsu=:AAAA:\r\n";
  CHECK(code_of(ask(server, twice)) == "E-API-14");
}

TEST_CASE("a signed POST is taken once", "[rpc]") {
  TestServer server;
  Market market;
  const rpc::Signer person = signer_of(market.person);
  const Bytes body = encode(
      market.unsigned_from(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(700), {}}));
  RawRequest preview{"POST", "/v1/preview", std::string{as_text(body)},
                     "Content-Type: application/octet-stream\r\n"};
  preview.sign(person.reference, *person.key, server.ledger().now());
  const auto first = ask(server, preview);
  REQUIRE(first.result_int() == 200);
  const auto json = rpc::parse_json(first.body());
  CHECK(json->at("problem").is_null());
  CHECK(json->at("before")[0].at("prepaid") == "5000");
  CHECK(json->at("after")[0].at("prepaid") == "4300");
  CHECK(code_of(ask(server, preview)) == "E-API-19");

  // A preview of somebody else's transaction tells what they have.
  RawRequest others{"POST", "/v1/preview", preview.body,
                    "Content-Type: application/octet-stream\r\n"};
  const rpc::Signer other = signer_of(market.other);
  others.sign(other.reference, *other.key, server.ledger().now());
  CHECK(code_of(ask(server, others)) == "E-API-20");
}

TEST_CASE("staff read by role, and each read is noted", "[rpc]") {
  TestServer server;
  const Market market;
  auto client = server.client();
  const rpc::Signer staff = signer_of(kStaff);
  const auto read = client.account(market.person, staff);
  REQUIRE(read.has_value());
  CHECK(read->totals.at(0).prepaid == Amount::of(5'000));
  CHECK(read->record.account.salt.is_zero());
  const auto reads = server.ledger().staff_reads();
  REQUIRE(reads.size() == 1);
  CHECK(reads[0].reader == staff.reference);
  CHECK(reads[0].subject == market.person);
  CHECK(reads[0].what == "GET " + kOwn + to_account_number(market.person));

  const auto own = client.account(market.person, signer_of(market.person));
  REQUIRE(own.has_value());
  CHECK_FALSE(own->record.account.salt.is_zero());
  CHECK(server.ledger().staff_reads().size() == 1);
  const auto agent = client.account(market.person, signer_of(kAgent));
  REQUIRE_FALSE(agent.has_value());
  CHECK(agent.error().code == "E-API-20");
}

TEST_CASE("what staff would read without a trace is refused", "[rpc]") {
  TestServer server;
  const Market market;
  auto client = server.client();
  const rpc::Signer staff = signer_of(kStaff);
  server.ledger().set_staff_log_full(true);
  const auto account = client.account(market.person, staff);
  REQUIRE_FALSE(account.has_value());
  CHECK(account.error().status == 503);
  CHECK(account.error().code == "E-API-28");
  CHECK(account.error().retry_after.count() > 0);
  CHECK_FALSE(client.history(market.person, staff, {}, true, 5).has_value());
  const auto redemptions =
      client.redemptions(CoinId{0}, state::RedemptionState::requested, {}, signer_of(kTreasurer));
  REQUIRE_FALSE(redemptions.has_value());
  CHECK(redemptions.error().code == "E-API-28");
  CHECK(server.ledger().staff_reads().empty());
  // One's own account leaves no trace and needs none.
  CHECK(client.account(market.person, signer_of(market.person)).has_value());
  server.ledger().set_staff_log_full(false);
  CHECK(client.account(market.person, staff).has_value());
}

TEST_CASE("what staff reads is shown once its trace is on the disk", "[rpc]") {
  TestServer server;
  const Market market;
  const rpc::Signer staff = signer_of(kStaff);
  server.ledger().hold_staff_log();
  RawConnection waiting{server.port()};
  const Timestamp now = server.ledger().now();
  waiting.send(own_account(market.person).sign(staff.reference, *staff.key, now).text());
  REQUIRE(test::wait_for(std::chrono::seconds{20},
                         [&] { return server.ledger().staff_lines_waiting() == 1; }));
  // Nobody else waits for the disk.
  CHECK(ask(server, {"GET", "/v1/status", {}, {}}).result_int() == 200);
  CHECK_FALSE(waiting.has_bytes());
  server.ledger().release_staff_log();
  const auto answer = waiting.read();
  REQUIRE(answer.has_value());
  CHECK(answer->result_int() == 200);

  rpc::ServerLimits limits;
  limits.view_max = std::chrono::milliseconds{50};
  TestServer slow{limits};
  slow.ledger().hold_staff_log();
  CHECK(code_of(ask(
            slow,
            own_account(market.person).sign(staff.reference, *staff.key, slow.ledger().now()))) ==
        "E-API-28");
}

TEST_CASE("staff whose account is stopped read no more than their own", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  REQUIRE(client.account(market.person, signer_of(kTreasurer)).has_value());
  const auto freeze = market.town.from(kStaff, rules::Freeze{kTreasurer});
  const Bytes bytes{freeze->bytes().begin(), freeze->bytes().end()};
  const auto frozen = client.submit(bytes, true);
  REQUIRE(frozen.has_value());
  REQUIRE(frozen->state == rpc::SubmitState::final);
  REQUIRE(frozen->result->transaction.outcome.code == 0);
  const auto read = client.account(market.person, signer_of(kTreasurer));
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == "E-API-20");
  CHECK(client.account(kTreasurer, signer_of(kTreasurer)).has_value());
}

TEST_CASE("reading a coin's redemptions is noted", "[rpc]") {
  TestServer server;
  const rpc::Signer staff = signer_of(kStaff);
  RawRequest request;
  request.target = "/v1/redemptions?coin=0&state=requested";
  request.sign(staff.reference, *staff.key, server.ledger().now());
  CHECK(ask(server, request).result_int() == 200);
  const auto reads = server.ledger().staff_reads();
  REQUIRE(reads.size() == 1);
  CHECK(reads[0].reader == staff.reference);
  CHECK(reads[0].what == "GET /v1/redemptions");
}

TEST_CASE("keys of nobody can't fill what is remembered of signed requests", "[rpc]") {
  rpc::ServerLimits limits;
  limits.signatures_remembered = 1;
  TestServer server{limits};
  Market market;
  const Timestamp now = server.ledger().now();
  const Bytes body = encode(
      market.unsigned_from(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(700), {}}));
  const RawRequest preview{"POST", "/v1/preview", std::string{as_text(body)},
                           "Content-Type: application/octet-stream\r\n"};
  const KeyPair nobody = key_of(4'000);
  RawRequest strange = preview;
  CHECK(code_of(ask(server, strange.sign(nobody.public_key(), nobody, now))) == "E-API-20");
  const rpc::Signer person = signer_of(market.person);
  RawRequest own = preview;
  CHECK(ask(server, own.sign(person.reference, *person.key, now)).result_int() == 200);
}

TEST_CASE("a payee sees a payment, but not its signed bytes nor the payer's lots", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  const auto pay = market.pay(700);
  REQUIRE(client.submit(pay.bytes, true).has_value());

  const auto payer = client.receipt(pay.id, signer_of(market.person));
  REQUIRE(payer.has_value());
  CHECK(payer->transaction.transaction == pay.bytes);
  REQUIRE(payer->transaction.private_outcome.has_value());
  CHECK(payer->transaction.private_outcome->lots.at(0).amount == Amount::of(700));

  const auto shop = client.receipt(pay.id, signer_of(market.shop));
  REQUIRE(shop.has_value());
  CHECK(shop->transaction.transaction.empty());
  CHECK_FALSE(shop->transaction.private_outcome.has_value());
  CHECK(shop->transaction.outcome.amount == Amount::of(700));
  CHECK(shop->receipt == payer->receipt);

  const auto stranger = client.receipt(pay.id, signer_of(market.other));
  REQUIRE_FALSE(stranger.has_value());
  CHECK(stranger.error().code == "E-API-21");
  const auto unknown = client.transaction(pay.id, signer_of(market.other));
  REQUIRE(unknown.has_value());
  CHECK(unknown->stage == rpc::TransactionStage::unknown);
}

TEST_CASE("what waits is seen by who signed it, co-signers too", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  server.ledger().hold();
  auto pay =
      market.unsigned_from(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(700), {}});
  pay.cosigners.push_back({market.other, 0, 1});
  const auto signed_by_both = market.town.sign(pay, {market.person.raw, market.other.raw});
  const Bytes bytes(signed_by_both->bytes().begin(), signed_by_both->bytes().end());
  REQUIRE(client.submit(bytes, false)->state == rpc::SubmitState::accepted);
  const auto stage_for = [&](AccountId account) {
    const auto seen = client.transaction(signed_by_both->id(), signer_of(account));
    REQUIRE(seen.has_value());
    return seen->stage;
  };
  CHECK(stage_for(market.person) == rpc::TransactionStage::waiting);
  CHECK(stage_for(market.other) == rpc::TransactionStage::waiting);
  // The shop may not be told before it is true, nor may anybody else.
  CHECK(stage_for(market.shop) == rpc::TransactionStage::unknown);
  CHECK(stage_for(kAgent) == rpc::TransactionStage::unknown);
}

TEST_CASE("blocks are for validators and auditors, headers for all", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  REQUIRE(client.submit(market.pay(700).bytes, true).has_value());
  const auto headers = client.headers(Height{1}, 10);
  REQUIRE(headers.has_value());
  REQUIRE(headers->size() == 1);
  const block::Trust trust = server.ledger().trust();
  const rpc::BlockRecord& record = headers->front();
  CHECK(chain::verify_finality(trust.context, trust.validators, record.header, record.proof)
            .has_value());

  const auto holder = client.block(Height{1}, signer_of(market.person));
  REQUIRE_FALSE(holder.has_value());
  CHECK(holder.error().code == "E-API-20");
  const KeyPair validator = validator_key(0, market.town.charter);
  RawRequest request;
  request.target = "/v1/blocks/1";
  request.sign(validator.public_key(), validator, server.ledger().now());
  const auto answer = ask(server, request);
  CHECK(answer.result_int() == 200);
  const auto json = rpc::parse_json(answer.body());
  REQUIRE(json.has_value());
  CHECK(json->at("header").at("height") == "1");
  CHECK(json->at("body").get<std::string>().size() > 200);
}

TEST_CASE("a key finds its own place on the ledger, and no other's", "[rpc]") {
  TestServer server;
  const Market market;
  auto client = server.client();
  const auto found = client.find_key(key_of(market.person.raw));
  REQUIRE(found.has_value());
  CHECK(*found == std::vector{block::KeyReference{market.person, 0, 1}});
  const auto nothing = client.find_key(key_of(4'000));
  REQUIRE(nothing.has_value());
  CHECK(nothing->empty());

  const rpc::Signer other = signer_of(market.other);
  RawRequest request;
  request.target = "/v1/keys/" + to_hex(key_of(market.person.raw).public_key().view());
  request.sign(other.key->public_key(), *other.key, server.ledger().now());
  CHECK(code_of(ask(server, request)) == "E-API-20");
}

TEST_CASE("an account's keys share its requests, and use up nobody else's", "[rpc]") {
  rpc::ServerLimits limits;
  limits.account.requests_burst = 4;
  limits.account.requests_a_second = 0;
  limits.account.accounts = 2;
  TestServer server{limits};
  Market market;
  const KeyPair second = key_of(900);
  const auto add = market.build(market.person, rules::AddKey{grant_all(second.public_key())});
  REQUIRE(server.client().submit(add.bytes, true)->result->transaction.outcome.code == 0);
  server.ledger().pass_ms(2ULL * 86'400'000);  // its waiting time
  const Timestamp now = server.ledger().now();
  const rpc::Signer first = signer_of(market.person);
  const auto code_for = [&](AccountId account, const block::KeyReference& name,
                            const KeyPair& key) {
    return code_of(ask(server, own_account(account).sign(name, key, now)));
  };
  // What another signs in the account's name costs the account nothing.
  for (int i = 0; i < 5; ++i) {
    CHECK(code_for(market.person, first.reference, second) == "E-API-17");
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(code_for(market.person, first.reference, *first.key).empty());
    CHECK(code_for(market.person, {market.person, 1, 1}, second).empty());
  }
  CHECK(code_for(market.person, first.reference, *first.key) == "E-API-22");
  CHECK(code_for(market.person, {market.person, 1, 1}, second) == "E-API-22");

  const rpc::Signer other = signer_of(market.other);
  CHECK(code_for(market.other, other.reference, *other.key).empty());
  // No room for a third account; staff is not counted.
  const rpc::Signer shop = signer_of(market.shop);
  CHECK(code_for(market.shop, shop.reference, *shop.key) == "E-API-22");
  const rpc::Signer staff = signer_of(kStaff);
  for (int i = 0; i < 5; ++i) {
    CHECK(code_for(market.person, staff.reference, *staff.key).empty());
  }
}
