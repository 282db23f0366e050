#pragma once

#include <filesystem>

#include "ledger/types/bytes.h"

namespace hansatsu::wallet {

/// A file descriptor that closes itself; below 0 without a file.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// False when the system takes less than all of it; how much was taken is then unknown.
[[nodiscard]] bool write_all(const Descriptor& file, ByteView bytes);

/// Where a file's name is kept: the folder to sync when a file is new.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& path);

}  // namespace hansatsu::wallet
