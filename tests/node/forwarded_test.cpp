#include "node/forwarded.h"

#include <catch2/catch.hpp>
#include <future>

#include "node/node_view.h"
#include "tests/ledger/town.h"

using namespace hansatsu;  // NOLINT: a test
using node::ForwardedError;

namespace {

/// Two payments of a town as a peer forwards them.
struct TwoForwarded {
  TwoForwarded() {
    for (const std::uint64_t amount : {1U, 2U}) {
      transactions.push_back(town.from(test_town::kAgent, rules::HandIn{Amount::of(amount)}));
    }
    list = node::encode_forwarded(transactions);
  }
  [[nodiscard]] ForwardedError fault(ByteView bytes) const {
    const auto read = node::parse_forwarded(town.chain_id, bytes);
    REQUIRE_FALSE(read.has_value());
    return read.error();
  }

  test_town::Town town;
  std::vector<block::TransactionPointer> transactions;
  Bytes list;
};

/// A worker and a queue without the rest of a node.
struct ForwardedEnd : TwoForwarded {
  /// What reaches the core, or nothing; and whether the peer is to be punished.
  struct Taken {
    std::size_t arrived = 0;
    bool is_malformed = false;
  };
  Taken take(ByteView bytes) {
    Taken taken;
    std::promise<void> done;
    {
      node::VerifyPool pool{1};
      REQUIRE(node::take_forwarded(pool, queue, checker, town.chain_id, bytes, waiting,
                                   [&taken] { taken.is_malformed = true; }));
      REQUIRE(pool.submit_payments([&done] { done.set_value(); }));  // one worker: it comes after
      done.get_future().wait();
    }
    CHECK(waiting == 0);
    queue.close();
    std::deque<node::CoreEvent> events;
    static_cast<void>(queue.take_all(events));
    for (const node::CoreEvent& event : events) {
      taken.arrived += std::get<node::TransactionsArrived>(event).transactions.size();
    }
    return taken;
  }

  block::Trust trust = block::trust_of(town.charter);
  node::Chain chain{state::genesis_state(town.charter),
                    block::genesis_header(town.charter, town.state.root())};
  node::SignatureCache signatures;
  node::StageTimes times;
  node::MessageChecker checker{trust.context, trust.validators, chain, signatures, times};
  node::CoreQueue queue{8};
  std::atomic<std::size_t> waiting = 0;
};

}  // namespace

TEST_CASE("forwarded transactions are read as they were sent", "[node][forwarded]") {
  const TwoForwarded sent;
  const auto read = node::parse_forwarded(sent.town.chain_id, sent.list);
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 2);
  CHECK((*read)[0]->id() == sent.transactions[0]->id());
  CHECK((*read)[1]->id() == sent.transactions[1]->id());
  CHECK(node::encode_forwarded(*read) == sent.list);
}

TEST_CASE("of a forwarded list with a fault nothing is taken", "[node][forwarded]") {
  const TwoForwarded sent;
  CHECK(sent.fault({}) == ForwardedError::empty);
  for (const std::size_t cut : {1UL, 3UL, sent.list.size() / 2 + 1, sent.list.size() - 1}) {
    CAPTURE(cut);
    CHECK(sent.fault(ByteView{sent.list}.first(cut)) == ForwardedError::malformed);
  }
  Bytes longer = sent.list;
  longer.push_back(0);
  CHECK(sent.fault(longer) == ForwardedError::malformed);

  Bytes with_nothing = sent.list;
  with_nothing.resize(with_nothing.size() + 4);  // one of no bytes
  CHECK(sent.fault(with_nothing) == ForwardedError::malformed_transaction);
  Encoder too_large;
  too_large(static_cast<std::uint32_t>(block::kTransactionBytesMax + 1));
  too_large.raw(Bytes(block::kTransactionBytesMax + 1));
  CHECK(sent.fault(too_large.view()) == ForwardedError::malformed_transaction);
}

TEST_CASE("a worker tells of a malformed list, and passes a sound one on", "[node][forwarded]") {
  ForwardedEnd end;
  SECTION("sound") {
    const auto taken = end.take(end.list);
    CHECK(taken.arrived == 2);
    CHECK_FALSE(taken.is_malformed);
  }
  SECTION("with a wrong signature: its sender may know of other keys") {
    auto wrong = end.transactions[1]->transaction();
    wrong.signature.bytes[0] ^= 1U;
    const auto parsed = block::ParsedTransaction::parse(end.town.chain_id, encode(wrong));
    REQUIRE(parsed.has_value());
    end.transactions[1] = std::make_shared<const block::ParsedTransaction>(*parsed);
    const auto taken = end.take(node::encode_forwarded(end.transactions));
    CHECK(taken.arrived == 1);
    CHECK_FALSE(taken.is_malformed);
  }
  SECTION("cut off") {
    end.list.pop_back();
    const auto taken = end.take(end.list);
    CHECK(taken.arrived == 0);
    CHECK(taken.is_malformed);
  }
}
