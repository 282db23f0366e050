#include "node/block_tree.h"

#include <algorithm>

namespace hansatsu::node {
namespace {

/// What the final state refuses so, it refuses at every later time too.
bool is_for_good(rules::Refusal refusal) {
  return refusal == rules::Refusal::sequence_used || refusal == rules::Refusal::sequence_too_old ||
         refusal == rules::Refusal::wrong_generation || refusal == rules::Refusal::signer_closed;
}

}  // namespace

std::vector<AccountId> touched_accounts(const block::ParsedTransaction& transaction,
                                        const rules::Outcome& outcome) {
  std::vector<AccountId> accounts{transaction.unsigned_part().signer.account};
  for (const block::KeyReference& cosigner : transaction.unsigned_part().cosigners) {
    accounts.push_back(cosigner.account);
  }
  if (outcome.public_part.code == 0) {
    accounts.push_back(outcome.public_part.subject);
    if (const auto* grant = std::get_if<rules::Grant>(&transaction.operation().value)) {
      for (const rules::GrantEntry& entry : grant->entries) accounts.push_back(entry.account);
    }
  }
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

bool may_pass_later(rules::Refusal refusal) {
  switch (refusal) {
    case rules::Refusal::unknown_signer:
    case rules::Refusal::unknown_key:
    case rules::Refusal::key_not_yet_effective:
    case rules::Refusal::sequence_too_far:
    case rules::Refusal::valid_too_long:  // by a clock behind the peer's
    case rules::Refusal::bad_cosigner:
      return true;
    default:
      return false;
  }
}

bool CachedSignatureChecker::valid(const Hash& /*envelope*/, const Hash& transaction_id,
                                   const PublicKey& key, const Signature& signature) {
  return cache_.holds(transaction_id, key, signature);
}

Verification real_verification(const state::Charter& charter, SignatureCache& cache) {
  return {std::make_unique<CachedSignatureChecker>(cache),
          [trust = block::trust_of(charter)](const chain::Vote& vote) {
            return chain::verify_vote(trust.context, trust.validators, vote);
          }};
}

BlockTree::BlockTree(Chain& chain, Verification verification)
    : chain_{chain},
      verification_{std::move(verification)},
      final_id_{chain::block_id(chain.tip())} {}

std::shared_ptr<state::Overlay> BlockTree::overlay_on(const Hash& parent) const {
  if (parent == final_id_) return std::make_shared<state::Overlay>(chain_.base());
  const auto found = blocks_.find(parent);
  if (found == blocks_.end()) return nullptr;
  return std::make_shared<state::Overlay>(found->second.execution.overlay);
}

bool BlockTree::is_in_chain(const Hash& tip, const Hash& transaction_id) const {
  for (Hash at = tip; at != final_id_;) {
    const auto found = blocks_.find(at);
    if (found == blocks_.end()) return false;
    if (found->second.ids.contains(transaction_id)) return true;
    at = found->second.header.parent_id;
  }
  return false;
}

std::vector<block::TransactionPointer> BlockTree::candidates(const Hash& tip,
                                                             const Mempool& mempool,
                                                             std::size_t skip,
                                                             std::size_t most) const {
  std::vector<block::TransactionPointer> candidates;
  std::size_t place = 0;
  mempool.for_each([&](const Mempool::Transaction& transaction) {
    const bool is_candidate = !is_in_chain(tip, transaction->id()) && place++ >= skip;
    if (is_candidate) candidates.push_back(transaction);
    return candidates.size() < most;
  });
  return candidates;
}

void BlockTree::keep(const Hash& id, const chain::Header& header, block::Body body,
                     block::Execution execution) {
  Executed executed{header, std::move(body), std::move(execution), {}};
  for (const auto& transaction : executed.body.transactions) {
    executed.ids.insert(transaction->id());
  }
  blocks_.insert_or_assign(id, std::move(executed));
}

std::optional<block::BuiltBlock> BlockTree::build_of(
    const consensus::Build& build, std::span<const block::TransactionPointer> waiting) {
  auto overlay = overlay_on(build.draft.parent_id);
  if (!overlay) return std::nullopt;
  BoundedVector<block::Evidence, block::kEvidenceMax> evidence;
  for (const block::Evidence& one : evidence_) {
    if (build.with_content && !evidence.is_full()) evidence.push_back(one);
  }
  return block::build_block(std::move(overlay), build.draft.time, waiting, std::move(evidence),
                            block::build_limits(chain_.base().charter().limits),
                            *verification_.signatures);
}

std::optional<consensus::Block> BlockTree::build(const consensus::Build& build,
                                                 const Mempool& mempool) {
  // Twice a block's worth: some may turn out inadmissible. If all do, however many they are, they
  // must not stand before those that are not.
  const std::size_t most = std::size_t{chain_.base().charter().limits.block_transactions} * 2;
  std::optional<block::BuiltBlock> made_of;
  for (std::size_t skip = 0;; skip += most) {
    std::vector<block::TransactionPointer> waiting;
    if (build.with_content) waiting = candidates(build.draft.parent_id, mempool, skip, most);
    made_of = build_of(build, waiting);
    if (!made_of) return std::nullopt;
    if (!made_of->included.empty() || waiting.size() < most) break;
  }
  block::BuiltBlock& built = *made_of;
  if (build.with_content && built.body.is_empty()) return std::nullopt;
  consensus::Block made{build.draft, std::make_shared<const Bytes>(block::encode_body(built.body))};
  made.header.transactions_root = built.execution.transactions_root;
  made.header.outcomes_root = built.execution.outcomes_root;
  made.header.state_root = built.execution.state_root;
  made.header.evidence_root = built.execution.evidence_root;
  made.header.flags = built.body.is_empty() ? chain::kFlagEmpty : std::uint8_t{0};
  keep(chain::block_id(made.header), made.header, std::move(built.body),
       std::move(built.execution));
  return made;
}

bool BlockTree::validate(const consensus::Validate& validate, std::optional<block::Body> parsed) {
  const chain::Header& header = validate.block.header;
  auto overlay = overlay_on(header.parent_id);
  if (!overlay) return false;
  if (!parsed) {
    auto decoded =
        block::decode_body(header.chain_id, chain_.base().charter().limits, validate.block.body);
    if (!decoded) return false;
    parsed = *std::move(decoded);
  }
  if (header.is_empty() != parsed->is_empty()) return false;
  for (const block::Evidence& evidence : parsed->evidence) {
    if (!is_evidence(evidence)) return false;
  }
  auto execution =
      block::execute_block(std::move(overlay), header.time, *parsed, *verification_.signatures);
  if (!execution) return false;
  const bool same = execution->transactions_root == header.transactions_root &&
                    execution->outcomes_root == header.outcomes_root &&
                    execution->state_root == header.state_root &&
                    execution->evidence_root == header.evidence_root;
  if (!same) return false;
  keep(validate.block_id, header, *std::move(parsed), *std::move(execution));
  return true;
}

BlockTree::Finished BlockTree::finish(const consensus::CommittedBlock& committed) {
  const auto found = blocks_.find(committed.block_id);
  ASSERT(found != blocks_.end() && found->second.header.parent_id == final_id_);
  Executed& executed = found->second;
  Finished finished;
  finished.block.id = committed.block_id;
  finished.block.header = executed.header;
  finished.block.body = committed.block.block.body;
  finished.block.proof = committed.block.proof;
  for (std::size_t i = 0; i < executed.body.transactions.size(); ++i) {
    const block::ParsedTransaction& transaction = *executed.body.transactions[i];
    rules::Outcome& outcome = executed.execution.outcomes[i];
    const state::Account* signer =
        executed.execution.overlay->find(transaction.unsigned_part().signer.account);
    ASSERT(signer != nullptr);
    finished.block.transactions.push_back(
        {transaction.id(), touched_accounts(transaction, outcome)});
    finished.block.outcomes.push_back(
        {std::move(outcome), rules::private_outcome_salt(signer->salt, transaction.id())});
  }
  for (const block::Evidence& used : executed.body.evidence) std::erase(evidence_, used);
  finished.overlay = std::move(executed.execution.overlay);
  finished.transactions = std::move(executed.body.transactions);
  blocks_.erase(found);
  final_id_ = committed.block_id;
  return finished;
}

std::optional<rules::Refusal> BlockTree::inadmissible_on(
    const Hash& tip, const block::ParsedTransaction& transaction, Timestamp time) {
  const auto found = tip == final_id_ ? blocks_.end() : blocks_.find(tip);
  const auto judged = [&](const state::Overlay& overlay) -> std::optional<rules::Refusal> {
    // A child's time is above its parent's, whose leader's clock may run ahead of this one: a key
    // that a block opened is effective in the next, whatever the clock here says.
    const Timestamp child_time = std::max(time, plus_ms(overlay.chronicle().time, 1));
    const auto when = block::block_time(chain_.base().charter(), child_time);
    const auto admitted = block::admit(overlay, when, transaction, *verification_.signatures);
    if (admitted) return std::nullopt;
    return admitted.error();
  };
  if (found == blocks_.end()) return judged(state::Overlay{chain_.base()});
  return judged(*found->second.execution.overlay);
}

BlockTree::Pending BlockTree::find_pending(const Hash& tip, const Mempool& mempool,
                                           Timestamp time) {
  Pending pending;
  mempool.for_each([&](const Mempool::Transaction& transaction) {
    if (is_in_chain(tip, transaction->id())) return true;
    const auto refusal = inadmissible_on(tip, *transaction, time);
    if (!refusal) {
      pending.transaction = transaction;
      return false;
    }
    if (is_for_good(*refusal)) {
      const auto when_final = inadmissible_on(final_id_, *transaction, time);
      if (when_final && is_for_good(*when_final)) {
        pending.dead.emplace_back(transaction, *when_final);
      }
    }
    return true;
  });
  return pending;
}

void BlockTree::add_evidence(const consensus::Evidence& evidence) {
  const Bytes bytes = encode(chain::VotePair{evidence.first, evidence.second});
  block::Evidence kept;
  kept.assign(bytes.begin(), bytes.end());
  const bool known = std::find(evidence_.begin(), evidence_.end(), kept) != evidence_.end();
  if (!known && evidence_.size() < chain::kValidatorsMax) evidence_.push_back(std::move(kept));
}

bool BlockTree::is_evidence(const block::Evidence& bytes) const {
  const auto pair = decode<chain::VotePair>(bytes);
  return pair && chain::accuses(*pair) && verification_.is_vote(pair->first) &&
         verification_.is_vote(pair->second);
}

}  // namespace hansatsu::node
