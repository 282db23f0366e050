#pragma once

#include "consensus/engine.h"

/// Signatures that cost nothing and anybody can make: tests speak in every validator's name.
namespace hansatsu::consensus::test {

class FakeSigner final : public Signer {
 public:
  explicit FakeSigner(ValidatorIndex index) : index_{index} {}
  [[nodiscard]] Signature sign(const Hash& message) const override;

 private:
  ValidatorIndex index_;
};

/// Checks structure as the product does, and fake signatures; a body belongs to the header whose
/// transactions_root is its hash.
class FakeChecker final : public Checker {
 public:
  using Checker::Checker;

 protected:
  [[nodiscard]] bool is_signed(ValidatorIndex signer, const Hash& message,
                               const Signature& signature) const override;
  [[nodiscard]] bool is_body_of(const Header& header, const Bytes& body) const override;
};

[[nodiscard]] Hash root_of(const Bytes& body);
[[nodiscard]] Body body_of(std::string_view text);

/// A town of `count` validators whose genesis all tests share.
struct Genesis {
  explicit Genesis(std::uint32_t count);
  [[nodiscard]] Setup setup(std::uint8_t self) const;
  [[nodiscard]] ValidatorIndex leader(std::uint64_t view) const;
  [[nodiscard]] Vote vote(std::uint8_t signer, VoteKind kind, std::uint64_t view,
                          const Hash& id = {}) const;
  /// By the validators with the lowest indices, or the highest.
  [[nodiscard]] Certificate certificate(VoteKind kind, std::uint64_t view, const Hash& id = {},
                                        bool from_the_top = false) const;
  /// A block as view's leader builds it. Text "" makes an empty block; "invalid..." a refused one.
  [[nodiscard]] Block block(std::uint64_t view, const Header& parent, std::string_view text) const;
  /// With its leader's vote; justification is the caller's matter.
  [[nodiscard]] Proposal proposal(const Block& block) const;

  chain::EpochContext context;
  chain::ValidatorSet set;
  Header anchor;
  Parameters parameters;
  std::vector<ValidatorIndex> order;
};

inline constexpr std::uint64_t kUtcStart = 1'800'000'000'000;  ///< ms
[[nodiscard]] inline Now now_at(std::int64_t ms) {
  return {Instant{ms * 1'000'000}, Timestamp{kUtcStart + static_cast<std::uint64_t>(ms)}};
}

}  // namespace hansatsu::consensus::test
