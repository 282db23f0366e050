#include "wallet/town/day_run.h"

#include <algorithm>
#include <iomanip>

#include "wallet/csv.h"
#include "wallet/payout_list.h"

namespace hansatsu::town {
namespace {

constexpr CoinId kCoin{0};
constexpr ProgramId kChargeProgram{0};
constexpr ProgramId kBenefitProgram{2};
constexpr ProgramId kSendableProgram{3};
constexpr std::chrono::seconds kStageMax{60};

}  // namespace

Attempt<void> DayRun::live() {
  if (auto ok = wake_up(); !ok) return ok;
  if (auto ok = charge(); !ok) return ok;
  if (auto ok = give_benefit(); !ok) return ok;
  if (auto ok = pay(); !ok) return ok;
  if (auto ok = tap_twice(); !ok) return ok;
  if (auto ok = send(); !ok) return ok;
  if (auto ok = refund(); !ok) return ok;
  if (auto ok = redeem_and_settle(); !ok) return ok;
  return hand_in();
}

void DayRun::count(const std::string& what, const Done& done) {
  if (lines_.empty() || lines_.back().first != what) lines_.push_back({what, {}});
  if (done.ok()) {
    ++lines_.back().second.done;
  } else {
    ++lines_.back().second.refused[done.code];
  }
}

Attempt<std::vector<Done>> DayRun::run(const std::string& what, const std::vector<Wish>& wishes) {
  Bar bar{what, wishes.size()};
  auto done = desk_.run(wishes, kStageMax, [&bar](std::size_t count) { bar.show(count); });
  if (!done) return Err{what + ": " + done.error()};
  for (const Done& one : *done) count(what, one);
  return done;
}

Attempt<Actor*> DayRun::resident(std::uint32_t number) {
  auto& known = residents_[number];
  if (known) return known.get();
  auto key = wallet::holder_key(*seed_, desk_.charter().bip44_coin_type, number);
  if (!key) return Err{std::string{"a resident's key can't be derived"}};
  known = std::make_unique<Actor>(actor_at(*std::move(key), places_.residents[number]));
  if (auto ready = desk_.prepare(*known); !ready) return Err{ready.error()};
  return known.get();
}

Attempt<void> DayRun::wake_up() {
  auto seed = desk_.seed(kResidentKeys, kResidentSeed);
  if (!seed) return Err{seed.error()};
  seed_ = *std::move(seed);
  const auto wake = [this](const std::string& prefix, const std::vector<AccountId>& accounts,
                           std::vector<std::unique_ptr<Actor>>& actors) -> Attempt<void> {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      auto key = desk_.key(kPlaceKeys, prefix + std::to_string(i + 1));
      if (!key) return Err{key.error()};
      actors.push_back(std::make_unique<Actor>(actor_at(*std::move(key), accounts[i])));
      if (auto ready = desk_.prepare(*actors.back()); !ready) return ready;
    }
    return {};
  };
  if (auto agents = wake("agent-", places_.agents, agents_); !agents) return agents;
  return wake("shop-", places_.shops, shops_);
}

Attempt<void> DayRun::charge() {
  std::vector<Wish> wishes;
  for (const DayPlan::Charge& charge : wishes_.charges) {
    rules::Charge operation;
    operation.account = places_.residents[charge.resident];
    operation.program = charge.sendable ? kSendableProgram : kChargeProgram;
    operation.amount = charge.amount;
    if (!charge.sendable) operation.premium_least = charge.amount.share_floor(1'000);
    wishes.push_back({agents_[charge.agent].get(), {operation}, nullptr});
  }
  const auto done = run("charges", wishes);
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < done->size(); ++i) {
    if (!(*done)[i].ok()) continue;
    // All of the premium or nothing: what was asked for at least is what was given.
    const auto& charge = std::get<rules::Charge>(wishes[i].operation.value);
    tally_.charged += charge.amount.units();
    tally_.premium += charge.premium_least.units();
    if (wishes_.charges[i].sendable) may_send_.push_back(wishes_.charges[i].resident);
  }
  return {};
}

std::string DayRun::benefit_roster() const {
  std::string roster = wallet::csv_line({"口座番号", "金額", "請求番号"});
  for (const std::uint32_t who : wishes_.benefit) {
    roster += wallet::csv_line(
        {to_account_number(places_.residents[who]), std::to_string(plan_.benefit_amount.units()),
         "day-" + std::to_string(desk_.town().day) + "-" + std::to_string(who)});
  }
  return roster;
}

