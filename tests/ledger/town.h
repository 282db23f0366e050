#pragma once

#include <map>

#include "ledger/block/execution.h"
#include "ledger/block/genesis.h"

/// A small town for tests of blocks: its keys are derived from numbers, its time from its founding.
namespace test_town {

using namespace hansatsu;  // NOLINT: a test's own header

inline constexpr std::uint64_t kFounded = 1'793'000'000'000;  // 2026-10-26, 07:33 UTC
inline constexpr std::uint64_t kDayMs = 86'400'000;

// Founding accounts; each has one key with every right, made from its number.
inline constexpr AccountId kStaff{0};  ///< registrar, issuer and treasurer of coin 0
inline constexpr AccountId kAgent{1};
inline constexpr AccountId kTreasurer{2};

[[nodiscard]] KeyPair key_of(std::uint32_t number);
[[nodiscard]] KeyPair validator_key(std::size_t index, const state::Charter& charter);
[[nodiscard]] state::Charter charter();
/// Every right but office work, which is founded or approved.
[[nodiscard]] state::KeyGrant grant_all(const PublicKey& key);

/// Signs and parses transactions for the town's chain, and runs blocks one after the other.
class Town {
 public:
  explicit Town(const state::Charter& charter = test_town::charter());

  /// From slot 0 of the account, with its key and next sequence.
  [[nodiscard]] block::UnsignedTransaction unsigned_from(AccountId signer,
                                                         rules::OperationVariant operation);
  [[nodiscard]] block::TransactionPointer sign(const block::UnsignedTransaction& transaction,
                                               const std::vector<std::uint32_t>& signers) const;
  [[nodiscard]] block::TransactionPointer from(AccountId signer, rules::OperationVariant operation);

  /// Runs a block a second later and merges it; all must be admissible.
  std::vector<rules::Outcome> run(const std::vector<block::TransactionPointer>& transactions);
  /// As run, of one operation; it must be accepted.
  rules::Outcome must(AccountId signer, rules::OperationVariant operation);
  /// Opens a person with key_of(its number); gives the number.
  AccountId open_person();
  AccountId open_shop();
  /// A charge program that expires after 40 days; the agent gets a wide float.
  ProgramId open_charge_program();

  state::Charter charter;
  state::State state;
  Hash chain_id;
  Timestamp now{kFounded};
  block::PlainSignatureChecker checker;

 private:
  std::map<AccountId, std::uint64_t> sequences_;
};

}  // namespace test_town
