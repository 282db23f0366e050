#include "tests/property/crowd.h"

#include "tests/ledger/scenario.h"
#include "tests/property/deeds.h"

namespace hansatsu::property {
namespace {

using namespace scenario;  // NOLINT: the language tests are written in
using block::KeyReference;
using block::UnsignedTransaction;

constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kDayMs = 24 * kHourMs;
constexpr std::uint32_t kValidMs = 600'000;

KeyPair key_pair(std::uint32_t number) {
  const auto secret = secret_of(number);
  return *KeyPair::from_secret(SecretBytes<32>{std::span<const std::uint8_t, 32>{secret}});
}

state::Charter crowd_charter() {
  state::Charter charter = town_charter();
  for (state::RoleGrant& role : charter.roles) role.until = Date{Date::kNever};
  charter.coins[1].key_waiting_minutes = 0;
  state::Validator validator;
  validator.name.text = "hall";
  validator.key = scenario::key_of(kCardDeskKey + 1);
  validator.tls_key.bytes.fill(1);
  validator.operator_key = scenario::key_of(kCardDeskKey + 2);
  charter.validators.push_back(validator);
  ASSERT(state::check_charter(charter).has_value());
  return charter;
}

std::vector<state::ProgramTerms> furniture(CoinId coin, ProgramId first) {
  state::ProgramTerms charge = charge_terms(coin);
  charge.onward = coin == kCoin;
  charge.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
  state::ProgramTerms premium = premium_terms(first, coin);
  state::ProgramTerms plain = charge_terms(coin);
  plain.expiry = {state::ExpiryKind::month_after, Date{Date::kNever}, 20};
  state::ProgramTerms benefit = grant_terms(coin);
  benefit.paid = true;
  benefit.expiry = {state::ExpiryKind::week_after, Date{Date::kNever}, 10};
  benefit.cap_person = yen(9'000);
  std::vector<state::ProgramTerms> all{charge, premium, plain, benefit, grant_terms(coin)};
  all[4].sendable = coin == kExemptCoin;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 3) all[i].closes = Date{Date::kNever};
  }
  return all;
}

const state::KeySlot* slot_of(const state::State& state, AccountId account, std::uint8_t slot) {
  const state::Account* row = state.find(account);
  return row == nullptr || slot >= row->keys.size() ? nullptr : &row->keys[slot];
}

KeyReference reference(const state::State& state, AccountId account, std::uint8_t slot) {
  const state::KeySlot* key = slot_of(state, account, slot);
  return {account, slot, key == nullptr ? 1 : key->generation};
}

}  // namespace

Crowd::Crowd()
    : town_{state::genesis_state(crowd_charter())},
      chain_id_{state::chain_id(town_.charter())},
      now_{plus_ms(day_start(first_day(), town_.charter().utc_offset), 12 * kHourMs)} {
  const auto add_keys = [this](std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t number = first; number < first + count; ++number) {
      keys_.emplace(scenario::key_of(number), key_pair(number));
    }
  };
  add_keys(0, 40);      // people and shops
  add_keys(200, 40);    // accounts opened later
  add_keys(300, 40);    // keys added later
  add_keys(8'000, 10);  // founders
  add_keys(kCardDeskKey, 1);
  furnish();
}

