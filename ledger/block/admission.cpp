#include "ledger/block/admission.h"

#include <algorithm>

namespace hansatsu::block {
namespace {

using rules::Refusal;
using state::Account;
using state::KeySlot;

/// Why the slot can't sign now; absent if it can.
std::optional<Refusal> key_fault(const KeySlot& slot, std::uint32_t generation,
                                 const BlockTime& when) {
  if (!slot.filled) return Refusal::unknown_key;
  if (slot.generation != generation) return Refusal::wrong_generation;
  if (when.time < slot.effective_from) return Refusal::key_not_yet_effective;
  if (slot.grant.last_day < when.today) return Refusal::key_lapsed;
  return std::nullopt;
}

Result<const KeySlot*, Refusal> find_key(const state::Overlay& overlay, const BlockTime& when,
                                         const KeyReference& reference) {
  const Account* account = overlay.find(reference.account);
  if (account == nullptr) return Err{Refusal::unknown_signer};
  if (account->identity.status == state::AccountStatus::closed) {
    return Err{Refusal::signer_closed};
  }
  if (reference.slot >= account->keys.size()) return Err{Refusal::unknown_key};
  const KeySlot& slot = account->keys[reference.slot];
  if (const auto fault = key_fault(slot, reference.generation, when)) return Err{*fault};
  return &slot;
}

Result<void, Refusal> check_time(const state::ChainLimits& limits, const BlockTime& when,
                                 const UnsignedTransaction& transaction) {
  if (transaction.valid_until < when.time) return Err{Refusal::transaction_lapsed};
  const std::uint32_t validity_ms = rules::is_staff_operation(transaction.operation)
                                        ? limits.staff_validity_ms
                                        : limits.holder_validity_ms;
  if (transaction.valid_until > plus_ms(when.time, validity_ms)) {
    return Err{Refusal::valid_too_long};
  }
  return {};
}

Result<void, Refusal> check_sequence(const KeySlot& slot, std::uint64_t sequence) {
  switch (state::check_sequence(slot.window, sequence)) {
    case state::SequenceUse::fresh:
      return {};
    case state::SequenceUse::used:
      return Err{Refusal::sequence_used};
    case state::SequenceUse::too_old:
      return Err{Refusal::sequence_too_old};
    case state::SequenceUse::too_far:
      return Err{Refusal::sequence_too_far};
  }
  ASSERT(false);
  return {};
}

Result<void, Refusal> check_quota(const state::ChainLimits& limits, state::AccountKind kind,
                                  const KeySlot& slot, Date today) {
  if (slot.day != today) return {};
  const auto quota = std::find_if(limits.quotas.begin(), limits.quotas.end(),
                                  [kind](const state::Quota& row) { return row.kind == kind; });
  ASSERT(quota != limits.quotas.end());  // check_charter
  if (slot.transactions >= quota->transactions) return Err{Refusal::quota_of_transactions};
  if (slot.refusals >= quota->refusals) return Err{Refusal::quota_of_refusals};
  return {};
}

/// The signer's key and the context; everything that does not hang on signatures or counters.
struct Admitted {
  const KeySlot* key = nullptr;
  std::vector<PublicKey> cosigner_keys;
  rules::Context context;
};
Result<Admitted, Refusal> admit_unsigned(const state::Overlay& overlay, const BlockTime& when,
                                         const UnsignedTransaction& transaction) {
  const state::ChainLimits& limits = overlay.charter().limits;
  if (rules::work_of(transaction.operation) > limits.block_records) {
    return Err{Refusal::transaction_too_large};
  }
  const auto key = find_key(overlay, when, transaction.signer);
  if (!key) return Err{key.error()};
  const state::Rights needed = rules::right_needed(transaction.operation);
  if (((*key)->grant.rights & needed) != needed) return Err{Refusal::key_without_right};
  if (const auto in_time = check_time(limits, when, transaction); !in_time) {
    return Err{in_time.error()};
  }
  Admitted admitted;
  admitted.key = *key;
  admitted.context.time = when.time;
  admitted.context.today = when.today;
  admitted.context.signer = {transaction.signer.account, transaction.signer.slot};
  for (const KeyReference& cosigner : transaction.cosigners) {
    const auto cosigner_key = find_key(overlay, when, cosigner);
    if (!cosigner_key || cosigner.account == transaction.signer.account) {
      return Err{Refusal::bad_cosigner};
    }
    // One key never counts twice, whatever accounts it is in.
    const PublicKey& public_key = (*cosigner_key)->grant.key;
    if (public_key == (*key)->grant.key ||
        std::find(admitted.cosigner_keys.begin(), admitted.cosigner_keys.end(), public_key) !=
            admitted.cosigner_keys.end()) {
      return Err{Refusal::bad_cosigner};
    }
    admitted.cosigner_keys.push_back(public_key);
    admitted.context.cosigners.push_back({cosigner.account, cosigner.slot});
  }
  return admitted;
}

KeySlot& slot_of(state::Overlay& overlay, const KeyReference& signer) {
  return overlay.edit(signer.account).keys[signer.slot];
}

}  // namespace

BlockTime block_time(const state::Charter& charter, Timestamp time) {
  return {time, local_date(time, charter.utc_offset)};
}

Result<rules::Context, Refusal> admit_preview(const state::Overlay& overlay, const BlockTime& when,
                                              const UnsignedTransaction& transaction) {
  auto admitted = admit_unsigned(overlay, when, transaction);
  if (!admitted) return Err{admitted.error()};
  return std::move(admitted->context);
}

Result<rules::Context, Refusal> admit(const state::Overlay& overlay, const BlockTime& when,
                                      const ParsedTransaction& transaction,
                                      SignatureChecker& checker) {
  const UnsignedTransaction& unsigned_part = transaction.unsigned_part();
  auto admitted = admit_unsigned(overlay, when, unsigned_part);
  if (!admitted) return Err{admitted.error()};
  const KeySlot& key = *admitted->key;
  if (const auto fresh = check_sequence(key, unsigned_part.sequence); !fresh) {
    return Err{fresh.error()};
  }
  const Account& signer = *overlay.find(unsigned_part.signer.account);
  if (const auto in_quota =
          check_quota(overlay.charter().limits, signer.identity.kind, key, when.today);
      !in_quota) {
    return Err{in_quota.error()};
  }
  const Transaction& whole = transaction.transaction();
  if (!checker.valid(transaction.envelope(), transaction.id(), key.grant.key, whole.signature)) {
    return Err{Refusal::bad_signature};
  }
  for (std::size_t i = 0; i < admitted->cosigner_keys.size(); ++i) {
    if (!checker.valid(transaction.envelope(), transaction.id(), admitted->cosigner_keys[i],
                       whole.cosignatures[i])) {
      return Err{Refusal::bad_signature};
    }
  }
  return std::move(admitted->context);
}

void begin_key_day(state::Overlay& overlay, const BlockTime& when, const KeyReference& signer) {
  KeySlot& slot = slot_of(overlay, signer);
  if (slot.day == when.today) return;
  slot.day = when.today;
  slot.spent = {};
  slot.transactions = 0;
  slot.refusals = 0;
}

void use_key(state::Overlay& overlay, const BlockTime& when,
             const UnsignedTransaction& transaction) {
  begin_key_day(overlay, when, transaction.signer);
  KeySlot& slot = slot_of(overlay, transaction.signer);
  state::use_sequence(slot.window, transaction.sequence);
  ++slot.transactions;
}

void count_refusal(state::Overlay& overlay, const UnsignedTransaction& transaction) {
  ++slot_of(overlay, transaction.signer).refusals;
}

}  // namespace hansatsu::block
