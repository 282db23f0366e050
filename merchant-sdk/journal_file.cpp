#include "merchant-sdk/journal_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "ledger/types/assert.h"
#include "wallet/keystore/descriptor.h"

namespace hansatsu::merchant {
namespace {

namespace fs = std::filesystem;

/// The folder too may be new: its own entry is not waited for, as the order is refused if it is
/// lost.
void make_folder(const fs::path& folder) {
  std::error_code fault;
  if (fs::create_directories(folder, fault)) fs::permissions(folder, fs::perms::owner_all, fault);
}

/// A heading and a line, each with its end.
constexpr std::size_t kFirstWriteBytesMax = 2 * (kLineBytesMax + 1);

/// Before anything is cut: a setting that names a file of another kind must not cost that file.
bool is_file_under(std::string_view heading, int file) {
  std::array<char, kFirstWriteBytesMax + 1> begin{};
  const ssize_t got = ::pread(file, begin.data(), begin.size(), 0);
  return got >= 0 && is_under_heading({begin.data(), static_cast<std::size_t>(got)}, heading);
}

/// Where the next line begins; absent when the file can't be made whole.
std::optional<off_t> end_of_lines(int file) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return std::nullopt;
  std::array<char, 2 * kLineBytesMax> tail{};
  const off_t begin = std::max<off_t>(0, status.st_size - static_cast<off_t>(tail.size()));
  const ssize_t got = ::pread(file, tail.data(), tail.size(), begin);
  if (got != status.st_size - begin) return std::nullopt;
  const std::size_t whole = whole_line_bytes({tail.data(), static_cast<std::size_t>(got)});
  if (whole == 0 && begin > 0) return std::nullopt;
  const off_t end = begin + static_cast<off_t>(whole);
  if (end != status.st_size && ::ftruncate(file, end) != 0) return std::nullopt;
  return end;
}

}  // namespace

std::size_t whole_line_bytes(std::string_view text) {
  for (;;) {
    const std::size_t end = text.rfind('\n');
    if (end == std::string_view::npos) return 0;
    text = text.substr(0, end + 1);
    const std::size_t before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (text.find('\0', begin) == std::string_view::npos) return text.size();
    text = text.substr(0, begin);
  }
}

bool is_under_heading(std::string_view text, std::string_view heading) {
  if (text.starts_with(heading) && text.substr(heading.size()).starts_with('\n')) return true;
  const auto torn = std::mismatch(text.begin(), text.end(), heading.begin(), heading.end()).first;
  return text.size() <= kFirstWriteBytesMax &&
         std::all_of(torn, text.end(), [](char byte) { return byte == '\0'; });
}

bool append_line(const fs::path& path, std::string_view heading, std::string_view line) {
  ASSERT(heading.size() <= kLineBytesMax && line.size() <= kLineBytesMax);
  ASSERT(line.find_first_of(std::string_view{"\n\0", 2}) == std::string_view::npos);
  const fs::path folder = wallet::folder_of(path);
  make_folder(folder);
  const wallet::Descriptor file{
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file.is_open() || ::flock(file.number(), LOCK_EX) != 0) return false;
  if (!is_file_under(heading, file.number())) return false;
  const auto end = end_of_lines(file.number());
  if (!end) return false;
  std::string text;
  if (*end == 0) text.append(heading) += '\n';
  text.append(line) += '\n';
  const bool written = wallet::write_all(file, as_bytes(text)) && ::fsync(file.number()) == 0;
  if (!written) {
    // A line that nobody was told of must not come back; torn, the next writer cuts it off.
    [[maybe_unused]] const int ignored = ::ftruncate(file.number(), *end);
    return false;
  }
  if (*end != 0) return true;
  const wallet::Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return directory.is_open() && ::fsync(directory.number()) == 0;
}

}  // namespace hansatsu::merchant
