#include "ledger/rules/outcome.h"
#include "ledger/state/charter.h"
#include "tests/vectors/sample_values.h"

namespace hansatsu::vectors {
namespace {

state::Coin coin() {
  state::Coin coin;
  coin.name.text = "fuji";
  coin.display_name.text = "ふじコイン";
  coin.issuer.text = "Town of Fuji";
  coin.six_month_exemption = true;
  coin.limits = {.balance_unverified = Amount::of(20'000),
                 .balance_verified = Amount::of(200'000),
                 .payment = Amount::of(50'000),
                 .day = Amount::of(100'000),
                 .charge_day_unverified = Amount::of(10'000),
                 .charge_day_verified = Amount::of(90'000),
                 .payments_day = 50,
                 .refunds_day = 60};
  coin.fee_basis_points = 150;
  coin.key_waiting_minutes = 1'440;
  coin.card_desk = key_of(9).public_key();
  coin.tags.push_back({"child-rearing"});
  return coin;
}

state::Validator validator() {
  state::Validator validator;
  validator.name.text = "town-hall";
  validator.key = key_of(1).public_key();
  validator.tls_key = counted<state::TlsKey>(0x20);
  validator.operator_key = key_of(2).public_key();
  validator.address.text = "hall.example:7000";
  return validator;
}

state::FoundingAccount founder() {
  state::FoundingAccount founder;
  founder.salt = counted<Salt>(0x40);
  founder.person = PersonId{31};
  state::KeyGrant grant;
  grant.key = key_of(3).public_key();
  grant.rights = state::kRightOffice | state::kRightManage;
  founder.keys = {grant};
  return founder;
}

state::Charter charter() {
  state::Charter charter;
  charter.chain_name.text = "fuji-test";
  charter.utc_offset = UtcOffset{540};
  charter.founded = Timestamp{1'795'273'200'000};
  charter.coins = {coin()};
  charter.roles = {{state::Role::treasurer, CoinId{0}, AccountId{0}, Date{21'100}}};
  charter.policy = {{state::PolicyClass::grants, CoinId{0}, Amount::of(1'000'000), 2}};
  charter.limits.quotas = {{state::AccountKind::person, 500, 20}};
  charter.validators = {validator()};
  charter.accounts = {founder()};
  return charter;
}

rules::Outcome accepted_payment() {
  rules::Outcome outcome;
  outcome.public_part = {.code = 0,
                         .operation = rules::OperationCode::pay,
                         .subject = AccountId{0x01020304},
                         .coin = CoinId{1},
                         .amount = Amount::of(800),
                         .order = counted<OrderReference>(0xb0),
                         .time = Timestamp{1'795'273'200'123},
                         .reference = 41};
  outcome.private_part.lots = {{ProgramId{1}, Date{20'800}, Amount::of(300)},
                               {ProgramId{2}, Date{20'900}, Amount::of(500)}};
  return outcome;
}

}  // namespace

void add_state_samples(std::vector<Sample>& out) {
  add(out, "charter", "one-validator", "a small charter", charter(),
      {"chain id", state::chain_id(charter())});
  add(out, "outcome", "paid", "a payment that went through: public part, then private part",
      accepted_payment());
}

}  // namespace hansatsu::vectors
