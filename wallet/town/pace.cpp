#include "wallet/town/pace.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <thread>

#include "ledger/block/receipt.h"
#include "rpc/json/machine_time.h"
#include "wallet/keystore/derivation.h"

namespace hansatsu::town {
namespace {

using Clock = std::chrono::steady_clock;

/// Connections; more than payments are open at once at any rate that one machine bears.
constexpr std::size_t kTills = 32;
constexpr std::chrono::seconds kBeforeFirst{1};
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

/// One till's share of the payments: every kTills-th.
struct Till {
  std::vector<const Bytes*> payments;
  std::vector<Clock::time_point> due;
  std::vector<std::chrono::microseconds> took;
  std::size_t failed = 0;

  void work(const rpc::ClientOptions& options, const block::Trust& trust) {
    rpc::Client client{options};
    for (std::size_t i = 0; i < payments.size(); ++i) {
      std::this_thread::sleep_until(due[i]);
      const auto answer = client.submit(*payments[i], true);
      const auto receipt = answer && answer->result
                               ? decode<block::Receipt>(answer->result->receipt)
                               : Err{DecodeError::malformed};
      if (!receipt || receipt->outcome.code != 0 || !block::verify_receipt(trust, *receipt)) {
        ++failed;
        continue;
      }
      took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due[i]));
    }
  }
};

}  // namespace

double Latencies::milliseconds_at(std::size_t per_mille) const {
  ASSERT(!took.empty());
  const std::size_t place = std::min(took.size() - 1, took.size() * per_mille / 1'000);
  return static_cast<double>(took[place].count()) / 1'000.0;
}

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
  std::vector<Till> tills(kTills);
  const auto start = Clock::now() + kBeforeFirst;
  for (std::size_t i = 0; i < payments.size(); ++i) {
    tills[i % kTills].payments.push_back(&payments[i]);
    tills[i % kTills].due.push_back(start + std::chrono::microseconds{i * 1'000'000 / rate});
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kTills; ++i) {
    rpc::ClientOptions client;
    const ValidatorPlace& place = desk.town().validators[i % desk.town().validators.size()];
    client.endpoints.push_back(*rpc::parse_endpoint(place.api));
    threads.emplace_back([&till = tills[i], client, &desk] { till.work(client, desk.trust()); });
  }
  for (std::thread& thread : threads) thread.join();
  Latencies all;
  for (const Till& till : tills) {
    all.took.insert(all.took.end(), till.took.begin(), till.took.end());
    all.failed += till.failed;
  }
  std::sort(all.took.begin(), all.took.end());
  return all;
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
            << (latencies.failed == 0 ? "OK: every payment has its receipt\n" : "FAILED: ");
  if (latencies.failed != 0) std::cout << latencies.failed << " payments without a receipt\n";
  return latencies.failed == 0;
}

}  // namespace hansatsu::town
