#include "ledger/rules/redemption.h"
#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

struct TownWithPayment {
  Scenario scenario;
  AccountId resident;
  AccountId shop;
  ProgramId charge;
  PaymentId paid;
};
/// A resident who has paid a shop 1,000.
TownWithPayment town_with_payment(const state::Charter& charter = town_charter()) {
  TownWithPayment town{Scenario{charter}, {}, {}, {}, {}};
  Scenario& s = town.scenario;
  town.resident = s.person(1);
  town.shop = s.shop();
  town.charge = s.program(charge_terms());
  s.charge(town.resident, town.charge, 10'000);
  town.paid = s.pay(town.resident, town.shop, 1'000);
  return town;
}

const Hash kBankFile = numbered<Hash>(50);

/// The file that pays these redemptions to whom they name.
File file_of(const Scenario& s, std::initializer_list<RedemptionId> redemptions) {
  File file{kCoin, kBankFile, {}};
  for (const RedemptionId id : redemptions) {
    const state::Redemption* row = s.state().find(id);
    file.lines.push_back({id, row->payee_digest, payout_of(*row)});
  }
  return file;
}

constexpr RefusalCase kOfficeCases[] = {
    {Refusal::unknown_payment,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, Refund{PaymentId{7}, yen(1)});
     }},
    {Refusal::unknown_payment,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.scenario.shop(), Refund{t.paid, yen(1)});
     }},
    {Refusal::refund_window_over,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.pass_days(90);
       t.scenario.must(t.shop, Refund{t.paid, yen(1)});
       state::Overlay late{t.scenario.state()};  // a block may prune late: the window counts
       Context context;
       context.time = plus_ms(t.scenario.now(), 86'400'000);
       context.today = plus_days(t.scenario.today(), 1);
       context.signer = {t.shop, 0};
       return apply(late, context, Operation{Refund{t.paid, yen(1)}});
     }},
    {Refusal::refund_amount_zero,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, Refund{t.paid, yen(0)});
     }},
    {Refusal::over_payment,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.must(t.shop, Refund{t.paid, yen(400)});
       t.scenario.must(t.shop, Refund{t.paid, yen(600)});
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::payer_closed,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.alter(t.resident, [](state::Account& row) {
         row.identity.status = state::AccountStatus::closed;
       });
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::too_many_refunds,
     [] {
       state::Charter charter = town_charter();
       charter.coins[0].limits.refunds_day = 2;
       TownWithPayment t = town_with_payment(charter);
       t.scenario.must(t.shop, Refund{t.paid, yen(1)});
       t.scenario.must(t.shop, Refund{t.paid, yen(1)});
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::takings_short,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       t.scenario.must(t.shop, Refund{t.paid, yen(1)});  // from what is still only asked for
       t.scenario.must(kTreasurer, file_of(t.scenario, {asked}));
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::payer_lots_full,
     [] {
       TownWithPayment t =
           town_with_payment();  // pay the one lot away, fill all 64 places, ask it back
       t.scenario.pay(t.resident, t.shop, 9'000);
       t.scenario.alter(t.resident, [&](state::Account& row) {
         for (std::uint32_t i = 0; i < state::kLotsPerCoin; ++i) {
           row.value[0].lots.push_back({t.charge, plus_days(day(2027, 4, 1), i), yen(1)});
         }
       });
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::refund_dates_full,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.pay(t.resident, t.shop, 9'000);
       t.scenario.alter(t.charge, [](state::Program& row) {
         for (std::uint32_t i = 0; i < state::kExpiryDatesPerProgram; ++i) {
           row.counters.held.push_back({plus_days(day(2027, 4, 1), i), yen(1)});
         }
       });
       return t.scenario.run(t.shop, Refund{t.paid, yen(1)});
     }},
    {Refusal::not_a_redeemer,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.resident, Redeem{kCoin, {}});
     }},
    {Refusal::nothing_to_redeem,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.redeem(t.shop);
       return t.scenario.run(t.shop, Redeem{kCoin, {}});
     }},
    {Refusal::nothing_to_redeem,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, Redeem{CoinId{kCoins}, {}});
     }},
    {Refusal::redeem_amounts_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, Redeem{kCoin, {{t.charge, yen(1)}, {t.charge, yen(1)}}});
     }},
    {Refusal::redeem_amounts_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, Redeem{kCoin, {{t.charge, yen(0)}}});
     }},
    {Refusal::over_takings,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.must(t.shop, Redeem{kCoin, {{t.charge, yen(400)}}});
       t.scenario.must(t.shop, Redeem{kCoin, {{t.charge, yen(600)}}});
       t.scenario.pay(t.resident, t.shop, 5);
       return t.scenario.run(t.shop, Redeem{kCoin, {{t.charge, yen(6)}}});
     }},
    {Refusal::no_payee,
     [] {
       TownWithPayment t = town_with_payment();
       OpenAccount open = shop_of(5);
       open.payee_digest = Hash{};
       const AccountId shop = t.scenario.open(open);
       t.scenario.pay(t.resident, shop, 5);
       return t.scenario.run(shop, Redeem{kCoin, {}});
     }},
    {Refusal::lines_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kTreasurer, file_of(t.scenario, {}));
     }},
    {Refusal::lines_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       return t.scenario.run(kTreasurer, file_of(t.scenario, {asked, asked}));
     }},
    {Refusal::lines_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kTreasurer, Settle{kCoin, kBankFile, {}});
     }},
    {Refusal::lines_malformed,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       t.scenario.must(kTreasurer, file_of(t.scenario, {asked}));
       return t.scenario.run(kTreasurer, Settle{kCoin, kBankFile, {asked, asked}});
     }},
    {Refusal::unknown_redemption,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kTreasurer, Settle{kCoin, kBankFile, {RedemptionId{1}}});
     }},
    {Refusal::unknown_redemption,
     [] {
       TownWithPayment t = town_with_payment();  // another coin's
       File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       file.coin = kExemptCoin;
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::not_requested,
     [] {
       TownWithPayment t = town_with_payment();
       const File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       t.scenario.must(kTreasurer, file);
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::payee_differs,
     [] {
       TownWithPayment t = town_with_payment();
       File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       file.lines[0].payee_digest = numbered<Hash>(1);
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::nothing_left,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       t.scenario.must(t.shop, Refund{t.paid, yen(1'000)});
       return t.scenario.run(kTreasurer, file_of(t.scenario, {asked}));
     }},
    {Refusal::amount_differs,
     [] {
       TownWithPayment t = town_with_payment();  // a refund after the bank file was made
       const File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       t.scenario.must(t.shop, Refund{t.paid, yen(999)});
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::amount_differs,
     [] {
       TownWithPayment t = town_with_payment();
       File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       file.lines[0].payout.add(yen(15));  // the fee is the town's
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::not_filed,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       return t.scenario.run(kTreasurer, Settle{kCoin, kBankFile, {asked}});
     }},
    {Refusal::not_filed,
     [] {
       TownWithPayment t = town_with_payment();
       const RedemptionId asked = t.scenario.redeem(t.shop);
       t.scenario.must(kTreasurer, file_of(t.scenario, {asked}));
       return t.scenario.run(kTreasurer, Settle{kCoin, numbered<Hash>(51), {asked}});
     }},
    {Refusal::not_filed,
     [] {
       TownWithPayment t = town_with_payment();  // paid out once
       const RedemptionId asked = t.scenario.redeem(t.shop);
       t.scenario.must(kTreasurer, file_of(t.scenario, {asked}));
       t.scenario.must(kTreasurer, Settle{kCoin, kBankFile, {asked}});
       return t.scenario.run(kTreasurer, Settle{kCoin, kBankFile, {asked}});
     }},
    {Refusal::bank_file_missing,
     [] {
       TownWithPayment t = town_with_payment();
       File file = file_of(t.scenario, {t.scenario.redeem(t.shop)});
       file.bank_file = Hash{};
       return t.scenario.run(kTreasurer, file);
     }},
    {Refusal::approval_needed,
     [] {
       state::Charter charter = town_charter();
       ask_for_two(charter, state::PolicyClass::settlement, yen(500));
       TownWithPayment t = town_with_payment(charter);
       t.scenario.must(t.shop, Redeem{kCoin, {{t.charge, yen(499)}}});
       t.scenario.must(kTreasurer, file_of(t.scenario, {RedemptionId{0}}));
       t.scenario.must(t.shop, Redeem{kCoin, {{t.charge, yen(500)}}});
       return t.scenario.run(kTreasurer, file_of(t.scenario, {RedemptionId{1}}));
     }},
    {Refusal::approval_needed,
     [] {
       state::Charter charter = town_charter();
       ask_for_two(charter, state::PolicyClass::settlement, yen(500));
       TownWithPayment t = town_with_payment(charter);
       for (int half = 0; half < 2; ++half) {
         const RedemptionId asked{
             t.scenario.must(t.shop, Redeem{kCoin, {{t.charge, yen(250)}}}).public_part.reference};
         t.scenario.must(kTreasurer, file_of(t.scenario, {asked}));
       }
       return t.scenario.run(kTreasurer,
                             Settle{kCoin, kBankFile, {RedemptionId{0}, RedemptionId{1}}});
     }},
    {Refusal::not_an_agent_account,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kTreasurer, SetFloat{t.shop, yen(1)});
     }},
    {Refusal::not_an_agent_account,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(t.shop, HandIn{yen(1)}, {Signatory{kTreasurer, 0}});
     }},
    {Refusal::hand_in_zero,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kAgent, HandIn{yen(0)}, {Signatory{kTreasurer, 0}});
     }},
    {Refusal::over_float_used,
     [] {
       TownWithPayment t = town_with_payment();
       t.scenario.must(kAgent, HandIn{yen(9'999)}, {Signatory{kTreasurer, 0}});
       return t.scenario.run(kAgent, HandIn{yen(2)}, {Signatory{kTreasurer, 0}});
     }},
    {Refusal::treasurer_missing,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kAgent, HandIn{yen(1)});
     }},
    {Refusal::treasurer_missing,
     [] {
       TownWithPayment t = town_with_payment();
       return t.scenario.run(kAgent, HandIn{yen(1)}, {Signatory{kIssuer, 0}});
     }},
    {Refusal::treasurer_missing,
     [] {
       TownWithPayment t = town_with_payment();  // the treasurer's key without `office`
       t.scenario.must(kTreasurer, AddKey{key_grant(70)});
       t.scenario.pass_days(1);
       return t.scenario.run(kAgent, HandIn{yen(1)}, {Signatory{kTreasurer, 1}});
     }},
};

}  // namespace

std::span<const RefusalCase> office_refusals() { return kOfficeCases; }

}  // namespace hansatsu::scenario
