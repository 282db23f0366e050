#include "tests/bench/report.h"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

namespace bench {
namespace {

double rounded(double value) { return std::round(value * 100) / 100; }

double ratio_of(const Figures& figures) {
  return figures.final_per_second / figures.ceiling_per_second;
}

nlohmann::json costs_json(const StageCosts& costs) {
  auto json = nlohmann::json::object();
  for (const auto& [name, cost] : costs) json[name] = rounded(cost);
  return json;
}

}  // namespace

std::string to_json(const Figures& figures) {
  const town::Latencies& latencies = figures.latencies;
  const nlohmann::json json{
      {"machine", {{"cores", figures.machine.cores}, {"processor", figures.machine.processor}}},
      {"validators", figures.validators},
      {"payments", figures.payments},
      {"final_per_second", rounded(figures.final_per_second)},
      {"ceiling_per_second", rounded(figures.ceiling_per_second)},
      {"ratio", std::round(ratio_of(figures) * 1'000) / 1'000},
      {"processor_ratio", std::round(processor_ratio(figures) * 1'000) / 1'000},
      {"latency_ms",
       {{"p50", rounded(latencies.milliseconds_at(500))},
        {"p99", rounded(latencies.milliseconds_at(990))},
        {"p999", rounded(latencies.milliseconds_at(999))}}},
      {"late_starts", latencies.late_starts},
      {"latest_start_ms", rounded(static_cast<double>(latencies.latest_start.count()) / 1'000)},
      {"log_bytes_per_payment", rounded(figures.log_bytes_per_payment)},
      {"disk_bytes_per_payment", rounded(figures.disk_bytes_per_payment)},
      {"rss_bytes", figures.rss_bytes},
      {"rss_bytes_per_account", rounded(figures.rss_bytes_per_account)},
      {"syncs_per_block", rounded(figures.syncs_per_block)},
      {"payments_per_block", rounded(figures.payments_per_block)},
      {"nullified_views", figures.nullified_views},
      {"cpu_us_per_payment",
       {{"verify_once", rounded(figures.verify_us)},
        {"user", rounded(figures.user_us_per_payment)},
        {"system", rounded(figures.system_us_per_payment)},
        {"client", rounded(figures.client_us_per_payment)},
        {"stages", costs_json(figures.stages)},
        {"threads", costs_json(figures.threads)}}}};
  return json.dump(2);
}

void print(std::ostream& out, const Figures& figures) {
  const town::Latencies& latencies = figures.latencies;
  out << figures.machine.cores << " cores, " << figures.machine.processor << "\n"
      << std::fixed << std::setprecision(0) << figures.payments << " payments, "
      << figures.validators << " validators: " << figures.final_per_second
      << " final a second; signatures alone allow " << figures.ceiling_per_second
      << std::setprecision(2) << "; ratio " << ratio_of(figures) << ", of processor time "
      << processor_ratio(figures) << "\n"
      << std::setprecision(1) << "submission to receipt: p50 " << latencies.milliseconds_at(500)
      << " ms, p99 " << latencies.milliseconds_at(990) << " ms, p99.9 "
      << latencies.milliseconds_at(999) << " ms\n";
  if (figures.rate) out << "at " << *figures.rate << "/s: " << latencies.starts_text() << "\n";
  out << std::setprecision(0) << "disk: " << figures.log_bytes_per_payment
      << " bytes a payment in the log, " << figures.disk_bytes_per_payment << " in all; "
      << std::setprecision(2) << figures.syncs_per_block << " log syncs a block\n"
      << std::setprecision(1) << "blocks: " << figures.payments_per_block << " payments each, "
      << figures.nullified_views
      << " views nullified; memory of a validator: " << static_cast<double>(figures.rss_bytes) / 1e6
      << " MB," << std::setprecision(0) << ' ' << figures.rss_bytes_per_account
      << " bytes an account\n"
      << std::setprecision(1)
      << "processor time a payment and validator: " << figures.user_us_per_payment << " us user, "
      << figures.system_us_per_payment << " us system; load generator "
      << figures.client_us_per_payment << " us; one signature check alone " << figures.verify_us
      << " us\n";
  for (const auto& [name, cost] : figures.stages) {
    out << "  " << std::left << std::setw(12) << name << std::right << std::setw(8) << cost
        << " us\n";
  }
}

}  // namespace bench
