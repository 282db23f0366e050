#pragma once

#include <optional>
#include <string>

#include "node/log/format.h"

namespace hansatsu::audit {

/// What can be wrong with a chain or with the log that holds it. Printed as `E-AUD-07`; the list
/// with its meaning stands in docs/audit.md: DO NOT RENUMBER.
enum class Fault : std::uint8_t {
  // The folder and its log.
  log_missing = 1,       ///< no log here
  log_unreadable = 2,    ///< a read failed, or a newer program wrote it
  segment_missing = 3,   ///< a file between the first and the last is not there
  segment_damaged = 4,   ///< a file's head or length is wrong
  group_damaged = 5,     ///< bytes that are no group, with groups after them
  group_gap = 6,         ///< a group that does not follow the one before it
  record_malformed = 7,  ///< a record that is no block, vote or certificate
  foreign_log = 8,       ///< of another chain than the charter's, or of no validator of it
  // What the validators signed.
  bad_vote = 9,  ///< a vote that this log's validator did not sign, or not for this chain
  vote_without_block = 10,  ///< the validator voted for a block that its log does not hold
  not_a_quorum = 11,        ///< a certificate that not exactly a quorum of the charter's validators
                            ///< made, or not for this chain's epoch
  bad_vote_signature = 12,  ///< a signature in a certificate does not hold
  conflicting_final = 13,   ///< two final blocks contradict each other
  block_altered = 14,       ///< not the block that the validators certified in its view
  block_missing = 15,       ///< a final block's ancestor is not in the log
  too_much_not_final = 16,  ///< more blocks or certificates than the audit keeps wait to be final
  // A final block and what it does.
  bad_header = 17,           ///< a field of the header contradicts its parent or the charter
  bad_body = 18,             ///< not a body in canonical form, or empty where the header says else
  transactions_differ = 19,  ///< the transactions are not those the header commits to
  bad_evidence = 20,         ///< evidence that is not the header's, or proves nothing
  too_large = 21,            ///< more bytes, transactions or work than the charter allows
  inadmissible = 22,         ///< a transaction that may not be in this block
  bad_signature = 23,        ///< a transaction's signature or co-signature does not hold
  outcomes_differ = 24,      ///< executed again, the transactions' outcomes are others
  state_differs = 25,        ///< executed again, the state is another
  books_differ = 26,         ///< the books do not balance
  // What the auditor asked for.
  too_short = 27,    ///< the log ends in order, below the height that was asked for
  other_chain = 28,  ///< the charter is of another chain than the one that was expected
  other_block = 29,  ///< at a height that the auditor knows, another block is final
  // What the validators signed.
  late_certificate = 30,  ///< a FINALIZATION for a view long passed, which no validator takes
};
/// "bad_signature".
[[nodiscard]] std::string_view name(Fault fault);
/// "E-AUD-23".
[[nodiscard]] std::string code(Fault fault);

/// The first thing wrong, and where. What is known depends on the fault.
struct Finding {
  Fault fault = Fault::log_missing;
  std::optional<Height> height;      ///< of the block
  std::optional<View> view;          ///< of the block, vote or certificate
  std::optional<std::size_t> index;  ///< of the transaction in its block, from 0
  std::uint32_t segment = 0;         ///< 0: no place
  std::uint64_t offset = 0;          ///< of the group, in bytes from the segment's start
  std::uint32_t record = 0;          ///< place in the group, from 0
  std::string detail;                ///< for engineers: which field, code or number; may be empty
};
[[nodiscard]] Finding finding_at(Fault fault, const log::RecordPlace& place,
                                 std::string detail = "");

}  // namespace hansatsu::audit
