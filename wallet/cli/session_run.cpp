#include <chrono>
#include <thread>

#include "wallet/cli/session.h"

/// How a session gets an operation done once: one signed transaction at a time.
namespace hansatsu::wallet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSequenceAttempts = 4;
constexpr std::chrono::milliseconds kFateCallMax{10'000};
constexpr std::uint32_t kFatePages = 5;

bool is_sequence_taken(const rpc::SubmitAnswer& answer) {
  if (answer.state != rpc::SubmitState::inadmissible) return false;
  const auto refusal = rules::refusal_of(answer.code);
  return refusal == rules::Refusal::sequence_used || refusal == rules::Refusal::sequence_too_old;
}

}  // namespace

Failure Session::not_final_yet(const Hash& id) const {
  return {ExitCode::unknown, "",
          console_.say({"not final yet; ask later with `hansatsu receipt get {}`",
                        "まだ確定していません。後で `hansatsu receipt get {}` で確かめてください"},
                       {to_hex(id.view())})};
}

Failure Session::unsettled(const Hash& id, Timestamp valid_until) const {
  return {ExitCode::unknown, "",
          console_.say(
              {"a node says without proof that this can't be done any more, and might still "
               "have it done until {}: ask with `hansatsu receipt get {}` before you try "
               "again",
               "ノードは証明なしに受け付けないと答えましたが、{} までは実行されるかもしれません。"
               "やり直す前に `hansatsu receipt get {}` で確かめてください"},
              {to_string(valid_until, offset()), to_hex(id.view())})};
}

Attempt<rpc::SubmitAnswer> Session::submit_until_final(const rpc::BuiltTransaction& built) {
  const auto deadline = Clock::now() + std::chrono::seconds{settings_.wait_seconds};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Err{not_final_yet(built.id)};
    client_->set_call_time_max(left);
    auto answer = client_->submit(built.bytes, true);
    std::chrono::milliseconds pause{100};
    if (answer) {
      if (answer->state != rpc::SubmitState::accepted &&
          answer->state != rpc::SubmitState::overloaded)
        return std::move(*answer);
      pause = std::max(pause, answer->retry_after);
    } else if (answer.error().failure == rpc::CallFailure::refused &&
               answer.error().status != 429 && answer.error().status < 500) {
      return Err{failure(answer.error())};
    } else {
      pause = std::max(pause, answer.error().retry_after);
    }
    std::this_thread::sleep_for(std::min(pause, left));
  }
}

Attempt<void> Session::verify_of(const rpc::ProvenTransaction& proven,
                                 const block::Transaction& transaction) {
  return verify_of(proven, block::transaction_id(chain_id_, transaction.unsigned_part));
}

Attempt<void> Session::verify_of(const rpc::ProvenTransaction& proven, const Hash& id) {
  if (proven.transaction.id != id)
    return Err{Failure{ExitCode::unproven, "",
                       console_.say({"the node answered about another transaction",
                                     "ノードが別の取引について答えました"})}};
  return verify(proven);
}

Attempt<Done> Session::concluded(const rpc::ProvenTransaction& proven, const Hash& id) {
  if (const auto verified = verify_of(proven, id); !verified) return Err{verified.error()};
  if (proven.transaction.outcome.code != 0) return Err{refusal(proven.transaction.outcome.code)};
  return Done{proven};
}

bool Session::is_proven_other(const rpc::FinalTransaction& entry, const rpc::Envelope& envelope,
                              const Hash& id) {
  const auto transaction = decode<block::Transaction>(entry.transaction);
  if (!transaction) return false;
  const block::UnsignedTransaction& other = transaction->unsigned_part;
  if (other.signer != envelope.signer || other.sequence != envelope.sequence) return false;
  const Hash other_id = block::transaction_id(chain_id_, other);
  if (other_id == id) return false;
  const auto proven = client_->receipt(other_id, identity_->signer());
  return proven && proven->transaction.id == other_id && verify(*proven).has_value();
}

bool Session::is_used_by_another(const rpc::Envelope& envelope, const Hash& id) {
  std::optional<rpc::Cursor> from;
  for (std::uint32_t i = 0; i < kFatePages; ++i) {
    const auto page = client_->history(envelope.signer.account, identity_->signer(), from, true,
                                       rpc::kHistoryCountMax);
    if (!page) return false;
    for (const rpc::FinalTransaction& entry : page->entries) {
      if (is_proven_other(entry, envelope, id)) return true;
    }
    if (!page->next || page->entries.empty()) return false;
    from = page->next;
  }
  return false;
}

