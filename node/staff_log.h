#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "rpc/server/ledger_view.h"

namespace hansatsu::node {

/// The file in which the auditor finds who of the staff read what: one line a read, synced before
/// the read is answered. Lines that wait share one sync.
///
///     time (UTC ms) SPACE reader (account-slot-generation) SPACE account read SPACE method and
///     path
///
/// An empty line, or one that breaks off, is what a failed write or a crash left: its read was not
/// answered. Every later line stands on its own.
/// Threads: add from any; write_waiting one at a time.
class StaffLog {
 public:
  using Written = rpc::LedgerView::Callback<void>;
  static constexpr std::size_t kWaitingMax = 4'096;

  explicit StaffLog(std::filesystem::path file) : file_{std::move(file)} {}

  enum class Added : std::uint8_t {
    first = 1,    ///< nothing else waits: the caller has write_waiting run
    another = 2,  ///< the same run writes it
    refused = 3,  ///< too much waits, and `written` has heard of it
  };
  /// `written` is called once, by write_waiting. Cost: no disk.
  [[nodiscard]] Added add(const rpc::StaffRead& read, Written written);
  /// Writes and syncs all that waits, then tells. Each run tries, so that reading goes on once the
  /// disk takes lines again.
  void write_waiting();

 private:
  struct Waiting {
    std::string line;
    Written written;
  };

  [[nodiscard]] bool write_lines(std::string lines);

  const std::filesystem::path file_;
  /// The folder is known to have the file, also after a power cut. The writer's only.
  bool folder_synced_ = false;
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
};

}  // namespace hansatsu::node
