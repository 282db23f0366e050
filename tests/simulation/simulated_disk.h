#pragma once

#include <map>
#include <optional>

#include "node/log/disk.h"
#include "tests/simulation/random.h"

namespace hansatsu::simulation {

/// What becomes of bytes that were written and not yet synced when the machine stops.
struct CrashRule {
  std::uint32_t keep_per_mille = 333;  ///< a write survives whole
  std::uint32_t tear_per_mille = 333;  ///< only some of its sectors survive; otherwise none does
  bool prefix = false;  ///< writes reach the disk in their order: some survive, later ones do not
};

/// How a disk refuses.
enum class DiskFault : std::uint8_t {
  full,         ///< the next write or new file finds no room
  sync_failed,  ///< the next sync fails; what it covered is kept or lost, and reads still show it
};

/// A folder on a disk that keeps what was synced and, at a crash, an arbitrary part of the rest.
/// A sync takes time: what it covers is durable only once `finish_sync` says so, unless the disk is
/// told to sync at once (recovery at start). Copies are images: they share nothing.
class SimulatedDisk final : public log::Disk {
 public:
  SimulatedDisk() = default;
  SimulatedDisk(const SimulatedDisk& other);
  SimulatedDisk& operator=(const SimulatedDisk& other);

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
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

  /// The next write or sync fails, as the fault says; `random` decides what a failed sync kept.
  void fail_next(DiskFault fault, Random& random);
  /// It has failed since the last repair.
  [[nodiscard]] bool has_failed() const { return failed_; }
  /// Somebody made room, or changed the cable.
  void repair();
  /// Flips one bit of what was ever written; false if nothing was.
  bool flip_bit(Random& random);

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
    bool differs = false;  ///< a failed sync left in `seen` what `durable` may not have
  };
  static void apply(Bytes& to, const Write& write);
  static void survive(Content& content, const Write& write, Random& random, const CrashRule& rule);
  [[nodiscard]] bool fails(DiskFault fault);
  void lose_sync(Content& content);

  std::map<std::string, std::shared_ptr<Content>, std::less<>> files_;
  bool sync_at_once_ = true;
  std::uint64_t syncs_ = 0;
  std::optional<DiskFault> fault_;
  std::uint64_t fate_ = 0;  ///< bits that say which writes a failed sync kept
  bool failed_ = false;
};

}  // namespace hansatsu::simulation
