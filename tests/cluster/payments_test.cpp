#include <catch2/catch.hpp>

#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test

TEST_CASE("four validators serve payments, and each proves them", "[cluster]") {
  RunningTown town{4, 2};
  for (std::size_t node = 0; node < 4; ++node) {
    rpc::Client client = town.network.only(node);
    Holder& payer = town.persons[node % 2];
    const rules::Pay pay = town.payment(100 + node);
    const auto done = town.must(client, payer, pay);
    CHECK(done.outcome.subject == town.shop.account());
    CHECK(done.outcome.amount == pay.amount);

    const Height height = town.network.agree(done.height).height;
    CHECK(height >= done.height);
    for (std::size_t other = 0; other < 4; ++other) {
      const auto proven = town.network.only(other).receipt(done.id, town.shop.signer());
      REQUIRE(proven.has_value());
      const auto receipt = decode<block::Receipt>(proven->receipt);
      REQUIRE(receipt.has_value());
      CHECK(block::verify_receipt(town.network.trust(), *receipt).has_value());
      CHECK(receipt->transaction_id == done.id);
      CHECK(receipt->outcome == done.outcome);
    }
  }
}
