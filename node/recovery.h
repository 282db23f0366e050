#pragma once

#include "node/chain.h"
#include "node/config.h"
#include "node/log/log.h"
#include "node/recovered_log.h"
#include "node/store/store.h"

namespace hansatsu::node {

inline constexpr log::Options kLogOptions{.segment_bytes = kLogSegmentBytes};

/// How much of the log a start replays out of memory; what is more goes into the store first.
inline constexpr std::uint64_t kReplayBytesMax = 32U << 20U;

/// Everything a node starts from, made durable before it is used.
struct Recovery {
  std::unique_ptr<store::Store> store;
  log::Log log;
  std::unique_ptr<Chain> chain;
  RecoveredLog recovered;
};

/// Opens store and log of a data folder, loads the newest checkpoint and reads the log from there.
/// A database that is lost or damaged is made again from the log, and the log says all of it.
/// Memory: the state and kReplayBytesMax of the log, however long it is.
/// Errors: one sentence for the operator.
[[nodiscard]] Result<Recovery, std::string> recover(const std::string& store_path, log::Disk& disk,
                                                    const state::Charter& charter,
                                                    const PublicKey& validator,
                                                    const log::Options& options = kLogOptions);

}  // namespace hansatsu::node
