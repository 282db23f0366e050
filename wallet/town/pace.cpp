#include "wallet/town/pace.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <thread>

#include "ledger/block/receipt.h"
#include "wallet/keystore/derivation.h"

namespace hansatsu::town {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kTills = 16;  ///< connections; more than payments are open at once
constexpr std::uint64_t kValidityMs = 120'000;

/// One till's share of the payments: every kTills-th.
struct Till {
  std::vector<rpc::BuiltTransaction> payments;
  std::vector<Clock::time_point> due;
  std::vector<std::chrono::microseconds> took;
  std::uint32_t failed = 0;

  void work(const rpc::ClientOptions& options, const block::Trust& trust) {
    rpc::Client client{options};
    for (std::size_t i = 0; i < payments.size(); ++i) {
      std::this_thread::sleep_until(due[i]);
      const auto answer = client.submit(payments[i].bytes, true);
      const auto receipt = answer && answer->result
                               ? decode<block::Receipt>(answer->result->receipt)
                               : Err{DecodeError::malformed};
      if (!receipt || !block::verify_receipt(trust, *receipt)) {
        ++failed;
        continue;
      }
      took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due[i]));
    }
  }
};

double milliseconds_at(const std::vector<std::chrono::microseconds>& sorted,
                       std::size_t per_mille) {
  const std::size_t place = std::min(sorted.size() - 1, sorted.size() * per_mille / 1'000);
  return static_cast<double>(sorted[place].count()) / 1'000.0;
}

}  // namespace

Attempt<bool> pace(Desk& desk, const PaceOptions& options) {
  const auto places = load_places(desk.dir());
  if (!places) return Err{places.error()};
  const auto seed = desk.seed(kResidentKeys, kResidentSeed);
  if (!seed) return Err{seed.error()};
  const std::size_t count = std::size_t{options.rate} * options.seconds;
  std::vector<Till> tills(kTills);
  std::map<std::size_t, Actor> payers;
  const auto start = Clock::now() + std::chrono::seconds{2};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t who = i * 3 % places->residents.size();
    auto payer = payers.find(who);
    if (payer == payers.end()) {
      auto key = wallet::holder_key(*seed, desk.charter().bip44_coin_type,
                                    static_cast<std::uint32_t>(who));
      if (!key) return Err{std::string{"a resident's key can't be derived"}};
      payer = payers.emplace(who, actor_at(*std::move(key), places->residents[who])).first;
      if (auto ready = desk.prepare(payer->second); !ready) return Err{ready.error()};
    }
    rules::Pay pay{places->shops[i % places->shops.size()], CoinId{0}, Amount::of(1), {}};
    fill_random(pay.order.bytes);
    const rpc::Envelope envelope{
        desk.town().chain_id, payer->second.reference, payer->second.next_sequence++,
        plus_ms(wall_clock(), kValidityMs + options.seconds * std::uint64_t{1'000})};
    tills[i % kTills].payments.push_back(
        rpc::build_transaction(envelope, {pay}, payer->second.key));
    tills[i % kTills].due.push_back(start +
                                    std::chrono::microseconds{i * 1'000'000 / options.rate});
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kTills; ++i) {
    rpc::ClientOptions client;
    const ValidatorPlace& place = desk.town().validators[i % desk.town().validators.size()];
    client.endpoints.push_back(*rpc::parse_endpoint(place.api));
    threads.emplace_back([&till = tills[i], client, &desk] { till.work(client, desk.trust()); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::chrono::microseconds> took;
  std::uint32_t failed = 0;
  for (const Till& till : tills) {
    took.insert(took.end(), till.took.begin(), till.took.end());
    failed += till.failed;
  }
  if (took.empty()) return Err{std::string{"no payment had a receipt"}};
  std::sort(took.begin(), took.end());
  std::cout << std::fixed << std::setprecision(1) << count << " payments at " << options.rate
            << "/s, submission to verified receipt: p50 " << milliseconds_at(took, 500)
            << " ms, p99 " << milliseconds_at(took, 990) << " ms, worst "
            << milliseconds_at(took, 1'000) << " ms\n"
            << (failed == 0 ? "OK: every payment has its receipt\n" : "FAILED: ");
  if (failed != 0) std::cout << failed << " payments without a receipt\n";
  return failed == 0;
}

}  // namespace hansatsu::town
