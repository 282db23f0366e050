#include "wallet/audit/block_audit.h"

#include <algorithm>
#include <utility>

#include "ledger/state/genesis.h"

namespace hansatsu::audit {
namespace {

constexpr std::size_t kChecksPerBatch = 32;  ///< about a millisecond of work

/// Says yes, and keeps what was asked for the pool.
class DeferredChecker final : public block::SignatureChecker {
 public:
  [[nodiscard]] bool valid(const Hash& /*envelope*/, const Hash& transaction_id,
                           const PublicKey& key, const Signature& signature) override {
    // Asked transaction by transaction, in order; no id comes twice in a block.
    if (!checks.empty() && checks.back().message != transaction_id) ++index_;
    checks.push_back({transaction_id, key, signature, index_});
    return true;
  }

  std::vector<SignatureCheck> checks;

 private:
  std::size_t index_ = 0;
};

Finding with(Finding here, Fault fault, std::string detail = "",
             std::optional<std::size_t> index = std::nullopt) {
  here.fault = fault;
  here.detail = std::move(detail);
  here.index = index;
  return here;
}

Finding finding_of(const Finding& here, const block::BlockFault& fault) {
  switch (fault.error) {
    case block::BlockError::time_not_after_parent:
      return with(here, Fault::bad_header, "time");
    case block::BlockError::too_large:
      return with(here, Fault::too_large, "bytes or transactions");
    case block::BlockError::too_much_work:
      return with(here, Fault::too_large, "records touched");
    case block::BlockError::inadmissible:
      break;
  }
  const rules::Refusal refusal = fault.refusal.value_or(rules::Refusal::malformed_transaction);
  return with(here, Fault::inadmissible, rules::code_text(refusal), fault.transaction);
}

}  // namespace

BlockAudit::BlockAudit(const state::Charter& charter, const block::Trust& trust,
                       SignaturePool& pool)
    : trust_{trust}, pool_{pool}, state_{state::genesis_state(charter)}, books_{state_} {
  standing_.accounts = state_.next<state::Account>().raw;
}

std::optional<Finding> BlockAudit::run(const log::RecordPlace& place, const ReadBlock& block) {
  Finding here = finding_at(Fault::bad_body, place);
  here.height = block.header.height;
  here.view = block.header.view;
  if (auto fault = compare_body(here, block)) return fault;

  DeferredChecker checker;
  checker.checks.reserve(block.body->transactions.size());
  auto execution = block::execute_block(std::make_shared<state::Overlay>(state_), block.header.time,
                                        *block.body, checker);
  submit(std::move(checker.checks), here);
  if (!execution) return finding_of(here, execution.error());
  if (execution->outcomes_root != block.header.outcomes_root) {
    return with(here, Fault::outcomes_differ);
  }
  if (execution->state_root != block.header.state_root) return with(here, Fault::state_differs);
  if (const auto found = books_.take(state_, *execution->overlay)) {
    return with(here, Fault::books_differ,
                "program " + std::to_string(found->program.raw) + ": " +
                    std::string{rules::name(found->book)} + " counted " +
                    std::to_string(found->counter.units()) + ", records say " +
                    std::to_string(found->records.units()));
  }
  state_.merge(*execution->overlay);

  standing_.height = block.header.height;
  ++standing_.blocks;
  standing_.transactions += execution->outcomes.size();
  standing_.refused += static_cast<std::uint64_t>(
      std::count_if(execution->outcomes.begin(), execution->outcomes.end(),
                    [](const rules::Outcome& outcome) { return outcome.public_part.code != 0; }));
  standing_.accounts = state_.next<state::Account>().raw;
  return std::nullopt;
}

/// What can be said of a body before it is executed.
std::optional<Finding> BlockAudit::compare_body(const Finding& here, const ReadBlock& block) const {
  if (!block.body) {
    switch (block.body.error()) {
      case block::BodyError::too_large:
        return with(here, Fault::too_large, "bytes or transactions");
      case block::BodyError::malformed:
        return with(here, Fault::bad_body);
      case block::BodyError::malformed_transaction:
        return with(here, Fault::bad_body, "a transaction");
    }
  }
  if (block.transactions_root != block.header.transactions_root) {
    return with(here, Fault::transactions_differ, "", bad_signature_in(block));
  }
  if (block.evidence_root != block.header.evidence_root) {
    return with(here, Fault::bad_evidence, "evidence_root");
  }
  if (block.header.is_empty() != block.body->is_empty()) {
    return with(here, Fault::bad_body, "the empty flag");
  }
  for (const block::Evidence& evidence : block.body->evidence) {
    const auto pair = decode<chain::VotePair>(evidence);
    const bool holds = pair && chain::accuses(*pair) &&
                       chain::verify_vote(trust_.context, trust_.validators, pair->first) &&
                       chain::verify_vote(trust_.context, trust_.validators, pair->second);
    if (!holds) return with(here, Fault::bad_evidence);
  }
  return std::nullopt;
}

/// Which transaction it is that was altered, where its signature tells.
std::optional<std::size_t> BlockAudit::bad_signature_in(const ReadBlock& block) const {
  block::PlainSignatureChecker checker;
  const auto execution = block::execute_block(std::make_shared<state::Overlay>(state_),
                                              block.header.time, *block.body, checker);
  if (execution || execution.error().refusal != rules::Refusal::bad_signature) {
    return std::nullopt;
  }
  return execution.error().transaction;
}

void BlockAudit::submit(std::vector<SignatureCheck> checks, const Finding& here) {
  for (std::size_t from = 0; from < checks.size(); from += kChecksPerBatch) {
    const std::size_t count = std::min(kChecksPerBatch, checks.size() - from);
    const auto first = checks.begin() + static_cast<std::ptrdiff_t>(from);
    SignatureBatch batch;
    batch.checks.assign(first, first + static_cast<std::ptrdiff_t>(count));
    batch.finding = with(here, Fault::bad_signature);
    batch.names_index = true;
    batch.before = standing_;
    pool_.submit(std::move(batch));
  }
}

}  // namespace hansatsu::audit
