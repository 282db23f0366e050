#pragma once

#include "node/chain.h"
#include "node/log/reader.h"
#include "node/recovered_log.h"
#include "node/store/store.h"

namespace hansatsu::node {

/// When a checkpoint is written on the way.
struct RebuildPace {
  std::size_t blocks = 2'000;
  std::size_t rows = 20'000;
  std::size_t body_bytes = 16U << 20U;
};

struct Rebuilt {
  Height height;                  ///< of the newest checkpoint
  std::uint64_t checkpoints = 0;  ///< written
  std::size_t held_bytes = 0;     ///< the most that bodies took in memory at one time
};

/// Executes what the log calls final above the store's newest checkpoint (above genesis, without
/// one) and writes checkpoints of it, so that a start has only the log's end to keep in memory,
/// however long the log and however old the store. Broken off anywhere, it goes on from its last
/// checkpoint.
/// Source:   docs/protocol/log.md "The store".
/// Requires: log::Log::open has made the last group durable; nobody else uses the store.
/// Memory:   the state, the bodies between two checkpoints, and what FinalBlocks holds. Time:
/// signatures are checked again. Errors: one sentence for the operator, with the height of the
/// first block that can't be taken.
[[nodiscard]] Result<Rebuilt, std::string> rebuild_store(
    store::Store& store, log::Disk& disk, const state::Charter& charter,
    std::optional<store::LoadedCheckpoint> checkpoint, const RebuildPace& pace = {});

}  // namespace hansatsu::node
