#include "ledger/block/body.h"

#include "ledger/crypto/hash.h"
#include "ledger/crypto/merkle_path.h"

namespace hansatsu::block {
namespace {

constexpr std::uint64_t kLengthBytes = 4;  // in front of each transaction, and the count of all

}  // namespace

std::uint64_t body_bytes(const ParsedTransaction& transaction) {
  return kLengthBytes + transaction.bytes().size();
}

std::uint64_t body_bytes(const BoundedVector<Evidence, kEvidenceMax>& evidence) {
  return kLengthBytes + encode(evidence).size();
}

Result<Body, BodyError> decode_body(const Hash& chain_id, const state::ChainLimits& limits,
                                    const std::shared_ptr<const Bytes>& bytes) {
  if (bytes->size() > limits.block_bytes) return Err{BodyError::too_large};
  Decoder decoder{*bytes};
  std::uint32_t count = 0;
  decoder(count);
  if (count > limits.block_transactions) return Err{BodyError::too_large};
  Body body;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t length = 0;
    decoder(length);
    const ByteView one = decoder.raw(length);
    if (decoder.failed()) return Err{BodyError::malformed};
    auto parsed = ParsedTransaction::parse(chain_id, bytes, one);
    if (!parsed) return Err{BodyError::malformed_transaction};
    body.transactions.push_back(std::make_shared<const ParsedTransaction>(*std::move(parsed)));
  }
  decoder(body.evidence);
  if (decoder.failed() || !decoder.at_end()) return Err{BodyError::malformed};
  return body;
}

Bytes encode_body(const Body& body) {
  Encoder encoder;
  std::uint64_t size = body_bytes(body.evidence);
  for (const auto& transaction : body.transactions) size += body_bytes(*transaction);
  encoder.reserve(size);
  encoder(static_cast<std::uint32_t>(body.transactions.size()));
  for (const auto& transaction : body.transactions) {
    encoder(static_cast<std::uint32_t>(transaction->bytes().size()));
    encoder.raw(transaction->bytes());
  }
  encoder(body.evidence);
  return encoder.take();
}

Hash transactions_root(const Body& body) {
  std::vector<Hash> leaves;
  leaves.reserve(body.transactions.size());
  for (const auto& transaction : body.transactions) {
    leaves.push_back(transaction->envelope());
  }
  return merkle_root(leaves);
}

Hash evidence_root(const Body& body) {
  std::vector<Hash> leaves;
  for (const Evidence& evidence : body.evidence) {
    leaves.push_back(hash(HashTag::evidence, evidence));
  }
  return merkle_root(leaves);
}

}  // namespace hansatsu::block
