#include "ledger/block/transaction.h"
#include "tests/vectors/sample_values.h"

namespace hansatsu::vectors {
namespace {

state::KeyGrant key_grant() {
  state::KeyGrant grant;
  grant.key = key_of(5).public_key();
  grant.rights = state::kRightPay | state::kRightRead;
  grant.limit_payment = Amount::of(10'000);
  grant.limit_day = Amount::of(30'000);
  grant.shops = {AccountId{7}, AccountId{8}};
  grant.last_day = Date{20'900};
  return grant;
}

rules::OpenAccount open_account() {
  rules::OpenAccount open;
  open.salt = counted<Salt>(0x90);
  open.kind = state::AccountKind::shop;
  open.home = CoinId{1};
  open.level = state::Level::verified;
  open.person = PersonId{11};
  open.household = HouseholdId{12};
  open.tags = 5;
  open.keys = {key_grant()};
  open.category = 13;
  open.accepted_coins = {CoinId{1}, CoinId{2}};
  open.related_persons = {PersonId{14}};
  open.related_households = {HouseholdId{15}};
  open.payee_digest = counted<Hash>(0xa0);
  return open;
}

state::ProgramTerms premium_terms() {
  state::ProgramTerms terms;
  terms.name.text = "夏のプレミアム";
  terms.coin = CoinId{1};
  terms.kind = state::ProgramKind::premium;
  terms.budget = Amount::of(10'000'000);
  terms.cap_account = Amount::of(1'001);
  terms.cap_person = Amount::of(1'002);
  terms.cap_household = Amount::of(1'003);
  terms.opens = Date{20'700};
  terms.closes = Date{20'800};
  terms.expiry = {state::ExpiryKind::month_after, Date{Date::kNever}, 90};
  terms.shops = {AccountId{21}, AccountId{22}};
  terms.categories = {23, 24};
  terms.sendable = true;
  terms.eligible_tags = 6;
  terms.eligible_level = state::Level::verified;
  terms.priority = 25;
  terms.redeem_until = Date{21'000};
  terms.charge_program = ProgramId{26};
  terms.rate_basis_points = 1'000;
  return terms;
}

std::vector<std::pair<std::string, rules::OperationVariant>> operations() {
  const auto order = counted<OrderReference>(0xb0);
  const auto digest = counted<Hash>(0xc0);
  const auto batch = counted<state::BatchId>(0xd0);
  const auto claim = counted<state::ClaimId>(0xe0);
  const AccountId account{0x01020304};
  const CoinId coin{0x0506};
  const ProgramId program{0x0708090a};
  const Amount amount = Amount::of(0x0b0c0d);
  return {
      {"open-account", open_account()},
      {"add-key", rules::AddKey{key_grant()}},
      {"remove-key", rules::RemoveKey{3, 0x01020304}},
      {"set-receive", rules::SetReceive{false}},
      {"freeze", rules::Freeze{account}},
      {"unfreeze", rules::Unfreeze{account}},
      {"open-program", rules::OpenProgram{premium_terms()}},
      {"charge", rules::Charge{account, program, amount, Amount::of(100)}},
      {"grant", rules::Grant{program, batch, 2, {{account, amount, claim, Date{20'800}}}}},
      {"pay", rules::Pay{account, coin, amount, order}},
      {"send", rules::Send{account, coin, amount}},
      {"refund", rules::Refund{PaymentId{0x0102030405}, amount}},
      {"redeem", rules::Redeem{coin, {{program, amount}}}},
      {"file",
       rules::File{coin, digest, {{RedemptionId{9}, counted<Hash>(0xd1), Amount::of(985)}}}},
      {"settle", rules::Settle{coin, digest, {RedemptionId{9}, RedemptionId{10}}}},
      {"set-float", rules::SetFloat{account, amount}},
      {"hand-in", rules::HandIn{amount}},
  };
}

block::UnsignedTransaction unsigned_part(const rules::OperationVariant& operation) {
  block::UnsignedTransaction part;
  part.signer = {AccountId{0x0000302f}, 1, 2};
  part.sequence = 77;
  part.valid_until = Timestamp{1'795'273'800'000};
  part.operation.value = operation;
  return part;
}

}  // namespace

void add_transaction_samples(std::vector<Sample>& out) {
  for (const auto& [name, operation] : operations()) {
    block::Transaction transaction;
    transaction.unsigned_part = unsigned_part(operation);
    const bool is_handed_in = std::holds_alternative<rules::HandIn>(operation);
    if (is_handed_in) transaction.unsigned_part.cosigners = {{AccountId{4}, 0, 1}};
    const Hash id = block::transaction_id(sample_chain_id(), transaction.unsigned_part);
    transaction.signature = key_of(5).sign(id);
    if (is_handed_in) transaction.cosignatures = {key_of(6).sign(id)};
    add(out, "transaction", name,
        is_handed_in ? "signed by the secret 5, co-signed by the secret 6"
                     : "signed by the secret 5",
        transaction, {"transaction id", id});
  }
}

}  // namespace hansatsu::vectors
