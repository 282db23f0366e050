#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "node/daemon.h"
#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kClients = 4;
constexpr int kPaymentsEach = 60;

/// A town of one validator inside the test's own process, so that a sanitizer sees all its threads:
/// queue, core, workers, log, archive, API.
class TownInProcess {
 public:
  TownInProcess() {
    REQUIRE(initialize_crypto());
    const auto identity =
        node::create_identity(folder_.path(), "hall", "127.0.0.1:" + std::to_string(free_port()));
    REQUIRE(identity.has_value());
    charter_ = wide_charter({node::public_part(*identity)});
    REQUIRE(node::found_chain(folder_.path(), charter_).has_value());
    config_.data = folder_.path();
    config_.api_listen = "127.0.0.1:" + std::to_string(free_port());
    config_.checkpoint_interval = std::chrono::milliseconds{100};
    config_.verify_threads = 2;
  }
  ~TownInProcess() {
    if (thread_.joinable()) stop();
  }

  [[nodiscard]] const state::Charter& charter() const { return charter_; }

  void start() {
    thread_ = std::thread{[this] { ended_.emplace(node::run_node(config_)); }};
    REQUIRE(wait_until(kStartMax, [this] {
      const auto status = client().status();
      return status && status->serving;
    }));
  }
  /// As systemd does it.
  void stop() {
    ::kill(::getpid(), SIGTERM);
    thread_.join();
    REQUIRE(ended_.has_value());
    CHECK(ended_->has_value());
    ended_.reset();
  }
  [[nodiscard]] rpc::Client client() const {
    rpc::ClientOptions options;
    options.endpoints.push_back(*rpc::parse_endpoint("http://" + config_.api_listen));
    return rpc::Client{std::move(options)};
  }

 private:
  TemporaryFolder folder_;
  state::Charter charter_;
  node::Config config_;
  std::optional<Result<void, std::string>> ended_;
  std::thread thread_;
};

/// Pays and reads beside it; gives what was acknowledged.
std::vector<Hash> pay(TownInProcess& town, People& people, std::size_t number) {
  std::vector<Hash> done;
  rpc::Client client = town.client();
  Holder& holder = people.persons[number];
  for (int i = 0; i < kPaymentsEach; ++i) {
    const auto built = people.sign(client, holder, people.payment(1));
    const auto answer = client.submit(built.bytes, true);
    if (answer && answer->state == rpc::SubmitState::final) done.push_back(built.id);
    (void)client.account(holder.account(), holder.signer());
    (void)client.history(holder.account(), holder.signer(), {}, true, 5);
    (void)client.status();
  }
  return done;
}

}  // namespace

TEST_CASE("a node's threads work on payments side by side, stop in order and start again",
          "[node][pipeline]") {
  TownInProcess town;
  town.start();
  People people{town.client(), town.charter(), kClients};
  std::vector<std::vector<Hash>> done(kClients);
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] { done[i] = pay(town, people, i); });
  }
  for (std::thread& client : clients) client.join();
  const auto before = town.client().status();
  REQUIRE(before.has_value());
  town.stop();

  town.start();
  const auto after = town.client().status();
  REQUIRE(after.has_value());
  CHECK(after->height == before->height);
  CHECK(after->state_root == before->state_root);
  rpc::Client client = town.client();
  for (const auto& payments : done) {
    CHECK(payments.size() == kPaymentsEach);
    for (const Hash& id : payments) {
      const auto found = client.transaction(id, people.shop.signer());
      REQUIRE(found.has_value());
      CHECK(found->stage == rpc::TransactionStage::final);
    }
  }
  const auto shop = client.account(people.shop.account(), people.shop.signer());
  REQUIRE(shop.has_value());
  REQUIRE(shop->totals.size() == 1);
  CHECK(shop->totals[0].takings == Amount::of(kClients * kPaymentsEach));
}
