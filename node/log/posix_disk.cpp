#include "node/log/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hansatsu::log {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

DiskError error_now() {
  switch (errno) {
    case ENOENT:
      return DiskError::not_found;
    case ENOSPC:
    case EDQUOT:
      return DiskError::full;
    case EWOULDBLOCK:
      return DiskError::locked;
    default:
      return DiskError::io;
  }
}

/// Calls again when a signal came in between; -1 and errno otherwise.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class PosixFile final : public File {
 public:
  explicit PosixFile(Descriptor descriptor) : descriptor_{std::move(descriptor)} {}

  Result<std::uint64_t, DiskError> size() override {
    struct stat status{};
    if (::fstat(descriptor_.number(), &status) != 0) return Err{error_now()};
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void, DiskError> read(std::uint64_t offset, std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      const auto count = uninterrupted([&] {
        return ::pread(descriptor_.number(), out.data(), out.size(), static_cast<off_t>(offset));
      });
      if (count < 0) return Err{error_now()};
      if (count == 0) return Err{DiskError::io};
      offset += static_cast<std::uint64_t>(count);
      out = out.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<void, DiskError> write(std::uint64_t offset, ByteView bytes) override {
    const auto count = uninterrupted([&] {
      return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    });
    if (count < 0) return Err{error_now()};
    // A regular file takes less than asked only when the disk is full or failing.
    if (static_cast<std::size_t>(count) != bytes.size()) return Err{DiskError::full};
    return {};
  }

  Result<void, DiskError> sync() override {
    // Not called again after a failure, EINTR included: the kernel may have dropped the pages.
    if (::fdatasync(descriptor_.number()) != 0) return Err{error_now()};
    return {};
  }

 private:
  Descriptor descriptor_;
};

Result<Descriptor, DiskError> open_at(int folder, const std::string& name, int flags) {
  const int number =
      uninterrupted([&] { return ::openat(folder, name.c_str(), flags | O_CLOEXEC, kFileMode); });
  if (number < 0) return Err{error_now()};
  return Descriptor{number};
}

Result<void, DiskError> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST) return Err{error_now()};
  // Always: whoever made it may have been killed before it was synced.
  const auto parent = open_at(AT_FDCWD, path + "/..", O_RDONLY | O_DIRECTORY);
  if (!parent) return Err{parent.error()};
  if (::fsync(parent->number()) != 0) return Err{error_now()};
  return {};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<PosixDisk, DiskError> PosixDisk::open_folder(const std::string& path, Access access) {
  if (access == Access::read_write) {
    if (const auto made = make_folder(path); !made) return Err{made.error()};
  }
  auto folder = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!folder) return Err{folder.error()};
  // A process that was killed between a renaming and its sync has left a name in the cache only.
  if (access == Access::read_write && ::fsync(folder->number()) != 0) return Err{error_now()};
  return PosixDisk{*std::move(folder), access};
}

Result<std::vector<std::string>, DiskError> PosixDisk::list() {
  // A descriptor of its own: fdopendir takes it over and moves its position.
  const int copy = uninterrupted(
      [&] { return ::openat(folder_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (copy < 0) return Err{error_now()};
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::fdopendir(copy), ::closedir};
  if (!folder) {
    const DiskError error = error_now();
    ::close(copy);
    return Err{error};
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  if (errno != 0) return Err{error_now()};
  std::ranges::sort(names);
  return names;
}

Result<std::unique_ptr<File>, DiskError> PosixDisk::open(std::string_view name) {
  const int flags = access_ == Access::read_write ? O_RDWR : O_RDONLY;
  auto descriptor = open_at(folder_.number(), std::string{name}, flags);
  if (!descriptor) return Err{descriptor.error()};
  return std::unique_ptr<File>{std::make_unique<PosixFile>(*std::move(descriptor))};
}

Result<std::unique_ptr<File>, DiskError> PosixDisk::create(std::string_view name) {
  if (access_ != Access::read_write) return Err{DiskError::io};
  auto descriptor = open_at(folder_.number(), std::string{name}, O_RDWR | O_CREAT | O_TRUNC);
  if (!descriptor) return Err{descriptor.error()};
  return std::unique_ptr<File>{std::make_unique<PosixFile>(*std::move(descriptor))};
}

Result<void, DiskError> PosixDisk::rename(std::string_view from, std::string_view to) {
  if (access_ != Access::read_write) return Err{DiskError::io};
  if (::renameat(folder_.number(), std::string{from}.c_str(), folder_.number(),
                 std::string{to}.c_str()) != 0) {
    return Err{error_now()};
  }
  if (::fsync(folder_.number()) != 0) return Err{error_now()};
  return {};
}

Result<FolderLock, DiskError> FolderLock::take(const std::string& path) {
  auto file = open_at(AT_FDCWD, path + "/LOCK", O_RDWR | O_CREAT);
  if (!file) return Err{file.error()};
  const int taken = uninterrupted([&] { return ::flock(file->number(), LOCK_EX | LOCK_NB); });
  if (taken != 0) return Err{error_now()};
  return FolderLock{*std::move(file)};
}

}  // namespace hansatsu::log
