#pragma once

#include <mutex>
#include <shared_mutex>

#include "ledger/chain/header.h"
#include "ledger/state/overlay.h"

namespace hansatsu::node {

/// The ledger as of the newest final block.
/// Threads: commit() from the core alone. The core reads the base state without a lock; everybody
///          else reads under a shared one, which commit() excludes while it merges.
class Chain {
 public:
  Chain(state::State state, const chain::Header& tip) : state_{std::move(state)}, tip_{tip} {}

  // The core.
  [[nodiscard]] const state::State& base() const { return state_; }
  void commit(state::Overlay& overlay, const chain::Header& header) {
    const std::unique_lock lock{mutex_};
    state_.merge(overlay);
    tip_ = header;
  }

  // Everybody.
  /// Calls f(state, header of the newest final block) under the shared lock.
  template <class F>
  auto read(const F& f) const {
    const std::shared_lock lock{mutex_};
    return f(state_, tip_);
  }
  [[nodiscard]] chain::Header tip() const {
    const std::shared_lock lock{mutex_};
    return tip_;
  }

 private:
  mutable std::shared_mutex mutex_;
  state::State state_;
  chain::Header tip_;
};

}  // namespace hansatsu::node
