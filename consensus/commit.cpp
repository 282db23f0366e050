#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

bool has_content(const Header& header) { return !header.is_empty() || header.is_sealing(); }

/// The proofs of a chain (newest first) that is final through its newest block's certificate. None
/// if the way is longer than a proof may be: then ranges bring the proofs that others made in time.
std::optional<std::vector<FinalBlock>> prove(const State& state, const Chain& chain,
                                             const Certificate& finalization) {
  std::vector<FinalBlock> blocks;
  FinalityProof proof{finalization, {}};
  for (const Hash& id : chain.ids) {
    const Block& block = state.blocks.at(id).block;
    const bool is_first = blocks.empty();
    FinalBlock final{block, std::nullopt};
    if (is_first || has_content(block.header)) {
      if (proof.descendants.size() > FinalityProof::kHeadersMax) return std::nullopt;
      final.proof = proof;
      proof.descendants.push_back(block.header);
    }
    blocks.push_back(std::move(final));
  }
  std::reverse(blocks.begin(), blocks.end());
  return blocks;
}

void remember(State& state, const CommittedBlock& committed) {
  state.recent.push_back(committed);
  if (state.recent.size() > kRecentMax) state.recent.pop_front();
}

/// The log must prove every block that it holds to whoever reads it alone. A certificate that was
/// admitted is in the log; a block out of a range brings another, and often the one its neighbour
/// brought.
void log_proof(Step& step, const Certificate& finalization) {
  State& state = step.state;
  const View view = finalization.ballot.view;
  // What is final through a view is proved by its certificate for every block on the way to it.
  if (view <= state.logged_proof) return;
  if (find_certificate(state, view, VoteKind::finalize) == nullptr) queue_lazy(step, finalization);
  state.logged_proof = view;
}

/// Requires: consecutive blocks from the one above last_final, all validated.
void take_over(Step& step, std::vector<FinalBlock> blocks) {
  State& state = step.state;
  Commit commit;
  for (FinalBlock& final : blocks) {
    const Hash id = chain::block_id(final.block.header);
    const auto entry = state.blocks.find(id);
    ASSERT(entry != state.blocks.end() && entry->second.validity == Validity::valid);
    ASSERT(final.block.header.parent_id == state.last_final.id);
    if (!entry->second.logged) queue_lazy(step, final.block);
    state.last_final = {final.block.header.view, id, final.block.header};
    std::uint32_t& credit = state.peers[final.block.header.proposer.raw].credit;
    credit = std::min(credit + 1, kCreditMax);
    if (final.proof) {
      const Certificate& finalization = final.proof->finalization;
      log_proof(step, finalization);
      if (final.proof->descendants.empty()) {
        state.final_tip = FinalTip{final.block.header, finalization};
      }
    }
    state.blocks.erase(entry);
    commit.blocks.push_back({id, std::move(final)});
    remember(state, commit.blocks.back());
  }
  step.effects.push_back(std::move(commit));

  state.last_commit = step.at();
  state.stall_at = step.at() + kStall;
  if (is_all_logged(step)) {
    state.durable_final = state.last_final.header.height;
  } else if (!state.lazy.empty() && !state.lazy_flush_at) {
    state.lazy_flush_at = step.at() + kLazyFlush;
  }
  if (++state.calm >= kCalmFinalizations) {
    state.calm = 0;
    if (state.backoff > 0) --state.backoff;
  }
  note_progress(step);
  discard_dead_blocks(step);
  prune(step);
}

/// The next block of a range that proved itself.
bool commit_ranged(Step& step) {
  State& state = step.state;
  const Height height = next(state.last_final.header.height);
  for (const auto& [id, entry] : state.blocks) {
    if (!entry.final || entry.block.header.height != height) continue;
    if (entry.block.header.parent_id != state.last_final.id) {
      halt(step, HaltReason::conflicting_final);
      return false;
    }
    if (entry.validity != Validity::valid) return false;
    take_over(step, {FinalBlock{entry.block, entry.proof}});
    return true;
  }
  return false;
}

/// The blocks up to the lowest FINALIZATION whose chain is complete and validated.
bool commit_finalized(Step& step) {
  State& state = step.state;
  for (auto view = state.views.upper_bound(state.last_final.view); view != state.views.end();
       ++view) {
    const auto& held = view->second.certificates[slot(VoteKind::finalize)];
    if (!held) continue;
    const Certificate finalization = held->certificate;
    const Chain chain = chain_of(state, finalization.ballot.block_id);
    if (chain.conflicting) {
      halt(step, HaltReason::conflicting_final);
      return false;
    }
    if (chain.missing || chain.ids.empty()) continue;
    if (state.blocks.at(chain.ids.front()).validity != Validity::valid) continue;
    auto blocks = prove(state, chain, finalization);
    if (!blocks) continue;
    take_over(step, std::move(*blocks));
    return true;
  }
  return false;
}

}  // namespace

Chain chain_of(const State& state, const Hash& id) {
  Chain chain;
  Hash at = id;
  // Heights fall by one with each step of a fitting chain, so this ends; misfits end it at once.
  std::optional<Height> above;
  while (at != state.last_final.id) {
    const BlockEntry* entry = find_block(state, at);
    if (entry == nullptr) {
      if (above && above->raw <= state.last_final.header.height.raw + 1) {
        chain.conflicting = true;
      } else {
        chain.missing = at;
      }
      return chain;
    }
    const Header& header = entry->block.header;
    if (above && next(header.height) != *above) {
      chain.conflicting = true;
      return chain;
    }
    above = header.height;
    chain.ids.push_back(at);
    at = header.parent_id;
  }
  return chain;
}

/// A8.
bool commit(Step& step) {
  bool changed = false;
  while (!step.state.halted && (commit_ranged(step) || commit_finalized(step))) changed = true;
  return changed;
}

}  // namespace hansatsu::consensus
