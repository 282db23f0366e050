#include "tests/node/disk_image.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace test_cluster {
namespace {

using Kind = DiskEvent::Kind;

constexpr std::size_t kSectorBytes = 512;

std::string folder_of(const std::string& path) {
  return std::filesystem::path{path}.parent_path().string();
}

/// Places of the changes of names that the disk has not got.
std::set<std::size_t> lost_names(std::span<const DiskEvent> events, std::size_t root,
                                 std::mt19937_64& random) {
  std::map<std::string, std::vector<std::size_t>> open;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const DiskEvent& event = events[i];
    if (event.root != root) continue;
    if (event.kind == Kind::sync_folder) open[event.path].clear();
    const bool is_change =
        event.kind == Kind::create || event.kind == Kind::rename || event.kind == Kind::remove;
    if (is_change) open[folder_of(event.path)].push_back(i);
  }
  std::set<std::size_t> lost;
  for (const auto& [folder, changes] : open) {
    const std::size_t kept = random() % (changes.size() + 1);
    lost.insert(changes.begin() + static_cast<std::ptrdiff_t>(kept), changes.end());
  }
  return lost;
}

void apply(Bytes& file, const DiskEvent& write, std::size_t from, std::size_t to) {
  if (from >= to) return;
  if (file.size() < write.offset + to) file.resize(write.offset + to, 0);
  const auto at = file.begin() + static_cast<std::ptrdiff_t>(write.offset);
  const std::size_t content = std::min(to, write.bytes.size());
  if (from < content) {
    std::copy_n(write.bytes.begin() + static_cast<std::ptrdiff_t>(from), content - from,
                at + static_cast<std::ptrdiff_t>(from));
  }
  const std::size_t zeros = std::max(from, content);
  std::fill(at + static_cast<std::ptrdiff_t>(zeros), at + static_cast<std::ptrdiff_t>(to),
            std::uint8_t{0});
}

void apply_torn(Bytes& file, const DiskEvent& write, std::mt19937_64& random) {
  for (std::size_t from = 0; from < write.length; from += kSectorBytes) {
    if (random() % 2 == 0) continue;
    apply(file, write, from, std::min<std::size_t>(from + kSectorBytes, write.length));
  }
}

using Pending = std::vector<const DiskEvent*>;

void apply_some(Bytes& file, const Pending& writes, std::mt19937_64& random) {
  const bool in_order = random() % 2 == 0;
  const std::size_t whole = random() % (writes.size() + 1);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const DiskEvent& write = *writes[i];
    const std::uint64_t fate = random() % 3;
    if (in_order ? i < whole : fate == 0) apply(file, write, 0, write.length);
    if (in_order && i == whole) apply(file, write, 0, random() % (write.length + 1));
    if (!in_order && fate == 1) apply_torn(file, write, random);
  }
}

class ImageFile final : public log::File {
 public:
  explicit ImageFile(Bytes& bytes) : bytes_{bytes} {}

  Result<std::uint64_t, log::DiskError> size() override { return bytes_.size(); }
  Result<void, log::DiskError> read(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return Err{log::DiskError::io};
    }
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }
  Result<void, log::DiskError> write(std::uint64_t offset, ByteView bytes) override {
    if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<void, log::DiskError> sync() override { return {}; }

 private:
  Bytes& bytes_;
};

}  // namespace

DiskImage cut_power(std::span<const DiskEvent> events, std::size_t root, std::mt19937_64& random) {
  const std::set<std::size_t> lost = lost_names(events, root, random);
  std::map<std::string, std::size_t> names;
  std::map<std::size_t, std::pair<Bytes, Pending>> files;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const DiskEvent& event = events[i];
    if (event.root != root || lost.contains(i)) continue;
    auto& [bytes, pending] = files[event.file];
    switch (event.kind) {
      case Kind::create:
        names[event.path] = event.file;
        break;
      case Kind::write:
        pending.push_back(&event);
        break;
      case Kind::sync:
        for (const DiskEvent* write : pending) apply(bytes, *write, 0, write->length);
        pending.clear();
        break;
      case Kind::rename:
        names[event.to] = names.at(event.path);
        names.erase(event.path);
        break;
      case Kind::remove:
        names.erase(event.path);
        break;
      case Kind::sync_folder:
      case Kind::told:
        break;
    }
  }
  DiskImage image;
  for (const auto& [path, file] : names) {
    auto& [bytes, pending] = files[file];
    apply_some(bytes, pending, random);
    image[path] = std::move(bytes);
  }
  return image;
}

void write_files(const DiskImage& image, const std::string& folder,
                 const std::filesystem::path& to) {
  for (const auto& [path, bytes] : image) {
    if (!path.starts_with(folder + "/")) continue;
    std::filesystem::create_directories((to / path).parent_path());
    std::ofstream out{to / path, std::ios::binary | std::ios::trunc};
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
}

ImageDisk::ImageDisk(DiskImage image, const std::string& folder) {
  for (auto& [path, bytes] : image) {
    if (path.starts_with(folder + "/")) files_[path.substr(folder.size() + 1)] = std::move(bytes);
  }
}

Result<std::vector<std::string>, log::DiskError> ImageDisk::list() {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files_) names.push_back(name);
  return names;
}

Result<std::unique_ptr<log::File>, log::DiskError> ImageDisk::open(std::string_view name) {
  const auto found = files_.find(name);
  if (found == files_.end()) return Err{log::DiskError::not_found};
  return std::unique_ptr<log::File>{std::make_unique<ImageFile>(found->second)};
}

Result<std::unique_ptr<log::File>, log::DiskError> ImageDisk::create(std::string_view name) {
  files_[std::string{name}].clear();
  return open(name);
}

Result<void, log::DiskError> ImageDisk::rename(std::string_view from, std::string_view to) {
  auto node = files_.extract(std::string{from});
  if (node.empty()) return Err{log::DiskError::not_found};
  node.key() = std::string{to};
  files_.insert_or_assign(node.key(), std::move(node.mapped()));
  return {};
}

}  // namespace test_cluster
