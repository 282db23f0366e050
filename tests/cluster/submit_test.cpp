#include <catch2/catch.hpp>
#include <thread>

#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test
using rules::Refusal;

namespace {

rpc::SubmitAnswer submit(const Network& network, std::size_t node, const Bytes& bytes) {
  rpc::Client client = network.only(node);
  return submit_until_final(client, bytes);
}

void must_be_inadmissible(const rpc::SubmitAnswer& answer, Refusal refusal) {
  CHECK(answer.state == rpc::SubmitState::inadmissible);
  CHECK(answer.code == static_cast<std::uint16_t>(refusal));
}

}  // namespace

TEST_CASE("the same payment given to several validators happens once", "[cluster]") {
  RunningTown town{4, 1};
  rpc::Client client = town.network.client();
  const auto built = town.sign(client, town.persons[0], town.payment(300));
  std::vector<rpc::SubmitAnswer> answers(4);
  std::vector<std::thread> threads;
  for (std::size_t node = 0; node < 4; ++node) {
    threads.emplace_back([&, node] {
      rpc::Client one = town.network.only(node);
      (void)wait_until(kAgreeMax, [&] {
        const auto answer = one.submit(built.bytes, true);
        if (answer) answers[node] = *answer;
        return answer && answer->state == rpc::SubmitState::final;
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  // And again, long after.
  for (std::size_t node = 0; node < 4; ++node) {
    answers.push_back(submit(town.network, node, built.bytes));
  }
  for (const rpc::SubmitAnswer& answer : answers) {
    REQUIRE(answer.state == rpc::SubmitState::final);
    CHECK(answer.id == built.id);
    CHECK(answer.result->transaction.height == answers[0].result->transaction.height);
    CHECK(answer.result->transaction.outcome == answers[0].result->transaction.outcome);
  }
  const auto page = client.history(town.shop.account(), town.shop.signer(), {}, true, 10);
  REQUIRE(page.has_value());
  CHECK(std::count_if(page->entries.begin(), page->entries.end(),
                      [&](const auto& entry) { return entry.id == built.id; }) == 1);
}

TEST_CASE("a second tap is refused, final and with its code", "[cluster]") {
  RunningTown town{4, 1};
  rpc::Client client = town.network.client();
  const rules::Pay pay = town.payment(300);
  const auto first = town.must(client, town.persons[0], pay);
  const auto built = town.sign(client, town.persons[0], pay);
  const auto second = submit(town.network, 1, built.bytes);
  REQUIRE(second.state == rpc::SubmitState::final);
  CHECK(second.result->transaction.id != first.id);
  CHECK(second.result->transaction.outcome.code ==
        static_cast<std::uint16_t>(Refusal::order_repeated));
}

TEST_CASE("what can enter no block is answered at once with its code", "[cluster]") {
  RunningTown town{4, 1};
  rpc::Client client = town.network.client();
  Holder& payer = town.persons[0];
  const Height before = town.network.agree().height;
  const auto under = [&](std::uint64_t sequence, Timestamp valid_until) {
    const rpc::Envelope envelope{town.network.chain_id(), payer.reference(), sequence, valid_until};
    return rpc::build_transaction(envelope, rules::Operation{town.payment(1)}, payer.key()).bytes;
  };
  const Timestamp now = client.now();
  const Timestamp soon = plus_ms(now, 60'000);
  must_be_inadmissible(submit(town.network, 0, under(1, Timestamp{now.raw - 10'000})),
                       Refusal::transaction_lapsed);
  must_be_inadmissible(submit(town.network, 1, under(1, plus_ms(now, 3'600'000))),
                       Refusal::valid_too_long);
  must_be_inadmissible(submit(town.network, 2, under(66, soon)), Refusal::sequence_too_far);
  Bytes forged = under(1, soon);
  forged[forged.size() - 2] ^= 1U;
  must_be_inadmissible(submit(town.network, 3, forged), Refusal::bad_signature);
  must_be_inadmissible(submit(town.network, 0, Bytes(100, 7)), Refusal::malformed_transaction);
  CHECK(town.network.agree().height == before);
  CHECK(submit(town.network, 0, under(64, soon)).state == rpc::SubmitState::final);
  must_be_inadmissible(submit(town.network, 1, under(64, plus_ms(soon, 1))),
                       Refusal::sequence_used);
}
