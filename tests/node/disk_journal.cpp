#include "tests/node/disk_journal.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdarg>
#include <fstream>
#include <iterator>

namespace test_cluster {
namespace {

std::string path_of(int descriptor) {
  std::array<char, 4'096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length <= 0 ? std::string{} : std::string(path.data(), static_cast<std::size_t>(length));
}

std::string path_at(int folder, const char* name) {
  if (*name == '/' || folder == AT_FDCWD) return name;
  return path_of(folder) + "/" + name;
}

ByteView without_zeros(ByteView bytes) {
  while (!bytes.empty() && bytes.back() == 0) {
    const bool is_long = bytes.size() > 4'096;
    const ByteView end = is_long ? bytes.last(4'096) : bytes.last(1);
    static const Bytes kZeros(4'096, 0);
    if (is_long && std::equal(end.begin(), end.end(), kZeros.begin())) {
      bytes = bytes.first(bytes.size() - end.size());
    } else {
      bytes = bytes.first(bytes.size() - 1);
    }
  }
  return bytes;
}

}  // namespace

DiskJournal& DiskJournal::instance() {
  static DiskJournal journal;
  return journal;
}

bool DiskJournal::place(const std::string& path, DiskEvent& event) const {
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    const std::string& folder = roots_[root];
    if (path.size() <= folder.size() || path.compare(0, folder.size(), folder) != 0) continue;
    if (path[folder.size()] != '/') continue;
    event.root = root;
    event.path = path.substr(folder.size() + 1);
    return true;
  }
  return false;
}

void DiskJournal::create(DiskEvent event) {
  event.kind = DiskEvent::Kind::create;
  event.file = next_file_++;
  files_[{event.root, event.path}] = event.file;
  events_.push_back(std::move(event));
}

std::size_t DiskJournal::file_of(const DiskEvent& event) {
  const std::pair key{event.root, event.path};
  if (!files_.contains(key)) create(event);
  return files_.at(key);
}

std::size_t DiskJournal::start(std::vector<std::filesystem::path> roots) {
  const std::lock_guard lock{mutex_};
  roots_.clear();
  files_.clear();
  events_.clear();
  next_file_ = 0;
  for (std::size_t root = 0; root < roots.size(); ++root) {
    const std::filesystem::path folder = std::filesystem::canonical(roots[root]);
    roots_.push_back(folder.string());
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
      if (!entry.is_regular_file()) continue;
      DiskEvent event;
      if (!place(entry.path().string(), event)) continue;
      event.file = file_of(event);
      event.kind = DiskEvent::Kind::write;
      std::ifstream in{entry.path(), std::ios::binary};
      event.bytes.assign(std::istreambuf_iterator<char>{in}, {});
      event.length = event.bytes.size();
      event.bytes.resize(without_zeros(event.bytes).size());
      DiskEvent folder_sync;
      folder_sync.kind = DiskEvent::Kind::sync_folder;
      folder_sync.root = root;
      folder_sync.path = std::filesystem::path{event.path}.parent_path().string();
      DiskEvent sync;
      sync.kind = DiskEvent::Kind::sync;
      sync.root = root;
      sync.file = event.file;
      events_.push_back(std::move(event));
      events_.push_back(std::move(sync));
      events_.push_back(std::move(folder_sync));
    }
  }
  on_ = true;
  return events_.size();
}

std::vector<DiskEvent> DiskJournal::stop() {
  on_ = false;
  const std::lock_guard lock{mutex_};
  return std::move(events_);
}

void DiskJournal::note_told(std::size_t node, const Hash& id) {
  const std::lock_guard lock{mutex_};
  if (!on_) return;
  DiskEvent event;
  event.root = node;
  event.id = id;
  events_.push_back(std::move(event));
}

void DiskJournal::note_create(const std::string& path) {
  const std::lock_guard lock{mutex_};
  DiskEvent event;
  if (on_ && place(path, event)) create(std::move(event));
}

void DiskJournal::note_write(int descriptor, std::uint64_t offset, ByteView bytes) {
  const std::string path = path_of(descriptor);
  if (path.empty() || path.front() != '/') return;
  const ByteView content = without_zeros(bytes);
  const std::lock_guard lock{mutex_};
  DiskEvent event;
  if (!on_ || !place(path, event)) return;
  event.file = file_of(event);
  event.kind = DiskEvent::Kind::write;
  event.offset = offset;
  event.length = bytes.size();
  event.bytes.assign(content.begin(), content.end());
  events_.push_back(std::move(event));
}

void DiskJournal::note_sync(int descriptor) {
  const std::string path = path_of(descriptor);
  const std::lock_guard lock{mutex_};
  DiskEvent event;
  if (!on_ || !place(path, event)) return;
  const bool is_folder = std::filesystem::is_directory(path);
  event.kind = is_folder ? DiskEvent::Kind::sync_folder : DiskEvent::Kind::sync;
  if (!is_folder) event.file = file_of(event);
  events_.push_back(std::move(event));
}

void DiskJournal::note_rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock{mutex_};
  DiskEvent event;
  DiskEvent target;
  if (!on_ || !place(from, event) || !place(to, target)) return;
  event.kind = DiskEvent::Kind::rename;
  event.to = target.path;
  const std::size_t file = file_of(event);
  files_.erase({event.root, event.path});
  files_[{event.root, event.to}] = file;
  events_.push_back(std::move(event));
}

