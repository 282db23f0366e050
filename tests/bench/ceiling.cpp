#include "tests/bench/ceiling.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>
#include <vector>

#include "ledger/crypto/keys.h"
#include "ledger/types/assert.h"

namespace bench {
namespace {

using namespace hansatsu;  // NOLINT: a program's own file
using Clock = std::chrono::steady_clock;

struct Signed {
  PublicKey key;
  Hash message;
  Signature signature;
};

std::vector<Signed> make_signed() {
  constexpr std::size_t kCount = 1'024;  // more than a cache's worth of keys
  std::vector<Signed> made(kCount);
  for (Signed& one : made) {
    const KeyPair key = KeyPair::generate();
    fill_random(one.message.bytes);
    one.key = key.public_key();
    one.signature = key.sign(one.message);
  }
  return made;
}

std::uint64_t thread_nanoseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

Ceiling measure_ceiling(std::uint32_t validators, std::chrono::milliseconds time) {
  const std::vector<Signed> all = make_signed();
  std::atomic<std::uint64_t> checked{0};
  std::atomic<std::uint64_t> processor_ns{0};
  std::atomic<bool> all_held{true};
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  const std::uint32_t count_of_threads =
      validators * std::max(1U, std::thread::hardware_concurrency());
  for (std::uint32_t thread = 0; thread < count_of_threads; ++thread) {
    threads.emplace_back([&] {
      const std::uint64_t since = thread_nanoseconds();
      std::uint64_t mine = 0;
      for (std::size_t i = 0; Clock::now() - start < time; i = (i + 1) % all.size(), ++mine) {
        if (!verify(all[i].key, all[i].message, all[i].signature)) all_held = false;
      }
      checked += mine;
      processor_ns += thread_nanoseconds() - since;
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT(all_held);
  const std::chrono::duration<double> took = Clock::now() - start;
  const auto count = static_cast<double>(checked);
  return {count / took.count(), static_cast<double>(processor_ns) / count / 1'000};
}

}  // namespace bench
