#include <chrono>

#include "wallet/audit/audit.h"

namespace hansatsu::audit {
namespace {

constexpr std::size_t kSamples = 256;

std::vector<SignatureCheck> signed_samples() {
  std::vector<SignatureCheck> samples;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const KeyPair key = KeyPair::generate();
    const Hash message = hash_of(HashTag::demo, i);
    samples.push_back({message, key.public_key(), key.sign(message), i});
  }
  return samples;
}

}  // namespace

double signature_ceiling(std::uint32_t threads, std::chrono::milliseconds length) {
  using Clock = std::chrono::steady_clock;
  const std::uint32_t count =
      threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<SignatureCheck> samples = signed_samples();
  std::atomic<std::uint64_t> done = 0;
  const auto start = Clock::now();
  std::vector<std::thread> workers;
  for (std::uint32_t i = 0; i < count; ++i) {
    workers.emplace_back([&] {
      std::uint64_t own = 0;
      while (Clock::now() < start + length) {
        for (const SignatureCheck& one : samples) {
          own += verify(one.key, one.message, one.signature) ? 1 : 0;
        }
      }
      done.fetch_add(own);
    });
  }
  for (std::thread& worker : workers) worker.join();
  const std::chrono::duration<double> taken = Clock::now() - start;
  return static_cast<double>(done.load()) / taken.count();
}

}  // namespace hansatsu::audit