/// As an office does it: a roster file, read by the same reader, granted as one batch.
Attempt<void> DayRun::give_benefit() {
  const Path path = desk_.dir() / ("benefit-" + std::to_string(desk_.town().day) + ".csv");
  if (auto written = write_text(path, benefit_roster()); !written) return written;
  const auto text = read_text(path);
  if (!text) return Err{text.error()};
  const auto rows = wallet::read_grant_roster(as_bytes(*text), {});
  if (!rows) return Err{path.string() + ": a row of the roster is bad"};

  rules::Grant grant;
  grant.program = kBenefitProgram;
  Encoder named;
  named(desk_.town().seed, desk_.town().day);
  const Hash name = hash(HashTag::batch, named.view());
  std::copy_n(name.bytes.begin(), grant.batch.bytes.size(), grant.batch.bytes.begin());
  for (const wallet::GrantRow& row : *rows) grant.entries.push_back(row.entry);
  const auto issuer = desk_.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  const auto done = run("benefit batch", {{*issuer, {grant}, nullptr}});
  if (!done) return Err{done.error()};
  if (done->front().ok()) tally_.granted += done->front().outcome.public_part.amount.units();
  return {};
}

Attempt<void> DayRun::pay() {
  std::vector<Wish> wishes;
  for (const DayPlan::Payment& payment : wishes_.payments) {
    const auto payer = resident(payment.resident);
    if (!payer) return Err{payer.error()};
    rules::Pay pay{places_.shops[payment.shop], kCoin, payment.amount, {}};
    fill_random(pay.order.bytes);
    wishes.push_back({*payer, {pay}, nullptr});
  }
  const auto done = run("payments", wishes);
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < done->size(); ++i) {
    const Done& one = (*done)[i];
    if (!one.ok()) continue;
    tally_.paid += one.outcome.public_part.amount.units();
    paid_.push_back(
        {wishes_.payments[i].shop, PaymentId{one.outcome.public_part.reference}, wishes[i]});
  }
  return {};
}

/// The same order paid again: nothing moves.
Attempt<void> DayRun::tap_twice() {
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < plan_.second_taps && i < paid_.size(); ++i) {
    wishes.push_back(paid_[i * (paid_.size() / plan_.second_taps)].wish);
  }
  const auto done = run("second taps", wishes);
  if (!done) return Err{done.error()};
  const bool moved =
      std::any_of(done->begin(), done->end(), [](const Done& one) { return one.ok(); });
  if (moved) return Err{std::string{"a second tap paid an order twice"}};
  return {};
}

Attempt<void> DayRun::send() {
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < wishes_.sends.size() && !may_send_.empty(); ++i) {
    const auto from = resident(may_send_[i % may_send_.size()]);
    if (!from) return Err{from.error()};
    const DayPlan::Send& wish = wishes_.sends[i];
    wishes.push_back(
        {*from, {rules::Send{places_.residents[wish.to], kCoin, wish.amount}}, nullptr});
  }
  const auto done = run("sends", wishes);
  if (!done) return Err{done.error()};
  for (const Done& one : *done) {
    if (one.ok()) tally_.sent += one.outcome.public_part.amount.units();
  }
  return {};
}

Attempt<void> DayRun::refund() {
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < plan_.refunds && i < paid_.size(); ++i) {
    const Paid& one = paid_[i * (paid_.size() / plan_.refunds)];
    const auto& pay = std::get<rules::Pay>(one.wish.operation.value);
    // Every other one in part.
    const Amount amount =
        i % 2 == 0 ? pay.amount : Amount::of(std::max<std::uint64_t>(1, pay.amount.units() / 2));
    wishes.push_back({shops_[one.shop].get(), {rules::Refund{one.payment, amount}}, nullptr});
  }
  const auto done = run("refunds", wishes);
  if (!done) return Err{done.error()};
  for (const Done& one : *done) {
    if (one.ok()) tally_.refunded += one.outcome.public_part.amount.units();
  }
  return {};
}

