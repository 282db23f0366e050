#pragma once

#include <utility>

#include "node/log/disk.h"

namespace hansatsu::log {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// A folder of the machine's file system.
class PosixDisk final : public Disk {
 public:
  enum class Access : std::uint8_t { read_only, read_write };

  /// With read_write, a folder that is missing is made and the one above it synced; of one that is
  /// there the names are synced, whoever gave them.
  /// Errors: io, not_found, full.
  [[nodiscard]] static Result<PosixDisk, DiskError> open_folder(const std::string& path,
                                                                Access access);

  [[nodiscard]] Result<std::vector<std::string>, DiskError> list() override;
  [[nodiscard]] Result<std::unique_ptr<File>, DiskError> open(std::string_view name) override;
  [[nodiscard]] Result<std::unique_ptr<File>, DiskError> create(std::string_view name) override;
  [[nodiscard]] Result<void, DiskError> rename(std::string_view from, std::string_view to) override;

 private:
  PosixDisk(Descriptor folder, Access access) : folder_{std::move(folder)}, access_{access} {}

  Descriptor folder_;
  Access access_;
};

/// Held by the one process that may write in a data folder, for as long as it lives.
class FolderLock {
 public:
  /// Locks `path`/LOCK; the kernel lets go of it when the process ends, however it ends.
  /// Errors: locked, io, not_found.
  [[nodiscard]] static Result<FolderLock, DiskError> take(const std::string& path);

 private:
  explicit FolderLock(Descriptor file) : file_{std::move(file)} {}
  Descriptor file_;
};

}  // namespace hansatsu::log
