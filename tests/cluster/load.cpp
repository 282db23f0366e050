#include "tests/cluster/load.h"

#include <catch2/catch.hpp>

namespace test_cluster {
namespace {

constexpr std::chrono::milliseconds kCallMax{1'500};

}  // namespace

Load::Load(RunningTown& town) : clients_(town.persons.size()) {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    clients_[i].thread = std::thread{[this, &town, i] { pay_on(town, i); }};
  }
}

Load::~Load() {
  stopping_ = true;
  for (Client& client : clients_) {
    if (client.thread.joinable()) client.thread.join();
  }
}

void Load::pay_on(RunningTown& town, std::size_t number) {
  Client& mine = clients_[number];
  rpc::Client client = town.network.client(number);
  client.set_call_time_max(kCallMax);
  while (!stopping_ && mine.trouble.empty()) {
    const auto built = town.sign(client, town.persons[number], town.payment(1));
    while (!settle(client, built, mine) && mine.trouble.empty()) {
      // What has no answer counts as not acknowledged: it may be left behind.
      if (stopping_) return;
      pause_between_questions();
    }
  }
}

bool Load::settle(rpc::Client& client, const rpc::BuiltTransaction& built, Client& mine) {
  const auto answer = client.submit(built.bytes, true);
  if (!answer) {
    if (answer.error().failure == rpc::CallFailure::malformed) mine.trouble = "malformed answer";
    return false;
  }
  switch (answer->state) {
    case rpc::SubmitState::final: {
      const rules::PublicOutcome& outcome = answer->result->transaction.outcome;
      if (outcome.code != 0) mine.trouble = "refused with " + std::to_string(outcome.code);
      mine.acknowledged.push_back({built.id, outcome});
      ++count_;
      return true;
    }
    case rpc::SubmitState::inadmissible:
      mine.trouble = "inadmissible with " + std::to_string(answer->code);
      return false;
    case rpc::SubmitState::lapsed:
      mine.trouble = "lapsed";
      return false;
    case rpc::SubmitState::accepted:
    case rpc::SubmitState::overloaded:
      return false;
  }
  return false;
}

void Load::wait_for_more(std::size_t more) {
  const std::size_t least = acknowledged() + more;
  const bool came = wait_until(kAgreeMax, [&] { return acknowledged() >= least; });
  CAPTURE(acknowledged(), least);
  REQUIRE(came);
}

std::vector<Acknowledged> Load::stop() {
  stopping_ = true;
  std::vector<Acknowledged> all;
  for (Client& client : clients_) {
    client.thread.join();
    CHECK(client.trouble.empty());
    if (!client.trouble.empty()) WARN(client.trouble);
    all.insert(all.end(), client.acknowledged.begin(), client.acknowledged.end());
  }
  return all;
}

void require_all_there(RunningTown& town, const std::vector<Acknowledged>& acknowledged) {
  for (std::size_t node = 0; node < town.network.size(); ++node) {
    rpc::Client client = town.network.only(node);
    std::size_t missing = 0;
    for (const Acknowledged& one : acknowledged) {
      auto found = client.transaction(one.id, town.shop.signer());
      // So many questions of one account are more than it may ask at once.
      const bool answered = wait_until(kAgreeMax, [&] {
        if (found || found.error().status != 429) return true;
        found = client.transaction(one.id, town.shop.signer());
        return false;
      });
      REQUIRE(answered);
      const bool is_there = found && found->stage == rpc::TransactionStage::final &&
                            found->result && found->result->outcome == one.outcome;
      if (!is_there) ++missing;
    }
    CAPTURE(node, acknowledged.size());
    REQUIRE(missing == 0);
  }
}

}  // namespace test_cluster