void DiskJournal::note_remove(const std::string& path) {
  const std::lock_guard lock{mutex_};
  DiskEvent event;
  if (!on_ || !place(path, event)) return;
  event.kind = DiskEvent::Kind::remove;
  files_.erase({event.root, event.path});
  events_.push_back(std::move(event));
}

}  // namespace test_cluster

// The C library's own names, so that the linker finds these first: for the product's libraries in
// this program and for LevelDB beside it.
namespace {

using test_cluster::DiskJournal;

int open_watched(int folder, const char* name, int flags, mode_t mode) {
  DiskJournal& journal = DiskJournal::instance();
  if ((flags & O_TRUNC) != 0 && journal.is_on()) {
    journal.note_create(test_cluster::path_at(folder, name));
  }
  return static_cast<int>(::syscall(SYS_openat, folder, name, flags, mode));
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int sync_watched(int descriptor, long number) {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.skips_syncs()) return 0;
  const auto result = static_cast<int>(::syscall(number, descriptor));
  if (result == 0 && journal.is_on()) journal.note_sync(descriptor);
  return result;
}

hansatsu::ByteView view_of(const void* data, std::size_t count) {
  return {static_cast<const std::uint8_t*>(data), count};
}

}  // namespace

extern "C" {

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_watched(AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_watched(folder, name, flags, mode);
}

ssize_t pwrite(int descriptor, const void* data, std::size_t count, off_t offset) {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.is_on()) {
    journal.note_write(descriptor, static_cast<std::uint64_t>(offset), view_of(data, count));
  }
  return ::syscall(SYS_pwrite64, descriptor, data, count, offset);
}

ssize_t write(int descriptor, const void* data, std::size_t count) {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.is_on()) {
    const off_t offset = ::lseek(descriptor, 0, SEEK_CUR);
    if (offset >= 0) {
      journal.note_write(descriptor, static_cast<std::uint64_t>(offset), view_of(data, count));
    }
  }
  return ::syscall(SYS_write, descriptor, data, count);
}

int fdatasync(int descriptor) { return sync_watched(descriptor, SYS_fdatasync); }
int fsync(int descriptor) { return sync_watched(descriptor, SYS_fsync); }

int rename(const char* from, const char* to) noexcept {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.is_on()) journal.note_rename(from, to);
  return static_cast<int>(::syscall(SYS_rename, from, to));
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.is_on()) {
    journal.note_rename(test_cluster::path_at(from_folder, from),
                        test_cluster::path_at(to_folder, to));
  }
  return static_cast<int>(::syscall(SYS_renameat, from_folder, from, to_folder, to));
}

int unlink(const char* name) noexcept {
  DiskJournal& journal = DiskJournal::instance();
  if (journal.is_on()) journal.note_remove(name);
  return static_cast<int>(::syscall(SYS_unlink, name));
}

}  // extern "C"
