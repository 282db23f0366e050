#pragma once

#include <random>

#include "node/log/disk.h"
#include "tests/node/disk_journal.h"

namespace test_cluster {

/// Files by their path below the root.
using DiskImage = std::map<std::string, Bytes>;

/// What may lie on one node's disk when the power goes after these events: all that was synced, and
/// of the rest what `random` decides. Each write since the last sync is there, is not, or is there
/// in some sectors; or all are there up to one that is torn. Names given, taken and changed since
/// their folder's last sync are durable up to a random one.
[[nodiscard]] DiskImage cut_power(std::span<const DiskEvent> events, std::size_t root,
                                  std::mt19937_64& random);

/// Writes the files whose paths begin with `folder` + '/' to below `to`.
void write_files(const DiskImage& image, const std::string& folder,
                 const std::filesystem::path& to);

/// The files of one folder of an image, for the log to recover from.
class ImageDisk final : public log::Disk {
 public:
  ImageDisk(DiskImage image, const std::string& folder);

  Result<std::vector<std::string>, log::DiskError> list() override;
  Result<std::unique_ptr<log::File>, log::DiskError> open(std::string_view name) override;
  Result<std::unique_ptr<log::File>, log::DiskError> create(std::string_view name) override;
  Result<void, log::DiskError> rename(std::string_view from, std::string_view to) override;

 private:
  std::map<std::string, Bytes, std::less<>> files_;
};

}  // namespace test_cluster
