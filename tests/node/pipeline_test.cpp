#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <thread>

#include "node/daemon.h"
#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kValidators = 4;
constexpr std::size_t kClients = 4;
constexpr std::uint64_t kPaymentsEach = 24;
constexpr std::size_t kBatch = 8;  ///< of them, in one request

/// A town's validators inside the test's own process, so that a sanitizer sees all their threads at
/// once: core, workers, log, archive, and the one that serves peers and the API.
class TownInProcess {
 public:
  TownInProcess() {
    REQUIRE(initialize_crypto());
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
      node.config.data = node.folder.path();
      node.config.api_listen = "127.0.0.1:" + std::to_string(free_port());
      node.config.checkpoint_interval = std::chrono::milliseconds{100};
      node.config.verify_threads = 2;
      node.config.log_level = "warn";
    }
  }
  ~TownInProcess() { stop(); }

  [[nodiscard]] const state::Charter& charter() const { return charter_; }

  /// Nodes first..last-1; returns when all of them serve.
  void start(std::size_t first, std::size_t last) {
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
  /// All of them, as systemd does it.
  void stop() {
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
  [[nodiscard]] rpc::Client client(std::size_t node) const {
    rpc::ClientOptions options;
    options.endpoints.push_back(*rpc::parse_endpoint("http://" + nodes_[node].config.api_listen));
    options.call_time_max = kAgreeMax;
    return rpc::Client{std::move(options)};
  }
  /// Waits until all nodes have one state, with a final block at least this high.
  rpc::NodeStatus agree(Height least) const {
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

/// Pays by one node, one after another and in batches, and reads beside it; gives what was
/// acknowledged as final.
std::vector<Hash> pay(rpc::Client client, People& people, std::size_t number) {
  std::vector<Hash> done;
  Holder& holder = people.persons[number];
  while (done.size() < kPaymentsEach) {
    std::vector<Bytes> payments;
    std::vector<Hash> ids;
    for (std::size_t i = 0; i < (done.size() % (2 * kBatch) == kBatch ? kBatch : 1); ++i) {
      auto built = people.sign(client, holder, people.payment(1));
      ids.push_back(built.id);
      payments.push_back(std::move(built.bytes));
    }
    const auto answers = client.submit_many(payments, {}, kAgreeMax);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i] || answers[i]->state != rpc::SubmitState::final) return done;
      done.push_back(ids[i]);
    }
    (void)client.account(holder.account(), holder.signer());
    (void)client.history(holder.account(), holder.signer(), {}, true, 5);
    (void)client.receipt(ids.front(), holder.signer());
    (void)client.metrics();
  }
  return done;
}

std::vector<Hash> pay_by_all(TownInProcess& town, People& people, std::size_t nodes) {
  std::vector<std::vector<Hash>> done(kClients);
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] { done[i] = pay(town.client(i % nodes), people, i); });
  }
  for (std::thread& client : clients) client.join();
  std::vector<Hash> all;
  for (const auto& one : done) all.insert(all.end(), one.begin(), one.end());
  return all;
}

}  // namespace

TEST_CASE("nodes' threads work side by side, catch up, stop in order and start again",
          "[node][pipeline]") {
  TownInProcess town;
  town.start(0, kValidators - 1);
  People people{town.client(0), town.charter(), kClients};
  std::vector<Hash> done = pay_by_all(town, people, kValidators - 1);
  // The last one has to fetch what it missed while the others go on.
  auto meanwhile =
      std::async(std::launch::async, [&] { return pay_by_all(town, people, kValidators - 1); });
  town.start(kValidators - 1, kValidators);
  const std::vector<Hash> more = meanwhile.get();
  done.insert(done.end(), more.begin(), more.end());
  const auto before = town.agree({});
  town.stop();

  town.start(0, kValidators);
  const auto after = town.agree(before.height);
  CHECK(after.state_root == before.state_root);
  rpc::Client client = town.client(kValidators - 1);
  for (const Hash& id : done) {
    const auto found = client.transaction(id, people.shop.signer());
    REQUIRE(found.has_value());
    CHECK(found->stage == rpc::TransactionStage::final);
  }
  const auto shop = client.account(people.shop.account(), people.shop.signer());
  REQUIRE(shop.has_value());
  REQUIRE(shop->totals.size() == 1);
  CHECK(done.size() >= 2 * kClients * kPaymentsEach);
  CHECK(shop->totals[0].takings == Amount::of(done.size()));
}
