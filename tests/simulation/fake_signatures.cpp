#include "tests/simulation/fake_signatures.h"

#include <algorithm>
#include <bit>

namespace hansatsu::simulation {

Signature fake_signature(const PublicKey& key, const Hash& message) {
  Signature signature;
  std::copy(key.bytes.begin(), key.bytes.end(), signature.bytes.begin());
  std::copy(message.bytes.begin(), message.bytes.end(), signature.bytes.begin() + 32);
  return signature;
}

PublicKey fake_key(std::uint32_t number) {
  PublicKey key;
  for (std::size_t i = 0; i < 4; ++i) {
    key.bytes[i] = static_cast<std::uint8_t>((number + 1) >> (24 - 8 * i));
  }
  return key;
}

bool FakeChecker::is_signed(ValidatorIndex signer, const Hash& message,
                            const Signature& signature) const {
  return signature == fake_signature(set().keys[signer.raw], message);
}

bool FakeChecker::is_certificate(const chain::Certificate& certificate) const {
  if (certificate.epoch != context().epoch) return false;
  const auto count = static_cast<std::uint32_t>(std::popcount(certificate.signers));
  if (count != set().quorum() || certificate.signatures.size() != count) return false;
  if (std::uint64_t{certificate.signers} >> set().size() != 0) return false;
  const Hash message = chain::vote_message(context(), certificate.ballot);
  std::size_t place = 0;
  for (std::uint8_t index = 0; index < set().size(); ++index) {
    if ((certificate.signers >> index & 1U) == 0) continue;
    if (!is_signed(ValidatorIndex{index}, message, certificate.signatures[place++])) return false;
  }
  return true;
}

bool FakeChecker::is_vote(const chain::Vote& vote) const {
  return vote.epoch == context().epoch && vote.signer.raw < set().size() &&
         is_signed(vote.signer, chain::vote_message(context(), vote.ballot), vote.signature);
}

const FakeChecker::Parsed* FakeChecker::find_parsed(const Bytes& bytes) const {
  for (const Parsed& parsed : parsed_) {
    if (parsed.bytes == bytes) return &parsed;
  }
  auto body = block::decode_body(context().chain_id, limits_, std::make_shared<const Bytes>(bytes));
  if (!body) return nullptr;
  if (parsed_.size() >= kParsedMax) parsed_.pop_back();
  parsed_.push_front({bytes, block::transactions_root(*body), block::evidence_root(*body), *body});
  return &parsed_.front();
}

std::optional<block::Body> FakeChecker::parse(const chain::Header& header,
                                              const Bytes& body) const {
  const Parsed* parsed = find_parsed(body);
  if (parsed == nullptr || parsed->transactions_root != header.transactions_root ||
      parsed->evidence_root != header.evidence_root) {
    return std::nullopt;
  }
  return parsed->body;
}

bool FakeChecker::is_body_of(const chain::Header& header, const Bytes& body) const {
  return parse(header, body).has_value();
}

}  // namespace hansatsu::simulation
