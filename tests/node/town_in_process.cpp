#include "tests/node/town_in_process.h"

#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "node/log/log.h"
#include "node/log/posix_disk.h"

namespace test_cluster {

namespace {

/// Makes the empty log of a founded chain again, with a first segment of this length.
void shorten_log(const std::filesystem::path& data, std::uint32_t segment_bytes) {
  const std::filesystem::path folder = data / node::kLogFolder;
  std::optional<log::Identity> identity;
  {
    auto disk = log::PosixDisk::open_folder(folder.string(), log::PosixDisk::Access::read_only);
    REQUIRE(disk.has_value());
    const auto cursor = log::Cursor::from_start(*disk);
    REQUIRE(cursor.has_value());
    identity = cursor->identity();
  }
  std::filesystem::remove_all(folder);
  auto disk = log::PosixDisk::open_folder(folder.string(), log::PosixDisk::Access::read_write);
  REQUIRE(disk.has_value());
  REQUIRE(log::Log::create(*disk, *identity, {.segment_bytes = segment_bytes}).has_value());
}

}  // namespace

TownInProcess::TownInProcess(std::uint32_t log_segment_bytes) {
  REQUIRE(initialize_crypto());
  spdlog::set_level(spdlog::level::warn);  // made here, before threads that would race for it
  std::vector<state::Validator> validators;
  for (std::size_t i = 0; i < kValidators; ++i) {
    const auto identity =
        node::create_identity(nodes_[i].folder.path(), "hall-" + std::to_string(i),
                              "127.0.0.1:" + std::to_string(free_port()));
    REQUIRE(identity.has_value());
    validators.push_back(node::public_part(*identity));
  }
  charter_ = wide_charter(std::move(validators));
  for (Node& node : nodes_) {
    REQUIRE(node::found_chain(node.folder.path(), charter_).has_value());
    if (log_segment_bytes != node::kLogSegmentBytes) {
      shorten_log(node.folder.path(), log_segment_bytes);
    }
    node.config.log_segment_bytes = log_segment_bytes;
    node.config.data = node.folder.path();
    node.config.api_listen = "127.0.0.1:" + std::to_string(free_port());
    node.config.checkpoint_interval = std::chrono::milliseconds{100};
    node.config.verify_threads = 2;
  }
}

void TownInProcess::start(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    nodes_[i].thread =
        std::thread{[&node = nodes_[i]] { node.ended.emplace(node::run_node(node.config)); }};
  }
  for (std::size_t i = first; i < last; ++i) {
    REQUIRE(wait_until(kStartMax, [&] {
      const auto status = client(i).status();
      return status && status->serving;
    }));
  }
}

void TownInProcess::stop() {
  if (std::none_of(nodes_.begin(), nodes_.end(),
                   [](const Node& node) { return node.thread.joinable(); })) {
    return;
  }
  ::kill(::getpid(), SIGTERM);
  for (Node& node : nodes_) {
    if (!node.thread.joinable()) continue;
    node.thread.join();
    CHECK((node.ended && node.ended->has_value()));
    node.ended.reset();
  }
}

rpc::Client TownInProcess::metrics(std::size_t node) const {
  std::string address = read_text(data(node) / node::kMetricsAddressFile);
  address.resize(address.find('\n'));
  rpc::ClientOptions options;
  options.endpoints.push_back(*rpc::parse_endpoint("http://" + address));
  options.call_time_max = kAgreeMax;
  return rpc::Client{std::move(options)};
}

rpc::Client TownInProcess::client(std::size_t node) const {
  rpc::ClientOptions options;
  options.endpoints.push_back(*rpc::parse_endpoint("http://" + nodes_[node].config.api_listen));
  options.call_time_max = kAgreeMax;
  return rpc::Client{std::move(options)};
}

rpc::NodeStatus TownInProcess::agree(Height least) const {
  std::vector<rpc::NodeStatus> seen;
  REQUIRE(wait_until(kAgreeMax, [&] {
    seen.clear();
    for (std::size_t i = 0; i < kValidators; ++i) {
      const auto status = client(i).status();
      if (status) seen.push_back(*status);
    }
    return seen.size() == kValidators &&
           std::all_of(seen.begin(), seen.end(), [&](const rpc::NodeStatus& one) {
             return one.height >= least && one.height == seen[0].height &&
                    one.state_root == seen[0].state_root;
           });
  }));
  return seen[0];
}

}  // namespace test_cluster
