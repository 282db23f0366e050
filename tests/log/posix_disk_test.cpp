#include "node/log/posix_disk.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/log/fixture.h"

using namespace hansatsu;
using namespace hansatsu::log;
using namespace hansatsu::log::test;

namespace {

/// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hansatsu-log-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("posix disk: a log is written, left and opened again", "[log]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/log";
  const Groups groups = sample_groups(60, 3000);
  {
    auto disk = PosixDisk::open_folder(path, PosixDisk::Access::read_write);
    REQUIRE(disk);
    Log log = create_log(*disk);
    append_all(log, first(groups, 30));
  }
  auto disk = PosixDisk::open_folder(path, PosixDisk::Access::read_write);
  REQUIRE(disk);
  auto log = Log::open(*disk, kOwner, kSmall);
  REQUIRE(log);
  CHECK(read_all(*disk) == first(groups, 30));
  for (std::size_t i = 30; i < groups.size(); ++i) REQUIRE(log->append(groups[i]));

  auto read_only = PosixDisk::open_folder(path, PosixDisk::Access::read_only);
  REQUIRE(read_only);
  CHECK(read_all(*read_only) == groups);
  CHECK_FALSE(read_only->create("other"));
  CHECK_FALSE(read_only->rename(segment_name(1), "other"));
  auto file = read_only->open(segment_name(1));
  REQUIRE(file);
  CHECK_FALSE((*file)->write(0, Bytes{1}));
}

TEST_CASE("posix disk: an absent folder or file is told as absent", "[log]") {
  const TemporaryFolder folder;
  const auto none = PosixDisk::open_folder(folder.path() + "/none", PosixDisk::Access::read_only);
  REQUIRE_FALSE(none);
  CHECK(none.error() == DiskError::not_found);
  auto disk = PosixDisk::open_folder(folder.path(), PosixDisk::Access::read_write);
  REQUIRE(disk);
  CHECK(disk->open("none").error() == DiskError::not_found);
  auto file = disk->create("short");
  REQUIRE(file);
  REQUIRE((*file)->write(0, Bytes{1, 2, 3}));
  Bytes out(4);
  CHECK((*file)->read(0, out).error() == DiskError::io);
}

TEST_CASE("posix disk: a data folder has one holder at a time", "[log]") {
  const TemporaryFolder folder;
  {
    const auto held = FolderLock::take(folder.path());
    REQUIRE(held);
    const auto second = FolderLock::take(folder.path());
    REQUIRE_FALSE(second);
    CHECK(second.error() == DiskError::locked);
  }
  CHECK(FolderLock::take(folder.path()));
}
