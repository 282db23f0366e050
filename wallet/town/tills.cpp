#include "wallet/town/tills.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>

namespace hansatsu::town {
namespace {

using Clock = std::chrono::steady_clock;

/// A validator takes 1,024 connections from loopback; some are others'. Bounds threads, too.
constexpr std::size_t kTillsMax = 960;
/// Of each validator, there before the first payment; more are started when a payment needs one.
constexpr std::size_t kTillsAtFirst = 8;
constexpr std::size_t kDescriptorsATill = 4;  ///< a connection, and what waiting for it takes
constexpr std::size_t kDescriptorsElse = 128;
constexpr std::chrono::milliseconds kBeforeFirst{100};
constexpr std::size_t kLatePerCentMax = 1;

/// As many as this process may have descriptors for, after asking for enough.
std::size_t tills_bearable() {
  constexpr rlim_t kWanted = kTillsMax * kDescriptorsATill + kDescriptorsElse;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kTillsAtFirst;
  if (limit.rlim_cur < kWanted) {
    const rlimit more{std::min(kWanted, limit.rlim_max), limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  if (limit.rlim_cur <= kDescriptorsElse) return 1;
  return std::clamp<std::size_t>((limit.rlim_cur - kDescriptorsElse) / kDescriptorsATill, 1,
                                 kTillsMax);
}

/// Threads of which each waits for one answer at a time. One of them, the leader, waits for the
/// next payment to be due. Then it makes another the leader and submits: so nothing stands between
/// a due payment and its request, and nobody wakes who is not needed.
class Tills {
 public:
  Tills(const Arrivals& arrivals, const std::vector<Bytes>& payments, const AnswerHolds& holds)
      : arrivals_{arrivals},
        payments_{payments},
        holds_{holds},
        courses_(payments.size()),
        sides_(arrivals.validators.size()) {
    const std::size_t open_max = arrivals.open_max != 0 ? arrivals.open_max : tills_bearable();
    tills_max_ = std::max<std::size_t>(1, open_max / sides_.size());
  }

  Latencies run();

 private:
  /// What became of a payment. Its till alone writes it.
  struct Course {
    std::chrono::microseconds late{0};
    std::chrono::microseconds took{-1};  ///< -1: not done
  };
  /// The tills of one validator.
  struct Side {
    std::condition_variable may_lead;
    std::size_t idle = 0;
    std::size_t tills = 0;
  };

  [[nodiscard]] Clock::time_point due(std::size_t place) const {
    return start_ + std::chrono::microseconds{place * 1'000'000 / arrivals_.rate};
  }
  [[nodiscard]] std::size_t validator_of(std::size_t place) const { return place % sides_.size(); }
  void open_till(std::size_t validator);
  void work(std::size_t validator);
  [[nodiscard]] std::optional<std::size_t> take_lead(std::size_t validator);
  void pass_lead();

  const Arrivals& arrivals_;
  const std::vector<Bytes>& payments_;
  const AnswerHolds& holds_;
  std::vector<Course> courses_;
  std::size_t tills_max_ = 1;  ///< of each validator
  Clock::time_point start_;

  std::mutex mutex_;  ///< of all below
  std::condition_variable all_begun_;
  std::vector<Side> sides_;
  std::vector<std::thread> threads_;
  std::size_t next_ = 0;  ///< the payment that the leader waits for, or that waits for a leader
  bool led_ = false;
};

/// Requires: mutex_ is held.
void Tills::open_till(std::size_t validator) {
  Side& side = sides_[validator];
  if (side.tills >= tills_max_) return;  // the next that is free leads
  try {
    threads_.emplace_back([this, validator] { work(validator); });
    ++side.tills;
  } catch (const std::system_error&) {
    // The system bears no more; the first tills are needed in any case.
    if (side.tills == 0) throw;
    tills_max_ = side.tills;
  }
}

std::optional<std::size_t> Tills::take_lead(std::size_t validator) {
  std::unique_lock lock{mutex_};
  Side& side = sides_[validator];
  ++side.idle;
  side.may_lead.wait(lock, [&] {
    return next_ == payments_.size() || (!led_ && validator_of(next_) == validator);
  });
  --side.idle;
  if (next_ == payments_.size()) return std::nullopt;
  led_ = true;
  return next_;
}

void Tills::pass_lead() {
  const std::scoped_lock lock{mutex_};
  led_ = false;
  if (++next_ == payments_.size()) {
    for (Side& side : sides_) side.may_lead.notify_all();
    all_begun_.notify_all();
    return;
  }
  Side& side = sides_[validator_of(next_)];
  if (side.idle > 0) {
    side.may_lead.notify_one();
  } else {
    open_till(validator_of(next_));
  }
}

void Tills::work(std::size_t validator) {
  rpc::ClientOptions options;
  options.endpoints.push_back(arrivals_.validators[validator]);
  rpc::Client client{options};
  const auto since_due = [&](std::size_t place) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due(place));
  };
  while (const auto place = take_lead(validator)) {
    std::this_thread::sleep_until(due(*place));
    pass_lead();
    courses_[*place].late = since_due(*place);
    const auto answer = client.submit(payments_[*place], true);
    if (holds_(payments_[*place], answer)) courses_[*place].took = since_due(*place);
  }
}

Latencies Tills::run() {
  if (payments_.empty()) return {};
  start_ = Clock::now() + kBeforeFirst;
  {
    std::unique_lock lock{mutex_};
    for (std::size_t i = 0; i < kTillsAtFirst * sides_.size(); ++i) open_till(i % sides_.size());
    all_begun_.wait(lock, [&] { return next_ == payments_.size(); });
  }
  for (std::thread& thread : threads_) thread.join();  // no more are started
  Latencies all;
  for (const Course& course : courses_) {
    if (course.late > kLateStart) ++all.late_starts;
    all.latest_start = std::max(all.latest_start, course.late);
    if (course.took.count() < 0) {
      ++all.failed;
    } else {
      all.took.push_back(course.took);
    }
  }
  std::sort(all.took.begin(), all.took.end());
  return all;
}

}  // namespace

double Latencies::milliseconds_at(std::size_t per_mille) const {
  ASSERT(!took.empty());
  const std::size_t place = std::min(took.size() - 1, took.size() * per_mille / 1'000);
  return static_cast<double>(took[place].count()) / 1'000.0;
}

bool Latencies::kept_rate() const {
  return late_starts * 100 <= (took.size() + failed) * kLatePerCentMax;
}

std::string Latencies::starts_text() const {
  std::ostringstream text;
  text.precision(1);
  text << std::fixed << late_starts << " of " << took.size() + failed
       << " payments started more than " << kLateStart.count() << " ms late, the latest "
       << static_cast<double>(latest_start.count()) / 1'000.0 << " ms";
  return text.str();
}

Latencies offer_at_rate(const Arrivals& arrivals, const std::vector<Bytes>& payments,
                        const AnswerHolds& holds) {
  ASSERT(!arrivals.validators.empty() && arrivals.rate > 0);
  return Tills{arrivals, payments, holds}.run();
}

}  // namespace hansatsu::town
