#include "ledger/rules/lots.h"

#include <algorithm>
#include <tuple>

namespace hansatsu::rules {
namespace {

using state::CoinValue;
using state::Lot;
using state::ProgramAmount;
using state::ProgramAmounts;

bool before(const Lot& a, const Lot& b) {
  return std::tie(a.expiry, a.program) < std::tie(b.expiry, b.program);
}
bool same_place(const Lot& a, const Lot& b) {
  return a.expiry == b.expiry && a.program == b.program;
}

template <class Values>
auto value_place(Values& values, CoinId coin) {
  return std::lower_bound(values.begin(), values.end(), coin,
                          [](const CoinValue& v, CoinId wanted) { return v.coin < wanted; });
}
template <class Amounts>
auto amount_place(Amounts& amounts, ProgramId program) {
  return std::lower_bound(
      amounts.begin(), amounts.end(), program,
      [](const ProgramAmount& a, ProgramId wanted) { return a.program < wanted; });
}

void drop_stale(CoinValue& value, Date today) {
  std::erase_if(value.lots, [today](const Lot& lot) { return !is_live(lot, today); });
}

template <class Element>
bool holds(const std::vector<Element>& ascending, const Element& wanted) {
  return std::binary_search(ascending.begin(), ascending.end(), wanted);
}

}  // namespace

const CoinValue* find_value(const state::Account& account, CoinId coin) {
  const auto at = value_place(account.value, coin);
  return at != account.value.end() && at->coin == coin ? &*at : nullptr;
}

CoinValue& edit_value(state::Account& account, CoinId coin) {
  const auto at = value_place(account.value, coin);
  if (at != account.value.end() && at->coin == coin) return *at;
  ASSERT(!account.value.is_full());
  CoinValue value;
  value.coin = coin;
  return *account.value.insert(at, std::move(value));
}

bool has_room_for_coin(const state::Account& account, CoinId coin) {
  if (find_value(account, coin) != nullptr) return true;
  // Anyone may send a person other coins: a place stays for the one of their own town.
  const CoinId home = account.identity.home;
  const bool keeps_one = account.identity.kind == state::AccountKind::person && coin != home &&
                         find_value(account, home) == nullptr;
  return account.value.size() + (keeps_one ? 1U : 0U) < state::kCoinsPerAccount;
}

Amount total_of(std::span<const Lot> lots) {
  Amount total;
  for (const Lot& lot : lots) total.add(lot.amount);
  return total;
}

Amount total_of(std::span<const ProgramAmount> amounts) {
  Amount total;
  for (const ProgramAmount& amount : amounts) total.add(amount.amount);
  return total;
}

Amount balance_of(const CoinValue* value, Date today) {
  Amount total;
  if (value == nullptr) return total;
  for (const Lot& lot : value->lots) {
    if (is_live(lot, today)) total.add(lot.amount);
  }
  return total;
}

std::size_t lots_with(const CoinValue* value, std::span<const Lot> added, Date today) {
  std::vector<Lot> lots{added.begin(), added.end()};
  if (value != nullptr) {
    for (const Lot& lot : value->lots) {
      if (is_live(lot, today)) lots.push_back(lot);
    }
  }
  std::sort(lots.begin(), lots.end(), before);
  return static_cast<std::size_t>(std::unique(lots.begin(), lots.end(), same_place) - lots.begin());
}

void add_lots(CoinValue& value, std::span<const Lot> added, Date today) {
  drop_stale(value, today);
  for (const Lot& lot : added) {
    if (lot.amount.is_zero()) continue;
    const auto at = std::lower_bound(value.lots.begin(), value.lots.end(), lot, before);
    if (at != value.lots.end() && same_place(*at, lot)) {
      at->amount.add(lot.amount);
    } else {
      ASSERT(!value.lots.is_full());
      value.lots.insert(at, lot);
    }
  }
}

void take_lots(CoinValue& value, std::span<const Lot> taken, Date today) {
  drop_stale(value, today);
  for (const Lot& lot : taken) {
    const auto at = std::lower_bound(value.lots.begin(), value.lots.end(), lot, before);
    ASSERT(at != value.lots.end() && same_place(*at, lot));
    at->amount.subtract(lot.amount);
    if (at->amount.is_zero()) value.lots.erase(at);
  }
}

Amount amount_of(const ProgramAmounts& amounts, ProgramId program) {
  const auto at = amount_place(amounts, program);
  return at != amounts.end() && at->program == program ? at->amount : Amount{};
}

void add_amount(ProgramAmounts& amounts, ProgramId program, Amount amount) {
  if (amount.is_zero()) return;
  const auto at = amount_place(amounts, program);
  if (at != amounts.end() && at->program == program) {
    at->amount.add(amount);
  } else {
    ASSERT(!amounts.is_full());
    amounts.insert(at, ProgramAmount{program, amount});
  }
}

void take_amount(ProgramAmounts& amounts, ProgramId program, Amount amount) {
  if (amount.is_zero()) return;
  const auto at = amount_place(amounts, program);
  ASSERT(at != amounts.end() && at->program == program);
  at->amount.subtract(amount);
  if (at->amount.is_zero()) amounts.erase(at);
}

std::optional<Lots> choose_lots(std::vector<Candidate> candidates, Amount amount) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.lot.expiry, b.priority, a.lot.program) <
           std::tie(b.lot.expiry, a.priority, b.lot.program);
  });
  Lots chosen;
  Amount left = amount;
  for (const Candidate& candidate : candidates) {
    if (left.is_zero() || chosen.is_full()) break;
    Lot lot = candidate.lot;
    lot.amount = std::min(lot.amount, left);
    left.subtract(lot.amount);
    chosen.push_back(lot);
  }
  if (!left.is_zero()) return std::nullopt;
  return chosen;
}

bool is_spendable_at(const state::ProgramTerms& terms, AccountId shop,
                     const state::AccountIdentity& shop_identity) {
  if (!terms.shops.empty() && !holds(terms.shops, shop)) return false;
  return terms.categories.empty() || holds(terms.categories, shop_identity.category);
}

bool is_bound(const state::Overlay& overlay, ProgramId program, const state::Program& row) {
  return row.terms.kind != state::ProgramKind::charge || !overlay.premium_programs(program).empty();
}

bool is_related(const state::AccountIdentity& holder, const state::AccountIdentity& shop) {
  const bool same_person =
      holder.person != PersonId{} && holds(shop.related_persons, holder.person);
  const bool same_household =
      holder.household != HouseholdId{} && holds(shop.related_households, holder.household);
  return same_person || same_household;
}

}  // namespace hansatsu::rules
