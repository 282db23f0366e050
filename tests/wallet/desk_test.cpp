#include "wallet/town/desk.h"

#include <catch2/catch.hpp>

#include "rpc/json/json.h"
#include "tests/wallet/open_town.h"

using namespace hansatsu;
using namespace hansatsu::wallet::test;

namespace {

/// The true receipt of what a person has just done, as an answer to a submission.
rpc::SubmitAnswer answer_of(const OpenTown& town, const nlohmann::json& done) {
  const std::string id = done["id"];
  const std::string file = (town.home().path() / (id + ".bin")).string();
  (void)town.did("hanako", {"receipt", "get", id, "--out", file});
  const std::string bytes = town.home().read(id + ".bin");
  rpc::ProvenTransaction proven;
  proven.receipt.assign(bytes.begin(), bytes.end());
  const auto receipt = decode<block::Receipt>(proven.receipt);
  REQUIRE(receipt);
  proven.transaction.id = receipt->transaction_id;
  proven.transaction.outcome = receipt->outcome;
  rpc::SubmitAnswer answer;
  answer.state = rpc::SubmitState::final;
  answer.id = receipt->transaction_id;
  answer.result = std::make_shared<const rpc::ProvenTransaction>(std::move(proven));
  return answer;
}

}  // namespace

TEST_CASE("the town's tools take no receipt of another transaction", "[wallet][day]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "5,000"});
  const auto send = [&](const std::string& amount) {
    return answer_of(town, town.did("hanako", {"send", "--to", town.taro, "--amount", amount}));
  };
  const rpc::SubmitAnswer one = send("100");
  const rpc::SubmitAnswer two = send("200");
  const auto charter = rpc::from_json<state::Charter>(town.home().read("charter.json"));
  REQUIRE(charter);
  const block::Trust trust = block::trust_of(*charter);
  const auto read = town::read_answer(trust, one, one.id);
  REQUIRE(read);
  CHECK(read->ok());
  CHECK(read->outcome.public_part.amount == Amount::of(100));
  CHECK_FALSE(town::read_answer(trust, two, one.id));
  // Whatever it claims to be.
  rpc::SubmitAnswer claimed = two;
  claimed.id = one.id;
  CHECK_FALSE(town::read_answer(trust, claimed, one.id));
}
