#pragma once

#include <map>
#include <optional>

#include "node/log/disk.h"
#include "tests/simulation/coverage.h"
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
  full,         ///< the next write finds room for its beginning only, the next new file none
  sync_failed,  ///< the next sync fails; sectors of what it covered are kept or lost, and reads
                ///< still show them all
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

  /// What befalls it is marked there. Copies are not watched. Requires: `coverage` outlives it.
  void watch(Coverage& coverage) { coverage_ = &coverage; }
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
  /// The device puts the next write in another place, of this file or another. The page cache
  /// knows nothing of it: reads show it after the next loss of power.
  void misdirect_next(Random& random) { stray_ = random.next() | 1U; }

 private:
  friend class SimulatedFile;
  static constexpr std::size_t kSectorBytes = 512;

  /// Where a misdirected write lands.
  struct Place {
    std::string file;
    std::uint64_t offset = 0;
  };
  struct Write {
    std::uint64_t offset = 0;
    Bytes bytes;
    bool syncing = false;
    std::optional<Place> stray;
  };
  struct Content {
    Bytes durable;
    Bytes seen;  ///< durable with all writes applied: what reads show
    std::vector<Write> writes;
    bool differs = false;  ///< `seen` may have what `durable` has not, whatever is synced
  };
  enum class Fate : std::uint8_t { kept, torn, lost };
  static void apply(Bytes& to, std::uint64_t offset, ByteView bytes);
  /// `count` bytes of the write from `from` on reach the device.
  void land(Content& content, const Write& write, std::size_t from, std::size_t count);
  Fate survive(Content& content, const Write& write, Random& random, const CrashRule& rule);
  [[nodiscard]] bool fails(DiskFault fault);
  void put(Content& content, std::uint64_t offset, ByteView bytes);
  void lose_sync(Content& content);
  [[nodiscard]] Place any_place(Random& random) const;
  void met(Mark mark) const {
    if (coverage_ != nullptr) coverage_->add(mark);
  }

  std::map<std::string, std::shared_ptr<Content>, std::less<>> files_;
  bool sync_at_once_ = true;
  std::uint64_t syncs_ = 0;
  std::optional<DiskFault> fault_;
  std::uint64_t fate_ = 0;   ///< says what a failed write or sync leaves
  std::uint64_t stray_ = 0;  ///< not 0: says where the next write goes astray
  Coverage* coverage_ = nullptr;
  bool failed_ = false;
};

}  // namespace hansatsu::simulation
