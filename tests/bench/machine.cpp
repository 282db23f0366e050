#include "tests/bench/machine.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <thread>

namespace bench {
namespace {

/// After the colon of the first such line of /proc/cpuinfo; "unknown" where processors are named
/// otherwise (ARM tells numbers).
std::string processor_name() {
  constexpr std::string_view kKey = "model name";
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kKey)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    if (begin != std::string::npos) return line.substr(begin);
  }
  return "unknown";
}

}  // namespace

Machine this_machine() {
  return {std::max(1U, std::thread::hardware_concurrency()), processor_name()};
}

}  // namespace bench
