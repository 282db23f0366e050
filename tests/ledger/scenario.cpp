#include "tests/ledger/scenario.h"

#include <catch2/catch.hpp>
#include <map>

#include "ledger/block/begin_block.h"
#include "ledger/crypto/keys.h"
#include "ledger/rules/lots.h"

namespace hansatsu::scenario {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kNoonMs = 43'200'000;
constexpr UtcOffset kJapan{540};

state::Coin town_coin(std::string name) {
  state::Coin coin;
  coin.name.text = std::move(name);
  coin.display_name.text = "Coin";
  coin.issuer.text = "Town";
  state::CoinLimits& limits = coin.limits;
  limits.balance_unverified = yen(30'000);
  limits.balance_verified = yen(1'000'000);
  limits.payment = yen(500'000);
  limits.day = yen(800'000);
  limits.charge_day_unverified = yen(20'000);
  limits.charge_day_verified = yen(500'000);
  limits.payments_day = 200;
  limits.refunds_day = 50;
  coin.fee_basis_points = 150;
  coin.key_waiting_minutes = 60;
  coin.card_desk = key_of(9'000);
  for (const char* tag : {"resident", "senior", "student"}) coin.tags.push_back({tag});
  return coin;
}

void add_founder(state::Charter& charter, AccountKind kind, CoinId home) {
  state::FoundingAccount account;
  const auto number = static_cast<std::uint32_t>(charter.accounts.size());
  account.salt = numbered<Salt>(static_cast<std::uint8_t>(number + 1));
  account.kind = kind;
  account.home = home;
  account.keys.push_back(key_grant(8'000 + number, state::kRightsAll));
  charter.accounts.push_back(account);
}

void add_role(state::Charter& charter, state::Role role, AccountId account) {
  for (const CoinId coin : {kCoin, kExemptCoin}) {
    charter.roles.push_back({role, coin, account, day(2027, 3, 31)});
  }
}

}  // namespace

Date day(std::uint32_t year, std::uint32_t month, std::uint32_t day) {
  const auto date = date_of({year, month, day});
  REQUIRE(date.has_value());
  return *date;
}

Date first_day() { return day(2026, 11, 20); }

std::array<std::uint8_t, 32> secret_of(std::uint32_t number) {
  std::array<std::uint8_t, 32> secret{};
  for (std::size_t i = 0; i < 4; ++i) {
    secret[31 - i] = static_cast<std::uint8_t>((number + 1) >> (8 * i));
  }
  return secret;
}

PublicKey key_of(std::uint32_t number) {
  static std::map<std::uint32_t, PublicKey> keys;
  const auto found = keys.find(number);
  if (found != keys.end()) return found->second;
  const auto secret = secret_of(number);
  const auto pair =
      KeyPair::from_secret(SecretBytes<32>{std::span<const std::uint8_t, 32>{secret}});
  REQUIRE(pair.has_value());
  return keys.emplace(number, pair->public_key()).first->second;
}

state::KeyGrant key_grant(std::uint32_t number, state::Rights rights) {
  state::KeyGrant grant;
  grant.key = key_of(number);
  grant.rights = rights;
  return grant;
}

state::Charter town_charter() {
  state::Charter charter;
  charter.chain_name.text = "rules";
  charter.utc_offset = kJapan;
  charter.founded = Timestamp{day_start(first_day(), kJapan).raw};
  charter.coins.push_back(town_coin("bandai"));
  charter.coins.push_back(town_coin("hida"));
  charter.coins[1].issuer_kind = state::IssuerKind::other;
  charter.coins[1].six_month_exemption = true;
  charter.coins[1].sends_bound_value = true;
  charter.coins[1].card_desk = PublicKey{};
  for (int staff = 0; staff < 5; ++staff) add_founder(charter, AccountKind::staff, kCoin);
  add_founder(charter, AccountKind::agent, kCoin);
  add_founder(charter, AccountKind::agent, kExemptCoin);
  add_founder(charter, AccountKind::town, kCoin);
  add_role(charter, state::Role::registrar, kRegistrar);
  add_role(charter, state::Role::issuer, kIssuer);
  add_role(charter, state::Role::treasurer, kTreasurer);
  add_role(charter, state::Role::enroller, kEnroller);
  for (std::uint8_t kind = 1; kind <= 5; ++kind) {
    charter.limits.quotas.push_back({static_cast<AccountKind>(kind), 1'000, 20});
  }
  return charter;
}

void ask_for_two(state::Charter& charter, state::PolicyClass policy_class, Amount threshold) {
  charter.policy.push_back({policy_class, kCoin, threshold, 2});
}

OpenAccount verified_person(std::uint64_t person, std::uint64_t household) {
  OpenAccount open = unverified_person();
  open.level = Level::verified;
  open.person = PersonId{person};
  open.household = HouseholdId{household};
  return open;
}

OpenAccount unverified_person() {
  OpenAccount open;
  open.salt = numbered<Salt>(77);
  open.keys.push_back(key_grant(1));
  return open;
}

OpenAccount shop_of(std::uint64_t owner) {
  OpenAccount open;
  open.salt = numbered<Salt>(78);
  open.kind = AccountKind::shop;
  open.keys.push_back(key_grant(2));
  open.category = 5;
  open.accepted_coins = {kCoin, kExemptCoin};
  open.related_persons = {PersonId{owner}};
  open.payee_digest = numbered<Hash>(79);
  return open;
}

state::ProgramTerms charge_terms(CoinId coin) {
  state::ProgramTerms terms;
  terms.name.text = "Charge";
  terms.coin = coin;
  terms.kind = state::ProgramKind::charge;
  terms.paid = true;
  terms.budget = yen(100'000'000);
  terms.opens = first_day();
  terms.closes = day(2027, 3, 31);
  terms.expiry = {state::ExpiryKind::fixed_date, day(2027, 3, 31), 0};
  terms.sendable = true;
  return terms;
}

state::ProgramTerms grant_terms(CoinId coin) {
  state::ProgramTerms terms = charge_terms(coin);
  terms.name.text = "Benefit";
  terms.kind = state::ProgramKind::grant;
  terms.paid = false;
  terms.sendable = false;
  return terms;
}

state::ProgramTerms premium_terms(ProgramId charge, CoinId coin) {
  state::ProgramTerms terms = grant_terms(coin);
  terms.name.text = "Ten percent";
  terms.kind = state::ProgramKind::premium;
  terms.charge_program = charge;
  terms.rate_basis_points = 1'000;
  return terms;
}

Pay payment(AccountId shop, Amount amount, std::uint8_t order) {
  return {shop, kCoin, amount, numbered<OrderReference>(order)};
}

Scenario::Scenario(const state::Charter& charter)
    : state_{state::genesis_state(charter)},
      now_{plus_ms(day_start(first_day(), kJapan), kNoonMs)} {
  begin_day();
}

Result<Outcome, Refusal> Scenario::run(Signatory signer, const OperationVariant& operation,
                                       std::initializer_list<Signatory> cosigners) {
  Context context;
  context.time = now_;
  context.today = today();
  context.signer = signer;
  context.cosigners.assign(cosigners.begin(), cosigners.end());
  state::Overlay overlay{state_};
  auto result = apply(overlay, context, Operation{operation});
  const std::size_t changed_rows = overlay.changed_rows();
  overlay.seal();
  if (!result) {
    CHECK(changed_rows == 0);
    CHECK(overlay.root() == state_.root());
    CHECK_FALSE(is_inadmissible(result.error()));
    return result;
  }
  CHECK(changed_rows <= work_of(Operation{operation}) + state::kProgramsPerAccount);
  CHECK(result->public_part.code == 0);
  CHECK(decode<Outcome>(encode(*result)).has_value());
  state_.merge(overlay);
  CHECK(check_books(state_).empty());
  return result;
}

Outcome Scenario::must(AccountId signer, const OperationVariant& operation,
                       std::initializer_list<Signatory> cosigners) {
  auto result = run(signer, operation, cosigners);
  if (!result) FAIL("refused: " << name(result.error()));
  return *std::move(result);
}

AccountId Scenario::open(const OpenAccount& operation) {
  return must(kRegistrar, operation).public_part.subject;
}
AccountId Scenario::person(std::uint64_t pseudonym, std::uint64_t household) {
  return open(verified_person(pseudonym, household));
}
AccountId Scenario::visitor() { return open(unverified_person()); }
AccountId Scenario::shop(std::uint64_t owner) { return open(shop_of(owner)); }

ProgramId Scenario::program(const state::ProgramTerms& terms) {
  const Outcome outcome = must(kIssuer, OpenProgram{terms});
  return ProgramId{static_cast<std::uint32_t>(outcome.public_part.reference)};
}

void Scenario::charge(AccountId account, ProgramId program, std::uint64_t units) {
  const bool is_exempt = state_.find(program)->terms.coin == kExemptCoin;
  const AccountId agent = is_exempt ? kExemptAgent : kAgent;
  const Amount used = state_.find(agent)->identity.float_used;
  set_float(agent, used.units() + units);
  must(agent, Charge{account, program, yen(units), Amount{}});
}

Outcome Scenario::grant(ProgramId program, std::initializer_list<AccountId> accounts,
                        std::uint64_t units) {
  Grant grant;
  grant.program = program;
  grant.batch = numbered<BatchId>(++batches_);
  grant.part = 1;
  for (const AccountId account : accounts) {
    GrantEntry& entry = grant.entries.emplace_back();
    entry.account = account;
    entry.amount = yen(units);
  }
  return must(kIssuer, grant);
}

Result<Outcome, Refusal> Scenario::grant_entry(ProgramId program, const GrantEntry& entry) {
  Grant grant;
  grant.program = program;
  grant.batch = numbered<BatchId>(++batches_);
  grant.entries.push_back(entry);
  auto result = run(kIssuer, grant);
  if (result && !result->private_part.refused_entries.empty()) {
    CHECK(result->public_part.amount.is_zero());
    return Err{*refusal_of(result->private_part.refused_entries[0].code)};
  }
  return result;
}

PaymentId Scenario::pay(AccountId payer, AccountId shop, std::uint64_t units) {
  return PaymentId{must(payer, payment(shop, yen(units))).public_part.reference};
}
RedemptionId Scenario::redeem(AccountId shop) {
  return RedemptionId{must(shop, Redeem{kCoin, {}}).public_part.reference};
}
void Scenario::set_float(AccountId agent, std::uint64_t units) {
  must(kTreasurer, SetFloat{agent, yen(units)});
}

void Scenario::begin_day() {
  state::Overlay overlay{state_};
  block::begin_block(overlay, {now_, today()});
  overlay.seal();
  state_.merge(overlay);
  CHECK(check_books(state_).empty());
}

void Scenario::pass_days(std::uint32_t days) {
  now_ = plus_ms(now_, days * kDayMs);
  begin_day();
}
void Scenario::pass_ms(std::uint64_t ms) {
  now_ = plus_ms(now_, ms);
  begin_day();
}

Date Scenario::today() const { return local_date(now_, kJapan); }

std::vector<Lot> Scenario::lots(AccountId id, CoinId coin) const {
  std::vector<Lot> live;
  const state::CoinValue* value = find_value(account(id), coin);
  if (value == nullptr) return live;
  for (const Lot& lot : value->lots) {
    if (is_live(lot, today())) live.push_back(lot);
  }
  return live;
}
std::uint64_t Scenario::balance(AccountId id, CoinId coin) const {
  return balance_of(find_value(account(id), coin), today()).units();
}
std::uint64_t Scenario::takings(AccountId id, CoinId coin) const {
  const state::CoinValue* value = find_value(account(id), coin);
  return value == nullptr ? 0 : total_of(value->takings).units();
}

}  // namespace hansatsu::scenario
