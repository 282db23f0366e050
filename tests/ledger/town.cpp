#include "tests/ledger/town.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace test_town {
namespace {

KeyPair key_from(std::uint8_t family, std::uint32_t number) {
  std::array<std::uint8_t, 32> secret{};
  secret[0] = family;
  secret[28] = static_cast<std::uint8_t>(number >> 24U);
  secret[29] = static_cast<std::uint8_t>(number >> 16U);
  secret[30] = static_cast<std::uint8_t>(number >> 8U);
  secret[31] = static_cast<std::uint8_t>(number);
  return *KeyPair::from_secret(SecretBytes<32>{secret});
}

state::Coin coin() {
  state::Coin coin;
  coin.name.text = "town-coin";
  coin.display_name.text = "Town coin";
  coin.issuer.text = "Town";
  const Amount plenty = Amount::of(10'000'000);
  coin.limits.balance_unverified = plenty;
  coin.limits.balance_verified = plenty;
  coin.limits.payment = plenty;
  coin.limits.day = plenty;
  coin.limits.charge_day_unverified = plenty;
  coin.limits.charge_day_verified = plenty;
  coin.limits.payments_day = 1'000'000;
  coin.limits.refunds_day = 1'000'000;
  return coin;
}

state::FoundingAccount founding(state::AccountKind kind, std::uint32_t number) {
  state::FoundingAccount account;
  account.salt.bytes.fill(static_cast<std::uint8_t>(number + 1));
  account.kind = kind;
  if (kind == state::AccountKind::staff) account.person = PersonId{1'000 + number};
  account.keys.push_back(grant_all(key_of(number).public_key()));
  account.keys[0].rights = state::kRightsAll;
  return account;
}

void add_validators(state::Charter& charter) {
  std::vector<std::pair<PublicKey, std::uint32_t>> keys;
  for (std::uint32_t i = 0; i < 4; ++i) keys.emplace_back(key_from(2, i + 1).public_key(), i);
  std::sort(keys.begin(), keys.end());
  for (const auto& [key, number] : keys) {
    state::Validator validator;
    validator.name.text = "validator-" + std::to_string(number);
    validator.key = key;
    validator.tls_key.bytes.fill(static_cast<std::uint8_t>(number + 1));
    validator.operator_key = key_from(3, number + 1).public_key();
    validator.address.text = "127.0.0.1:" + std::to_string(9'000 + number);
    charter.validators.push_back(validator);
  }
}

}  // namespace

KeyPair key_of(std::uint32_t number) { return key_from(1, number + 1); }

KeyPair validator_key(std::size_t index, const state::Charter& charter) {
  for (std::uint32_t i = 0; i < 4; ++i) {
    KeyPair key = key_from(2, i + 1);
    if (key.public_key() == charter.validators[index].key) return key;
  }
  ASSERT(false);
  return key_from(2, 1);
}

state::KeyGrant grant_all(const PublicKey& key) {
  state::KeyGrant grant;
  grant.key = key;
  grant.rights = state::kRightsAll & ~state::kRightOffice;
  return grant;
}

state::Charter charter() {
  state::Charter charter;
  charter.chain_name.text = "test-town";
  charter.utc_offset.minutes = 540;
  charter.founded = Timestamp{kFounded};
  charter.coins.push_back(coin());
  charter.accounts.push_back(founding(state::AccountKind::staff, 0));
  charter.accounts.push_back(founding(state::AccountKind::agent, 1));
  charter.accounts.push_back(founding(state::AccountKind::staff, 2));
  for (const state::Role role :
       {state::Role::registrar, state::Role::issuer, state::Role::treasurer}) {
    charter.roles.push_back({role, CoinId{0}, kStaff, Date{Date::kNever}});
  }
  charter.roles.push_back({state::Role::treasurer, CoinId{0}, kTreasurer, Date{Date::kNever}});
  for (std::uint8_t c = 1; c <= 6; ++c) {
    charter.policy.push_back({static_cast<state::PolicyClass>(c), CoinId{0}, Amount{}, 1});
  }
  for (std::uint8_t kind = 1; kind <= 5; ++kind) {
    charter.limits.quotas.push_back({static_cast<state::AccountKind>(kind), 20'000, 20});
  }
  add_validators(charter);
  return charter;
}

Town::Town(const state::Charter& c)
    : charter{c}, state{state::genesis_state(c)}, chain_id{state::chain_id(c)} {}

block::UnsignedTransaction Town::unsigned_from(AccountId signer,
                                               rules::OperationVariant operation) {
  block::UnsignedTransaction transaction;
  transaction.operation.value = std::move(operation);
  transaction.signer = {signer, 0, 1};
  transaction.sequence = ++sequences_[signer];
  transaction.valid_until = plus_ms(now, 60'000);
  return transaction;
}

block::TransactionPointer Town::sign(const block::UnsignedTransaction& transaction,
                                     const std::vector<std::uint32_t>& signers) const {
  block::Transaction whole;
  whole.unsigned_part = transaction;
  const Hash id = block::transaction_id(chain_id, transaction);
  whole.signature = key_of(signers.at(0)).sign(id);
  for (std::size_t i = 1; i < signers.size(); ++i) {
    whole.cosignatures.push_back(key_of(signers[i]).sign(id));
  }
  auto parsed = block::ParsedTransaction::parse(chain_id, encode(whole));
  REQUIRE(parsed.has_value());
  return std::make_shared<const block::ParsedTransaction>(*std::move(parsed));
}

block::TransactionPointer Town::from(AccountId signer, rules::OperationVariant operation) {
  return sign(unsigned_from(signer, std::move(operation)), {signer.raw});
}

std::vector<rules::Outcome> Town::run(const std::vector<block::TransactionPointer>& transactions) {
  now = plus_ms(now, 1'000);
  block::Body body;
  body.transactions = transactions;
  auto execution =
      block::execute_block(std::make_shared<state::Overlay>(state), now, body, checker);
  REQUIRE(execution.has_value());
  state.merge(*execution->overlay);
  return execution->outcomes;
}

rules::Outcome Town::must(AccountId signer, rules::OperationVariant operation) {
  const auto outcomes = run({from(signer, std::move(operation))});
  CAPTURE(outcomes[0].public_part.code);
  REQUIRE(outcomes[0].public_part.code == 0);
  return outcomes[0];
}

AccountId Town::open_person() {
  const AccountId next = state.next<state::Account>();
  rules::OpenAccount open;
  open.salt.bytes.fill(static_cast<std::uint8_t>(next.raw + 1));
  open.keys.push_back(grant_all(key_of(next.raw).public_key()));
  must(kStaff, open);
  return next;
}

AccountId Town::open_shop() {
  const AccountId next = state.next<state::Account>();
  rules::OpenAccount open;
  open.salt.bytes.fill(static_cast<std::uint8_t>(next.raw + 1));
  open.kind = state::AccountKind::shop;
  open.receives_sends = false;
  open.category = 1;
  open.accepted_coins.push_back(CoinId{0});
  open.related_persons.push_back(PersonId{77});
  open.payee_digest.bytes.fill(1);
  open.keys.push_back(grant_all(key_of(next.raw).public_key()));
  must(kStaff, open);
  return next;
}

ProgramId Town::open_charge_program() {
  const ProgramId next = state.next<state::Program>();
  rules::OpenProgram open;
  open.terms.name.text = "charge";
  open.terms.kind = state::ProgramKind::charge;
  open.terms.paid = true;
  open.terms.sendable = true;
  open.terms.budget = Amount::of(1'000'000'000);
  open.terms.opens = local_date(now, charter.utc_offset);
  open.terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
  must(kStaff, open);
  must(kStaff, rules::SetFloat{kAgent, Amount::of(900'000'000)});
  return next;
}

}  // namespace test_town
