#include "wallet/town/day.h"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "wallet/csv.h"
#include "wallet/keystore/derivation.h"
#include "wallet/roster.h"
#include "wallet/town/day_books.h"
#include "wallet/town/day_random.h"

namespace hansatsu::town {
namespace {

constexpr CoinId kCoin{0};
constexpr ProgramId kChargeProgram{0};
constexpr ProgramId kBenefitProgram{2};
constexpr ProgramId kSendableProgram{3};
constexpr std::chrono::seconds kStageMax{60};
constexpr std::size_t kFileLines = 500;

/// A payment that was done: what a refund or a second tap needs.
struct Paid {
  std::size_t shop = 0;
  PaymentId payment;
  Wish wish;
};

/// The day while it is lived.
class Day {
 public:
  Day(Desk& desk, TownPlan plan, Places places, std::uint64_t seed)
      : desk_{desk}, plan_{std::move(plan)}, places_{std::move(places)}, random_{seed} {}

  Attempt<void> wake_up();
  Attempt<void> charge();
  Attempt<void> give_benefit();
  Attempt<void> pay(std::uint32_t payments);
  Attempt<void> tap_twice();
  Attempt<void> send();
  Attempt<void> refund();
  Attempt<void> redeem_and_settle();
  Attempt<void> hand_in();

  [[nodiscard]] const DayTally& tally() const { return tally_; }
  void print_figures(std::ostream& out) const;

 private:
  Attempt<Actor*> resident(std::uint32_t number);
  std::uint32_t anyone();
  Attempt<std::vector<Done>> run(const std::string& what, const std::vector<Wish>& wishes);
  Attempt<void> settle(const std::vector<rules::FileLine>& lines, std::uint64_t gross);
  void count(const std::string& what, const Done& done);

