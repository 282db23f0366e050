#pragma once

#include "ledger/state/account.h"

namespace hansatsu::state {

inline constexpr std::size_t kExpiryDatesPerProgram = 64;

/// DO NOT RENUMBER.
enum class ProgramKind : std::uint8_t { charge = 1, premium = 2, grant = 3 };
enum class ExpiryKind : std::uint8_t {
  fixed_date = 1,   ///< `date`
  week_after = 2,   ///< the Sunday ending the week in which the Nth day after issue falls
  month_after = 3,  ///< the last day of the month in which the Nth day after issue falls
  day_after = 4,    ///< the Nth day after issue
};
constexpr bool known(ProgramKind k) { return k >= ProgramKind::charge && k <= ProgramKind::grant; }
constexpr bool known(ExpiryKind k) {
  return k >= ExpiryKind::fixed_date && k <= ExpiryKind::day_after;
}

struct ExpiryRule {
  ExpiryKind kind = ExpiryKind::fixed_date;
  Date date{Date::kNever};  ///< fixed_date only
  std::uint16_t days = 0;   ///< the others
  bool operator==(const ExpiryRule&) const = default;
};
template <class C, FieldsOf<ExpiryRule> E>
void fields(C& c, E& e) {
  c(e.kind, e.date, e.days);
}

/// What the issuer decides when a program opens.
struct ProgramTerms {
  BoundedText<64> name;
  CoinId coin;
  ProgramKind kind = ProgramKind::grant;
  bool paid = false;                                ///< prepaid value by law; free otherwise
  Amount budget;                                    ///< issued never passes it
  Amount cap_account = Amount::of(Amount::kMax);    ///< received by one account, all time
  Amount cap_person = Amount::of(Amount::kMax);     ///< by one person pseudonym
  Amount cap_household = Amount::of(Amount::kMax);  ///< by one household pseudonym
  Date opens;                                       ///< first local day of issuing
  Date closes{Date::kNever};                        ///< last local day of issuing
  ExpiryRule expiry;
  BoundedVector<AccountId, 64> shops;           ///< spendable only here; ascending; empty = all
  BoundedVector<std::uint16_t, 16> categories;  ///< and only in these; ascending; empty = all
  bool sendable = false;
  bool onward = false;              ///< shops may spend takings at other shops
  std::uint64_t eligible_tags = 0;  ///< an account needs all of these bits
  Level eligible_level = Level::unverified;
  std::uint16_t priority = 0;  ///< higher is spent first among equal expiry
  Date redeem_until{Date::kNever};
  // Premium only.
  ProgramId charge_program;
  std::uint16_t rate_basis_points = 0;  ///< of the charge, rounded down
  bool operator==(const ProgramTerms&) const = default;
};
template <class C, FieldsOf<ProgramTerms> P>
void fields(C& c, P& p) {
  c(p.name, p.coin, p.kind, p.paid, p.budget, p.cap_account, p.cap_person, p.cap_household, p.opens,
    p.closes, p.expiry, p.shops, p.categories, p.sendable, p.onward, p.eligible_tags,
    p.eligible_level, p.priority, p.redeem_until, p.charge_program, p.rate_basis_points);
}

struct HeldUntil {
  Date expiry;
  Amount amount;
  bool operator==(const HeldUntil&) const = default;
};
template <class C, FieldsOf<HeldUntil> H>
void fields(C& c, H& h) {
  c(h.expiry, h.amount);
}

/// Where every unit ever issued is. Conservation: issued = held + takings + pending + settled +
/// repaid + expired + withdrawn + voided, at every block.
struct ProgramCounters {
  Amount issued;
  BoundedVector<HeldUntil, kExpiryDatesPerProgram> held;  ///< by people; ascending, no zeros
  Amount takings;
  Amount pending;  ///< redemptions asked for or filed
  Amount settled;
  Amount repaid;
  Amount expired;
  Amount withdrawn;
  Amount voided;
  bool operator==(const ProgramCounters&) const = default;
};
template <class C, FieldsOf<ProgramCounters> P>
void fields(C& c, P& p) {
  c(p.issued, p.held, p.takings, p.pending, p.settled, p.repaid, p.expired, p.withdrawn, p.voided);
}
[[nodiscard]] Amount held_total(const ProgramCounters& counters);
[[nodiscard]] bool is_conserved(const ProgramCounters& counters);

struct Program {
  ProgramTerms terms;
  bool closed = false;  ///< stops issuing, nothing else
  std::uint32_t revision = 0;
  ProgramCounters counters;
  bool operator==(const Program&) const = default;
};
template <class C, FieldsOf<Program> P>
void fields(C& c, P& p) {
  c(p.terms, p.closed, p.revision, p.counters);
}

}  // namespace hansatsu::state
