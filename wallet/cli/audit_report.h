#pragma once

#include "wallet/audit/audit.h"
#include "wallet/cli/console.h"

/// What an audit found, in words and as JSON. Source: docs/audit.md.
namespace hansatsu::wallet {

/// What a run of the audit adds to its report.
struct AuditRun {
  const state::Charter& charter;
  const audit::Options& options;
  const audit::Report& report;
  double seconds = 0;
  double processor_seconds = 0;  ///< of all threads together
  double ceiling = 0;            ///< 0: not measured

  /// Whether anything from outside the folder said which chain this should be.
  [[nodiscard]] bool chain_compared() const { return options.chain.has_value(); }
  /// Whether anything from outside the folder said how high it should be.
  [[nodiscard]] bool height_compared() const {
    return options.height_min > Height{} || !options.known.empty();
  }
  [[nodiscard]] double per_second() const {
    return seconds > 0 ? static_cast<double>(report.signatures) / seconds : 0;
  }
};

[[nodiscard]] Json audit_json(const Console& console, const AuditRun& run);
void say_audit(const Console& console, const AuditRun& run);
[[nodiscard]] Failure failure_of(const Console& console, const audit::Finding& finding);

}  // namespace hansatsu::wallet
