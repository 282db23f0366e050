#include <sys/vfs.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/bench/report.h"

namespace {

using namespace hansatsu;

constexpr long kTmpfsMagic = 0x01021994;  // statfs(2)

int fail(const std::string& why) {
  std::cerr << "FAILED: " << why << "\n";
  return 1;
}

/// What lies in memory only would make every sync free.
bool is_in_memory(const town::Path& dir) {
  struct statfs file_system{};
  return ::statfs(dir.c_str(), &file_system) == 0 && file_system.f_type == kTmpfsMagic;
}

/// A fresh folder below the system's place for such things; it goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hansatsu-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const town::Path& path() const { return path_; }

 private:
  town::Path path_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "hansatsu-bench: payments through a town of real processes, beside the ceiling that "
      "signature checks set"};
  app.footer(
      "  hansatsu-bench --validators 4 --payments 100000\n"
      "  hansatsu-bench --validators 4 --payments 2000 --rate 200 --json\n"
      "What the figures mean: docs/performance.md.");
  bench::Options options;
  std::string dir;
  std::string example = std::string{HANSATSU_SOURCE_DIR} + "/docs/example";
  std::uint32_t rate = 0;
  bool json = false;
  app.add_option("--validators", options.validators, "how many: 1, or 4 to 31");
  app.add_option("--payments", options.payments, "how many")->check(CLI::Range(1, 1'000'000));
  app.add_option("--rate", rate, "payments a second; 0: as fast as they are taken")
      ->check(CLI::Range(0, 100'000));
  app.add_option("--residents", options.residents, "people of the town, at least")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--connections", options.connections, "without --rate: side by side")
      ->check(CLI::Range(1, 512));
  app.add_option("--batch", options.batch, "without --rate: payments in a request")
      ->check(CLI::Range(1, 1'000));
  app.add_option("--dir", dir, "where the town is founded and stays (default: a temporary folder)");
  app.add_option("--example", example, "folder of the demo town's data files");
  app.add_flag("--json", json, "one JSON value");
  CLI11_PARSE(app, argc, argv);

  if (!initialize_crypto()) return fail("no source of randomness");
  const TemporaryFolder temporary;
  options.dir = dir.empty() ? temporary.path() : town::Path{dir};
  options.example = example;
  options.hansatsud = town::Path{argv[0]}.replace_filename("hansatsud");
  if (rate != 0) options.rate = rate;
  std::error_code ignored;
  std::filesystem::create_directories(options.dir, ignored);
  if (is_in_memory(options.dir)) {
    return fail(options.dir.string() + " lies in memory, where syncs mean nothing: use --dir");
  }
  const auto figures = bench::measure(options);
  if (!figures) return fail(figures.error());
  if (json) {
    std::cout << bench::to_json(*figures) << "\n";
  } else {
    bench::print(std::cout, *figures);
  }
  if (!figures->latencies.kept_rate()) {
    return fail("the rate was not kept: " + figures->latencies.starts_text());
  }
  return 0;
}
