#include "tests/bench/validators.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace bench {
namespace {

constexpr std::chrono::seconds kStopMax{30};

Metrics parse_metrics(const std::string& text) {
  Metrics metrics;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string::npos) continue;
    metrics[line.substr(0, space)] = std::strtod(line.c_str() + space, nullptr);
  }
  return metrics;
}

/// proc(5): user and system time are the 14th and 15th field, the resident pages the 24th.
void read_process(pid_t pid, Usage& usage) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/stat"};
  const std::string stat{std::istreambuf_iterator<char>{in}, {}};
  // The name, in parentheses, may hold spaces: fields are counted after it.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return;
  std::istringstream fields{stat.substr(name_end + 1)};
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  fields >> usage.user_seconds >> usage.system_seconds;
  usage.user_seconds /= ticks;
  usage.system_seconds /= ticks;
  for (int field = 16; field < 24; ++field) fields >> skipped;
  std::uint64_t pages = 0;
  fields >> pages;
  usage.resident_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

double Usage::metric(const std::string& name) const {
  const auto found = metrics.find("hansatsu_" + name);
  return found == metrics.end() ? 0 : found->second;
}

Attempt<Validators> Validators::start(const Path& dir, const Path& hansatsud) {
  const auto founded = town::load_town(dir);
  if (!founded) return Err{founded.error()};
  Validators validators;
  for (const town::ValidatorPlace& place : founded->validators) {
    const Path folder = dir / "validators" / place.name;
    auto process = town::ChildProcess::start({hansatsud.string(), "run", "--data", folder.string()},
                                             folder / "hansatsud.out");
    if (!process) return Err{process.error()};
    validators.running_.push_back({folder, place.api, *std::move(process)});
  }
  return validators;
}

Attempt<Usage> Validators::usage(std::size_t validator) const {
  const Running& one = running_[validator];
  rpc::ClientOptions options;
  std::string address;
  std::ifstream{one.folder / "metrics.address"} >> address;
  const auto endpoint = rpc::parse_endpoint("http://" + address);
  if (!endpoint) return Err{one.folder.filename().string() + " says no address of its metrics"};
  options.endpoints.push_back(*endpoint);
  rpc::Client client{options};
  const auto text = client.metrics();
  if (!text) return Err{one.folder.filename().string() + " gives no metrics"};
  Usage usage;
  usage.metrics = parse_metrics(*text);
  read_process(one.process.pid(), usage);
  return usage;
}

Attempt<std::vector<Usage>> Validators::usage_of_all() const {
  std::vector<Usage> all;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    auto one = usage(i);
    if (!one) return Err{one.error()};
    all.push_back(*std::move(one));
  }
  return all;
}

std::uint64_t Validators::store_bytes(std::size_t validator) const {
  std::uint64_t bytes = 0;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator entry{running_[validator].folder / "state", failed};
  for (; !failed && entry != std::filesystem::end(entry); entry.increment(failed)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  }
  return bytes;
}

Attempt<void> Validators::stop() {
  for (const Running& one : running_) one.process.ask_to_stop();
  for (Running& one : running_) {
    if (!one.process.ended_well(kStopMax)) {
      return Err{one.folder.filename().string() + " did not end in order; see its hansatsud.out"};
    }
  }
  return {};
}

}  // namespace bench
