#include "node/movements.h"

#include <catch2/catch.hpp>

#include "tests/ledger/town.h"

using namespace hansatsu;   // NOLINT: a test
using namespace test_town;  // NOLINT

namespace {

using rules::OperationCode;

/// One block of these; what it adds to the figures.
std::vector<store::Movement> moved_by(Town& town,
                                      const std::vector<block::TransactionPointer>& block) {
  store::Outcomes outcomes;
  for (const rules::Outcome& outcome : town.run(block)) outcomes.push_back({outcome, {}});
  return node::movements_of(block, outcomes, town.state);
}

}  // namespace

TEST_CASE("movements: each operation that moves value counts for whom it concerns", "[node]") {
  Town town;
  const AccountId person = town.open_person();
  const AccountId other = town.open_person();
  const AccountId shop = town.open_shop();
  const ProgramId first = town.open_charge_program();
  const ProgramId second = town.open_charge_program();
  const CoinId coin{0};
  const auto only = [](const std::vector<store::Movement>& movements, OperationCode operation,
                       AccountId account, std::vector<std::uint64_t> amounts) {
    REQUIRE(movements.size() == 1);
    CHECK(movements[0].coin == CoinId{0});
    CHECK(movements[0].operation == operation);
    REQUIRE(movements[0].parts.size() == amounts.size());
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      CHECK(movements[0].parts[i].amount == Amount::of(amounts[i]));
      CHECK(movements[0].parts[i].account == account);
    }
  };
  const auto one = [&](AccountId signer, rules::OperationVariant operation) {
    return moved_by(town, {town.from(signer, std::move(operation))});
  };
  only(one(kAgent, rules::Charge{person, first, Amount::of(700), {}}), OperationCode::charge,
       person, {700});
  only(one(kAgent, rules::Charge{person, second, Amount::of(300), {}}), OperationCode::charge,
       person, {300});
  const auto sent = one(person, rules::Send{other, coin, Amount::of(50)});
  only(sent, OperationCode::send, person, {50});
  CHECK(sent[0].parts[0].other == other);

  // Of two programs, with one that a rule refuses and one that moves nothing beside it.
  const auto payment = town.from(person, rules::Pay{shop, coin, Amount::of(900), {}});
  const auto movements =
      moved_by(town, {town.from(other, rules::Pay{shop, coin, Amount::of(9'999), {}}), payment,
                      town.from(other, rules::SetReceive{false})});
  only(movements, OperationCode::pay, person, {650, 250});
  CHECK(movements[0].parts[0].program == first);
  CHECK(movements[0].parts[1].program == second);
  CHECK(movements[0].parts[0].other == shop);

  const auto refund = one(shop, rules::Refund{PaymentId{0}, Amount::of(100)});
  only(refund, OperationCode::refund, person, {100});
  CHECK(refund[0].parts[0].other == shop);
  only(one(shop, rules::Redeem{coin, {}}), OperationCode::redeem, shop, {650, 150});
  Hash payee;
  payee.bytes.fill(1);
  const Hash bank_file = hash(HashTag::demo, as_bytes("a bank file"));
  CHECK(one(kTreasurer, rules::File{coin, bank_file, {{RedemptionId{0}, payee, Amount::of(800)}}})
            .empty());
  only(one(kTreasurer, rules::Settle{coin, bank_file, {RedemptionId{0}}}), OperationCode::settle,
       shop, {650, 150});
}

TEST_CASE("movements: a batch counts for those it was given to", "[node]") {
  Town town;
  const AccountId person = town.open_person();
  const AccountId shop = town.open_shop();
  rules::OpenProgram open;
  open.terms.name.text = "grant";
  open.terms.budget = Amount::of(1'000'000);
  open.terms.opens = local_date(town.now, town.charter.utc_offset);
  open.terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
  town.must(kStaff, open);
  rules::Grant grant;
  grant.batch.bytes.fill(1);
  grant.entries.push_back({shop, Amount::of(10), {}, Date{Date::kNever}});  // refused
  grant.entries.push_back({person, Amount::of(20), {}, Date{Date::kNever}});
  const auto movements = moved_by(town, {town.from(kStaff, grant)});
  REQUIRE(movements.size() == 1);
  CHECK(movements[0].operation == OperationCode::grant);
  REQUIRE(movements[0].parts.size() == 1);
  CHECK(movements[0].parts[0].amount == Amount::of(20));
  CHECK(movements[0].parts[0].account == person);
}
