#include <spdlog/spdlog.h>

#include "node/block_receipts.h"
#include "node/core.h"
#include "node/movements.h"
#include "node/peer_gateway.h"

/// What the engine asks for, carried out.
namespace hansatsu::node {

void Core::run_effects(consensus::Effects& effects) {
  for (consensus::Effect& effect : effects) {
    if (halted_) return;
    std::visit([this](auto& one) { run_effect(one); }, effect);
  }
}

void Core::run_effect(consensus::Send& effect) {
  send_message(parts_.network, effect.to, effect.message);
}

void Core::run_effect(consensus::Broadcast& effect) {
  broadcast_message(parts_.network, effect.message, effect.except, parts_.setup.set.size(),
                    parts_.setup.self);
}

void Core::run_effect(consensus::Persist& effect) {
  if (!parts_.log.persist(effect.ticket, std::move(effect.records))) {
    halt("the log's queue is full: the disk does not answer");
  }
}

void Core::run_effect(consensus::Build& effect) {
  const StageTimer timer{parts_.times, Stage::execute};
  inputs_.push_back(consensus::Built{effect.view, blocks_.build(effect, mempool_)});
}

void Core::run_effect(consensus::Validate& effect) {
  const StageTimer timer{parts_.times, Stage::execute};
  const bool ok = blocks_.validate(effect, parts_.checker.take_body(effect.block_id));
  inputs_.push_back(consensus::Validated{effect.block_id, ok});
}

void Core::run_effect(consensus::Commit& effect) {
  {
    const StageTimer timer{parts_.times, Stage::commit};
    for (const consensus::CommittedBlock& block : effect.blocks) commit(block);
  }
  parts_.network.set_last_final(parts_.setup.context.epoch, parts_.chain.tip().height);
  retry_early();
}

void Core::commit(const consensus::CommittedBlock& committed) {
  BlockTree::Finished finished = blocks_.finish(committed);
  changed_.add(*finished.overlay);
  parts_.chain.commit(*finished.overlay, finished.block.header);
  add_to_book(parts_.archive.store().days(), finished, parts_.chain.base());
  for (const block::TransactionPointer& transaction : finished.transactions) {
    const auto waited = mempool_.remove_used(transaction->unsigned_part());
    // Its waiters hear of it when the block is safe here; those of a rival have lost.
    if (waited && waited->id() != transaction->id()) {
      drop(*waited, rules::Refusal::sequence_used);
    }
  }
  offer_due_ = Clock::now() + kOfferAgain;
  if (finished.block.proof && finished.block.proof->descendants.empty()) {
    final_tip_ = consensus::FinalTip{finished.block.header, finished.block.proof->finalization};
  }
  std::optional<log::RecordPlace> place;
  if (const auto known = places_.extract(committed.block_id)) place = known.mapped();
  auto block = std::make_shared<const store::CommittedBlock>(finished.block);
  parts_.archive.store().add(std::move(finished.block), place);
  parts_.archive.final_feed().tell(*block);
  unacknowledged_.push_back(std::move(block));
}

void Core::run_effect(consensus::Acknowledge& effect) {
  acknowledged_ = effect.height;
  while (!unacknowledged_.empty() && unacknowledged_.front()->header.height <= effect.height) {
    const auto block = std::move(unacknowledged_.front());
    unacknowledged_.pop_front();
    std::vector<std::pair<std::uint32_t, std::vector<SubmitAnswerer>>> answers;
    for (std::uint32_t i = 0; i < block->transactions.size(); ++i) {
      auto waiting = waiters_.take(block->transactions[i].id);
      if (!waiting.empty()) answers.emplace_back(i, std::move(waiting));
    }
    if (answers.empty()) continue;
    const auto job = [block, &times = parts_.times, answers = std::move(answers)] {
      const StageTimer timer{times, Stage::receipt};
      const BlockReceipts receipts{block};
      for (const auto& [position, waiting] : answers) {
        const auto proven =
            std::make_shared<const rpc::ProvenTransaction>(receipts.proven(position));
        rpc::SubmitAnswer answer;
        answer.state = rpc::SubmitState::final;
        answer.id = proven->transaction.id;
        answer.result = proven;
        for (const SubmitAnswerer& one : waiting) one(answer);
      }
    };
    // A full pool must not cost anyone the answer they were promised.
    if (!parts_.pool.submit_urgent(job)) job();
  }
}

void Core::run_effect(consensus::Discard& effect) {
  blocks_.discard(effect.block_id);
  places_.erase(effect.block_id);
}

void Core::run_effect(consensus::Serve& effect) {
  // One that asks faster than it is answered would keep everybody else from the archive.
  const auto place = effect.to.raw;
  if ((*serving_)[place] >= kServingMax) return;
  ++(*serving_)[place];
  const auto serve = [&network = parts_.network, serving = serving_, effect,
                      place](Archive& archive) {
    send_message(network, effect.to,
                 consensus::Response{effect.request.id, archive.answer(effect.request)});
    --(*serving)[place];
  };
  if (parts_.archive.post(serve)) return;
  --(*serving_)[place];
  spdlog::debug("archive_queue_full");
}

void Core::run_effect(consensus::WakeAt& effect) { wake_at_ = effect.at; }

void Core::run_effect(consensus::Evidence& effect) {
  spdlog::warn("evidence validator={} view={}", effect.first.signer.raw,
               effect.first.ballot.view.raw);
  blocks_.add_evidence(effect);
}

void Core::run_effect(consensus::Punish& effect) {
  spdlog::warn("peer_fault peer={} why={}", effect.peer.raw, static_cast<int>(effect.fault));
  parts_.network.punish(effect.peer);
}

void Core::run_effect(consensus::VotingStopped& effect) {
  spdlog::error(
      "voting_stopped view={} why=\"others hold a vote of this key that this log does not: the "
      "log is an older copy, or a second process runs with this key\"",
      effect.unknown.ballot.view.raw);
}

void Core::run_effect(consensus::Halt& effect) {
  switch (effect.reason) {
    case consensus::HaltReason::persist_failed:
      return halt("a write or sync of the log failed; what the disk holds is unknown");
    case consensus::HaltReason::invalid_notarized:
      return halt("a quorum found a block valid that this node did not: nondeterminism, a bug");
    case consensus::HaltReason::conflicting_final:
      return halt("a finalization off the final chain: more validators than f are faulty");
    case consensus::HaltReason::bad_log:
      return halt("the log's records contradict each other");
  }
}

}  // namespace hansatsu::node
