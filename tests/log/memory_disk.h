#pragma once

#include <functional>
#include <map>
#include <string>

#include "node/log/disk.h"

/// A disk in memory with a page cache that can be lost, writes and syncs that can be made to fail,
/// and a count of both.
namespace hansatsu::log::test {

struct MemoryFile {
  Bytes cached;             ///< what reads see
  Bytes durable;            ///< what a power cut leaves
  std::vector<bool> dirty;  ///< by byte: written, and not synced since
};

/// "w name" or "s name" for each write and sync, in order.
using Journal = std::vector<std::string>;

class MemoryDisk final : public Disk {
 public:
  Result<std::vector<std::string>, DiskError> list() override;
  Result<std::unique_ptr<File>, DiskError> open(std::string_view name) override;
  Result<std::unique_ptr<File>, DiskError> create(std::string_view name) override;
  Result<void, DiskError> rename(std::string_view from, std::string_view to) override;

  /// Of every unsynced byte, the disk has got those for which `keep(name, offset)`.
  void cut_power(const std::function<bool(const std::string&, std::size_t)>& keep);

  std::map<std::string, MemoryFile> files;
  Journal journal;
  int writes_until_failure = -1;  ///< the write after so many fails; below 0: none
  /// As for writes. What a failed sync did not write, the page cache takes for written, as Linux
  /// does.
  int syncs_until_failure = -1;
  /// The process ends after so many more writes and syncs: those that come later fail and do
  /// nothing. Below 0: it does not.
  int steps_until_end = -1;
  /// For its files: counts a step.
  [[nodiscard]] bool has_ended() {
    if (steps_until_end == 0) return true;
    if (steps_until_end > 0) --steps_until_end;
    return false;
  }
};

}  // namespace hansatsu::log::test
