#include <spdlog/spdlog.h>

#include "node/core.h"
#include "node/forwarded.h"

/// Transactions on their way into the mempool, to the other validators, and back to who waits.
namespace hansatsu::node {
namespace {

constexpr std::size_t kForwardBytesMax = 192U << 10U;
constexpr std::size_t kEarlyMax = 4'096;
/// Blocks are at most this much behind a validator's clock (docs/protocol/consensus.md A4).
constexpr std::uint64_t kLapseGraceMs = 5'000;

/// What is said of a transaction that was admissible once: this very one may have been done since.
bool may_be_final_long_ago(rules::Refusal refusal) {
  switch (refusal) {
    case rules::Refusal::sequence_used:
    case rules::Refusal::sequence_too_old:
    case rules::Refusal::transaction_lapsed:
    case rules::Refusal::unknown_key:
    case rules::Refusal::wrong_generation:
    case rules::Refusal::key_lapsed:
    case rules::Refusal::signer_closed:
    case rules::Refusal::quota_of_transactions:
    case rules::Refusal::quota_of_refusals:
      return true;
    default:
      return false;
  }
}

rpc::SubmitAnswer inadmissible(const Hash& id, rules::Refusal refusal) {
  rpc::SubmitAnswer answer;
  answer.state = rpc::SubmitState::inadmissible;
  answer.id = id;
  answer.code = static_cast<std::uint16_t>(refusal);
  return answer;
}

rpc::SubmitAnswer stated(const Hash& id, rpc::SubmitState state) {
  rpc::SubmitAnswer answer;
  answer.state = state;
  answer.id = id;
  if (state == rpc::SubmitState::overloaded) answer.retry_after = kRetryAfter;
  return answer;
}

rpc::SubmitAnswer final_of(const Hash& id, rpc::ProvenTransaction proven) {
  rpc::SubmitAnswer answer = stated(id, rpc::SubmitState::final);
  answer.result = std::make_shared<const rpc::ProvenTransaction>(std::move(proven));
  return answer;
}

net::Message encode_list(const std::vector<block::TransactionPointer>& transactions) {
  return std::make_shared<const Bytes>(encode_forwarded(transactions));
}

/// Calls send(message) for the transactions in as few messages as fit the channel.
template <class Send>
void in_messages(const std::vector<block::TransactionPointer>& transactions, const Send& send) {
  std::vector<block::TransactionPointer> part;
  std::size_t bytes = 0;
  for (const auto& transaction : transactions) {
    part.push_back(transaction);
    bytes += transaction->bytes().size() + sizeof(std::uint32_t);
    if (bytes < kForwardBytesMax - block::kTransactionBytesMax) continue;
    send(encode_list(part));
    part.clear();
    bytes = 0;
  }
  if (!part.empty()) send(encode_list(part));
}

}  // namespace

void Core::on(TransactionsArrived& event) {
  const StageTimer timer{parts_.times, Stage::admit};
  const Arrival at = arrival();
  for (Incoming& incoming : event.transactions) take_in(incoming, at);
}

Core::Arrival Core::arrival() const {
  const consensus::Snapshot snapshot = engine_.snapshot();
  return {snapshot.tip_id, now().utc, snapshot.serves_reads};
}

/// It is final, or on its way to be, or wrong, or new: asked in this order.
void Core::take_in(Incoming& incoming, const Arrival& at) {
  const block::ParsedTransaction& transaction = *incoming.transaction;
  if (mempool_.find(transaction.id())) return wait_or_accept(incoming);
  const auto place = parts_.archive.store().recent().find_transaction(transaction.id());
  if (place) {
    if (incoming.answer) answer_final(transaction.id(), *place, std::move(incoming.answer));
    return;
  }
  if (incoming.answer && blocks_.is_in_chain(at.tip, transaction.id())) {
    // Under way already; should its block be given up, it waits for another.
    mempool_.add(incoming.transaction);
    return wait_or_accept(incoming);
  }
  if (const auto refusal = blocks_.inadmissible_on(at.tip, transaction, at.time)) {
    return refuse(incoming, *refusal, at.is_current);
  }
  switch (mempool_.add(incoming.transaction)) {
    case Mempool::Added::yes:
      if (incoming.answer) to_forward_.push_back(incoming.transaction);
      return wait_or_accept(incoming);
    case Mempool::Added::known:
      return wait_or_accept(incoming);
    case Mempool::Added::rival:
    case Mempool::Added::full:
      if (incoming.answer) incoming.answer(stated(transaction.id(), rpc::SubmitState::overloaded));
      return;
  }
}

void Core::wait_or_accept(Incoming& incoming) {
  if (!incoming.answer) return;
  const Hash id = incoming.transaction->id();
  if (incoming.until_final) {
    waiters_.add(id, std::move(incoming.answer));
  } else {
    incoming.answer(stated(id, rpc::SubmitState::accepted));
  }
}

/// A no is a no of the town only when the state it was found on is the town's: who is cut off asks
/// for patience instead, as it may lack the very block that would make it a yes.
void Core::refuse(Incoming& incoming, rules::Refusal refusal, bool is_current) {
  const Hash id = incoming.transaction->id();
  if (!incoming.answer) {
    if (may_pass_later(refusal) && early_.size() < kEarlyMax) early_.push_back(incoming);
    return;
  }
  const auto no = is_current ? inadmissible(id, refusal) : stated(id, rpc::SubmitState::overloaded);
  if (!may_be_final_long_ago(refusal)) return incoming.answer(no);
  // A wallet that lost the answer must hear "done", never something it would pay again on.
  const auto read = [id, no, answer = incoming.answer](Archive& archive) {
    const auto found = archive.store().find_transaction(id);
    auto proven = found && *found ? archive.proven(**found) : std::nullopt;
    // What can't be read just now may be final all the same.
    if (!found || (*found && !proven)) return answer(stated(id, rpc::SubmitState::overloaded));
    if (!proven) return answer(no);
    answer(final_of(id, *std::move(proven)));
  };
  parts_.archive.read(
      read, [id, answer = incoming.answer] { answer(stated(id, rpc::SubmitState::overloaded)); });
}

void Core::answer_final(const Hash& id, const store::TransactionPlace& place,
                        SubmitAnswerer answer) {
  // Not before it is safe on this disk: then Acknowledge answers.
  if (place.height > acknowledged_) {
    waiters_.add(id, std::move(answer));
    return;
  }
  const auto read = [id, place, answer](Archive& archive) {
    auto proven = archive.proven(place);
    if (!proven) return answer(stated(id, rpc::SubmitState::overloaded));
    answer(final_of(id, *std::move(proven)));
  };
  parts_.archive.read(read, [id, answer] { answer(stated(id, rpc::SubmitState::overloaded)); });
}

void Core::forward_new() {
  if (to_forward_.empty()) return;
  in_messages(to_forward_, [this](const net::Message& message) {
    parts_.network.broadcast(net::Channel::transactions, message);
  });
  to_forward_.clear();
}

void Core::offer_all(ValidatorIndex peer) {
  std::vector<block::TransactionPointer> all;
  mempool_.for_each([&all](const Mempool::Transaction& transaction) {
    all.push_back(transaction);
    return true;
  });
  in_messages(all, [this, peer](const net::Message& message) {
    parts_.network.send(peer, net::Channel::transactions, message);
  });
}

void Core::retry_early() {
  std::deque<Incoming> early;
  early.swap(early_);
  if (early.empty()) return;
  const Arrival at = arrival();
  for (Incoming& incoming : early) take_in(incoming, at);
}

void Core::offer_pending_again() {
  if (!pending_ || Clock::now() < offer_due_) return;
  parts_.network.broadcast(net::Channel::transactions, encode_list({pending_}));
  offer_due_ = Clock::now() + kOfferAgain;
}

/// The final state can never take it any more.
void Core::drop(const block::ParsedTransaction& transaction, rules::Refusal refusal) {
  mempool_.remove(transaction.id());
  for (const SubmitAnswerer& one : waiters_.take(transaction.id())) {
    one(inadmissible(transaction.id(), refusal));
  }
}

void Core::drop_lapsed() {
  const std::uint64_t utc = now().utc.raw;
  const Timestamp past{utc > kLapseGraceMs ? utc - kLapseGraceMs : 0};
  const bool is_proven = parts_.chain.tip().time >= past;
  for (const Mempool::Transaction& transaction : mempool_.take_lapsed(past)) {
    const auto waiting = waiters_.take(transaction->id());
    if (waiting.empty()) continue;
    // Only a final block past its valid-until proves that it never happened: until then a block
    // of before may hold it and become final yet.
    const bool lapsed =
        is_proven && transaction->unsigned_part().valid_until < parts_.chain.tip().time;
    const auto answer =
        stated(transaction->id(), lapsed ? rpc::SubmitState::lapsed : rpc::SubmitState::accepted);
    for (const SubmitAnswerer& one : waiting) one(answer);
  }
}

void Core::on(TransactionAsked& event) {
  rpc::TransactionAnswer answer;
  if (const auto waiting = mempool_.find(event.id)) {
    answer.stage = rpc::TransactionStage::waiting;
    answer.valid_until = waiting->unsigned_part().valid_until;
    answer.signers.push_back(waiting->unsigned_part().signer.account);
    for (const block::KeyReference& cosigner : waiting->unsigned_part().cosigners) {
      answer.signers.push_back(cosigner.account);
    }
    return event.answer(std::move(answer));
  }
  const auto read = [id = event.id, reply = event.answer](Archive& archive) {
    rpc::TransactionAnswer found_answer;
    const auto place = archive.store().find_transaction(id);
    auto proven = place && *place ? archive.proven(**place) : std::nullopt;
    if (!place || (*place && !proven)) return reply(Err{rpc::ViewError::unreadable});
    if (proven) {
      found_answer.stage = rpc::TransactionStage::final;
      found_answer.result = std::make_shared<const rpc::ProvenTransaction>(*std::move(proven));
    }
    reply(std::move(found_answer));
  };
  parts_.archive.read(read, [reply = event.answer] { reply(Err{rpc::ViewError::busy}); });
}

}  // namespace hansatsu::node
