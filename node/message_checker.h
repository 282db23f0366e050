#pragma once

#include <deque>
#include <mutex>
#include <unordered_set>

#include "consensus/verify.h"
#include "ledger/block/body.h"
#include "node/chain.h"
#include "node/mempool.h"
#include "node/signature_cache.h"
#include "node/stage_times.h"

namespace hansatsu::node {

/// Checks what peers say with real signatures, on the workers, so that the core finds everything
/// done: a block's body parsed, its signatures verified, a certificate never verified twice. A
/// short message that comes alone the core checks itself.
/// Threads: any.
class MessageChecker final : public consensus::Checker {
 public:
  static constexpr std::size_t kCertificatesMax = 4'096;
  static constexpr std::size_t kBodiesMax = 32;

  MessageChecker(chain::EpochContext context, chain::ValidatorSet set, const Chain& chain,
                 SignatureCache& signatures, StageTimes& times);

  /// The parsed body of a block that was checked lately; absent otherwise.
  [[nodiscard]] std::optional<block::Body> take_body(const Hash& block_id) const;

  /// Verifies the transaction's signatures under the keys that the final state has for them, and
  /// remembers those that hold. False only if a known key's signature is wrong.
  bool verify_signatures(const block::ParsedTransaction& transaction) const;

  [[nodiscard]] StageTimes& times() const { return times_; }

 protected:
  /// A vote that came by itself is not verified again within a certificate.
  [[nodiscard]] bool is_signed(ValidatorIndex signer, const Hash& message,
                               const Signature& signature) const override;
  [[nodiscard]] bool is_certificate(const chain::Certificate& certificate) const override;
  [[nodiscard]] bool is_body_of(const chain::Header& header, const Bytes& body) const override;

 private:
  void remember_body(const Hash& block_id, block::Body body) const;

  const Chain& chain_;
  SignatureCache& signatures_;
  StageTimes& times_;
  const state::ChainLimits limits_;
  mutable std::mutex mutex_;
  mutable std::unordered_set<Hash, HashOfHash> certificates_;
  mutable std::deque<std::pair<Hash, block::Body>> bodies_;
};

}  // namespace hansatsu::node
