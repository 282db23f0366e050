#pragma once

#include <functional>
#include <memory>

#include "ledger/block/receipt.h"
#include "rpc/client/client.h"
#include "rpc/client/transaction_builder.h"
#include "tests/cluster/process.h"
#include "tests/ledger/town.h"

/// A town of real processes on this machine: hansatsud as it is delivered, real sockets and disks.
namespace test_cluster {

using namespace hansatsu;  // NOLINT: a test's own header

/// Starting, stopping and catching up end within this, or the test fails.
inline constexpr std::chrono::milliseconds kStartMax{60'000};
inline constexpr std::chrono::milliseconds kAgreeMax{60'000};
inline constexpr std::uint64_t kValidMs = 300'000;

/// An account of the town with the key in its slot 0, which is test_town::key_of(its number).
/// One thread at a time.
class Holder {
 public:
  explicit Holder(AccountId account) : account_{account}, key_{test_town::key_of(account.raw)} {}

  [[nodiscard]] AccountId account() const { return account_; }
  [[nodiscard]] const KeyPair& key() const { return key_; }
  [[nodiscard]] block::KeyReference reference() const { return {account_, 0, 1}; }
  [[nodiscard]] rpc::Signer signer() const { return {reference(), &key_}; }
  [[nodiscard]] std::uint64_t next_sequence() { return ++sequence_; }

  /// Under the next sequence of the key.
  [[nodiscard]] rpc::BuiltTransaction sign(const Hash& chain_id, Timestamp now,
                                           rules::OperationVariant operation);

 private:
  AccountId account_;
  KeyPair key_;
  std::uint64_t sequence_ = 0;
};

class Network {
 public:
  using Change = std::function<void(state::Charter&)>;
  /// Makes the validators' folders and founds the chain; nothing runs yet. `settings` are further
  /// lines of each hansatsud.toml; `change` may alter the charter before it is founded.
  explicit Network(std::size_t validators, const std::string& settings = {},
                   const Change& change = {});
  /// Ends all processes; after a failed requirement it prints the last lines of their logs.
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const state::Charter& charter() const { return charter_; }
  [[nodiscard]] const Hash& chain_id() const { return chain_id_; }
  [[nodiscard]] const block::Trust& trust() const { return trust_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path data(std::size_t node) const;
  [[nodiscard]] std::filesystem::path output(std::size_t node) const;
  [[nodiscard]] std::string url(std::size_t node) const;
  [[nodiscard]] Process& process(std::size_t node) { return *nodes_.at(node).process; }
  [[nodiscard]] bool is_running(std::size_t node) const {
    return nodes_.at(node).process != nullptr;
  }

  /// Starts it; `wait_serving` waits for its API.
  void start(std::size_t node);
  void start_all();
  void wait_serving(std::size_t node);
  void kill(std::size_t node);
  void kill_all();
  /// SIGTERM; must end in order.
  void stop(std::size_t node);

  /// A client that begins at this node and goes to the others when it can't be reached.
  [[nodiscard]] rpc::Client client(std::size_t first = 0) const;
  /// A client of this node alone.
  [[nodiscard]] rpc::Client only(std::size_t node) const;

  /// Waits until all running nodes are at one height (at least `least`) with one state root.
  rpc::NodeStatus agree(Height least = {});

 private:
  struct Node {
    std::uint16_t peer_port = 0;
    std::uint16_t api_port = 0;
    std::unique_ptr<Process> process;
  };
  void make_folders(const std::string& settings);
  void found();

  TemporaryFolder folder_;
  std::vector<Node> nodes_;
  state::Charter charter_;
  Hash chain_id_;
  block::Trust trust_;
};

/// Offers the same bytes until the answer is a last one, however slow nodes and disks are.
[[nodiscard]] rpc::SubmitAnswer submit_until_final(rpc::Client& client, const Bytes& transaction);

/// The test town's charter for these validators, founded now, with quotas that no test reaches.
[[nodiscard]] state::Charter wide_charter(std::vector<state::Validator> validators);

/// Who lives in a running town: people who have something to pay with, and a shop.
class People {
 public:
  /// Has them opened and charged through the client.
  People(rpc::Client client, const state::Charter& charter, std::size_t count);

  Holder staff{test_town::kStaff};
  Holder agent{test_town::kAgent};
  std::vector<Holder> persons;
  Holder shop{AccountId{}};

  /// Submits by any node and requires that it was done.
  rpc::FinalTransaction must(rpc::Client& client, Holder& holder,
                             rules::OperationVariant operation);
  [[nodiscard]] rules::Pay payment(std::uint64_t units) const;
  [[nodiscard]] rpc::BuiltTransaction sign(rpc::Client& client, Holder& holder,
                                           rules::OperationVariant operation) const;

 private:
  Hash chain_id_;
};

struct RunningNetwork {
  RunningNetwork(std::size_t validators, const std::string& settings, const Network::Change& change)
      : network{validators, settings, change} {
    network.start_all();
  }
  Network network;
};
/// A running network and who lives on it.
struct RunningTown : RunningNetwork, People {
  RunningTown(std::size_t validators, std::size_t count, const std::string& settings = {},
              const Network::Change& change = {})
      : RunningNetwork{validators, settings, change},
        People{network.client(), network.charter(), count} {}
};

}  // namespace test_cluster
