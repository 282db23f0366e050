#include "ledger/block/execution.h"

#include <algorithm>

#include "ledger/block/begin_block.h"
#include "ledger/crypto/merkle_path.h"
#include "ledger/rules/apply.h"

namespace hansatsu::block {
namespace {

using rules::Outcome;
using rules::Refusal;
using state::Overlay;

/// Runs transactions one by one into a block's overlay.
class Executor {
 public:
  Executor(Overlay& block, Timestamp time, SignatureChecker& checker)
      : block_{block},
        trial_{Overlay::trial_on(block)},
        when_{block_time(block.charter(), time)},
        checker_{checker} {
    begin_block(block_, when_);
  }

  struct Run {
    Outcome outcome;
    std::uint64_t work = 0;  ///< records changed; at least what the operation declares
  };
  /// Runs one aside: unless it is kept, nothing has happened.
  Result<Run, Refusal> run(const ParsedTransaction& transaction) {
    trial_.reset();
    const auto context = admit(block_, when_, transaction, checker_);
    if (!context) return Err{context.error()};
    use_key(trial_, when_, transaction.unsigned_part());
    auto outcome = rules::apply(trial_, *context, transaction.operation());
    if (!outcome) {
      trial_.reset();
      use_key(trial_, when_, transaction.unsigned_part());
      count_refusal(trial_, transaction.unsigned_part());
    }
    const auto work =
        std::max<std::uint64_t>(rules::work_of(transaction.operation()), trial_.changed_rows());
    if (outcome) return Run{*std::move(outcome), work};
    return Run{rules::refused_outcome(outcome.error(), rules::code_of(transaction.operation()),
                                      context->signer.account, when_.time),
               work};
  }
  void keep() { block_.absorb(trial_); }

