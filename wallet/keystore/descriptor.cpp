#include "wallet/keystore/descriptor.h"

#include <unistd.h>

#include <cerrno>

namespace hansatsu::wallet {

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

bool write_all(const Descriptor& file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
}

}  // namespace hansatsu::wallet
