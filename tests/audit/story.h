#pragma once

#include <functional>
#include <map>

#include "consensus/records.h"
#include "ledger/block/receipt.h"
#include "node/log/log.h"
#include "tests/ledger/town.h"
#include "tests/log/memory_disk.h"
#include "wallet/audit/audit.h"

/// Logs as a validator writes them, of chains as honest validators make them, or dishonest ones.
namespace test_audit {

using namespace hansatsu;  // NOLINT: a test's own header

/// What happened in a town, block by block, signed by whoever did it.
class Story {
 public:
  /// Two persons with 10,000 each, a shop, and `payments` payments of 100 in blocks of two.
  explicit Story(std::size_t payments = 8);

  void add(std::vector<block::TransactionPointer> transactions);

  static constexpr AccountId kPayer{3};
  static constexpr AccountId kShop{5};
  static constexpr std::size_t kSetUp = 8;  ///< blocks before the first payments

  test_town::Town town;
  std::vector<std::vector<block::TransactionPointer>> bodies;  ///< of heights 1, 2, ...
  std::vector<Timestamp> times;
};

/// What a quorum that lies does to a block before it votes for it, re-hashing all that follows.
struct Lie {
  std::function<void(chain::Header&)> header = [](chain::Header&) {};
};
using Lies = std::map<std::uint64_t, Lie>;  ///< by height

/// One validator's records of the story, in the order of an honest one: each block with its votes
/// and certificates, signed by a quorum. Blocks are executed with whatever signatures they hold.
[[nodiscard]] std::vector<consensus::Record> records_of(const Story& story, const Lies& lies = {});

/// Signs again what a quorum could: a certificate over this ballot.
[[nodiscard]] chain::Certificate certify(const state::Charter& charter,
                                         const chain::Ballot& ballot);
[[nodiscard]] chain::Vote vote(const state::Charter& charter, const chain::Ballot& ballot);
/// Number of the first block record, vote or certificate of this height.
[[nodiscard]] std::size_t block_at(const std::vector<consensus::Record>& records,
                                   std::uint64_t height);

/// The same transaction with something changed and the old signatures.
[[nodiscard]] block::TransactionPointer unsigned_change(
    const Story& story, const block::TransactionPointer& transaction,
    const std::function<void(block::Transaction&)>& change);
/// Such changes: another amount than the payer signed, and a signature that nobody made.
void raise_amount(block::Transaction& transaction);
void forge_signature(block::Transaction& transaction);
/// The records with other transactions in the block of one height, and nothing else changed.
[[nodiscard]] std::vector<consensus::Record> with_body(
    std::vector<consensus::Record> records, std::uint64_t height,
    std::vector<block::TransactionPointer> transactions);

/// Of the first transaction of the block with this header.
[[nodiscard]] block::Receipt receipt_of(const Story& story, const chain::Header& header,
                                        const chain::FinalityProof& proof);

/// Writes the records with the log's own writer, some to a group, in segments of 32 KiB.
void write_log(log::Disk& disk, const state::Charter& charter,
               const std::vector<consensus::Record>& records);
[[nodiscard]] log::Identity identity_of(const state::Charter& charter);
inline constexpr log::Options kSmallSegments{.segment_bytes = 32U << 10U};

/// An audit of the records, written to a disk in memory.
[[nodiscard]] audit::Report audit_records(const state::Charter& charter,
                                          const std::vector<consensus::Record>& records);
[[nodiscard]] audit::Report audit_disk(const state::Charter& charter, log::Disk& disk,
                                       std::uint32_t threads = 2);

}  // namespace test_audit
