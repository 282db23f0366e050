#pragma once

#include "ledger/block/execution.h"
#include "ledger/block/genesis.h"
#include "wallet/audit/log_source.h"
#include "wallet/audit/running_books.h"
#include "wallet/audit/signature_pool.h"

namespace hansatsu::audit {

/// Executes final blocks in order from genesis and holds them to what their headers commit to.
/// Signatures are taken for good while a block runs and checked by the pool behind it: each once,
/// under the very key that admission asked for. If one turns out bad, it was the first fault, for
/// nothing after it is told.
/// Threads: one.
class BlockAudit {
 public:
  BlockAudit(const state::Charter& charter, const block::Trust& trust, SignaturePool& pool);

  /// Absent if all is well but what the pool finds. The block's links are checked already.
  [[nodiscard]] std::optional<Finding> run(const log::RecordPlace& place, const ReadBlock& block);

  [[nodiscard]] const state::State& state() const { return state_; }
  [[nodiscard]] const Standing& standing() const { return standing_; }

 private:
  [[nodiscard]] std::optional<Finding> compare_body(const Finding& here,
                                                    const ReadBlock& block) const;
  void submit(std::vector<SignatureCheck> checks, const Finding& here);
  [[nodiscard]] std::optional<std::size_t> bad_signature_in(const ReadBlock& block) const;

  const block::Trust& trust_;
  SignaturePool& pool_;
  state::State state_;
  RunningBooks books_;
  Standing standing_;
};

}  // namespace hansatsu::audit