Attempt<void> DayRun::redeem_and_settle() {
  std::vector<Wish> wishes;
  for (const auto& shop : shops_)
    wishes.push_back({shop.get(), {rules::Redeem{kCoin, {}}}, nullptr});
  const auto done = run("redemptions", wishes);
  if (!done) return Err{done.error()};
  for (const Done& one : *done) {
    if (one.ok()) tally_.redeemed += one.outcome.public_part.amount.units();
  }
  return settle();
}

/// All that is requested, also what was before this day: what a shop redeems twice on a day is one
/// redemption, so the answers to its asking don't tell what is due.
Attempt<void> DayRun::settle() {
  const auto treasurer = desk_.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  const auto requested = wallet::all_redemptions(
      desk_.client(), kCoin, state::RedemptionState::requested, (*treasurer)->signer());
  if (!requested) return Err{std::string{"the redemptions can't be read"}};
  std::span<const rpc::RedemptionRecord> rest{*requested};
  for (std::uint32_t part = 1; !rest.empty(); ++part) {
    const std::size_t rows = std::min(rest.size(), rules::kFileLinesMax);
    // The day is over: nobody redeems in between.
    const auto choice =
        wallet::choose_payouts(rest.first(rows), std::nullopt, desk_.charter().utc_offset);
    rest = rest.subspan(rows);
    if (choice.entries.empty()) continue;
    if (auto settled = settle(choice.entries, part); !settled) return settled;
  }
  return {};
}

/// The payout list is bound to the ledger line by line before it would go to the bank. One list is
/// one bank file.
Attempt<void> DayRun::settle(const std::vector<wallet::PayoutEntry>& entries, std::uint32_t part) {
  const std::string list = wallet::write_payout_list(entries, rules::Language::en);
  const auto lines = wallet::read_payout_list(as_bytes(list));
  if (!lines) return Err{"payout list: " + sentence(lines.error().front(), rules::Language::en)};
  const std::string suffix = part == 1 ? "" : "-" + std::to_string(part);
  const Path path = desk_.dir() / ("payout-" + std::to_string(desk_.town().day) + suffix + ".csv");
  if (auto written = write_text(path, list); !written) return written;
  const Hash bank_file = hash(HashTag::bank_file, as_bytes(list));
  rules::File file{kCoin, bank_file, {}};
  rules::Settle settle{kCoin, bank_file, {}};
  for (const rules::FileLine& line : *lines) {
    file.lines.push_back(line);
    settle.redemptions.push_back(line.redemption);
  }
  const auto treasurer = desk_.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  const auto filed = run("bank file", {{*treasurer, {file}, nullptr}});
  if (!filed) return Err{filed.error()};
  if (!filed->front().ok()) return Err{"bank file: " + explain(filed->front().code)};
  const auto settled = run("settlement", {{*treasurer, {settle}, nullptr}});
  if (!settled) return Err{settled.error()};
  if (!settled->front().ok()) return Err{"settlement: " + explain(settled->front().code)};
  for (const wallet::PayoutEntry& entry : entries) tally_.settled += entry.gross.units();
  return {};
}

Attempt<void> DayRun::hand_in() {
  const auto treasurer = desk_.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const auto account = desk_.account(places_.agents[i]);
    if (!account) return Err{account.error()};
    const Amount cash = account->record.account.identity.float_used;
    if (!cash.is_zero()) wishes.push_back({agents_[i].get(), {rules::HandIn{cash}}, *treasurer});
  }
  const auto done = run("cash handed in", wishes);
  if (!done) return Err{done.error()};
  return {};
}

void DayRun::print_figures(std::ostream& out) const {
  out << std::left << std::setw(18) << "what" << std::right << std::setw(8) << "done"
      << std::setw(9) << "refused" << "  why refused\n";
  for (const auto& [what, line] : lines_) {
    std::uint32_t refused = 0;
    std::string why;
    for (const auto& [code, times] : line.refused) {
      refused += times;
      const auto refusal = rules::refusal_of(code);
      if (!why.empty()) why += ", ";
      why += (refusal ? std::string{rules::code_text(*refusal)} : std::to_string(code)) + " x" +
             std::to_string(times);
    }
    out << std::left << std::setw(18) << what << std::right << std::setw(8) << line.done
        << std::setw(9) << refused << "  " << why << "\n";
  }
}

}  // namespace hansatsu::town
