#include "node/staff_log.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "node/log/posix_disk.h"

namespace hansatsu::node {
namespace {

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
  const log::Descriptor folder{
      ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return folder.number() >= 0 && ::fsync(folder.number()) == 0;
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
  const log::Descriptor file{
      ::open(file_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  struct stat status{};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return false;
  if (status.st_size == 0) folder_synced_ = false;  // it may be a new one
  const auto whole = is_whole(file.number(), status.st_size);
  if (!whole) return false;
  if (!*whole) lines.insert(0, 1, '\n');
  if (!append(file.number(), lines) || ::fdatasync(file.number()) != 0) return false;
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