  Desk& desk_;
  TownPlan plan_;
  Places places_;
  DayRandom random_;
  DayTally tally_;
  std::optional<wallet::Seed> seed_;
  std::map<std::uint32_t, std::unique_ptr<Actor>> residents_;
  std::vector<std::unique_ptr<Actor>> agents_;
  std::vector<std::unique_ptr<Actor>> shops_;
  std::vector<Paid> paid_;
  std::vector<std::uint32_t> may_send_;  ///< who charged coin today that may be sent on
  struct Line {
    std::uint32_t done = 0;
    std::map<std::uint16_t, std::uint32_t> refused;
  };
  std::vector<std::pair<std::string, Line>> lines_;
};

void Day::count(const std::string& what, const Done& done) {
  if (lines_.empty() || lines_.back().first != what) lines_.push_back({what, {}});
  if (done.ok()) {
    ++lines_.back().second.done;
  } else {
    ++lines_.back().second.refused[done.code];
  }
}

Attempt<std::vector<Done>> Day::run(const std::string& what, const std::vector<Wish>& wishes) {
  Bar bar{what, wishes.size()};
  auto done = desk_.run(wishes, kStageMax, [&bar](std::size_t count) { bar.show(count); });
  if (!done) return Err{what + ": " + done.error()};
  for (const Done& one : *done) count(what, one);
  return done;
}

Attempt<Actor*> Day::resident(std::uint32_t number) {
  auto& known = residents_[number];
  if (known) return known.get();
  auto key = wallet::holder_key(*seed_, desk_.charter().bip44_coin_type, number);
  if (!key) return Err{std::string{"a resident's key can't be derived"}};
  known = std::make_unique<Actor>(actor_at(*std::move(key), places_.residents[number]));
  if (auto ready = desk_.prepare(*known); !ready) return Err{ready.error()};
  return known.get();
}

Attempt<void> Day::wake_up() {
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

/// Most who pay and charge are regulars; now and then somebody else comes by.
std::uint32_t Day::anyone() {
  const std::uint64_t regulars = places_.residents.size() / plan_.first_charge;
  return static_cast<std::uint32_t>(random_.below(50) == 0
                                        ? random_.below(places_.residents.size())
                                        : random_.below(regulars) * plan_.first_charge);
}

Attempt<void> Day::charge() {
  std::vector<Wish> wishes;
  std::vector<std::uint32_t> who;
  for (std::uint32_t i = 0; i < plan_.charges; ++i) {
    const Amount amount =
        Amount::of(random_.price(plan_.charge_least, plan_.charge_most) / 1'000 * 1'000 + 1'000);
    who.push_back(anyone());
    // Every eighth charge is of the program that may be sent on; it has no premium.
    const bool sendable = i % 8 == 7;
    wishes.push_back(
        {agents_[i % agents_.size()].get(),
         {rules::Charge{places_.residents[who.back()], sendable ? kSendableProgram : kChargeProgram,
                        amount, sendable ? Amount{} : amount.share_floor(1'000)}},
         nullptr});
  }
  const auto done = run("charges", wishes);
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < done->size(); ++i) {
    if (!(*done)[i].ok()) continue;
    // All of the premium or nothing: what was asked for at least is what was given.
    const auto& charge = std::get<rules::Charge>(wishes[i].operation.value);
    tally_.charged += charge.amount.units();
    tally_.premium += charge.premium_least.units();
    if (charge.program == kSendableProgram) may_send_.push_back(who[i]);
  }
  return {};
}

/// As an office does it: a roster file, read by the same reader, granted as one batch.
Attempt<void> Day::give_benefit() {
  std::string roster = wallet::csv_line({"口座番号", "金額", "請求番号"});
  const std::size_t first = random_.below(places_.residents.size());
  const std::size_t count =
      std::min<std::size_t>(plan_.benefit_residents, places_.residents.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t who = (first + i * 7) % places_.residents.size();
    roster += wallet::csv_line(
        {to_account_number(places_.residents[who]), std::to_string(plan_.benefit_amount.units()),
         "day-" + std::to_string(desk_.town().day) + "-" + std::to_string(who)});
  }
  const Path path = desk_.dir() / ("benefit-" + std::to_string(desk_.town().day) + ".csv");
  if (auto written = write_text(path, roster); !written) return written;
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

Attempt<void> Day::pay(std::uint32_t payments) {
  std::vector<Wish> wishes;
  std::vector<std::size_t> shops;
  for (std::uint32_t i = 0; i < payments; ++i) {
    const auto payer = resident(anyone());
    if (!payer) return Err{payer.error()};
    const std::size_t shop = random_.below(places_.shops.size());
    rules::Pay pay;
    pay.shop = places_.shops[shop];
    pay.coin = kCoin;
    pay.amount = Amount::of(random_.price(plan_.payment_least, plan_.payment_most));
    fill_random(pay.order.bytes);
    wishes.push_back({*payer, {pay}, nullptr});
    shops.push_back(shop);
  }
  const auto done = run("payments", wishes);
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < done->size(); ++i) {
    const Done& one = (*done)[i];
    if (!one.ok()) continue;
    tally_.paid += one.outcome.public_part.amount.units();
    paid_.push_back({shops[i], PaymentId{one.outcome.public_part.reference}, wishes[i]});
  }
  return {};
}

/// The same order paid again: nothing moves.
Attempt<void> Day::tap_twice() {
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

Attempt<void> Day::send() {
  std::vector<Wish> wishes;
  for (std::uint32_t i = 0; i < plan_.sends && !may_send_.empty(); ++i) {
    const auto from = resident(may_send_[i % may_send_.size()]);
    if (!from) return Err{from.error()};
    const AccountId to = places_.residents[random_.below(places_.residents.size())];
    wishes.push_back(
        {*from, {rules::Send{to, kCoin, Amount::of(random_.price(100, 500))}}, nullptr});
  }
  const auto done = run("sends", wishes);
  if (!done) return Err{done.error()};
  for (const Done& one : *done) {
    if (one.ok()) tally_.sent += one.outcome.public_part.amount.units();
  }
  return {};
}

Attempt<void> Day::refund() {
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

Attempt<void> Day::redeem_and_settle() {
  std::vector<Wish> wishes;
  for (const auto& shop : shops_)
    wishes.push_back({shop.get(), {rules::Redeem{kCoin, {}}}, nullptr});
  const auto done = run("redemptions", wishes);
  if (!done) return Err{done.error()};
  std::vector<rules::FileLine> lines;
  std::uint64_t gross = 0;
  for (std::size_t i = 0; i < done->size(); ++i) {
    const Done& one = (*done)[i];
    if (!one.ok()) continue;
    const auto account = desk_.account(places_.shops[i]);
    if (!account) return Err{account.error()};
    lines.push_back({RedemptionId{one.outcome.public_part.reference},
                     account->record.account.identity.payee_digest});
    gross += one.outcome.public_part.amount.units();
  }
  tally_.redeemed += gross;
  if (lines.empty()) return {};
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.redemption < b.redemption; });
  return settle(lines, gross);
}

/// The payout list is bound to the ledger line by line before it would go to the bank.
Attempt<void> Day::settle(const std::vector<rules::FileLine>& lines, std::uint64_t gross) {
  std::string list = wallet::csv_line({"redemption", "payee digest"});
  for (const rules::FileLine& line : lines) {
    list +=
        wallet::csv_line({std::to_string(line.redemption.raw), to_hex(line.payee_digest.view())});
  }
  const Path path = desk_.dir() / ("payout-" + std::to_string(desk_.town().day) + ".csv");
  if (auto written = write_text(path, list); !written) return written;
  const Hash bank_file = hash(HashTag::bank_file, as_bytes(list));
  const auto treasurer = desk_.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  for (std::size_t from = 0; from < lines.size(); from += kFileLines) {
    rules::File file{kCoin, bank_file, {}};
    rules::Settle settle{kCoin, bank_file, {}};
    for (std::size_t i = from; i < std::min(lines.size(), from + kFileLines); ++i) {
      file.lines.push_back(lines[i]);
      settle.redemptions.push_back(lines[i].redemption);
    }
    const auto filed = run("bank file", {{*treasurer, {file}, nullptr}});
    if (!filed) return Err{filed.error()};
    if (!filed->front().ok()) return Err{"bank file: " + explain(filed->front().code)};
    const auto settled = run("settlement", {{*treasurer, {settle}, nullptr}});
    if (!settled) return Err{settled.error()};
    if (!settled->front().ok()) return Err{"settlement: " + explain(settled->front().code)};
  }
  tally_.settled += gross;
  return {};
}

Attempt<void> Day::hand_in() {
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

void Day::print_figures(std::ostream& out) const {
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

void print_books(std::ostream& out, const DayTally& tally, const Books& after) {
  out << "charged " << tally.charged << " + points " << tally.premium << ", benefits "
      << tally.granted << ", paid " << tally.paid << ", sent " << tally.sent << ", refunded "
      << tally.refunded << ", settled " << tally.settled << "\n"
      << "books: issued " << after.issued << " = held " << after.held << " + takings "
      << after.takings << " + pending " << after.pending << " + settled " << after.settled
      << " + expired " << after.expired << "\n";
}

}  // namespace

Attempt<bool> live_day(Desk& desk, const DayOptions& options) {
  auto plan = load_plan(desk.dir());
  if (!plan) return Err{plan.error()};
  auto places = load_places(desk.dir());
  if (!places) return Err{places.error()};
  if (!places->charged) return Err{std::string{"the town is not open yet: run ./town up"}};
  // Counted before anything happens: a day that was cut short is never lived again as itself.
  ++desk.town().day;
  if (auto saved = save_town(desk.dir(), desk.town()); !saved) return Err{saved.error()};
  const std::uint64_t seed = options.seed != 0 ? options.seed : desk.town().seed + desk.town().day;
  const auto started = std::chrono::steady_clock::now();

  const auto before = read_books(desk, kCoin);
  if (!before) return Err{before.error()};
  Day day{desk, *std::move(plan), *std::move(places), seed};
  if (auto ok = day.wake_up(); !ok) return Err{ok.error()};
  if (auto ok = day.charge(); !ok) return Err{ok.error()};
  if (auto ok = day.give_benefit(); !ok) return Err{ok.error()};
  if (auto ok = day.pay(options.payments); !ok) return Err{ok.error()};
  if (auto ok = day.tap_twice(); !ok) return Err{ok.error()};
  if (auto ok = day.send(); !ok) return Err{ok.error()};
  if (auto ok = day.refund(); !ok) return Err{ok.error()};
  if (auto ok = day.redeem_and_settle(); !ok) return Err{ok.error()};
  if (auto ok = day.hand_in(); !ok) return Err{ok.error()};

  const auto after = read_books(desk, kCoin);
  if (!after) return Err{after.error()};
  std::vector<std::string> faults = compare_books(*before, day.tally(), *after);
  std::vector<std::string> silent;
  if (!desk.agree(std::chrono::seconds{10}, silent)) {
    faults.emplace_back("the validators do not agree on the state root");
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  std::cout << "day " << desk.town().day << " (seed " << seed << ")\n";
  day.print_figures(std::cout);
  print_books(std::cout, day.tally(), *after);
  for (const std::string& name : silent) std::cout << "silent: " << name << "\n";
  for (const std::string& fault : faults) std::cout << "fault: " << fault << "\n";
  std::cout << (faults.empty() ? "OK: the books balance and " : "FAILED: ")
            << desk.validators().size() - silent.size() << " validators "
            << (faults.empty() ? "agree" : "were asked") << "; the day took "
            << took.count() / 1'000 << "." << took.count() % 1'000 / 100 << " s\n";
  return faults.empty();
}

}  // namespace hansatsu::town
