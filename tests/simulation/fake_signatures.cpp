#include "tests/simulation/fake_signatures.h"

#include <algorithm>
#include <bit>

#include "tests/simulation/application.h"

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

bool FakeChecker::is_body_of(const chain::Header& header, const Bytes& body) const {
  return Application::body_root(body) == header.transactions_root;
}

}  // namespace hansatsu::simulation
