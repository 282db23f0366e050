#include <catch2/catch.hpp>
#include <future>

#include "tests/node/town_in_process.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kValidators = TownInProcess::kValidators;
constexpr std::size_t kClients = 4;
constexpr std::uint64_t kPaymentsEach = 16;
constexpr std::size_t kBatch = 8;  ///< of them, in one request

/// Pays by one node, one after another and in batches, and reads beside it; gives what was
/// acknowledged as final.
std::vector<Hash> pay(rpc::Client client, rpc::Client metrics, People& people, std::size_t number) {
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
    (void)metrics.metrics();
  }
  return done;
}

std::vector<Hash> pay_by_all(TownInProcess& town, People& people, std::size_t nodes) {
  std::vector<std::vector<Hash>> done(kClients);
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back(
        [&, i] { done[i] = pay(town.client(i % nodes), town.metrics(i % nodes), people, i); });
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
