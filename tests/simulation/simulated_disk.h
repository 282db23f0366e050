#pragma once

#include <map>

#include "node/log/disk.h"
#include "tests/simulation/random.h"

namespace hansatsu::simulation {

/// What becomes of bytes that were written and not yet synced when the machine stops.
struct CrashRule {
  std::uint32_t keep_per_mille = 333;  ///< a write survives whole
  std::uint32_t tear_per_mille = 333;  ///< only some of its sectors survive; otherwise none does
};

/// A folder on a disk that keeps what was synced and, at a crash, an arbitrary part of the rest.
/// A sync takes time: what it covers is durable only once `finish_sync` says so, unless the disk is
/// told to sync at once (recovery at start).
class SimulatedDisk final : public log::Disk {
 public:
  [[nodiscard]] Result<std::vector<std::string>, log::DiskError> list() override;
  [[nodiscard]] Result<std::unique_ptr<log::File>, log::DiskError> open(
      std::string_view name) override;
  [[nodiscard]] Result<std::unique_ptr<log::File>, log::DiskError> create(
      std::string_view name) override;
  [[nodiscard]] Result<void, log::DiskError> rename(std::string_view from,
                                                    std::string_view to) override;

  /// Whether sync() is durable on return.
  void set_sync_at_once(bool at_once) { sync_at_once_ = at_once; }
  /// The syncs asked for so far have come through.
  void finish_sync();
  /// The machine stops: unsynced writes are kept, torn or lost.
  void crash(Random& random, const CrashRule& rule);
  /// The process is killed, the machine goes on: what was written stays in the page cache.
  void kill() {}
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

 private:
  friend class SimulatedFile;
  static constexpr std::size_t kSectorBytes = 512;

  struct Write {
    std::uint64_t offset = 0;
    Bytes bytes;
    bool syncing = false;
  };
  struct Content {
    Bytes durable;
    Bytes seen;  ///< durable with all writes applied: what reads show
    std::vector<Write> writes;
  };
  static void apply(Bytes& to, const Write& write);

  std::map<std::string, std::shared_ptr<Content>, std::less<>> files_;
  bool sync_at_once_ = true;
  std::uint64_t syncs_ = 0;
};

}  // namespace hansatsu::simulation
