#include <chrono>
#include <ctime>
#include <numeric>

#include "wallet/audit/audit.h"

namespace hansatsu::audit {
namespace {

constexpr std::size_t kSamples = 64;

/// Processor time of the calling thread: what others run beside it does not count.
std::chrono::nanoseconds thread_time() {
  timespec now{};
  ASSERT(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

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
  const std::uint32_t count =
      threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<SignatureCheck> samples = signed_samples();
  std::vector<double> rates(count);
  std::vector<std::thread> workers;
  for (double& rate : rates) {
    workers.emplace_back([&samples, &rate, length] {
      std::uint64_t done = 0;
      const auto start = thread_time();
      std::chrono::nanoseconds used{};
      while (used < length) {
        for (const SignatureCheck& one : samples) {
          done += verify(one.key, one.message, one.signature) ? 1 : 0;
        }
        used = thread_time() - start;
      }
      rate = static_cast<double>(done) / std::chrono::duration<double>{used}.count();
    });
  }
  for (std::thread& worker : workers) worker.join();
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

}  // namespace hansatsu::audit
