#include "ledger/block/body.h"
#include "ledger/block/receipt.h"
#include "ledger/block/statement.h"
#include "tests/vectors/sample_values.h"

namespace hansatsu::vectors {
namespace {

/// An earlier sample; those of the chain and of transactions come first.
template <class T>
T earlier(const std::vector<Sample>& out, std::string_view type, std::string_view name) {
  for (const Sample& sample : out) {
    if (sample.type == type && sample.name == name) return *decode<T>(sample.bytes);
  }
  ASSERT(false);
  return {};
}

MerklePath path() { return {.index = 5, .siblings = {counted<Hash>(1), Hash{}, counted<Hash>(3)}}; }

block::AccountProof proof() {
  block::AccountProof proof;
  proof.account = AccountId{5};
  proof.part = state::AccountPart::keys;
  proof.part_salt = counted<Salt>(0x11);
  proof.content = {1, 2, 3};
  proof.parts = {counted<Hash>(0x21), counted<Hash>(0x31), counted<Hash>(0x41)};
  proof.path = path();
  return proof;
}

/// A body is not a value with fields, but bytes that transactions lie in.
void add_body(std::vector<Sample>& out) {
  block::Body body;
  for (const char* name : {"pay", "hand-in"}) {
    auto transaction = block::ParsedTransaction::parse(
        sample_chain_id(), encode(earlier<block::Transaction>(out, "transaction", name)));
    ASSERT(transaction.has_value());
    body.transactions.push_back(
        std::make_shared<const block::ParsedTransaction>(*std::move(transaction)));
  }
  body.evidence.push_back({9, 8, 7});
  const Bytes bytes = block::encode_body(body);
  out.push_back({.type = "body",
                 .name = "two",
                 .what = "the payment, the hand-in, and three bytes of evidence",
                 .bytes = bytes,
                 .pieces = to_hex(bytes),
                 .hash_name = "transactions root",
                 .hash = block::transactions_root(body)});
}

}  // namespace

void add_block_samples(std::vector<Sample>& out) {
  add_body(out);
  const auto header = earlier<chain::Header>(out, "header", "block");
  const auto finality = earlier<chain::FinalityProof>(out, "finality", "own");
  block::Receipt receipt;
  receipt.header = header;
  receipt.finality = finality;
  receipt.transaction_id = counted<Hash>(0x51);
  receipt.outcome.amount = Amount::of(800);
  receipt.outcome.time = header.time;
  receipt.private_hash = counted<Hash>(0x61);
  receipt.path = path();
  add(out, "receipt", "form", "the form only: its path leads to no root of the header", receipt);
  add(out, "statement", "form", "the form only, as above",
      block::Statement{header, finality, proof()});
}

}  // namespace hansatsu::vectors
