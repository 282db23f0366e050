#pragma once

#include <map>

#include "rpc/client/client.h"
#include "wallet/town/child_process.h"
#include "wallet/town/town_files.h"

namespace bench {

using namespace hansatsu;  // NOLINT: a program's own header
using town::Attempt;
using town::Path;

/// What /metrics says, by name and label as they stand there: `hansatsu_height`.
using Metrics = std::map<std::string, double>;

/// What a validator has used up to now.
struct Usage {
  Metrics metrics;
  double user_seconds = 0;
  double system_seconds = 0;
  std::uint64_t resident_bytes = 0;

  [[nodiscard]] double metric(const std::string& name) const;
};

/// The town's validators as processes of this program; they end with it.
class Validators {
 public:
  /// Starts them all. Errors: a sentence.
  [[nodiscard]] static Attempt<Validators> start(const Path& dir, const Path& hansatsud);

  [[nodiscard]] std::size_t size() const { return running_.size(); }
  [[nodiscard]] Attempt<Usage> usage(std::size_t validator) const;
  [[nodiscard]] Attempt<std::vector<Usage>> usage_of_all() const;
  /// What its checkpoints take on the disk. For when nothing writes.
  [[nodiscard]] std::uint64_t store_bytes(std::size_t validator) const;
  /// Ends them in order, which writes a last checkpoint.
  [[nodiscard]] Attempt<void> stop();

 private:
  struct Running {
    Path folder;
    std::string api;
    town::ChildProcess process;
  };
  std::vector<Running> running_;
};

}  // namespace bench
