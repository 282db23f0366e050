#pragma once

#include "ledger/block/signature_checker.h"
#include "ledger/state/state.h"
#include "tests/simulation/fake_signatures.h"

namespace hansatsu::simulation {

/// Names a payment in the simulator. Its transaction follows from the number.
using Payment = std::uint64_t;

inline constexpr std::uint64_t kUtcStart = 1'780'000'000'000;
/// The first local midnight of the town after kUtcStart; some of its lots expire there.
inline constexpr std::uint64_t kUtcMidnight = 1'780'066'800'000;

/// A signature is the key and the message: whoever holds a transaction sees whether it is signed.
class FakeSignatureChecker final : public block::SignatureChecker {
 public:
  [[nodiscard]] bool valid(const Hash& /*envelope*/, const Hash& transaction_id,
                           const PublicKey& key, const Signature& signature) override {
    return signature == fake_signature(key, transaction_id);
  }
};

/// What every world of so many validators begins with: a real charter, and the state after some
/// blocks that opened accounts and programs and gave people lots that expire on several days.
/// Threads: any; a town never changes.
class Town {
 public:
  static constexpr std::uint32_t kPersons = 32;
  static constexpr std::uint32_t kShops = 4;
  /// Of one person's payments at most so many may be under way; its key's window is 64.
  static constexpr std::uint32_t kInFlight = 32 * kPersons;

  /// Made once a process for each number of validators.
  [[nodiscard]] static const Town& of(std::uint32_t validators);

  [[nodiscard]] const state::Charter& charter() const { return state_.charter(); }
  [[nodiscard]] const state::State& state() const { return state_; }
  /// What epoch 0 is bound to here: height 0, with that state's root.
  [[nodiscard]] const chain::Header& anchor() const { return anchor_; }
  [[nodiscard]] AccountId person(std::uint32_t number) const {
    return AccountId{first_person_.raw + number % kPersons};
  }
  [[nodiscard]] AccountId shop(std::uint32_t number) const {
    return AccountId{first_shop_.raw + number % kShops};
  }
  /// Of the account's slot 0.
  [[nodiscard]] const PublicKey& key_of(AccountId account) const;

  /// A person pays a shop, or sends to another person; now and then more than it has.
  [[nodiscard]] block::TransactionPointer payment(Payment number, Timestamp valid_until) const;
  /// Signed with the given key, whosever it is.
  [[nodiscard]] block::TransactionPointer sign(const block::UnsignedTransaction& transaction,
                                               const PublicKey& key) const;

 private:
  explicit Town(std::uint32_t validators);
  void run(AccountId signer, rules::OperationVariant operation);
  [[nodiscard]] state::KeyGrant key_grant(std::uint32_t number) const;
  void open_accounts();
  void issue();

  Hash chain_id_;
  state::State state_;
  chain::Header anchor_;
  AccountId first_person_;
  AccountId first_shop_;
  // While it is made.
  std::map<AccountId, std::uint64_t> sequences_;
  Timestamp now_;
};

}  // namespace hansatsu::simulation
