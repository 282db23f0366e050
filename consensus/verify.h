#pragma once

#include "consensus/messages.h"

/// Signatures, kept out of the engine: it is handed what was verified elsewhere, and signs through
/// a seam that the simulator replaces by something cheap.
namespace hansatsu::consensus {

/// Makes this validator's signatures. The same message must always give the same bytes.
class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual Signature sign(const Hash& message) const = 0;
};

/// BIP340 with the validator's key.
class KeySigner final : public Signer {
 public:
  explicit KeySigner(KeyPair key) : key_{std::move(key)} {}
  [[nodiscard]] Signature sign(const Hash& message) const override { return key_.sign(message); }

 private:
  KeyPair key_;
};

/// A message whose signatures, and whose ties between header and body, were checked. Only a Checker
/// makes one, so that nothing else can reach the engine. Copies share the message.
class VerifiedMessage {
 public:
  [[nodiscard]] const Message& message() const { return *message_; }

 private:
  friend class Checker;
  explicit VerifiedMessage(Message message)
      : message_{std::make_shared<const Message>(std::move(message))} {}
  std::shared_ptr<const Message> message_;
};

enum class CheckError : std::uint8_t {
  bad_signature = 1,  ///< a vote's or a Status's
  bad_certificate = 2,
  bad_structure = 3,  ///< parts that contradict each other
  bad_body = 4,       ///< not the body its header commits to
};

/// Checks whole messages. What is primitive is virtual: the node checks BIP340 and the body's
/// roots (and may remember certificates it has seen), the simulator something cheap.
/// Threads: check() is const and may run on any thread if the overrides may.
class Checker {
 public:
  Checker(chain::EpochContext context, chain::ValidatorSet set);
  virtual ~Checker() = default;

  /// Every failure is the sender's fault: honest validators pass on only what they checked.
  /// Cost: one verification for a vote or a Status, q for each certificate a message holds.
  [[nodiscard]] Result<VerifiedMessage, CheckError> check(Message message) const;

  [[nodiscard]] const chain::EpochContext& context() const { return context_; }
  [[nodiscard]] const chain::ValidatorSet& set() const { return set_; }

 protected:
  /// The signature of a validator of the set (signer < n) over a message.
  [[nodiscard]] virtual bool is_signed(ValidatorIndex signer, const Hash& message,
                                       const Signature& signature) const;
  /// The signatures of a certificate of this epoch by a quorum of the set: is_signed for each.
  [[nodiscard]] virtual bool is_certificate(const Certificate& certificate) const;
  /// That `body` is what `header` commits to (its transactions and evidence roots).
  [[nodiscard]] virtual bool is_body_of(const Header& header, const Bytes& body) const = 0;

 private:
  [[nodiscard]] Result<void, CheckError> check_one(const Vote& vote) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Certificate& certificate) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Proposal& proposal) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Status& status) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Request&) const { return {}; }
  [[nodiscard]] Result<void, CheckError> check_one(const Block& block) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Response& response) const;
  [[nodiscard]] Result<void, CheckError> check_one(const FinalTip& tip) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Range& range) const;
  [[nodiscard]] Result<void, CheckError> check_proofs(const Range& range) const;
  [[nodiscard]] bool belongs(const Header& header) const;
  [[nodiscard]] Result<void, CheckError> check_one(const Absent&) const { return {}; }

  chain::EpochContext context_;
  chain::ValidatorSet set_;
  Hash set_hash_;
};

}  // namespace hansatsu::consensus
