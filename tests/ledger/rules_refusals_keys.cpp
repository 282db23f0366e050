#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

using state::kRightManage;
using state::kRightPay;
using state::kRightSend;

/// A resident whose only key may manage, and pay little.
AccountId limited_manager(Scenario& s) {
  OpenAccount open = verified_person(1);
  state::KeyGrant& grant = open.keys[0];
  grant.limit_payment = yen(1'000);
  grant.limit_day = yen(5'000);
  grant.shops = {s.shop()};
  grant.needs_cosignature = true;
  grant.last_day = plus_days(s.today(), 30);
  return s.open(open);
}

struct Limited {
  AccountId payer;
  AccountId shop;
};
/// A resident with enough value, whose key may pay 1,000 at once and 2,500 a day at one shop.
Limited limited_payer(Scenario& s) {
  Limited town;
  town.shop = s.shop();
  OpenAccount open = verified_person(1);
  open.keys[0].limit_payment = yen(1'000);
  open.keys[0].limit_day = yen(2'500);
  open.keys[0].shops = {town.shop};
  town.payer = s.open(open);
  s.charge(town.payer, s.program(charge_terms()), 10'000);
  return town;
}

constexpr RefusalCase kKeyCases[] = {
    {Refusal::invalid_key,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys[0].key.bytes.fill(0xff);  // above the field's order
       return s.run(kRegistrar, open);
     }},
    {Refusal::key_taken,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys.push_back(open.keys[0]);
       return s.run(kRegistrar, open);
     }},
    {Refusal::key_taken,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       return s.run(resident, AddKey{key_grant(1, kRightPay)});
     }},
    {Refusal::key_taken,
     [] {
       Scenario s;  // the card desk's: a stop of its account would not stop it here
       const AccountId resident = s.person(1);
       return s.run(resident, AddKey{key_grant(9'000)});
     }},
    {Refusal::key_taken,
     [] {
       Scenario s;
       OpenAccount open = unverified_person();
       s.must(kEnroller, open);
       open.keys.push_back(key_grant(9'000));
       s.must(kRegistrar, open);
       return s.run(kEnroller, open);
     }},
    {Refusal::no_rights,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       return s.run(resident, AddKey{key_grant(50, 0)});
     }},
    {Refusal::key_rights_exceeded,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys[0].rights = kRightManage | kRightPay;
       const AccountId resident = s.open(open);
       s.must(resident, AddKey{key_grant(50, kRightPay)});
       return s.run(resident, AddKey{key_grant(51, kRightSend)});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       const AccountId resident = limited_manager(s);
       state::KeyGrant grant = s.account(resident).keys[0].grant;
       grant.key = key_of(50);
       grant.rights = kRightManage;
       s.must(resident, AddKey{grant});
       grant.key = key_of(51);
       grant.limit_payment = yen(1'001);
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       const AccountId resident = limited_manager(s);
       state::KeyGrant grant = s.account(resident).keys[0].grant;
       grant.key = key_of(51);
       grant.rights = kRightManage;
       grant.limit_day = yen(5'001);
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       const AccountId resident = limited_manager(s);
       state::KeyGrant grant = s.account(resident).keys[0].grant;
       grant.key = key_of(51);
       grant.rights = kRightManage;
       grant.shops.clear();  // all shops are more than one
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       const AccountId resident = limited_manager(s);
       state::KeyGrant grant = s.account(resident).keys[0].grant;
       grant.key = key_of(51);
       grant.rights = kRightManage;
       grant.last_day = plus_days(grant.last_day, 1);
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       const AccountId resident = limited_manager(s);
       state::KeyGrant grant = s.account(resident).keys[0].grant;
       grant.key = key_of(51);
       grant.rights = kRightManage;
       grant.needs_cosignature = false;
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;  // each key that may pay would have a day's limit of its own
       OpenAccount open = verified_person(1);
       open.keys[0].limit_day = yen(5'000);
       const AccountId resident = s.open(open);
       state::KeyGrant grant = open.keys[0];
       grant.key = key_of(50);
       grant.rights = kRightManage | state::kRightRead;
       s.must(resident, AddKey{grant});
       grant.key = key_of(51);
       grant.limit_day = yen(1);
       grant.rights = kRightPay;
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_limits_exceeded,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys[0].limit_day = yen(5'000);
       const AccountId resident = s.open(open);
       state::KeyGrant grant = open.keys[0];
       grant.key = key_of(51);
       grant.rights = kRightSend;
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_slots_full,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       for (std::uint32_t key = 1; key < state::kKeySlots; ++key) {
         s.must(resident, AddKey{key_grant(50 + key, kRightPay)});
       }
       return s.run(resident, AddKey{key_grant(60, kRightPay)});
     }},
    {Refusal::key_not_found,
     [] {
       Scenario s;
       return s.run(s.person(1), RemoveKey{1, 1});
     }},
    {Refusal::key_not_found,
     [] {
       Scenario s;
       return s.run(s.person(1), RemoveKey{0, 2});  // another generation
     }},
    {Refusal::key_is_wider,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       s.must(resident, AddKey{key_grant(50, kRightManage | kRightPay)});
       s.pass_days(1);
       return s.run(Signatory{resident, 1}, RemoveKey{0, 1});
     }},
    {Refusal::last_manage_key,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       s.must(resident, AddKey{key_grant(50)});  // its waiting time runs
       return s.run(resident, RemoveKey{0, 1});
     }},
    {Refusal::last_manage_key,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       state::KeyGrant lapsing = key_grant(50);
       lapsing.last_day = plus_days(s.today(), 1);
       s.must(resident, AddKey{lapsing});
       s.pass_days(2);
       return s.run(resident, RemoveKey{0, 1});
     }},
    {Refusal::key_shops_malformed,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       state::KeyGrant grant = key_grant(50, kRightPay);
       grant.shops = {resident};
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::key_shops_malformed,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       const AccountId shop = s.shop();
       state::KeyGrant grant = key_grant(50, kRightPay);
       grant.shops = {shop, shop};
       return s.run(resident, AddKey{grant});
     }},
    {Refusal::no_card_desk,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys[0].needs_cosignature = true;
       s.must(kRegistrar, open);
       open.home = kExemptCoin;
       return s.run(kRegistrar, open);
     }},
    {Refusal::key_payment_limit,
     [] {
       Scenario s;
       const Limited town = limited_payer(s);
       s.pay(town.payer, town.shop, 1'000);
       return s.run(town.payer, payment(town.shop, yen(1'001)));
     }},
    {Refusal::key_day_limit,
     [] {
       Scenario s;
       const Limited town = limited_payer(s);
       s.pay(town.payer, town.shop, 1'000);
       s.pay(town.payer, town.shop, 1'000);
       s.pay(town.payer, town.shop, 500);
       return s.run(town.payer, payment(town.shop, yen(1)));
     }},
    {Refusal::key_shop_not_allowed,
     [] {
       Scenario s;
       const Limited town = limited_payer(s);
       return s.run(town.payer, payment(s.shop(), yen(1)));
     }},
    {Refusal::key_shop_not_allowed,
     [] {
       Scenario s;
       const Limited town = limited_payer(s);
       const AccountId friend_of_payer = s.person(7);
       return s.run(town.payer, Send{friend_of_payer, kCoin, yen(1)});
     }},
    {Refusal::cosignature_needed,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys[0].needs_cosignature = true;
       const AccountId card = s.open(open);
       s.charge(card, s.program(charge_terms()), 1'000);
       const AccountId shop = s.shop();
       OpenAccount desk = verified_person(2);
       desk.keys[0].key = key_of(9'000);
       desk.keys.push_back(key_grant(3));
       const AccountId card_desk = s.open(desk);
       s.must(card, payment(shop, yen(10)), {Signatory{card_desk, 0}});
       return s.run(card, payment(shop, yen(10)), {Signatory{card_desk, 1}});
     }},
    {Refusal::cosignature_needed,
     [] {
       Scenario s;  // a desk that was stopped
       OpenAccount open = verified_person(1);
       open.keys[0].needs_cosignature = true;
       const AccountId card = s.open(open);
       s.charge(card, s.program(charge_terms()), 1'000);
       const AccountId shop = s.shop();
       OpenAccount desk = verified_person(2);
       desk.keys[0].key = key_of(9'000);
       const AccountId card_desk = s.open(desk);
       s.must(card, payment(shop, yen(10)), {Signatory{card_desk, 0}});
       s.must(kRegistrar, Freeze{card_desk});
       return s.run(card, payment(shop, yen(10)), {Signatory{card_desk, 0}});
     }},
};

}  // namespace

std::span<const RefusalCase> key_refusals() { return kKeyCases; }

}  // namespace hansatsu::scenario
