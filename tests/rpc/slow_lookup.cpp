#include "tests/rpc/slow_lookup.h"

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <string_view>

namespace test_rpc {
namespace {

std::atomic<int> lookups{0};
std::atomic<bool> is_held{false};

}  // namespace

SlowLookup::SlowLookup() {
  lookups = 0;
  is_held = true;
}
SlowLookup::~SlowLookup() { release(); }
bool SlowLookup::has_begun() const { return lookups > 1; }
void SlowLookup::release() {
  is_held = false;
  is_held.notify_all();
}

}  // namespace test_rpc

/// The system's own, in the system's stead: the program's comes before the library's.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto of_system = reinterpret_cast<Lookup>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const bool is_slow = name != nullptr && std::string_view{name} == test_rpc::SlowLookup::kName;
  if (is_slow && ++test_rpc::lookups > 1) test_rpc::is_held.wait(true);
  return of_system(is_slow ? "127.0.0.1" : name, service, hints, found);
}
