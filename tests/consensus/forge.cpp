#include "tests/consensus/forge.h"

#include <algorithm>

namespace hansatsu::consensus::test {
namespace {

Signature fake_signature(ValidatorIndex signer, const Hash& message) {
  Signature signature;
  std::copy(message.bytes.begin(), message.bytes.end(), signature.bytes.begin());
  signature.bytes[32] = static_cast<std::uint8_t>(signer.raw + 1);
  return signature;
}

}  // namespace

Signature FakeSigner::sign(const Hash& message) const { return fake_signature(index_, message); }

bool FakeChecker::is_signed(ValidatorIndex signer, const Hash& message,
                            const Signature& signature) const {
  return signature == fake_signature(signer, message);
}

bool FakeChecker::is_body_of(const Header& header, const Bytes& body) const {
  return header.transactions_root == root_of(body);
}

Hash root_of(const Bytes& body) { return hash(HashTag::envelope, body); }

Body body_of(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  return std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

Genesis::Genesis(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    PublicKey key;
    key.bytes[0] = static_cast<std::uint8_t>(i + 1);
    set.keys.push_back(key);
  }
  anchor.time = Timestamp{kUtcStart - 1'000};
  anchor.chain_id.bytes[0] = 7;
  anchor.validator_set_hash = chain::hash_of_set(set);
  context = {anchor.chain_id, Epoch{}, chain::block_id(anchor)};
  parameters.message_delay = std::chrono::milliseconds{5};
  order = leader_order(context, set);
}

Setup Genesis::setup(std::uint8_t self) const {
  return {context, set, ValidatorIndex{self}, anchor, parameters};
}

ValidatorIndex Genesis::leader(std::uint64_t view) const { return order[view % order.size()]; }

Vote Genesis::vote(std::uint8_t signer, VoteKind kind, std::uint64_t view, const Hash& id) const {
  const chain::Ballot ballot{kind, View{view}, id};
  const ValidatorIndex index{signer};
  return {context.epoch, ballot, index,
          fake_signature(index, chain::vote_message(context, ballot))};
}

Certificate Genesis::certificate(VoteKind kind, std::uint64_t view, const Hash& id,
                                 bool from_the_top) const {
  Certificate certificate{context.epoch, {kind, View{view}, id}, 0, {}};
  const std::uint32_t first = from_the_top ? set.faults() : 0;
  for (std::uint32_t i = first; i < first + set.quorum(); ++i) {
    certificate.signers |= 1U << i;
    certificate.signatures.push_back(vote(static_cast<std::uint8_t>(i), kind, view, id).signature);
  }
  return certificate;
}

Block Genesis::block(std::uint64_t view, const Header& parent, std::string_view text) const {
  const Hash parent_id = chain::block_id(parent);
  const bool has_content = !parent.is_empty() || parent_id == context.anchor_id;
  Block block{{}, body_of(text)};
  Header& header = block.header;
  header.chain_id = context.chain_id;
  header.view = View{view};
  header.height = next(parent.height);
  header.parent_view = parent_id == context.anchor_id ? View{} : parent.view;
  header.parent_id = parent_id;
  header.content_parent_id = has_content ? parent_id : parent.content_parent_id;
  header.time = Timestamp{std::max(parent.time.raw + 1, kUtcStart)};
  header.proposer = leader(view);
  header.validator_set_hash = anchor.validator_set_hash;
  header.transactions_root = root_of(*block.body);
  if (text.empty()) header.flags = chain::kFlagEmpty;
  return block;
}

Proposal Genesis::proposal(const Block& block) const {
  const Hash id = chain::block_id(block.header);
  const Vote leaders =
      vote(block.header.proposer.raw, VoteKind::notarize, block.header.view.raw, id);
  return {block.header, leaders, {}, {}, {}};
}

}  // namespace hansatsu::consensus::test
