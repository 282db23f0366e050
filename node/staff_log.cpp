#include "node/staff_log.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hansatsu::node {
namespace {

/// A file descriptor that is closed with its object; below 0 without a file.
class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : descriptor_{::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)} {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

/// Whether the file's last line has its end; absent if that can't be found out.
std::optional<bool> is_whole(int file, off_t bytes) {
  if (bytes == 0) return true;
  char last = 0;
  if (::pread(file, &last, 1, bytes - 1) != 1) return std::nullopt;
  return last == '\n';
}

bool append(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// A new file is there after a power cut only if its folder says so.
bool sync_folder_of(const std::filesystem::path& path) {
  const File folder{path.parent_path(), O_RDONLY | O_DIRECTORY};
  return folder.is_open() && ::fsync(folder.descriptor()) == 0;
}

std::string line_of(const rpc::StaffRead& read) {
  return std::to_string(read.time.raw) + ' ' + std::to_string(read.reader.account.raw) + '-' +
         std::to_string(read.reader.slot) + '-' + std::to_string(read.reader.generation) + ' ' +
         std::to_string(read.subject.raw) + ' ' + read.what + '\n';
}

}  // namespace

StaffLog::Added StaffLog::add(const rpc::StaffRead& read, Written written) {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() < kWaitingMax) {
      waiting_.push_back({line_of(read), std::move(written)});
      return waiting_.size() == 1 ? Added::first : Added::another;
    }
  }
  spdlog::warn("staff_read_refused why=too_many");
  written(Err{rpc::ViewError::busy});
  return Added::refused;
}

/// Opened anew each time, so that the auditor may take the file away.
bool StaffLog::write_lines(std::string lines) {
  const File file{file_, O_RDWR | O_APPEND | O_CREAT};
  struct stat status{};
  if (!file.is_open() || ::fstat(file.descriptor(), &status) != 0) return false;
  if (status.st_size == 0) folder_synced_ = false;  // it may be a new one
  const auto whole = is_whole(file.descriptor(), status.st_size);
  if (!whole) return false;
  if (!*whole) lines.insert(0, 1, '\n');
  if (!append(file.descriptor(), lines) || ::fdatasync(file.descriptor()) != 0) return false;
  if (!folder_synced_) folder_synced_ = sync_folder_of(file_);
  return folder_synced_;
}

void StaffLog::write_waiting() {
  std::vector<Waiting> batch;
  {
    const std::lock_guard lock{mutex_};
    batch.swap(waiting_);
  }
  std::string lines;
  for (const Waiting& one : batch) lines += one.line;
  const bool ok = write_lines(std::move(lines));
  if (!ok) spdlog::error("staff_reads_not_logged count={}", batch.size());
  for (const Waiting& one : batch) {
    one.written(ok ? Result<void, rpc::ViewError>{} : Err{rpc::ViewError::unreadable});
  }
}

}  // namespace hansatsu::node
