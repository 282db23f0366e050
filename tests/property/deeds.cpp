#include "tests/property/deeds.h"

#include "ledger/rules/redemption.h"
#include "tests/ledger/scenario.h"

namespace hansatsu::property {
namespace {

using namespace scenario;  // NOLINT: the language tests are written in
using state::AccountKind;
using state::ExpiryKind;

class Dice {
 public:
  Dice(const state::State& state, Timestamp now, const Step& step)
      : state_{state}, today_{local_date(now, state.charter().utc_offset)}, step_{step} {}

  [[nodiscard]] Deed cast() const {
    const std::uint8_t deed = step_.deed % kDeeds;
    if (deed < 7) return pay();
    if (deed < 9) return charge();
    if (deed < 11) return grant();
    if (deed < 14) return refund();
    switch (deed) {
      case 14:
      case 15:
        return {person(step_.who), Send{person(step_.whom), coin(), amount()}};
      case 16:
        return redeem();
      case 17:
        return file();
      case 18:
        return settle();
      case 19:
        return {agent(coin()), HandIn{amount()}, {kTreasurer}};
      case 20:
        return {kTreasurer, SetFloat{agent(coin()), yen(std::uint64_t{step_.amount} * 50)}};
      case 21:
        return {kRegistrar, Freeze{anyone()}};
      case 22:
        return {kRegistrar, Unfreeze{anyone()}};
      case 23:
        return {person(step_.who), SetReceive{step_.which % 2 == 0}};
      case 24:
        return open_account();
      case 25:
        return {kIssuer, OpenProgram{some_terms(state_, today_, step_)}};
      case 26:
        return add_key();
      default:
        return {person(step_.who), RemoveKey{static_cast<std::uint8_t>(step_.which % 4), 1}};
    }
  }

 private:
  [[nodiscard]] AccountId person(std::uint8_t die) const {
    return step_.manner == 11 ? any(die) : AccountId{kFirstPerson.raw + die % kPeople};
  }
  [[nodiscard]] AccountId shop(std::uint8_t die) const {
    return step_.manner == 11 ? any(die) : AccountId{kFirstShop.raw + die % kShops};
  }
  /// Whoever there is, or the first that is not there.
  [[nodiscard]] AccountId any(std::uint8_t die) const {
    return AccountId{die % (state_.next<state::Account>().raw + 1)};
  }
  [[nodiscard]] AccountId anyone() const {
    return step_.whom % 8 == 7 ? any(step_.which) : person(step_.whom);
  }
  [[nodiscard]] CoinId coin() const {
    if (step_.manner == 12) return CoinId{static_cast<CoinId::Raw>(step_.which % 3)};
    return step_.which % 4 == 3 ? kExemptCoin : kCoin;
  }
  [[nodiscard]] AccountId agent(CoinId coin) const {
    return coin == kExemptCoin ? kExemptAgent : kAgent;
  }
  /// The coin's `kind`th program of those in furnish(); now and then one opened since.
  [[nodiscard]] ProgramId program(std::uint32_t kind) const {
    const std::uint32_t programs = state_.next<state::Program>().raw;
    if (step_.which % 16 >= 14) return ProgramId{step_.which % (programs + 1)};
    return ProgramId{coin().raw * kProgramsOfCoin + kind};
  }
  [[nodiscard]] Amount amount() const {
    return step_.amount == 0xffff ? Amount::of(Amount::kMax) : yen(step_.amount);
  }
  /// A row not far from the table's end.
  template <class Row>
  [[nodiscard]] state::IdOf<Row> recent(std::uint8_t die) const {
    using Id = state::IdOf<Row>;
    const auto next = state_.next<Row>().raw;
    const auto first = state_.first<Row>().raw;
    return next == first ? Id{next}
                         : Id{next - 1 - die % std::min<typename Id::Raw>(next - first, 24)};
  }

