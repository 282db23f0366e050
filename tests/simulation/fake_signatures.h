#pragma once

#include "consensus/verify.h"

/// Signatures that cost nothing and can't be made by mistake: the message and the signer's key.
/// The simulator is about who may say what when; BIP340 itself is tested elsewhere.
namespace hansatsu::simulation {

[[nodiscard]] Signature fake_signature(const PublicKey& key, const Hash& message);
[[nodiscard]] PublicKey fake_key(std::uint32_t number);

class FakeSigner final : public consensus::Signer {
 public:
  explicit FakeSigner(PublicKey key) : key_{key} {}
  [[nodiscard]] Signature sign(const Hash& message) const override {
    return fake_signature(key_, message);
  }

 private:
  PublicKey key_;
};

class FakeChecker final : public consensus::Checker {
 public:
  using Checker::Checker;

 protected:
  [[nodiscard]] bool is_signed(ValidatorIndex signer, const Hash& message,
                               const Signature& signature) const override;
  [[nodiscard]] bool is_certificate(const chain::Certificate& certificate) const override;
  [[nodiscard]] bool is_body_of(const chain::Header& header, const Bytes& body) const override;
};

}  // namespace hansatsu::simulation
