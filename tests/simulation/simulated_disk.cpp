#include "tests/simulation/simulated_disk.h"

#include <algorithm>

namespace hansatsu::simulation {

using log::DiskError;

namespace {

/// Up to the last byte that is not zero.
std::size_t used_bytes(const Bytes& bytes) {
  std::size_t end = bytes.size();
  while (end > 0 && bytes[end - 1] == 0) --end;
  return end;
}

}  // namespace

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
    if (disk_.fails(DiskFault::full)) {
      // What there is room for is written before the system says that there is no more.
      if (!bytes.empty()) disk_.put(*content_, offset, bytes.first(disk_.fate_ % bytes.size()));
      disk_.met(Mark::disk_full);
      return Err{DiskError::full};
    }
    disk_.put(*content_, offset, bytes);
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

void SimulatedDisk::apply(Bytes& to, std::uint64_t offset, ByteView bytes) {
  const std::size_t end = static_cast<std::size_t>(offset) + bytes.size();
  if (to.size() < end) to.resize(end);
  std::copy(bytes.begin(), bytes.end(), to.begin() + static_cast<std::ptrdiff_t>(offset));
}

void SimulatedDisk::put(Content& content, std::uint64_t offset, ByteView bytes) {
  if (bytes.empty()) return;
  Write write{offset, {bytes.begin(), bytes.end()}, false, std::nullopt};
  apply(content.seen, offset, bytes);
  if (stray_ != 0) {
    Random random{std::exchange(stray_, 0)};
    write.stray = any_place(random);
    content.differs = true;
  }
  content.writes.push_back(std::move(write));
}

void SimulatedDisk::land(Content& content, const Write& write, std::size_t from,
                         std::size_t count) {
  const ByteView bytes = ByteView{write.bytes}.subspan(from, count);
  if (!write.stray) return apply(content.durable, write.offset + from, bytes);
  met(Mark::write_misdirected);
  const auto found = files_.find(write.stray->file);
  if (found == files_.end()) return;
  Content& hit = *found->second;
  hit.differs = true;
  const std::uint64_t at = write.stray->offset + from;
  // No device makes a file longer.
  if (at >= hit.durable.size()) return;
  apply(hit.durable, at, bytes.first(std::min<std::size_t>(count, hit.durable.size() - at)));
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
  if (fails(DiskFault::full)) {
    met(Mark::disk_full);
    return Err{DiskError::full};
  }
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
      if (write.syncing) land(*content, write, 0, write.bytes.size());
    }
    std::erase_if(content->writes, [](const Write& write) { return write.syncing; });
  }
}

SimulatedDisk::Fate SimulatedDisk::survive(Content& content, const Write& write, Random& random,
                                           const CrashRule& rule) {
  const std::uint64_t fate = random.below(1'000);
  if (fate < rule.keep_per_mille) {
    land(content, write, 0, write.bytes.size());
    return Fate::kept;
  }
  if (fate >= rule.keep_per_mille + rule.tear_per_mille) return Fate::lost;
  // The file is as long as it was made; sectors are there or not.
  std::size_t landed = 0;
  for (std::size_t at = 0; at < write.bytes.size(); at += kSectorBytes) {
    if (!random.chance(500)) continue;
    const std::size_t count = std::min(kSectorBytes, write.bytes.size() - at);
    land(content, write, at, count);
    landed += count;
  }
  if (landed == 0) return Fate::lost;
  return landed == write.bytes.size() ? Fate::kept : Fate::torn;
}

void SimulatedDisk::crash(Random& random, const CrashRule& rule) {
  constexpr std::array kMarkOf{Mark::unsynced_kept, Mark::unsynced_torn, Mark::unsynced_lost};
  for (auto& [name, content] : files_) {
    if (content->writes.empty() && !content->differs) continue;
    const std::uint64_t whole = rule.prefix ? random.between(0, content->writes.size()) : 0;
    for (std::size_t i = 0; i < content->writes.size(); ++i) {
      Fate fate = Fate::lost;
      if (i < whole) {
        land(*content, content->writes[i], 0, content->writes[i].bytes.size());
        fate = Fate::kept;
      } else if (!rule.prefix || i == whole) {
        fate = survive(*content, content->writes[i], random, rule);
      }
      met(kMarkOf[static_cast<std::size_t>(fate)]);
    }
  }
  // Only now: a misdirected write may have hit a file that was looked at before.
  for (auto& [name, content] : files_) {
    if (content->writes.empty() && !content->differs) continue;
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
  stray_ = 0;
}

/// The kernel marks the pages clean and tells of the failure once: they are on the disk or not, and
/// nothing will write them again by itself.
void SimulatedDisk::lose_sync(Content& content) {
  met(Mark::sync_failed);
  Random random{fate_};
  for (const Write& write : content.writes) {
    if (survive(content, write, random, CrashRule{}) == Fate::torn) met(Mark::sync_failed_in_part);
  }
  content.writes.clear();
  content.differs = true;
}

/// Most of a segment is zeros that nobody reads: where something stands, or just behind it.
SimulatedDisk::Place SimulatedDisk::any_place(Random& random) const {
  auto file = files_.begin();
  std::advance(file, static_cast<std::ptrdiff_t>(random.below(files_.size())));
  const std::size_t sectors = used_bytes(file->second->durable) / kSectorBytes;
  return {file->first, random.between(0, sectors) * kSectorBytes};
}

bool SimulatedDisk::flip_bit(Random& random) {
  if (files_.empty()) return false;
  auto file = files_.begin();
  std::advance(file, static_cast<std::ptrdiff_t>(random.below(files_.size())));
  Content& content = *file->second;
  const std::size_t end = used_bytes(content.durable);
  if (end == 0) return false;
  const std::size_t at = random.below(end);
  const auto bit = static_cast<std::uint8_t>(1U << random.below(8));
  content.durable[at] = static_cast<std::uint8_t>(content.durable[at] ^ bit);
  content.seen[at] = static_cast<std::uint8_t>(content.seen[at] ^ bit);
  met(Mark::bit_flipped);
  return true;
}

}  // namespace hansatsu::simulation
