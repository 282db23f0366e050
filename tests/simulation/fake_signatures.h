#pragma once

#include <deque>

#include "consensus/verify.h"
#include "ledger/block/body.h"

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

/// Threads: one. Bodies are parsed once for all nodes, as their signatures are checked once.
class FakeChecker final : public consensus::Checker {
 public:
  FakeChecker(const chain::EpochContext& context, const chain::ValidatorSet& set,
              const state::ChainLimits& limits)
      : Checker{context, set}, limits_{limits} {}

  [[nodiscard]] bool is_vote(const chain::Vote& vote) const;
  /// Absent unless the body is what the header commits to.
  [[nodiscard]] std::optional<block::Body> parse(const chain::Header& header,
                                                 const Bytes& body) const;

 protected:
  [[nodiscard]] bool is_signed(ValidatorIndex signer, const Hash& message,
                               const Signature& signature) const override;
  [[nodiscard]] bool is_certificate(const chain::Certificate& certificate) const override;
  [[nodiscard]] bool is_body_of(const chain::Header& header, const Bytes& body) const override;

 private:
  static constexpr std::size_t kParsedMax = 16;
  struct Parsed {
    Bytes bytes;
    Hash transactions_root;
    Hash evidence_root;
    block::Body body;
  };
  [[nodiscard]] const Parsed* find_parsed(const Bytes& body) const;

  state::ChainLimits limits_;
  mutable std::deque<Parsed> parsed_;
};

}  // namespace hansatsu::simulation