void Crowd::furnish() {
  for (std::uint32_t i = 0; i < kPeople; ++i) {
    OpenAccount open = i % 4 == 3 ? unverified_person() : verified_person(1 + i, 1 + i / 3);
    open.keys[0] = key_grant(i);
    open.tags = i % 3;
    if (i % 5 == 4) open.home = kExemptCoin;
    must(kRegistrar, open);
  }
  for (std::uint32_t i = 0; i < kShops; ++i) {
    OpenAccount open = shop_of(1 + i);
    open.keys[0] = key_grant(20 + i);
    open.category = static_cast<std::uint16_t>(4 + i);
    if (i == 1) open.accepted_coins = {kCoin};
    must(kRegistrar, open);
  }
  OpenAccount desk = unverified_person();
  desk.keys[0] = key_grant(kCardDeskKey);
  must(kRegistrar, desk);
  for (const CoinId coin : {kCoin, kExemptCoin}) {
    for (const auto& terms : furniture(coin, ProgramId{coin.raw * kProgramsOfCoin})) {
      must(kIssuer, OpenProgram{terms});
    }
  }
  must(kTreasurer, SetFloat{kAgent, yen(400'000)});
  must(kTreasurer, SetFloat{kExemptAgent, yen(400'000)});
  // Small lots that go first, and one that lasts: most payments take of several.
  Grant benefit{ProgramId{4}, numbered<BatchId>(255), 0, {}};
  for (std::uint32_t i = 0; i < kPeople; ++i) {
    const AccountId person{kFirstPerson.raw + i};
    must(kAgent, Charge{person, ProgramId{0}, yen(300), Amount{}});
    must(kAgent, Charge{person, ProgramId{2}, yen(200), Amount{}});
    must(kExemptAgent, Charge{person, ProgramId{kProgramsOfCoin + 2}, yen(5'000), Amount{}});
    benefit.entries.push_back({person, yen(9'000), {}, Date{Date::kNever}});
  }
  must(kIssuer, benefit);
}

void Crowd::must(AccountId signer, rules::OperationVariant operation) {
  now_ = plus_ms(now_, 1);
  UnsignedTransaction transaction;
  transaction.signer = reference(town_, signer, 0);
  transaction.sequence = slot_of(town_, signer, 0)->window.highest + 1;
  transaction.valid_until = plus_ms(now_, kValidMs);
  transaction.operation.value = std::move(operation);
  block::PlainSignatureChecker checker;
  block::Body body;
  body.transactions.push_back(sign(transaction, town_, false));
  auto done = block::execute_block(std::make_shared<state::Overlay>(town_), now_, body, checker);
  ASSERT(done && done->outcomes[0].public_part.code == 0);
  town_.merge(*done->overlay);
}

block::TransactionPointer Crowd::sign(const UnsignedTransaction& transaction,
                                      const state::State& state, bool forged) const {
  block::Transaction whole;
  whole.unsigned_part = transaction;
  const Hash id = block::transaction_id(chain_id_, transaction);
  const auto signature_of = [&](const KeyReference& key) {
    const state::KeySlot* slot = slot_of(state, key.account, key.slot);
    const auto pair = slot == nullptr ? keys_.end() : keys_.find(slot->grant.key);
    return (pair == keys_.end() || forged ? keys_.begin() : pair)->second.sign(id);
  };
  whole.signature = signature_of(transaction.signer);
  for (const KeyReference& key : transaction.cosigners) {
    whole.cosignatures.push_back(signature_of(key));
  }
  auto parsed = block::ParsedTransaction::parse(chain_id_, encode(whole));
  ASSERT(parsed.has_value());
  return std::make_shared<const block::ParsedTransaction>(*std::move(parsed));
}

std::uint64_t Crowd::pause_ms(const Step& step, Timestamp now, UtcOffset offset) {
  const Date today = local_date(now, offset);
  const std::uint64_t left_of_day = day_start(plus_days(today, 1), offset).raw - now.raw;
  switch (step.pause) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return 60'000;
    case 3:
      return kHourMs;  // a key's waiting time
    case 4:
      return left_of_day - 1 == 0 ? 1 : left_of_day - 1;
    case 5:
      return left_of_day;
    case 6:
      return kDayMs;
    case 7:
      return 72 * kHourMs - 1;  // a freeze, almost
    case 8:
      return 72 * kHourMs;
    case 9:
      return 11 * kDayMs;
    case 10:
      return 41 * kDayMs;
    default:
      return 91 * kDayMs;  // past every refund window
  }
}

block::TransactionPointer Crowd::attempt(const state::State& state, Timestamp now,
                                         const Step& step) {
  const Deed deed = deed_of(state, now, step);
  UnsignedTransaction transaction;
  // A person's other keys sign now and then.
  const std::uint8_t slot = step.manner == 6 || step.who % 16 == 15 ? step.whom % 3 : 0;
  transaction.signer = reference(state, deed.signer, slot);
  const state::KeySlot* key = slot_of(state, deed.signer, slot);
  const std::uint64_t highest = key == nullptr ? 0 : key->window.highest;
  transaction.sequence = highest + ++signed_[{deed.signer, slot}];
  transaction.valid_until = plus_ms(now, kValidMs);
  transaction.operation.value = deed.operation;
  std::vector<AccountId> cosigners = deed.cosigners;
  if (key != nullptr && key->grant.needs_cosignature) cosigners.push_back(kCardDesk);
  if (step.manner == 2) ++transaction.signer.generation;
  if (step.manner == 3) transaction.sequence = highest;
  if (step.manner == 4) transaction.valid_until = Timestamp{now.raw - 1};
  if (step.manner == 5) transaction.valid_until = plus_ms(now, kValidMs + 1);
  if (step.manner == 7) cosigners.push_back(AccountId{kFirstPerson.raw + step.which % kPeople});
  if (step.manner == 9) transaction.sequence = highest + 65;
  std::sort(cosigners.begin(), cosigners.end());
  for (const AccountId cosigner : cosigners) {
    transaction.cosigners.push_back(reference(state, cosigner, 0));
  }
  return sign(transaction, state, step.manner == 1);
}

}  // namespace hansatsu::property
