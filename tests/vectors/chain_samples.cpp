#include "ledger/chain/certificate.h"
#include "tests/vectors/sample_values.h"

namespace hansatsu::vectors {
namespace {

/// Four validators with keys 1..4, in ascending order of key as the set wants them.
std::vector<KeyPair> validator_keys() {
  std::vector<KeyPair> keys;
  for (std::uint8_t number = 1; number <= 4; ++number) keys.push_back(key_of(number));
  std::sort(keys.begin(), keys.end(),
            [](const KeyPair& a, const KeyPair& b) { return a.public_key() < b.public_key(); });
  return keys;
}

chain::ValidatorSet validator_set() {
  chain::ValidatorSet set;
  for (const KeyPair& key : validator_keys()) set.keys.push_back(key.public_key());
  return set;
}

chain::EpochContext context() { return {sample_chain_id(), Epoch{3}, counted<Hash>(0x30)}; }

chain::Header header() {
  chain::Header h;
  h.chain_id = context().chain_id;
  h.epoch = Epoch{3};
  h.view = View{1'000'001};
  h.height = Height{900'002};
  h.parent_view = View{1'000'000};
  h.parent_id = counted<Hash>(0x40);
  h.content_parent_id = counted<Hash>(0x50);
  h.time = Timestamp{1'795'273'200'123};
  h.proposer = ValidatorIndex{2};
  h.validator_set_hash = chain::hash_of_set(validator_set());
  h.transactions_root = counted<Hash>(0x60);
  h.outcomes_root = counted<Hash>(0x70);
  h.state_root = counted<Hash>(0x80);
  return h;
}

chain::Certificate certificate(const chain::Ballot& ballot) {
  const std::vector<KeyPair> keys = validator_keys();
  chain::Certificate made{
      .epoch = context().epoch, .ballot = ballot, .signers = 0b1011, .signatures = {}};
  for (const std::uint32_t index : {0U, 1U, 3U}) {
    made.signatures.push_back(keys[index].sign(chain::vote_message(context(), ballot)));
  }
  return made;
}

NamedHash message_of(const chain::Ballot& ballot) {
  return {"vote message", chain::vote_message(context(), ballot)};
}

}  // namespace

void add_chain_samples(std::vector<Sample>& out) {
  const chain::Header block = header();
  const Hash id = chain::block_id(block);
  add(out, "header", "block", "a block with transactions", block, {"block id", id});
  chain::Header empty = block;
  empty.flags = chain::kFlagEmpty;
  add(out, "header", "empty", "the same, but empty", empty, {"block id", chain::block_id(empty)});
  const chain::ValidatorSet set = validator_set();
  add(out, "validators", "four", "the public keys of the secrets 1 to 4, ascending", set,
      {"hash of the set", chain::hash_of_set(set)});

  const chain::Ballot finalize{chain::VoteKind::finalize, block.view, id};
  const chain::Ballot nullify{chain::VoteKind::nullify, View{1'000'002}, Hash{}};
  const KeyPair key = validator_keys()[1].clone();
  add(out, "vote", "finalize", "validator 1 votes for the block",
      chain::sign_vote(context(), finalize, ValidatorIndex{1}, key), message_of(finalize));
  add(out, "vote", "nullify", "validator 1 votes to skip a view",
      chain::sign_vote(context(), nullify, ValidatorIndex{1}, key), message_of(nullify));
  add(out, "certificate", "finalization", "votes of validators 0, 1 and 3 for the block",
      certificate(finalize), message_of(finalize));
  add(out, "certificate", "nullification", "votes of validators 0, 1 and 3 to skip a view",
      certificate(nullify), message_of(nullify));
  add(out, "finality", "own", "the block's own finalization",
      chain::FinalityProof{certificate(finalize), {}});
}

}  // namespace hansatsu::vectors
