#include "wallet/town/pace.h"

#include <iomanip>
#include <iostream>
#include <thread>

#include "rpc/json/machine_time.h"
#include "wallet/keystore/derivation.h"

namespace hansatsu::town {
namespace {

constexpr std::chrono::milliseconds kValidity{120'000};

/// What is signed when its turn comes.
struct Unsigned {
  const Actor* payer = nullptr;
  rpc::Envelope envelope;
  rules::Pay pay;
};

/// Residents who were charged when the town opened, with their keys.
Attempt<std::vector<Actor>> charged_residents(Desk& desk, const TownPlan& plan,
                                              const Places& places, std::size_t most) {
  const auto seed = desk.seed(kResidentKeys, kResidentSeed);
  if (!seed) return Err{seed.error()};
  std::vector<Actor> payers;
  for (std::size_t who = 0; who < places.residents.size() && payers.size() < most;
       who += plan.first_charge) {
    auto key =
        wallet::holder_key(*seed, desk.charter().bip44_coin_type, static_cast<std::uint32_t>(who));
    if (!key) return Err{std::string{"a resident's key can't be derived"}};
    payers.push_back(actor_at(*std::move(key), places.residents[who]));
    if (auto ready = desk.prepare(payers.back()); !ready) return Err{ready.error()};
  }
  if (payers.empty()) return Err{std::string{"the town has no residents yet"}};
  return payers;
}

bool is_household_of(const TownPlan& plan, const ShopPlan& shop, std::size_t resident) {
  const std::size_t owner = (shop.owner - 1) % plan.residents;
  return owner / plan.household_size == resident / plan.household_size;
}

/// Done, and proven by this payment's own receipt.
bool is_done(const Desk& desk, const Hash& chain_id, const Bytes& payment,
             const rpc::Answer<rpc::SubmitAnswer>& answer) {
  const auto asked = decode<block::Transaction>(payment);
  if (!answer || !asked) return false;
  const Hash id = block::transaction_id(chain_id, asked->unsigned_part);
  const auto done = read_answer(desk.trust(), *answer, id);
  return done && done->ok();
}

}  // namespace

Attempt<std::vector<Bytes>> sign_payments(Desk& desk, std::size_t count,
                                          std::chrono::milliseconds valid_for) {
  const auto places = load_places(desk.dir());
  if (!places) return Err{places.error()};
  const auto plan = load_plan(desk.dir());
  if (!plan) return Err{plan.error()};
  const auto shops = load_shops(desk.dir());
  if (!shops) return Err{shops.error()};
  auto payers = charged_residents(desk, *plan, *places, count);
  if (!payers) return Err{payers.error()};
  const Timestamp valid_until =
      plus_ms(rpc::machine_time(), static_cast<std::uint64_t>(valid_for.count()));
  std::vector<Unsigned> wishes;
  for (std::size_t i = 0; i < count; ++i) {
    Actor& payer = (*payers)[i % payers->size()];
    Unsigned& wish = wishes.emplace_back();
    wish.payer = &payer;
    wish.envelope = {desk.town().chain_id, payer.reference, payer.next_sequence++, valid_until};
    const std::size_t payer_number = i % payers->size() * plan->first_charge;
    std::size_t shop = i % shops->size();
    // Bound value does not go to one's own household's shop.
    if (is_household_of(*plan, (*shops)[shop], payer_number)) shop = (shop + 1) % shops->size();
    wish.pay = {places->shops[shop], CoinId{0}, Amount::of(1), {}};
    fill_random(wish.pay.order.bytes);
  }
  std::vector<Bytes> payments(count);
  std::vector<std::thread> signers;
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t first = 0; first < threads; ++first) {
    signers.emplace_back([&, first] {
      for (std::size_t i = first; i < count; i += threads) {
        payments[i] =
            rpc::build_transaction(wishes[i].envelope, {wishes[i].pay}, wishes[i].payer->key).bytes;
      }
    });
  }
  for (std::thread& signer : signers) signer.join();
  return payments;
}

Latencies pay_at_rate(Desk& desk, const std::vector<Bytes>& payments, std::uint32_t rate) {
  Arrivals arrivals;
  arrivals.rate = rate;
  for (const ValidatorPlace& place : desk.town().validators) {
    arrivals.validators.push_back(*rpc::parse_endpoint(place.api));
  }
  const Hash chain_id = desk.town().chain_id;
  return offer_at_rate(arrivals, payments, [&](const Bytes& payment, const auto& answer) {
    return is_done(desk, chain_id, payment, answer);
  });
}

Attempt<bool> pace(Desk& desk, const PaceOptions& options) {
  const std::size_t count = std::size_t{options.rate} * options.seconds;
  const auto payments =
      sign_payments(desk, count, kValidity + std::chrono::seconds{options.seconds});
  if (!payments) return Err{payments.error()};
  const Latencies latencies = pay_at_rate(desk, *payments, options.rate);
  if (latencies.took.empty()) return Err{std::string{"no payment had a receipt"}};
  std::cout << std::fixed << std::setprecision(1) << count << " payments at " << options.rate
            << "/s, submission to verified receipt: p50 " << latencies.milliseconds_at(500)
            << " ms, p99 " << latencies.milliseconds_at(990) << " ms, worst "
            << latencies.milliseconds_at(1'000) << " ms\n"
            << latencies.starts_text() << "\n";
  if (latencies.failed != 0) {
    std::cout << "FAILED: " << latencies.failed << " payments without a receipt\n";
    return false;
  }
  if (!latencies.kept_rate()) {
    std::cout << "FAILED: the rate was not kept: too many payments started late\n";
    return false;
  }
  std::cout << "OK: every payment has its receipt\n";
  return true;
}

}  // namespace hansatsu::town
