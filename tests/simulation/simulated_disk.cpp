#include "tests/simulation/simulated_disk.h"

#include <algorithm>

namespace hansatsu::simulation {

using log::DiskError;

/// A handle; several may be open on one content.
class SimulatedFile final : public log::File {
 public:
  SimulatedFile(SimulatedDisk& disk, std::shared_ptr<SimulatedDisk::Content> content)
      : disk_{disk}, content_{std::move(content)} {}

  Result<std::uint64_t, DiskError> size() override { return std::uint64_t{content_->seen.size()}; }
  Result<void, DiskError> read(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (offset > content_->seen.size() || out.size() > content_->seen.size() - offset) {
      return Err{DiskError::io};
    }
    std::copy_n(content_->seen.begin() + static_cast<std::ptrdiff_t>(offset), out.size(),
                out.begin());
    return {};
  }
  Result<void, DiskError> write(std::uint64_t offset, ByteView bytes) override {
    SimulatedDisk::Write write{offset, {bytes.begin(), bytes.end()}, false};
    SimulatedDisk::apply(content_->seen, write);
    content_->writes.push_back(std::move(write));
    return {};
  }
  Result<void, DiskError> sync() override {
    ++disk_.syncs_;
    // One thread writes the log: a sync is only asked for after the one before it returned.
    disk_.finish_sync();
    for (auto& write : content_->writes) write.syncing = true;
    if (disk_.sync_at_once_) disk_.finish_sync();
    return {};
  }

 private:
  SimulatedDisk& disk_;
  std::shared_ptr<SimulatedDisk::Content> content_;
};

void SimulatedDisk::apply(Bytes& to, const Write& write) {
  const std::size_t end = static_cast<std::size_t>(write.offset) + write.bytes.size();
  if (to.size() < end) to.resize(end);
  std::copy(write.bytes.begin(), write.bytes.end(),
            to.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

Result<std::vector<std::string>, DiskError> SimulatedDisk::list() {
  std::vector<std::string> names;
  for (const auto& [name, content] : files_) names.push_back(name);
  return names;
}

Result<std::unique_ptr<log::File>, DiskError> SimulatedDisk::open(std::string_view name) {
  const auto found = files_.find(name);
  if (found == files_.end()) return Err{DiskError::not_found};
  return std::unique_ptr<log::File>{std::make_unique<SimulatedFile>(*this, found->second)};
}

Result<std::unique_ptr<log::File>, DiskError> SimulatedDisk::create(std::string_view name) {
  auto& content = files_[std::string{name}];
  content = std::make_shared<Content>();
  return std::unique_ptr<log::File>{std::make_unique<SimulatedFile>(*this, content)};
}

Result<void, DiskError> SimulatedDisk::rename(std::string_view from, std::string_view to) {
  const auto found = files_.find(from);
  if (found == files_.end()) return Err{DiskError::not_found};
  finish_sync();
  auto content = found->second;
  files_.erase(found);
  files_[std::string{to}] = std::move(content);
  return {};
}

void SimulatedDisk::finish_sync() {
  for (auto& [name, content] : files_) {
    for (const Write& write : content->writes) {
      if (write.syncing) apply(content->durable, write);
    }
    std::erase_if(content->writes, [](const Write& write) { return write.syncing; });
  }
}

void SimulatedDisk::crash(Random& random, const CrashRule& rule) {
  for (auto& [name, content] : files_) {
    for (const Write& write : content->writes) {
      const std::uint64_t fate = random.below(1'000);
      if (fate < rule.keep_per_mille) {
        apply(content->durable, write);
      } else if (fate < rule.keep_per_mille + rule.tear_per_mille) {
        for (std::size_t at = 0; at < write.bytes.size(); at += kSectorBytes) {
          if (!random.chance(500)) continue;
          const std::size_t end = std::min(at + kSectorBytes, write.bytes.size());
          Write sector{write.offset + at, {}, false};
          sector.bytes.assign(write.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                              write.bytes.begin() + static_cast<std::ptrdiff_t>(end));
          apply(content->durable, sector);
        }
      }
    }
    if (content->writes.empty()) continue;
    content->writes.clear();
    content->seen = content->durable;
  }
}

}  // namespace hansatsu::simulation
