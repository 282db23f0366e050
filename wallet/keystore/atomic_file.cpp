#include "wallet/keystore/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "wallet/keystore/descriptor.h"

namespace hansatsu::wallet {
namespace {

/// A synced file beside `path`, gone again unless it was moved into place.
class Draft {
 public:
  Draft(const std::filesystem::path& path, ByteView bytes) : name_{path.string() + ".XXXXXX"} {
    const Descriptor file{::mkostemp(name_.data(), O_CLOEXEC)};  // mode 0600
    made_ = file.is_open();
    written_ = made_ && write_all(file, bytes) && ::fsync(file.number()) == 0;
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (made_) ::unlink(name_.c_str());
  }
  [[nodiscard]] bool is_written() const { return written_; }
  [[nodiscard]] Result<void, FileError> link_as(const std::filesystem::path& path) const {
    if (::link(name_.c_str(), path.c_str()) == 0) return {};
    return Err{errno == EEXIST ? FileError::exists : FileError::io};
  }
  [[nodiscard]] Result<void, FileError> rename_to(const std::filesystem::path& path) {
    if (::rename(name_.c_str(), path.c_str()) != 0) return Err{FileError::io};
    made_ = false;
    return {};
  }

 private:
  std::string name_;
  bool made_ = false;
  bool written_ = false;
};

}  // namespace

Result<Bytes, FileError> read_file(const std::filesystem::path& path, std::size_t bytes_max,
                                   bool owner_only) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.is_open()) return Err{errno == ENOENT ? FileError::not_found : FileError::io};
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return Err{FileError::io};
  if (owner_only && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Err{FileError::open_to_others};
  Bytes bytes;
  std::array<std::uint8_t, 64 * 1024> piece{};
  for (;;) {  // The size is not trusted: a pipe has none, a file may grow.
    const ssize_t got = ::read(file.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Err{FileError::io};
    if (got == 0) return bytes;
    if (static_cast<std::size_t>(got) > bytes_max - bytes.size()) return Err{FileError::too_large};
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + got);
  }
}

Result<void, FileError> write_new_file(const std::filesystem::path& path, ByteView bytes) {
  const Descriptor folder{::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open()) return Err{FileError::io};
  const Draft draft{path, bytes};
  if (!draft.is_written()) return Err{FileError::io};
  if (const auto linked = draft.link_as(path); !linked) return linked;
  if (::fsync(folder.number()) != 0) return Err{FileError::io};
  return {};
}

Result<void, FileError> replace_file(const std::filesystem::path& path, ByteView before,
                                     ByteView after) {
  const Descriptor folder{::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.is_open() || ::flock(folder.number(), LOCK_EX) != 0) return Err{FileError::io};
  const auto found = read_file(path, before.size());
  if (!found && found.error() != FileError::too_large) return Err{found.error()};
  if (!found || !std::equal(found->begin(), found->end(), before.begin(), before.end()))
    return Err{FileError::changed};
  Draft draft{path, after};
  if (!draft.is_written()) return Err{FileError::io};
  if (const auto moved = draft.rename_to(path); !moved) return moved;
  if (::fsync(folder.number()) != 0) return Err{FileError::io};
  return {};
}

}  // namespace hansatsu::wallet
