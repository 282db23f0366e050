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
    if (disk_.fails(DiskFault::full)) return Err{DiskError::full};
    SimulatedDisk::Write write{offset, {bytes.begin(), bytes.end()}, false};
    SimulatedDisk::apply(content_->seen, write);
    content_->writes.push_back(std::move(write));
    return {};
  }
  Result<void, DiskError> sync() override {
    ++disk_.syncs_;
    // One thread writes the log: a sync is only asked for after the one before it returned.
    disk_.finish_sync();
    if (disk_.fails(DiskFault::sync_failed)) {
      disk_.lose_sync(*content_);
      return Err{DiskError::io};
    }
    for (auto& write : content_->writes) write.syncing = true;
    if (disk_.sync_at_once_) disk_.finish_sync();
    return {};
  }

 private:
  SimulatedDisk& disk_;
  std::shared_ptr<SimulatedDisk::Content> content_;
};

SimulatedDisk::SimulatedDisk(const SimulatedDisk& other) : log::Disk{} { *this = other; }

SimulatedDisk& SimulatedDisk::operator=(const SimulatedDisk& other) {
  if (this == &other) return *this;
  files_.clear();
  for (const auto& [name, content] : other.files_) {
    files_[name] = std::make_shared<Content>(*content);
  }
  sync_at_once_ = other.sync_at_once_;
  syncs_ = other.syncs_;
  return *this;
}

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
  if (fails(DiskFault::full)) return Err{DiskError::full};
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
    if (content->writes.empty()) continue;
    for (const Write& write : content->writes) {
      if (write.syncing) apply(content->durable, write);
    }
    std::erase_if(content->writes, [](const Write& write) { return write.syncing; });
  }
}

void SimulatedDisk::survive(Content& content, const Write& write, Random& random,
                            const CrashRule& rule) {
  const std::uint64_t fate = random.below(1'000);
  if (fate < rule.keep_per_mille) return apply(content.durable, write);
  if (fate >= rule.keep_per_mille + rule.tear_per_mille) return;
  // The file is as long as it was made; sectors are there or not.
  for (std::size_t at = 0; at < write.bytes.size(); at += kSectorBytes) {
    if (!random.chance(500)) continue;
    const std::size_t end = std::min(at + kSectorBytes, write.bytes.size());
    Write sector{write.offset + at, {}, false};
    sector.bytes.assign(write.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        write.bytes.begin() + static_cast<std::ptrdiff_t>(end));
    apply(content.durable, sector);
  }
}

void SimulatedDisk::crash(Random& random, const CrashRule& rule) {
  for (auto& [name, content] : files_) {
    if (content->writes.empty() && !content->differs) continue;
    const std::uint64_t whole = rule.prefix ? random.between(0, content->writes.size()) : 0;
    for (std::size_t i = 0; i < content->writes.size(); ++i) {
      if (i < whole) {
        apply(content->durable, content->writes[i]);
      } else if (!rule.prefix || i == whole) {
        survive(*content, content->writes[i], random, rule);
      }
    }
    content->writes.clear();
    content->seen = content->durable;
    content->differs = false;
  }
}

void SimulatedDisk::fail_next(DiskFault fault, Random& random) {
  fault_ = fault;
  fate_ = random.next();
}

bool SimulatedDisk::fails(DiskFault fault) {
  if (fault_ != fault) return false;
  failed_ = true;
  return true;
}

void SimulatedDisk::repair() {
  fault_.reset();
  failed_ = false;
}

/// The kernel marks the pages clean and tells of the failure once: they are on the disk or not, and
/// nothing will write them again by itself.
void SimulatedDisk::lose_sync(Content& content) {
  for (const Write& write : content.writes) {
    if ((fate_ & 1U) != 0) apply(content.durable, write);
    fate_ >>= 1U;
  }
  content.writes.clear();
  content.differs = true;
}

bool SimulatedDisk::flip_bit(Random& random) {
  if (files_.empty()) return false;
  auto file = files_.begin();
  std::advance(file, static_cast<std::ptrdiff_t>(random.below(files_.size())));
  Content& content = *file->second;
  // Where something stands: most of a segment is zeros that nobody reads.
  std::size_t end = content.durable.size();
  while (end > 0 && content.durable[end - 1] == 0) --end;
  if (end == 0) return false;
  const std::size_t at = random.below(end);
  const auto bit = static_cast<std::uint8_t>(1U << random.below(8));
  content.durable[at] = static_cast<std::uint8_t>(content.durable[at] ^ bit);
  content.seen[at] = static_cast<std::uint8_t>(content.seen[at] ^ bit);
  return true;
}

}  // namespace hansatsu::simulation
