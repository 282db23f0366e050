#include "tests/property/balances.h"

#include <algorithm>

#include "ledger/rules/issue.h"
#include "ledger/rules/redemption.h"

namespace hansatsu::property {
namespace {

constexpr Date kTakings{Date::kNever};

}  // namespace

Balances::Balances(const state::State& start) : today_{start.chronicle().expired_until} {
  for (ProgramId id{0}; id < start.next<state::Program>(); ++id.raw) {
    expiries_[id] = start.find(id)->terms.expiry;
  }
  held_ = held_in(start);
  for (AccountId id{0}; id < start.next<state::Account>(); ++id.raw) {
    floats_used_[id] = start.find(id)->identity.float_used.units();
  }
}

void Balances::begin_day(Date today) {
  today_ = today;
  std::erase_if(held_, [today](const auto& one) { return one.first.expiry < today; });
}

void Balances::give(const Place& place, Amount amount) {
  if (!amount.is_zero()) held_[place] += amount.units();
}

void Balances::take(const Place& place, Amount amount) {
  const auto found = held_.find(place);
  if (found == held_.end() || found->second < amount.units()) {
    fault_ = "account " + std::to_string(place.account.raw) + " gave more of program " +
             std::to_string(place.program.raw) + " than receipts say it has";
    return;
  }
  found->second -= amount.units();
  if (found->second == 0) held_.erase(found);
}

void Balances::add(const block::UnsignedTransaction& transaction, const rules::Outcome& outcome) {
  if (outcome.public_part.code != 0) return;
  std::visit([&](const auto& one) { count(one, transaction.signer.account, outcome); },
             transaction.operation.value);
}

void Balances::count(const rules::Pay& pay, AccountId signer, const rules::Outcome& outcome) {
  Payment& payment = payments_[PaymentId{outcome.public_part.reference}];
  payment.payer = signer;
  payment.shop = pay.shop;
  for (const state::Lot& lot : outcome.private_part.lots) {
    take({signer, lot.program, lot.expiry}, lot.amount);
    give({pay.shop, lot.program, kTakings}, lot.amount);
    payment.left[{lot.program, lot.expiry}] += lot.amount.units();
  }
}

void Balances::count(const rules::Send& send, AccountId signer, const rules::Outcome& outcome) {
  for (const state::Lot& lot : outcome.private_part.lots) {
    take({signer, lot.program, lot.expiry}, lot.amount);
    give({send.receiver, lot.program, lot.expiry}, lot.amount);
  }
}

void Balances::count(const rules::Charge& charge, AccountId signer, const rules::Outcome& outcome) {
  for (const state::Lot& lot : outcome.private_part.lots) {
    give({charge.account, lot.program, lot.expiry}, lot.amount);
  }
  floats_used_[signer] += charge.amount.units();
}

void Balances::count(const rules::Grant& grant, AccountId /*signer*/,
                     const rules::Outcome& outcome) {
  const Date by_rule = rules::expiry_of(expiries_[grant.program], today_);
  const auto& refused = outcome.private_part.refused_entries;
  for (std::size_t i = 0; i < grant.entries.size(); ++i) {
    const auto is_this = [i](const rules::RefusedEntry& entry) { return entry.index == i; };
    if (std::any_of(refused.begin(), refused.end(), is_this)) continue;
    const rules::GrantEntry& entry = grant.entries[i];
    const Date expiry = entry.expiry == Date{Date::kNever} ? by_rule : entry.expiry;
    give({entry.account, grant.program, expiry}, entry.amount);
  }
}

void Balances::draw_from_redemptions(AccountId shop, ProgramId program, std::uint64_t amount) {
  for (auto one = redemptions_.rbegin(); one != redemptions_.rend() && amount > 0; ++one) {
    Redemption& redemption = one->second;
    if (redemption.shop != shop || redemption.state != state::RedemptionState::requested) continue;
    const auto part = redemption.gross.find(program);
    if (part == redemption.gross.end()) continue;
    const std::uint64_t drawn = std::min(part->second, amount);
    part->second -= drawn;
    amount -= drawn;
    if (part->second == 0) redemption.gross.erase(part);
  }
  if (amount > 0) fault_ = "a refund gave back more than the shop has";
}

void Balances::count(const rules::Refund& refund, AccountId signer, const rules::Outcome& outcome) {
  Payment& payment = payments_[refund.payment];
  if (payment.shop != signer) fault_ = "a refund by another shop than was paid";
  for (const state::Lot& lot : outcome.private_part.lots) {
    std::uint64_t& left = payment.left[{lot.program, lot.expiry}];
    if (left < lot.amount.units()) fault_ = "a refund of other lots than were paid";
    left -= lot.amount.units();
    const Place takings{signer, lot.program, kTakings};
    const auto have = held_.find(takings);
    const std::uint64_t from_takings =
        std::min(lot.amount.units(), have == held_.end() ? 0 : have->second);
    if (from_takings > 0) take(takings, Amount::of(from_takings));
    draw_from_redemptions(signer, lot.program, lot.amount.units() - from_takings);
    if (lot.expiry >= today_) give({payment.payer, lot.program, lot.expiry}, lot.amount);
  }
}

void Balances::count(const rules::Redeem& /*redeem*/, AccountId signer,
                     const rules::Outcome& outcome) {
  Redemption& redemption = redemptions_[RedemptionId{outcome.public_part.reference}];
  redemption.shop = signer;
  for (const state::Lot& lot : outcome.private_part.lots) {
    take({signer, lot.program, kTakings}, lot.amount);
    redemption.gross[lot.program] += lot.amount.units();
  }
}

void Balances::count(const rules::File& file, AccountId /*signer*/,
                     const rules::Outcome& /*outcome*/) {
  for (const rules::FileLine& line : file.lines) {
    Redemption& redemption = redemptions_[line.redemption];
    if (redemption.state != state::RedemptionState::requested) fault_ = "filed twice";
    redemption.state = state::RedemptionState::filed;
    redemption.payout = line.payout.units();
  }
}

void Balances::count(const rules::Settle& settle, AccountId /*signer*/,
                     const rules::Outcome& /*outcome*/) {
  for (const RedemptionId id : settle.redemptions) {
    Redemption& redemption = redemptions_[id];
    if (redemption.state != state::RedemptionState::filed) fault_ = "paid out twice, or unfiled";
    redemption.state = state::RedemptionState::paid;
  }
}

void Balances::count(const rules::HandIn& hand_in, AccountId signer,
                     const rules::Outcome& /*outcome*/) {
  if (floats_used_[signer] < hand_in.amount.units()) fault_ = "more handed in than was taken";
  floats_used_[signer] -= hand_in.amount.units();
}

void Balances::count(const rules::OpenProgram& open, AccountId /*signer*/,
                     const rules::Outcome& outcome) {
  const auto number = static_cast<ProgramId::Raw>(outcome.public_part.reference);
  expiries_[ProgramId{number}] = open.terms.expiry;
}

std::map<Balances::Place, std::uint64_t> Balances::held_in(const state::State& state) const {
  std::map<Place, std::uint64_t> held;
  for (AccountId id{0}; id < state.next<state::Account>(); ++id.raw) {
    for (const state::CoinValue& value : state.find(id)->value) {
      for (const state::Lot& lot : value.lots) {
        if (lot.expiry >= today_) held[{id, lot.program, lot.expiry}] = lot.amount.units();
      }
      for (const state::ProgramAmount& taken : value.takings) {
        held[{id, taken.program, kTakings}] = taken.amount.units();
      }
    }
  }
  return held;
}

std::string Balances::differences(const state::State& state) const {
  if (!fault_.empty()) return fault_;
  if (held_in(state) != held_) return "what accounts hold";
  for (AccountId id{0}; id < state.next<state::Account>(); ++id.raw) {
    const auto used = floats_used_.find(id);
    if (state.find(id)->identity.float_used.units() !=
        (used == floats_used_.end() ? 0 : used->second)) {
      return "float of account " + std::to_string(id.raw);
    }
  }
  for (const auto& [id, expected] : redemptions_) {
    const state::Redemption& row = *state.find(id);
    Amounts gross;
    for (const state::ProgramAmount& part : row.gross) gross[part.program] = part.amount.units();
    if (gross != expected.gross || row.state != expected.state || row.shop != expected.shop) {
      return "redemption " + std::to_string(id.raw);
    }
    if (expected.payout && *expected.payout != rules::payout_of(row).units()) {
      return "what the bank pays for redemption " + std::to_string(id.raw);
    }
  }
  return {};
}

}  // namespace hansatsu::property
