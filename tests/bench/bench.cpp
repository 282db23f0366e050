#include "tests/bench/bench.h"

#include <sys/resource.h>

#include <algorithm>

#include "ledger/block/receipt.h"
#include "tests/bench/ceiling.h"
#include "tests/bench/stage.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLoadMax{600};
constexpr std::chrono::minutes kValidity{9};
constexpr std::chrono::milliseconds kCeilingTime{1'000};  ///< once before the load, once after
/// Receipts that are verified whole, while nothing is measured: one of so many.
constexpr std::size_t kReceiptSample = 50;

/// Offers all of them as fast as the validators take them.
town::Latencies pay_all(town::Desk& desk, const std::vector<Bytes>& payments,
                        const Options& options) {
  town::Latencies latencies;
  latencies.took.reserve(payments.size());
  rpc::SubmitManyOptions how;
  how.connections = options.connections;
  how.batch = options.batch;
  how.settled = [&](std::size_t, std::chrono::microseconds took) {
    latencies.took.push_back(took);
  };
  const auto answers = desk.client().submit_many(payments, how, kLoadMax);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& answer = answers[i];
    const bool done = answer && answer->state == rpc::SubmitState::final && answer->result &&
                      answer->result->transaction.outcome.code == 0;
    if (!done) ++latencies.failed;
    if (!done || i % kReceiptSample != 0) continue;
    const auto receipt = decode<block::Receipt>(answer->result->receipt);
    if (!receipt || !block::verify_receipt(desk.trust(), *receipt)) ++latencies.failed;
  }
  std::sort(latencies.took.begin(), latencies.took.end());
  return latencies;
}

double own_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// How much of the kind each payment cost each validator.
class Shares {
 public:
  Shares(const std::vector<Usage>& before, const std::vector<Usage>& after, std::uint32_t payments)
      : before_{before}, after_{after}, payments_{payments} {}

  template <class Of>
  [[nodiscard]] double mean(const Of& of) const {
    double sum = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) sum += of(after_[i]) - of(before_[i]);
    return sum / static_cast<double>(before_.size());
  }
  [[nodiscard]] double mean_metric(const std::string& name) const {
    return mean([&](const Usage& usage) { return usage.metric(name); });
  }
  template <class Of>
  [[nodiscard]] double us_per_payment(const Of& of) const {
    return mean(of) * 1e6 / payments_;
  }
  /// Of every label of such a metric: stage_seconds_total{stage="verify"}.
  [[nodiscard]] StageCosts by_label(const std::string& metric) const {
    StageCosts costs;
    const std::string prefix = "hansatsu_" + metric + "{";
    for (const auto& [name, value] : after_.front().metrics) {
      if (!name.starts_with(prefix)) continue;
      const std::size_t quote = name.find('"');
      const std::string label = name.substr(quote + 1, name.rfind('"') - quote - 1);
      costs[label] = mean_metric(name.substr(sizeof "hansatsu_" - 1)) * 1e6 / payments_;
    }
    return costs;
  }

 private:
  const std::vector<Usage>& before_;
  const std::vector<Usage>& after_;
  std::uint32_t payments_;
};

/// Six things are timed on the core's thread and the workers; the rest of both is agreement.
StageCosts stages_of(const StageCosts& timed, const StageCosts& threads) {
  StageCosts stages = timed;
  const auto thread = [&](const char* name) {
    const auto found = threads.find(name);
    return found == threads.end() ? 0 : found->second;
  };
  stages["consensus"] = thread("core") + thread("verify");
  for (const auto& [name, cost] : timed) stages["consensus"] -= cost;
  stages["network"] = thread("network");
  stages["log"] = thread("log");
  stages["checkpoint"] = thread("archive");
  return stages;
}

void fill_in(Figures& figures, const Shares& shares) {
  const double blocks = shares.mean_metric("height");
  figures.log_bytes_per_payment = shares.mean_metric("log_bytes_total") / figures.payments;
  figures.syncs_per_block = shares.mean_metric("log_syncs_total") / blocks;
  figures.payments_per_block = figures.payments / blocks;
  figures.nullified_views =
      static_cast<std::uint64_t>(shares.mean_metric("final_view") - blocks + 0.5);
  figures.user_us_per_payment =
      shares.us_per_payment([](const Usage& usage) { return usage.user_seconds; });
  figures.system_us_per_payment =
      shares.us_per_payment([](const Usage& usage) { return usage.system_seconds; });
  figures.threads = shares.by_label("thread_seconds_total");
  figures.stages = stages_of(shares.by_label("stage_seconds_total"), figures.threads);
}

}  // namespace

double processor_ratio(const Figures& figures) {
  const double each = figures.user_us_per_payment + figures.system_us_per_payment;
  const double all = each * figures.validators + figures.client_us_per_payment;
  return figures.verify_us * figures.validators / all;
}

Attempt<Figures> measure(const Options& options) {
  auto stage = set_stage(options);
  if (!stage) return Err{stage.error()};
  town::Desk& desk = stage->desk;
  Validators& validators = stage->validators;
  const auto payments = town::sign_payments(desk, options.payments, kValidity);
  if (!payments) return Err{payments.error()};
  std::vector<std::string> silent;
  if (!desk.agree(kAgreeMax, silent)) return Err{std::string{"the validators disagree"}};

  Figures figures;
  figures.machine = this_machine();
  figures.rss_bytes_per_account = stage->rss_bytes_per_account;
  figures.validators = options.validators;
  figures.payments = options.payments;
  figures.rate = options.rate;
  const Ceiling ceiling_before = measure_ceiling(options.validators, kCeilingTime);
  std::vector<std::uint64_t> store_before;
  for (std::size_t i = 0; i < validators.size(); ++i) {
    store_before.push_back(validators.store_bytes(i));
  }
  const auto before = validators.usage_of_all();
  if (!before) return Err{before.error()};
  const double own_before = own_seconds();
  const auto start = Clock::now();
  figures.latencies = options.rate ? town::pay_at_rate(desk, *payments, *options.rate)
                                   : pay_all(desk, *payments, options);
  const std::chrono::duration<double> took = Clock::now() - start;
  figures.client_us_per_payment = (own_seconds() - own_before) * 1e6 / options.payments;
  if (figures.latencies.failed != 0 || figures.latencies.took.empty()) {
    return Err{std::to_string(figures.latencies.failed) + " payments were not done"};
  }
  if (!desk.agree(kAgreeMax, silent)) return Err{std::string{"the validators disagree"}};
  const auto after = validators.usage_of_all();
  if (!after) return Err{after.error()};
  const Ceiling ceiling_after = measure_ceiling(options.validators, kCeilingTime);

  figures.final_per_second = options.payments / took.count();
  figures.ceiling_per_second =
      (ceiling_before.per_second + ceiling_after.per_second) / 2 / options.validators;
  figures.verify_us = (ceiling_before.processor_us + ceiling_after.processor_us) / 2;
  fill_in(figures, Shares{*before, *after, options.payments});
  for (const Usage& usage : *after) {
    figures.rss_bytes = std::max(figures.rss_bytes, usage.resident_bytes);
  }
  if (const auto stopped = validators.stop(); !stopped) return Err{stopped.error()};
  double grown = 0;
  for (std::size_t i = 0; i < validators.size(); ++i) {
    grown += static_cast<double>(validators.store_bytes(i)) - static_cast<double>(store_before[i]);
  }
  figures.disk_bytes_per_payment =
      figures.log_bytes_per_payment + grown / options.validators / options.payments;
  return figures;
}

}  // namespace bench
