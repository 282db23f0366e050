#include <catch2/catch.hpp>

#include "ledger/block/statement.h"
#include "tests/ledger/town.h"

using namespace hansatsu;
using namespace hansatsu::block;
using namespace test_town;

namespace {

chain::FinalityProof finalize(const state::Charter& charter, const Trust& trust,
                              const chain::Header& header) {
  chain::FinalityProof proof;
  proof.finalization.epoch = header.epoch;
  proof.finalization.ballot = {chain::VoteKind::finalize, header.view, chain::block_id(header)};
  for (std::uint8_t i = 0; i < trust.validators.quorum(); ++i) {
    const chain::Vote vote = chain::sign_vote(trust.context, proof.finalization.ballot,
                                              ValidatorIndex{i}, validator_key(i, charter));
    proof.finalization.signers |= 1U << i;
    proof.finalization.signatures.push_back(vote.signature);
  }
  return proof;
}

struct FinalBlock {
  Town town;
  Trust trust = trust_of(town.charter);
  chain::Header header;
  Execution execution;
  std::vector<TransactionPointer> transactions;

  FinalBlock() {
    Body body;
    for (int i = 0; i < 5; ++i) {
      body.transactions.push_back(town.from(kTreasurer, rules::SetReceive{true}));
    }
    transactions = body.transactions;
    header = genesis_header(town.charter, town.state.root());
    header.height = Height{1};
    header.view = View{1};
    header.time = plus_ms(town.now, 1'000);
    auto executed = execute_block(std::make_shared<state::Overlay>(town.state), header.time, body,
                                  town.checker);
    REQUIRE(executed.has_value());
    execution = *std::move(executed);
    header.outcomes_root = execution.outcomes_root;
    header.transactions_root = execution.transactions_root;
    header.state_root = execution.state_root;
    town.state.merge(*execution.overlay);
  }
  [[nodiscard]] Receipt receipt(std::size_t index) const {
    return make_receipt(header, finalize(town.charter, trust, header), execution,
                        transactions[index]->id(), town.state.find(kTreasurer)->salt, index);
  }
};

/// Flips each byte in turn; none of the results may decode and verify.
template <class Proof, class Verify>
void check_every_byte(const Proof& proof, const Verify& verifies) {
  const Bytes good = encode(proof);
  REQUIRE(verifies(proof));
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes altered = good;
    altered[i] = static_cast<std::uint8_t>(altered[i] ^ (1U << (i % 8)));
    const auto decoded = decode<Proof>(altered);
    CAPTURE(i);
    REQUIRE_FALSE((decoded.has_value() && verifies(*decoded)));
  }
}

}  // namespace

TEST_CASE("receipt: verifies with the charter alone, and with no byte altered") {
  const FinalBlock block;
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    CHECK(verify_receipt(block.trust, block.receipt(i)).has_value());
  }
  check_every_byte(block.receipt(3), [&](const Receipt& receipt) {
    return verify_receipt(block.trust, receipt).has_value();
  });
}

TEST_CASE("receipt: another transaction's place or another chain's validators do not do") {
  const FinalBlock block;
  Receipt receipt = block.receipt(2);
  receipt.transaction_id = block.transactions[1]->id();
  CHECK(verify_receipt(block.trust, receipt).error() == ReceiptError::not_in_block);
  state::Charter charter = block.town.charter;
  charter.chain_name.text = "another";
  CHECK(verify_receipt(trust_of(charter), block.receipt(2)).error() == ReceiptError::not_final);
}

TEST_CASE("receipt: the salted private part is revealed by its own salt only") {
  const FinalBlock block;
  const Receipt receipt = block.receipt(0);
  const Salt account_salt = block.town.state.find(kTreasurer)->salt;
  const Salt salt = rules::private_outcome_salt(account_salt, receipt.transaction_id);
  rules::PrivateOutcome outcome = block.execution.outcomes[0].private_part;
  CHECK(reveals(receipt, salt, outcome));
  CHECK_FALSE(reveals(receipt, account_salt, outcome));
  outcome.premium = Amount::of(1);
  CHECK_FALSE(reveals(receipt, salt, outcome));
}

TEST_CASE("statement: proves one part of an account, and no byte of it can be altered") {
  const FinalBlock block;
  for (const state::AccountPart part :
       {state::AccountPart::identity, state::AccountPart::keys, state::AccountPart::value}) {
    Statement statement;
    statement.header = block.header;
    statement.finality = finalize(block.town.charter, block.trust, block.header);
    statement.proof = prove_account(block.town.state, kAgent, part);
    REQUIRE(verify_statement(block.trust, statement).has_value());
    check_every_byte(statement.proof, [&](const AccountProof& proof) {
      return verify_account(block.header.state_root, proof);
    });
  }
  const AccountProof proof = prove_account(block.town.state, kAgent, state::AccountPart::identity);
  const auto identity = decode<state::AccountIdentity>(proof.content);
  REQUIRE(identity.has_value());
  CHECK(identity->kind == state::AccountKind::agent);
}

TEST_CASE("statement: the state before the block is another") {
  const FinalBlock block;
  Statement statement;
  statement.header =
      genesis_header(block.town.charter, state::genesis_state(block.town.charter).root());
  statement.finality = finalize(block.town.charter, block.trust, statement.header);
  statement.proof = prove_account(block.town.state, kTreasurer, state::AccountPart::keys);
  CHECK(verify_statement(block.trust, statement).error() == StatementError::not_in_state);
}
