#include "wallet/keystore/keystore.h"

#include <sys/mman.h>
#include <unistd.h>

using namespace hansatsu;

/// A keystore file that anybody may have put there: its public part is read before any passphrase.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("keystore", 0);
  ASSERT(file >= 0);
  ASSERT(::write(file, data, size) == static_cast<ssize_t>(size));
  const auto keys = wallet::Keystore::list("/proc/self/fd/" + std::to_string(file));
  ASSERT(!keys || keys->size() <= wallet::Keystore::kKeysMax);
  ::close(file);
  return 0;
}
