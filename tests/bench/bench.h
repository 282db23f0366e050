#pragma once

#include <optional>

#include "tests/bench/machine.h"
#include "tests/bench/validators.h"
#include "wallet/town/pace.h"

/// The benchmark of docs/performance.md: a founded town of real processes, payments signed
/// beforehand and offered over the HTTP API on loopback, and the ceiling of the same run.
namespace bench {

inline constexpr std::chrono::seconds kAgreeMax{60};  ///< until all validators answer and agree

struct Options {
  Path dir;        ///< where the town is founded
  Path example;    ///< the demo town's data
  Path hansatsud;  ///< the program that is measured
  std::uint32_t validators = 4;
  std::uint32_t payments = 20'000;
  std::optional<std::uint32_t> rate;  ///< payments a second; absent: as fast as they are taken
  std::uint32_t residents = 3'300;    ///< the demo town's; more if the payments need them
  std::uint32_t connections = 32;     ///< over all validators; without a rate
  std::uint32_t batch = 64;           ///< payments in a request; without a rate
};

/// What one payment costs each validator, on average, in microseconds of processor time.
using StageCosts = std::map<std::string, double>;

struct Figures {
  Machine machine;
  std::uint32_t validators = 0;
  std::uint32_t payments = 0;
  std::optional<std::uint32_t> rate;  ///< as in Options
  double final_per_second = 0;
  double ceiling_per_second = 0;
  town::Latencies latencies;
  double log_bytes_per_payment = 0;
  double disk_bytes_per_payment = 0;  ///< the log, and what LevelDB has grown by
  std::uint64_t rss_bytes = 0;        ///< of the largest validator, after the load
  /// What the validators grew by while the town was opened, by its accounts: their rows and tree,
  /// and whatever else opening and charging them left.
  double rss_bytes_per_account = 0;
  double syncs_per_block = 0;
  double payments_per_block = 0;
  std::uint64_t nullified_views = 0;
  double verify_us = 0;            ///< of a processor, for one signature; measured with the ceiling
  double user_us_per_payment = 0;  ///< of each validator
  double system_us_per_payment = 0;  ///< of each validator
  double client_us_per_payment = 0;  ///< of the load's own process
  StageCosts stages;                 ///< they share each validator's time between them
  StageCosts threads;                ///< so do these
};

/// The part of all processor time spent that checking each payment's signature once at each
/// validator needs: what the ratio comes to when nothing ever waits, whatever else runs here.
[[nodiscard]] double processor_ratio(const Figures& figures);

/// Founds, opens, measures, stops. Errors: a sentence; also when a payment was not done, a receipt
/// does not hold, or the validators disagree at the end.
[[nodiscard]] Attempt<Figures> measure(const Options& options);

}  // namespace bench