Session::Fate Session::fate_of(const rpc::Envelope& envelope, const rpc::BuiltTransaction& built) {
  client_->set_call_time_max(kFateCallMax);
  for (std::size_t node = 0; node < settings_.nodes.size(); ++node) {
    client_->begin_at(node);
    const auto is_settled = [](const Attempt<Done>& done) {
      return done || done.error().exit == ExitCode::refused;
    };
    // An honest node that knows what became of it says so; one that does not takes it now.
    const auto answer = client_->submit(built.bytes, true);
    if (answer && answer->result) {
      if (auto done = concluded(*answer->result, built.id); is_settled(done)) return {done, false};
    }
    if (const auto proven = client_->receipt(built.id, identity_->signer())) {
      if (auto done = concluded(*proven, built.id); is_settled(done)) return {done, false};
    }
    if (is_used_by_another(envelope, built.id)) return {{}, true};
  }
  return {};
}

Attempt<Done> Session::run(const rules::Operation& operation,
                           std::span<const rpc::Cosigner> cosigners) {
  const auto own = identity();
  if (!own) return Err{own.error()};
  std::uint64_t least = 1;
  for (int attempt = 0; attempt < kSequenceAttempts; ++attempt) {
    const auto sequence = next_sequence();
    if (!sequence) return Err{sequence.error()};
    const rpc::Envelope envelope{chain_id_, (*own)->reference, std::max(*sequence, least),
                                 plus_ms(client_->now(), kSignedValidityMs)};
    const auto built = rpc::build_transaction(envelope, operation, (*own)->key, cosigners);
    const auto answer = submit_until_final(built);
    if (answer && answer->result) return concluded(*answer->result, built.id);
    if (!answer && answer.error().exit != ExitCode::refused) return Err{answer.error()};
    // A node's no is no proof: it may keep what was signed, and use it later.
    const Fate fate = fate_of(envelope, built);
    if (fate.outcome) return *fate.outcome;
    if (!answer) return Err{answer.error()};
    if (answer->state == rpc::SubmitState::lapsed)
      return Err{refusal(static_cast<std::uint16_t>(rules::Refusal::transaction_lapsed))};
    if (!is_sequence_taken(*answer)) return Err{refusal(answer->code)};
    // Two signed at once for one wish could both be done.
    if (!fate.impossible) return Err{unsettled(built.id, envelope.valid_until)};
    least = envelope.sequence + 1;
  }
  return Err{Failure{ExitCode::unreachable, "",
                     console_.say({"other programs keep using this key: try again",
                                   "ほかのプログラムが同じ鍵を使っています。やり直してください"})}};
}

Attempt<std::vector<Bytes>> Session::sign_many(const std::vector<rules::Operation>& operations) {
  const auto own = identity();
  if (!own) return Err{own.error()};
  auto sequence = next_sequence();
  if (!sequence) return Err{sequence.error()};
  const auto known = charter();
  if (!known) return Err{known.error()};
  // Many take longer than one: they may wait their turn.
  const Timestamp valid_until =
      plus_ms(client_->now(), (*known)->limits.holder_validity_ms - std::uint64_t{1'000});
  std::vector<Bytes> transactions;
  transactions.reserve(operations.size());
  for (const rules::Operation& operation : operations) {
    const rpc::Envelope envelope{chain_id_, (*own)->reference, (*sequence)++, valid_until};
    transactions.push_back(rpc::build_transaction(envelope, operation, (*own)->key).bytes);
  }
  return transactions;
}

Attempt<std::vector<std::optional<rpc::SubmitAnswer>>> Session::submit_many(
    const std::vector<Bytes>& transactions, const std::function<void(std::size_t)>& progress) {
  const auto node = client();
  if (!node) return Err{node.error()};
  rpc::SubmitManyOptions options;
  options.progress = progress;
  return (*node)->submit_many(
      transactions, options,
      std::chrono::seconds{settings_.wait_seconds} +
          std::chrono::milliseconds{20 * static_cast<std::int64_t>(transactions.size())});
}

}  // namespace hansatsu::wallet
