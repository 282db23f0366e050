#pragma once

#include <chrono>
#include <functional>

#include "ledger/rules/books.h"
#include "ledger/state/charter.h"
#include "node/log/disk.h"
#include "wallet/audit/signature_pool.h"

/// A chain checked again from genesis, by its charter and one validator's log alone.
/// Source: docs/audit.md.
namespace hansatsu::audit {

/// A final block that the auditor has from somebody else: another validator, or a receipt.
struct KnownBlock {
  Height height;
  Hash id;
};
/// "120000:7f3a...", as `chain status` gives both.
[[nodiscard]] std::optional<KnownBlock> parse_known_block(std::string_view text);

struct Options {
  std::uint32_t threads = 0;      ///< that check signatures; 0: one a core
  std::optional<Hash> chain;      ///< its id as the town published it; absent: any will do
  Height height_min;              ///< a log that ends below it is too short
  std::vector<KnownBlock> known;  ///< must be in the chain; a log that ends below one is too short
  /// Called now and then with the bytes of the log that were read.
  std::function<void(std::uint64_t)> on_progress = {};
};

/// A coin's units, over all its programs.
struct CoinBooks {
  CoinId coin;
  rules::ProgramBook sums;  ///< its `program` means nothing
};

struct Report {
  Standing standing;  ///< up to here everything was found in order
  Hash tip;           ///< id of that block; zero if something is wrong
  std::optional<Finding> first_error;
  /// Whether the books balance after every block and at the end; absent if something else is wrong,
  /// for then nobody looked at what comes after.
  std::optional<bool> conserved;
  std::vector<CoinBooks> coins;  ///< after that block; none if something is wrong

  std::uint64_t signatures = 0;  ///< checked, of transactions and of votes
  std::uint64_t certificates = 0;
  std::uint64_t votes = 0;          ///< the validator's own
  std::uint64_t left_behind = 0;    ///< blocks that were voted on and never became final
  std::uint64_t not_final_yet = 0;  ///< blocks above the newest final one
  std::uint64_t awaited = 0;        ///< certificates at the end whose blocks the log does not hold
  bool is_torn = false;             ///< the log ends in a group that was never finished: lawful
  std::uint32_t segment = 0;        ///< where the last group that was read whole ends
  std::uint64_t offset = 0;
  PublicKey validator;  ///< whose log it is; zero for one that never votes
};

/// Reads the log from its first group to its end, which may move meanwhile.
/// Requires: initialize_crypto; state::check_charter.
/// Memory:   the ledger's state, and a bounded part of the log.
/// Threads:  executes on the caller's, reads on one more, checks signatures on options.threads.
[[nodiscard]] Report audit_log(log::Disk& disk, const state::Charter& charter,
                               const Options& options);

/// BIP340 verifications a second, keys parsed each time, that so many cores can do when they do
/// nothing else; by processor time, so that a busy machine makes no audit look better than it is.
/// threads = 0: one a core. Cost: so much processor time on each.
[[nodiscard]] double signature_ceiling(std::uint32_t threads, std::chrono::milliseconds length);

}  // namespace hansatsu::audit