 private:
  Overlay& block_;
  Overlay trial_;
  BlockTime when_;
  SignatureChecker& checker_;
};

void take(Execution& execution, const ParsedTransaction& transaction, Executor::Run run) {
  Outcome& outcome = run.outcome;
  const state::Account* signer =
      execution.overlay->find(transaction.unsigned_part().signer.account);
  const Hash private_hash =
      rules::private_outcome_hash(signer->salt, transaction.id(), outcome.private_part);
  execution.outcome_leaves.push_back(
      outcome_leaf(transaction.id(), outcome.public_part, private_hash));
  execution.outcomes.push_back(std::move(outcome));
  execution.work += run.work;
}

void finish(Execution& execution, Timestamp time, const Body& body) {
  if (!body.is_empty()) {
    end_block(*execution.overlay, block_time(execution.overlay->charter(), time), execution.work);
  }
  execution.overlay->for_each_changed<state::Program>(
      [](std::uint64_t /*id*/, const state::Program& program) {
        ASSERT(state::is_conserved(program.counters));
      });
  execution.overlay->seal();
  execution.transactions_root = transactions_root(body);
  execution.outcomes_root = merkle_root(execution.outcome_leaves);
  execution.state_root = execution.overlay->root();
  execution.evidence_root = evidence_root(body);
}

/// A preview costs nothing and leaves no trace: it must not tell senders what a receiver holds.
void hide_receiver(Overlay& overlay, const UnsignedTransaction& transaction) {
  const auto* send = std::get_if<rules::Send>(&transaction.operation.value);
  if (send == nullptr || send->receiver == transaction.signer.account) return;
  if (overlay.find(send->receiver) != nullptr) overlay.edit(send->receiver).value.clear();
}

std::optional<BlockError> size_fault(const state::ChainLimits& limits, const Body& body) {
  std::uint64_t bytes = body_bytes(body.evidence);
  std::uint64_t work = 0;
  for (const TransactionPointer& transaction : body.transactions) {
    bytes += body_bytes(*transaction);
    work += rules::work_of(transaction->operation());
  }
  if (body.transactions.size() > limits.block_transactions || bytes > limits.block_bytes) {
    return BlockError::too_large;
  }
  if (work > limits.block_records) return BlockError::too_much_work;
  return std::nullopt;
}

}  // namespace

Hash outcome_leaf(const Hash& transaction_id, const rules::PublicOutcome& outcome,
                  const Hash& private_hash) {
  Encoder encoder;
  encoder(transaction_id, outcome, private_hash);
  return hash(HashTag::outcome, encoder.view());
}

Result<Execution, BlockFault> execute_block(std::shared_ptr<Overlay> fresh, Timestamp time,
                                            const Body& body, SignatureChecker& checker) {
  ASSERT(!fresh->is_sealed() && fresh->changed_rows() == 0);
  if (time <= fresh->chronicle().time) {
    return Err{BlockFault{BlockError::time_not_after_parent, 0, std::nullopt}};
  }
  if (const auto fault = size_fault(fresh->charter().limits, body)) {
    return Err{BlockFault{*fault, 0, std::nullopt}};
  }
  Execution execution;
  execution.overlay = std::move(fresh);
  if (!body.is_empty()) {
    const std::uint64_t records_max = execution.overlay->charter().limits.block_records;
    Executor executor{*execution.overlay, time, checker};
    for (std::size_t i = 0; i < body.transactions.size(); ++i) {
      auto run = executor.run(*body.transactions[i]);
      if (!run) return Err{BlockFault{BlockError::inadmissible, i, run.error()}};
      if (execution.work + run->work > records_max) {
        return Err{BlockFault{BlockError::too_much_work, i, std::nullopt}};
      }
      executor.keep();
      take(execution, *body.transactions[i], *std::move(run));
    }
  }
  finish(execution, time, body);
  return execution;
}

BuildLimits build_limits(const state::ChainLimits& limits) {
  return {limits.block_transactions, limits.block_bytes, limits.block_records};
}

BuiltBlock build_block(std::shared_ptr<Overlay> fresh, Timestamp time,
                       std::span<const TransactionPointer> candidates,
                       BoundedVector<Evidence, kEvidenceMax> evidence, const BuildLimits& limits,
                       SignatureChecker& checker) {
  ASSERT(!fresh->is_sealed() && fresh->changed_rows() == 0 && time > fresh->chronicle().time);
  const state::ChainLimits charter = fresh->charter().limits;
  const std::uint32_t records_max = std::min(limits.records, charter.block_records);
  const std::uint32_t bytes_max = std::min(limits.bytes, charter.block_bytes);
  const std::uint32_t count_max = std::min(limits.transactions, charter.block_transactions);

  BuiltBlock built;
  built.body.evidence = std::move(evidence);
  built.execution.overlay = std::move(fresh);
  Overlay& overlay = *built.execution.overlay;
  std::uint64_t bytes = body_bytes(built.body.evidence);
  Executor executor{overlay, time, checker};
  for (; built.considered < candidates.size(); ++built.considered) {
    const ParsedTransaction& candidate = *candidates[built.considered];
    const std::uint32_t work = rules::work_of(candidate.operation());
    if (built.included.size() >= count_max || bytes + body_bytes(candidate) > bytes_max ||
        built.execution.work + work > records_max) {
      if (!built.included.empty()) break;
      // It would not fit a block of its own: waiting for room would hold up all that follow.
      built.dropped.push_back({built.considered, Refusal::transaction_too_large});
      continue;
    }
    auto run = executor.run(candidate);
    if (!run) {
      built.dropped.push_back({built.considered, run.error()});
      continue;
    }
    if (built.execution.work + run->work > records_max) {
      if (!built.included.empty()) break;
      built.dropped.push_back({built.considered, Refusal::transaction_too_large});
      continue;
    }
    executor.keep();
    take(built.execution, candidate, *std::move(run));
    bytes += body_bytes(candidate);
    built.body.transactions.push_back(candidates[built.considered]);
    built.included.push_back(built.considered);
  }
  // An empty block changes nothing, not even the date.
  if (built.body.is_empty()) overlay.reset();
  finish(built.execution, time, built.body);
  return built;
}

Result<Outcome, Refusal> preview(const state::State& state, Timestamp time,
                                 const UnsignedTransaction& transaction) {
  Overlay overlay{state};
  // Who asks may have read the clock before the newest block came: no block is dated before that.
  const Timestamp earliest = plus_ms(overlay.chronicle().time, 1);
  const BlockTime when = block_time(overlay.charter(), std::max(time, earliest));
  const auto context = admit_preview(overlay, when, transaction);
  if (!context) return Err{context.error()};
  advance_date(overlay, when.today);
  begin_key_day(overlay, when, transaction.signer);
  hide_receiver(overlay, transaction);
  return rules::apply(overlay, *context, transaction.operation);
}

}  // namespace hansatsu::block
