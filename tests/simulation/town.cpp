#include "tests/simulation/town.h"

#include <mutex>

#include "ledger/block/execution.h"
#include "ledger/block/genesis.h"

namespace hansatsu::simulation {
namespace {

constexpr AccountId kStaff{0};
constexpr AccountId kAgent{1};
constexpr std::uint32_t kValidityMs = 4'000'000'000;  // some 46 days
const Date kMidnightDay = local_date(Timestamp{kUtcMidnight - 1}, UtcOffset{540});

PublicKey real_key(std::uint32_t number) {
  std::array<std::uint8_t, 32> secret{};
  secret[0] = 1;
  secret[30] = static_cast<std::uint8_t>((number + 1) >> 8U);
  secret[31] = static_cast<std::uint8_t>(number + 1);
  return KeyPair::from_secret(SecretBytes<32>{secret})->public_key();
}

state::Coin town_coin() {
  state::Coin coin;
  coin.name.text = "town-coin";
  const Amount plenty = Amount::of(1'000'000'000);
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

state::FoundingAccount founder(state::AccountKind kind, std::uint32_t number) {
  state::FoundingAccount account;
  account.salt.bytes.fill(static_cast<std::uint8_t>(number + 1));
  account.kind = kind;
  if (kind == state::AccountKind::staff) account.person = PersonId{1'000 + number};
  state::KeyGrant grant;
  grant.key = real_key(number);
  grant.rights = state::kRightsAll;
  account.keys.push_back(grant);
  return account;
}

state::Charter town_charter(std::uint32_t validators) {
  state::Charter charter;
  charter.chain_name.text = "simulation";
  charter.utc_offset.minutes = 540;
  charter.founded = Timestamp{kUtcStart - 3'600'000};
  charter.coins.push_back(town_coin());
  charter.accounts.push_back(founder(state::AccountKind::staff, kStaff.raw));
  charter.accounts.push_back(founder(state::AccountKind::agent, kAgent.raw));
  for (const auto role : {state::Role::registrar, state::Role::issuer, state::Role::treasurer}) {
    charter.roles.push_back({role, CoinId{0}, kStaff, Date{Date::kNever}});
  }
  for (std::uint8_t c = 1; c <= 6; ++c) {
    charter.policy.push_back({static_cast<state::PolicyClass>(c), CoinId{0}, Amount{}, 1});
  }
  for (std::uint8_t kind = 1; kind <= 5; ++kind) {
    charter.limits.quotas.push_back({static_cast<state::AccountKind>(kind), 1'000'000, 1'000'000});
  }
  charter.limits.holder_validity_ms = kValidityMs;
  charter.limits.block_transactions = 64;  // so that bursts take several blocks
  for (std::uint32_t i = 0; i < validators; ++i) {
    state::Validator validator;
    validator.name.text = "validator-" + std::to_string(i);
    validator.key = fake_key(i);
    charter.validators.push_back(validator);
  }
  return charter;
}

}  // namespace

const Town& Town::of(std::uint32_t validators) {
  static std::mutex mutex;
  static std::map<std::uint32_t, std::unique_ptr<const Town>> towns;
  const std::lock_guard lock{mutex};
  auto& town = towns[validators];
  if (!town) town.reset(new Town{validators});
  return *town;
}

Town::Town(std::uint32_t validators) : now_{kUtcStart - 3'600'000} {
  const state::Charter charter = town_charter(validators);
  chain_id_ = state::chain_id(charter);
  state_ = state::genesis_state(charter);
  open_accounts();
  issue();
  anchor_ = block::genesis_header(charter, state_.root());
  anchor_.time = now_;
}

state::KeyGrant Town::key_grant(std::uint32_t number) const {
  state::KeyGrant grant;
  grant.key = real_key(number);
  grant.rights = state::kRightsAll & ~state::kRightOffice;
  return grant;
}

const PublicKey& Town::key_of(AccountId account) const {
  return state_.find(account)->keys[0].grant.key;
}

void Town::open_accounts() {
  first_person_ = state_.next<state::Account>();
  first_shop_ = AccountId{first_person_.raw + kPersons};
  for (std::uint32_t i = 0; i < kPersons + kShops; ++i) {
    const AccountId account = state_.next<state::Account>();
    rules::OpenAccount open;
    open.salt.bytes.fill(static_cast<std::uint8_t>(account.raw + 1));
    open.keys.push_back(key_grant(account.raw));
    if (account >= first_shop_) {
      open.kind = state::AccountKind::shop;
      open.receives_sends = false;
      open.category = 1;
      open.accepted_coins.push_back(CoinId{0});
      open.related_persons.push_back(PersonId{77});
      open.payee_digest.bytes.fill(1);
    }
    run(kStaff, open);
  }
}

/// Three charges each: of a program whose lots expire at the coming midnight, of one that expires
/// later, and of that one again.
void Town::issue() {
  run(kStaff, rules::SetFloat{kAgent, Amount::of(1'000'000'000)});
  std::array<ProgramId, 2> programs;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    programs.at(i) = state_.next<state::Program>();
    rules::OpenProgram open;
    open.terms.name.text = i == 0 ? "until midnight" : "charge";
    open.terms.kind = state::ProgramKind::charge;
    open.terms.paid = true;
    open.terms.sendable = true;
    open.terms.budget = Amount::of(2'000'000'000);
    open.terms.opens = local_date(now_, UtcOffset{540});
    if (i == 0) open.terms.expiry = {state::ExpiryKind::fixed_date, kMidnightDay, 0};
    if (i == 1) open.terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
    run(kStaff, open);
  }
  for (std::uint32_t i = 0; i < kPersons; ++i) {
    for (const std::size_t program : {0U, 1U, 1U}) {
      run(kAgent, rules::Charge{person(i), programs.at(program), Amount::of(100'000), Amount{}});
    }
  }
}

void Town::run(AccountId signer, rules::OperationVariant operation) {
  now_ = plus_ms(now_, 1'000);
  block::UnsignedTransaction transaction;
  transaction.operation.value = std::move(operation);
  transaction.signer = {signer, 0, 1};
  transaction.sequence = ++sequences_[signer];
  transaction.valid_until = plus_ms(now_, 60'000);
  block::Body body;
  body.transactions.push_back(sign(transaction, real_key(signer.raw)));
  FakeSignatureChecker checker;
  auto execution =
      block::execute_block(std::make_shared<state::Overlay>(state_), now_, body, checker);
  ASSERT(execution.has_value() && execution->outcomes[0].public_part.code == 0);
  state_.merge(*execution->overlay);
}

block::TransactionPointer Town::sign(const block::UnsignedTransaction& transaction,
                                     const PublicKey& key) const {
  block::Transaction whole;
  whole.unsigned_part = transaction;
  whole.signature = fake_signature(key, block::transaction_id(chain_id_, transaction));
  auto parsed = block::ParsedTransaction::parse(chain_id_, encode(whole));
  ASSERT(parsed.has_value());
  return std::make_shared<const block::ParsedTransaction>(*std::move(parsed));
}

block::TransactionPointer Town::payment(Payment number, Timestamp valid_until) const {
  const auto place = static_cast<std::uint32_t>(number);
  block::UnsignedTransaction transaction;
  transaction.signer = {person(place), 0, 1};
  transaction.sequence = number / kPersons + 1;
  transaction.valid_until = valid_until;
  const Amount amount = Amount::of(number % 37 == 36 ? 500'000'000 : 1 + number % 100);
  if (number % 5 == 4) {
    transaction.operation.value = rules::Send{person(place + 1), CoinId{0}, amount};
  } else {
    rules::Pay pay{shop(place / 3), CoinId{0}, amount, {}};
    for (std::size_t i = 0; i < 8; ++i) {
      pay.order.bytes.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
    }
    transaction.operation.value = pay;
  }
  return sign(transaction, key_of(person(place)));
}

}  // namespace hansatsu::simulation
