#include "wallet/audit/data_folder.h"

#include "node/log/data_folder.h"
#include "node/log/segment.h"

namespace hansatsu::audit {
namespace {

constexpr std::uint64_t kCharterBytesMax = 4U << 20U;

Result<state::Charter, FolderError> read_charter(log::Disk& folder) {
  const auto file = folder.open(log::kCharterFile);
  if (!file) return Err{FolderError::no_charter};
  const auto size = (*file)->size();
  if (!size || *size > kCharterBytesMax) return Err{FolderError::no_charter};
  Bytes bytes(*size);
  if (!(*file)->read(0, bytes)) return Err{FolderError::no_charter};
  auto charter = decode<state::Charter>(bytes);
  if (!charter || !state::check_charter(*charter)) return Err{FolderError::damaged_charter};
  return *std::move(charter);
}

}  // namespace

Result<DataFolder, FolderError> open_data_folder(const std::string& path) {
  constexpr auto kReadOnly = log::PosixDisk::Access::read_only;
  auto folder = log::PosixDisk::open_folder(path, kReadOnly);
  if (!folder) return Err{FolderError::no_charter};
  auto charter = read_charter(*folder);
  if (!charter) return Err{charter.error()};
  auto disk = log::PosixDisk::open_folder(path + "/" + log::kLogFolder, kReadOnly);
  if (!disk) return Err{FolderError::no_log};
  return DataFolder{*std::move(charter), *std::move(disk)};
}

std::uint64_t log_bytes(log::Disk& disk) {
  const auto count = log::count_segments(disk);
  std::uint64_t bytes = 0;
  for (std::uint32_t number = 1; count && number <= *count; ++number) {
    const auto segment = log::Segment::open(disk, number);
    if (segment) bytes += segment->header().bytes;
  }
  return bytes;
}

}  // namespace hansatsu::audit
