#include "wallet/town/replay_stage.h"

#include "rpc/json/machine_time.h"
#include "wallet/csv.h"
#include "wallet/keystore/derivation.h"
#include "wallet/roster.h"
#include "wallet/town/people.h"
#include "wallet/town/replay_plan.h"

namespace hansatsu::town {
namespace {

constexpr const char* kReplayKeys = "replay.keys";
constexpr const char* kReplaySeed = "replay";
constexpr const char* kAgentKey = "replay-agent";
constexpr const char* kCashOutKey = "replay-shop";
constexpr std::chrono::seconds kStageOpeningMax{120};
/// More names than a file of the most rows can have.
constexpr std::uint32_t kHoldersEach = 400'000;
static_assert(kHoldersEach == 2 * wallet::kCsvRowsMax);
constexpr std::uint32_t kReplaysMax = wallet::kHardened / kHoldersEach;

Err<std::string> failed(const std::string& what, const Done& done) {
  return Err{what + ": " + explain(done.code)};
}

PersonId random_person() {
  std::array<std::uint8_t, 6> bytes{};
  fill_random(bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8U | byte;
  return PersonId{value + 1};  // 0 means none
}

rules::OpenAccount open_of(state::AccountKind kind, CoinId coin, const PublicKey& key) {
  rules::OpenAccount open;
  fill_random(open.salt.bytes);
  open.kind = kind;
  open.home = coin;
  open.keys.push_back(grant_for(key, kind));
  if (kind == state::AccountKind::person) {
    open.level = state::Level::verified;
    open.person = random_person();
  }
  if (kind == state::AccountKind::shop) {
    open.accepted_coins.push_back(coin);
    open.related_persons.push_back(random_person());
    open.payee_digest = wallet::payee_digest(open.salt, kReplayCoin);
  }
  return open;
}

AccountId opened(const Done& done) {
  return AccountId{static_cast<std::uint32_t>(done.outcome.public_part.reference)};
}

/// The account of a named key, which an earlier replay may have opened.
Attempt<Actor> open_office(Desk& desk, const char* name, state::AccountKind kind, CoinId coin) {
  auto key = desk.key(kPlaceKeys, name);
  if (!key) return Err{key.error()};
  const auto places = desk.client().find_key(*key);
  if (!places) return Err{std::string{"the ledger can't be asked for keys"}};
  if (!places->empty()) {
    Actor actor{*std::move(key), places->front(), 1};
    if (const auto ready = desk.prepare(actor); !ready) return Err{ready.error()};
    return actor;
  }
  const auto registrar = desk.staff("registrar");
  if (!registrar) return Err{registrar.error()};
  const auto done = desk.run_one({*registrar, {open_of(kind, coin, key->public_key())}, nullptr});
  if (!done) return Err{done.error()};
  if (!done->ok()) return failed(name, *done);
  return actor_at(*std::move(key), opened(*done));
}

/// The sum of what a kind of row issues; at most what an Amount holds.
Amount needed(const History& history, RowKind kind) {
  Amount total;
  for (const HistoryRow& row : history.rows) {
    if (row.kind == kind) total = total.plus(row.amount).value_or(Amount::of(Amount::kMax));
  }
  return total;
}

Attempt<ProgramId> open_program(Desk& desk, const ReplayStage& stage, state::ProgramKind kind,
                                Amount budget) {
  const bool is_charge = kind == state::ProgramKind::charge;
  state::ProgramTerms terms;
  terms.name.text = "replay " + std::to_string(stage.number) + (is_charge ? " charges" : " grants");
  terms.coin = stage.coin;
  terms.kind = kind;
  terms.paid = is_charge;
  terms.budget = budget;
  terms.opens = local_date(rpc::machine_time(), desk.charter().utc_offset);
  terms.sendable = true;
  const auto issuer = desk.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  const auto done = desk.run_one({*issuer, {rules::OpenProgram{terms}}, nullptr});
  if (!done) return Err{done.error()};
  if (!done->ok()) return failed(terms.name.text, *done);
  return ProgramId{static_cast<std::uint32_t>(done->outcome.public_part.reference)};
}

/// All budgets of a coin together are one Amount: no replay takes more than half of what is left.
Attempt<void> open_programs(Desk& desk, const History& history, ReplayStage& stage) {
  const auto known = desk.client().programs();
  if (!known) return Err{std::string{"the programs can't be read"}};
  Amount room = Amount::of(Amount::kMax);
  for (const rpc::ProgramRecord& record : *known) {
    if (record.program.terms.coin == stage.coin) room.subtract(record.program.terms.budget);
  }
  const Amount charges = needed(history, RowKind::charge);
  const Amount grants = needed(history, RowKind::grant);
  const Amount share = Amount::of(room.units() / 4);
  stage.is_scarce = charges > share || grants > share;
  if (stage.is_scarce && share.is_zero()) {
    return Err{std::string{"the coin replay has no room for more programs"}};
  }
  if (!charges.is_zero()) {
    auto opened_id =
        open_program(desk, stage, state::ProgramKind::charge, std::min(charges, share));
    if (!opened_id) return Err{opened_id.error()};
    stage.charges = *opened_id;
  }
  if (!grants.is_zero()) {
    auto opened_id = open_program(desk, stage, state::ProgramKind::grant, std::min(grants, share));
    if (!opened_id) return Err{opened_id.error()};
    stage.grants = *opened_id;
  }
  return {};
}

/// What earlier replays took is handed in; the float is what this one may take.
Attempt<void> fill_float(Desk& desk, const History& history, Actor& agent) {
  const Amount limit = needed(history, RowKind::charge);
  if (limit.is_zero()) return {};
  const auto answer = desk.account(agent.reference.account);
  if (!answer) return Err{answer.error()};
  const auto treasurer = desk.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  const Amount used = answer->record.account.identity.float_used;
  if (!used.is_zero()) {
    const auto done = desk.run_one({&agent, {rules::HandIn{used}}, *treasurer});
    if (!done) return Err{done.error()};
    if (!done->ok()) return failed("handing in", *done);
  }
  const auto done =
      desk.run_one({*treasurer, {rules::SetFloat{agent.reference.account, limit}}, nullptr});
  if (!done) return Err{done.error()};
  if (!done->ok()) return failed("the agent's float", *done);
  return {};
}

Attempt<void> open_people(Desk& desk, std::uint32_t first_holder, ReplayStage& stage) {
  const auto seed = desk.seed(kReplayKeys, kReplaySeed);
  if (!seed) return Err{seed.error()};
  const auto registrar = desk.staff("registrar");
  if (!registrar) return Err{registrar.error()};
  std::vector<Wish> wishes;
  stage.people.reserve(stage.is_shop.size());
  for (std::uint32_t i = 0; i < stage.is_shop.size(); ++i) {
    auto key = wallet::holder_key(*seed, desk.charter().bip44_coin_type, first_holder + i);
    if (!key) return Err{std::string{"a key can't be derived"}};
    const auto kind = stage.is_shop[i] ? state::AccountKind::shop : state::AccountKind::person;
    wishes.push_back({*registrar, {open_of(kind, stage.coin, key->public_key())}, nullptr});
    stage.people.push_back(actor_at(*std::move(key), AccountId{}));
  }
  Bar bar{"accounts", wishes.size()};
  const auto done =
      desk.run(wishes, kStageOpeningMax, [&bar](std::size_t count) { bar.show(count); });
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < done->size(); ++i) {
    if (!(*done)[i].ok()) return failed("an account", (*done)[i]);
    stage.people[i].reference.account = opened((*done)[i]);
  }
  return {};
}

}  // namespace

Attempt<CoinId> find_replay_coin(const state::Charter& charter) {
  for (std::size_t i = 0; i < charter.coins.size(); ++i) {
    if (charter.coins[i].name.text == kReplayCoin) {
      return CoinId{static_cast<std::uint16_t>(i)};
    }
  }
  return Err{std::string{"the town's charter has no coin named replay"}};
}

Attempt<ReplayStage> set_stage(Desk& desk, const History& history) {
  ReplayStage stage;
  const auto coin = find_replay_coin(desk.charter());
  if (!coin) return Err{coin.error()};
  stage.coin = *coin;
  if (desk.town().replays >= kReplaysMax) {
    return Err{std::string{"this town has seen too many replays: found another with --dir"}};
  }
  const std::uint32_t first_holder = desk.town().replays * kHoldersEach;
  stage.number = ++desk.town().replays;
  if (const auto saved = save_town(desk.dir(), desk.town()); !saved) return Err{saved.error()};

  for (const auto& [name, kind] : {std::pair{kAgentKey, state::AccountKind::agent},
                                   std::pair{kCashOutKey, state::AccountKind::shop}}) {
    auto office = open_office(desk, name, kind, stage.coin);
    if (!office) return Err{office.error()};
    stage.offices.push_back(*std::move(office));
  }
  stage.is_shop = find_shops(history);
  if (auto ok = open_programs(desk, history, stage); !ok) return Err{ok.error()};
  if (auto ok = fill_float(desk, history, stage.offices[ReplayStage::kAgent]); !ok) {
    return Err{ok.error()};
  }
  if (auto ok = open_people(desk, first_holder, stage); !ok) return Err{ok.error()};
  return stage;
}

}  // namespace hansatsu::town
