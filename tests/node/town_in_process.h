#pragma once

#include <array>
#include <thread>

#include "node/daemon.h"
#include "node/founding.h"
#include "tests/cluster/network.h"

namespace test_cluster {

/// A town's validators inside the test's own process, so that a sanitizer sees all their threads at
/// once (core, workers, log, archive, and the one that serves peers and the API), and so that a
/// test sees every call by which they write.
class TownInProcess {
 public:
  static constexpr std::size_t kValidators = 4;

  /// With a small one the log comes to the end of a segment within a test.
  explicit TownInProcess(std::uint32_t log_segment_bytes = node::kLogSegmentBytes);
  ~TownInProcess() { stop(); }
  TownInProcess(const TownInProcess&) = delete;
  TownInProcess& operator=(const TownInProcess&) = delete;

  [[nodiscard]] const state::Charter& charter() const { return charter_; }
  [[nodiscard]] const std::filesystem::path& data(std::size_t node) const {
    return nodes_.at(node).folder.path();
  }

  /// Nodes first..last-1; returns when all of them serve.
  void start(std::size_t first, std::size_t last);
  /// All of them, as systemd does it.
  void stop();
  /// A client of this node alone.
  [[nodiscard]] rpc::Client client(std::size_t node) const;
  /// For its metrics, which are at an address of their own. Requires: it runs.
  [[nodiscard]] rpc::Client metrics(std::size_t node) const;
  /// Waits until all nodes have one state, with a final block at least this high.
  rpc::NodeStatus agree(Height least) const;

 private:
  struct Node {
    TemporaryFolder folder;
    node::Config config;
    std::optional<Result<void, std::string>> ended;
    std::thread thread;
  };
  state::Charter charter_;
  std::array<Node, kValidators> nodes_;
};

}  // namespace test_cluster
