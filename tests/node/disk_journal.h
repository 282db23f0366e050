#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "ledger/crypto/hash.h"

namespace test_cluster {

using namespace hansatsu;  // NOLINT: a test's own header

/// What was done below one of the watched folders, or told to somebody meanwhile.
struct DiskEvent {
  enum class Kind : std::uint8_t { create, write, sync, rename, remove, sync_folder, told };
  Kind kind = Kind::told;
  std::size_t root = 0;  ///< which of the watched folders; of `told`: which node told it
  std::size_t file = 0;  ///< create, write, sync: the file itself, whatever its name is by then
  std::string path;      ///< below the root; of rename: the old name; of sync_folder: the folder
  std::string to;        ///< rename
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Bytes bytes;  ///< without the zeros at their end, of which `length` says how many there are
  Hash id;      ///< told
};

/// Watches every write, sync, rename and removal of this very process below some folders: its .cpp
/// stands before the C library's calls, so that log, LevelDB and whoever else writes are as they
/// are delivered. A write is noted before it is made, and a sync after it returned: whatever lies
/// before a moment of the journal may be on the disk by then, and what was synced before it is.
/// Threads: any.
class DiskJournal {
 public:
  static DiskJournal& instance();

  /// From now on; what lies in the folders already is written and synced by the first events, of
  /// which there are so many.
  [[nodiscard]] std::size_t start(std::vector<std::filesystem::path> roots);
  [[nodiscard]] std::vector<DiskEvent> stop();
  /// A client has just heard from this node that the transaction is final.
  void note_told(std::size_t node, const Hash& id);
  /// From now on syncs return at once. For looking at images of disks, whose end is no matter.
  void skip_syncs(bool skip) { skip_syncs_ = skip; }

  // For the calls that are watched.
  [[nodiscard]] bool is_on() const { return on_; }
  [[nodiscard]] bool skips_syncs() const { return skip_syncs_; }
  void note_create(const std::string& path);
  void note_write(int descriptor, std::uint64_t offset, ByteView bytes);
  void note_sync(int descriptor);
  void note_rename(const std::string& from, const std::string& to);
  void note_remove(const std::string& path);

 private:
  [[nodiscard]] bool place(const std::string& path, DiskEvent& event) const;
  [[nodiscard]] std::size_t file_of(const DiskEvent& event);
  void create(DiskEvent event);

  std::atomic<bool> on_{false};
  std::atomic<bool> skip_syncs_{false};
  std::mutex mutex_;
  std::vector<std::string> roots_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> files_;  ///< by their names now
  std::size_t next_file_ = 0;
  std::vector<DiskEvent> events_;
};

}  // namespace test_cluster
