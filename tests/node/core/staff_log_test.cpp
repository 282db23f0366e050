#include "node/staff_log.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/cluster/process.h"

using namespace hansatsu;  // NOLINT: a test
using node::StaffLog;
using test_cluster::TemporaryFolder;
using Told = std::vector<bool>;

namespace {

rpc::StaffRead read_of(std::uint32_t subject) {
  return {{AccountId{7}, 1, 2}, AccountId{subject}, Timestamp{1'000}, "GET /v1/accounts/x"};
}

StaffLog::Written into(Told& told) {
  return
      [&told](const Result<void, rpc::ViewError>& written) { told.push_back(written.has_value()); };
}

std::string line_for(std::uint32_t subject) {
  return "1000 7-1-2 " + std::to_string(subject) + " GET /v1/accounts/x\n";
}

/// While it lives this process can open one file more, and no second beside it.
class OneFileMore {
 public:
  OneFileMore() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const int next = ::open("/dev/null", O_RDONLY);
    REQUIRE(next >= 0);
    ::close(next);
    rlimit less = before_;
    less.rlim_cur = static_cast<rlim_t>(next) + 1;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &less) == 0);
  }
  ~OneFileMore() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  OneFileMore(const OneFileMore&) = delete;
  OneFileMore& operator=(const OneFileMore&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("staff log: who reads hears of it once the line is in the file", "[node]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "staff-reads.log";
  StaffLog log{path};
  Told told;
  CHECK(log.add(read_of(1), into(told)) == StaffLog::Added::first);
  CHECK(log.add(read_of(2), into(told)) == StaffLog::Added::another);
  CHECK(told.empty());
  log.write_waiting();
  CHECK(told == Told{true, true});
  CHECK(test_cluster::read_text(path) == line_for(1) + line_for(2));
  const auto mode = std::filesystem::status(path).permissions();
  CHECK((mode & std::filesystem::perms::others_read) == std::filesystem::perms::none);

  // The auditor takes the file away; the next line begins another.
  std::filesystem::remove(path);
  CHECK(log.add(read_of(3), into(told)) == StaffLog::Added::first);
  log.write_waiting();
  CHECK(test_cluster::read_text(path) == line_for(3));
}

TEST_CASE("staff log: a line that broke off is not the beginning of the next", "[node]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "staff-reads.log";
  std::ofstream{path} << line_for(1) << "1000 7-1-";
  StaffLog log{path};
  Told told;
  (void)log.add(read_of(2), into(told));
  log.write_waiting();
  CHECK(told == Told{true});
  CHECK(test_cluster::read_text(path) == line_for(1) + "1000 7-1-\n" + line_for(2));
}

TEST_CASE("staff log: what can't be written is told, and tried again with the next", "[node]") {
  Told told;
  StaffLog full{"/dev/full"};
  (void)full.add(read_of(1), into(told));
  full.write_waiting();
  CHECK(told == Told{false});

  const TemporaryFolder folder;
  const auto missing = folder.path() / "gone";
  StaffLog log{missing / "staff-reads.log"};
  (void)log.add(read_of(1), into(told));
  log.write_waiting();
  CHECK(told == Told{false, false});
  std::filesystem::create_directory(missing);
  CHECK(log.add(read_of(2), into(told)) == StaffLog::Added::first);
  log.write_waiting();
  CHECK(told == Told{false, false, true});
}

TEST_CASE("staff log: no line counts until the folder is known to have the file", "[node]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "staff-reads.log";
  Told told;
  StaffLog log{path};
  {
    const OneFileMore folder_fails;
    (void)log.add(read_of(1), into(told));
    log.write_waiting();
    CHECK(told == Told{false});
    // The file is there and has lines now; a power cut could still take it away whole.
    (void)log.add(read_of(2), into(told));
    log.write_waiting();
    CHECK(told == Told{false, false});
    // Nor does one that starts know what the one before it could sync.
    StaffLog after_restart{path};
    (void)after_restart.add(read_of(3), into(told));
    after_restart.write_waiting();
    CHECK(told == Told{false, false, false});
  }
  (void)log.add(read_of(4), into(told));
  log.write_waiting();
  CHECK(told == Told{false, false, false, true});
}

TEST_CASE("staff log: no more lines wait than it says", "[node]") {
  const TemporaryFolder folder;
  StaffLog log{folder.path() / "staff-reads.log"};
  Told told;
  for (std::size_t i = 0; i < StaffLog::kWaitingMax; ++i) (void)log.add(read_of(1), into(told));
  CHECK(told.empty());
  CHECK(log.add(read_of(1), into(told)) == StaffLog::Added::refused);
  CHECK(told == Told{false});
}
