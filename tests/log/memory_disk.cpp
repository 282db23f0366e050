#include "tests/log/memory_disk.h"

#include <algorithm>

namespace hansatsu::log::test {
namespace {

class Handle final : public File {
 public:
  Handle(MemoryDisk& disk, std::string name) : disk_{&disk}, name_{std::move(name)} {}

  Result<std::uint64_t, DiskError> size() override { return file().cached.size(); }

  Result<void, DiskError> read(std::uint64_t offset, std::span<std::uint8_t> out) override {
    const Bytes& cached = file().cached;
    if (offset > cached.size() || out.size() > cached.size() - offset) return Err{DiskError::io};
    std::copy_n(cached.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

  Result<void, DiskError> write(std::uint64_t offset, ByteView bytes) override {
    if (disk_->has_ended()) return Err{DiskError::io};
    if (disk_->writes_until_failure == 0) return Err{DiskError::full};
    if (disk_->writes_until_failure > 0) --disk_->writes_until_failure;
    disk_->journal.push_back("w " + name_);
    MemoryFile& target = file();
    const std::size_t end = static_cast<std::size_t>(offset) + bytes.size();
    if (target.cached.size() < end) {
      target.cached.resize(end);
      target.dirty.resize(end);
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      target.cached[static_cast<std::size_t>(offset) + i] = bytes[i];
      target.dirty[static_cast<std::size_t>(offset) + i] = true;
    }
    return {};
  }

  Result<void, DiskError> sync() override {
    if (disk_->has_ended()) return Err{DiskError::io};
    MemoryFile& target = file();
    if (disk_->syncs_until_failure == 0) {
      target.dirty.assign(target.cached.size(), false);
      return Err{DiskError::io};
    }
    if (disk_->syncs_until_failure > 0) --disk_->syncs_until_failure;
    disk_->journal.push_back("s " + name_);
    target.durable.resize(target.cached.size());
    for (std::size_t i = 0; i < target.cached.size(); ++i) {
      if (target.dirty[i]) target.durable[i] = target.cached[i];
    }
    target.dirty.assign(target.cached.size(), false);
    return {};
  }

 private:
  MemoryFile& file() { return disk_->files[name_]; }

  MemoryDisk* disk_;
  std::string name_;
};

}  // namespace

Result<std::vector<std::string>, DiskError> MemoryDisk::list() {
  std::vector<std::string> names;
  for (const auto& [name, file] : files) names.push_back(name);
  return names;
}

Result<std::unique_ptr<File>, DiskError> MemoryDisk::open(std::string_view name) {
  if (!files.contains(std::string{name})) return Err{DiskError::not_found};
  return std::unique_ptr<File>{std::make_unique<Handle>(*this, std::string{name})};
}

Result<std::unique_ptr<File>, DiskError> MemoryDisk::create(std::string_view name) {
  files[std::string{name}] = {};
  return open(name);
}

Result<void, DiskError> MemoryDisk::rename(std::string_view from, std::string_view to) {
  auto node = files.extract(std::string{from});
  if (node.empty()) return Err{DiskError::not_found};
  files[std::string{to}] = std::move(node.mapped());
  return {};
}

void MemoryDisk::cut_power(const std::function<bool(const std::string&, std::size_t)>& keep) {
  for (auto& [name, file] : files) {
    file.durable.resize(file.cached.size());
    for (std::size_t i = 0; i < file.cached.size(); ++i) {
      if (file.dirty[i] && keep(name, i)) file.durable[i] = file.cached[i];
    }
    file.cached = file.durable;
    file.dirty.assign(file.cached.size(), false);
  }
  writes_until_failure = -1;
  syncs_until_failure = -1;
  steps_until_end = -1;
}

}  // namespace hansatsu::log::test