  [[nodiscard]] Deed pay() const {
    const bool onward = step_.which % 8 == 6;
    const Pay pay{shop(step_.whom), coin(), amount(),
                  numbered<OrderReference>(static_cast<std::uint8_t>(step_.which / 8))};
    return {onward ? shop(step_.who) : person(step_.who), pay};
  }
  [[nodiscard]] Deed charge() const {
    const ProgramId charged = program(step_.whom % 2 == 0 ? 0 : 2);
    const Amount cash = step_.amount == 0xffff ? amount() : yen(std::uint64_t{step_.amount} * 8);
    const Amount least = step_.whom % 4 == 0 ? yen(step_.amount / 2) : Amount{};
    return {agent(coin()), Charge{person(step_.who), charged, cash, least}};
  }
  [[nodiscard]] Deed grant() const {
    Grant grant;
    grant.program = program(step_.who % 2 == 0 ? 3 : 4);
    grant.batch = numbered<BatchId>(static_cast<std::uint8_t>(1 + step_.which));
    grant.part = static_cast<std::uint16_t>(step_.amount % 16);
    for (std::uint32_t i = 0; i < 1 + step_.which % 4U; ++i) {
      GrantEntry& entry = grant.entries.emplace_back();
      entry.account = person(static_cast<std::uint8_t>(step_.whom + 5 * i));
      entry.amount = amount();
      if (step_.who % 4 == 0) entry.expiry = plus_days(today_, step_.amount % 16U);
      if (step_.who % 8 == 1) {
        entry.claim = numbered<ClaimId>(static_cast<std::uint8_t>(1 + (step_.whom + i) % 64));
      }
    }
    return {kIssuer, grant};
  }
  [[nodiscard]] Deed refund() const {
    const PaymentId id = recent<state::Payment>(step_.whom);
    const state::Payment* payment = state_.find(id);
    if (payment == nullptr || step_.manner == 10) return {shop(step_.who), Refund{id, amount()}};
    std::uint64_t paid = 0;
    for (const state::Lot& lot : payment->lots) paid += lot.amount.units();
    const bool in_parts = step_.which % 4 != 0;
    return {payment->shop, Refund{id, in_parts ? yen(1 + step_.amount % paid) : amount()}};
  }
  [[nodiscard]] Deed redeem() const {
    Redeem redeem{coin(), {}};
    if (step_.whom % 4 == 3) redeem.amounts.push_back({program(step_.whom % 5), amount()});
    return {shop(step_.who), redeem};
  }
  /// As the bank file's list has it; now and then one that forgets the fee.
  [[nodiscard]] FileLine line_of(RedemptionId id, const state::Redemption& row) const {
    Amount payout = payout_of(row);
    if (step_.who % 8 == 5) payout.add(row.fee);
    return {id, row.payee_digest, payout};
  }
  [[nodiscard]] Deed file() const {
    const RedemptionId first = recent<state::Redemption>(step_.whom);
    const state::Redemption* row = state_.find(first);
    const CoinId coin = row == nullptr ? kCoin : row->coin;
    File file{coin, numbered<Hash>(static_cast<std::uint8_t>(1 + step_.which % 4)), {}};
    for (RedemptionId id = first; state_.find(id) != nullptr && file.lines.size() < 3; ++id.raw) {
      const state::Redemption& one = *state_.find(id);
      const bool fits = one.coin == coin && one.state == state::RedemptionState::requested;
      if (fits || step_.who % 4 == 3) file.lines.push_back(line_of(id, one));
    }
    return {kTreasurer, file};
  }
  [[nodiscard]] Deed settle() const {
    const RedemptionId first = recent<state::Redemption>(step_.whom);
    const state::Redemption* row = state_.find(first);
    Settle settle{kCoin, {}, {}};
    if (row == nullptr) return {kTreasurer, settle};
    settle.coin = row->coin;
    settle.bank_file = row->bank_file;
    for (RedemptionId id = first; state_.find(id) != nullptr && settle.redemptions.size() < 3;
         ++id.raw) {
      const state::Redemption& one = *state_.find(id);
      const bool fits = one.coin == row->coin && one.bank_file == row->bank_file &&
                        one.state == state::RedemptionState::filed;
      if (fits || step_.who % 4 == 3) settle.redemptions.push_back(id);
    }
    return {kTreasurer, settle};
  }
  [[nodiscard]] Deed open_account() const {
    const OpenAccount open = some_account(step_);
    const bool enrolls = open.level == Level::unverified && open.kind == AccountKind::person;
    return {enrolls ? kEnroller : kRegistrar, open};
  }
  [[nodiscard]] Deed add_key() const {
    static constexpr std::array<state::Rights, 4> kRights = {
        state::kRightsAll & ~state::kRightOffice, state::kRightPay | state::kRightSend,
        state::kRightManage, state::kRightsAll};
    KeyGrant grant = key_grant(300 + step_.whom % 40U, kRights[step_.which % kRights.size()]);
    if (step_.whom % 2 == 0) grant.limit_day = amount();
    if (step_.whom % 8 == 5) grant.shops.push_back(shop(step_.which));
    grant.needs_cosignature = step_.whom % 4 == 3;
    if (step_.whom % 16 == 9) grant.last_day = plus_days(today_, step_.which % 8U);
    return {step_.which % 8 == 7 ? shop(step_.who) : person(step_.who), AddKey{grant}};
  }

  const state::State& state_;
  Date today_;
  const Step& step_;
};

}  // namespace

Deed deed_of(const state::State& state, Timestamp now, const Step& step) {
  Deed deed = Dice{state, now, step}.cast();
  if (step.manner == 8) deed.cosigners.clear();
  return deed;
}

rules::OpenAccount some_account(const Step& step) {
  OpenAccount open = step.which % 3 == 0   ? unverified_person()
                     : step.which % 3 == 1 ? verified_person(1 + step.whom % 20, step.whom % 7)
                                           : shop_of(1 + step.whom % 20);
  open.keys[0] = key_grant(200 + step.whom % 40U);
  if (step.manner == 12) open.household = HouseholdId{3};
  if (step.manner == 10) open.kind = AccountKind::staff;
  return open;
}

state::ProgramTerms some_terms(const state::State& state, Date today, const Step& step) {
  const CoinId coin = step.which % 4 == 3 ? kExemptCoin : kCoin;
  const ProgramId charged{step.whom % (state.next<state::Program>().raw + 1)};
  state::ProgramTerms terms = step.which % 3 == 0   ? charge_terms(coin)
                              : step.which % 3 == 1 ? grant_terms(coin)
                                                    : premium_terms(charged, coin);
  terms.budget = yen(std::uint64_t{step.amount} * 100);
  terms.opens = plus_days(today, step.who % 4U);
  terms.closes = plus_days(terms.opens, step.whom);
  terms.expiry.kind = static_cast<ExpiryKind>(1 + step.whom % 4);
  terms.expiry.date = step.whom % 4 == 0 ? plus_days(today, step.whom) : Date{Date::kNever};
  terms.expiry.days = static_cast<std::uint16_t>(step.whom % 4 == 0 ? 0 : step.whom % 64);
  terms.onward = step.whom % 8 >= 6;
  terms.eligible_tags = step.whom % 3;
  terms.priority = step.whom % 5;
  if (step.whom % 16 == 3) terms.shops.push_back(kFirstShop);
  if (step.whom % 16 == 5) terms.categories.push_back(5);
  if (step.whom % 8 == 2) terms.cap_household = yen(step.amount);
  return terms;
}

}  // namespace hansatsu::property
