#include <chrono>
#include <thread>

#include "wallet/cli/session.h"

/// How a session gets an operation done once: one signed transaction at a time.
namespace hansatsu::wallet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSequenceAttempts = 4;
/// A node that is cut off takes what it is given, and keeps its answer as long as it may. The same
/// bytes at another node are the same transaction.
constexpr std::chrono::milliseconds kOneNodeMax{5'000};
/// Signed later than this before its end, a payment might lapse on its way into a block.
constexpr std::uint64_t kTimeToPayMs = 3'000;
constexpr auto kLapsed = static_cast<std::uint16_t>(rules::Refusal::transaction_lapsed);

/// Nothing in the ledger tells a second one from a repeated first: a payment has its order, a grant
/// its batch, a settlement its redemption.
bool happens_again_if_repeated(const rules::Operation& operation) {
  return std::visit(
      []<class T>(const T&) {
        return std::is_same_v<T, rules::Charge> || std::is_same_v<T, rules::Send> ||
               std::is_same_v<T, rules::Refund> || std::is_same_v<T, rules::Redeem> ||
               std::is_same_v<T, rules::HandIn>;
      },
      operation.value);
}

}  // namespace

Failure Session::not_final_yet(const Hash& id) const {
  return {ExitCode::unknown, "",
          console_.say({"not final yet; ask later with `hansatsu receipt get {}`",
                        "まだ確定していません。後で `hansatsu receipt get {}` で確かめてください"},
                       {to_hex(id.view())})};
}

Attempt<rpc::SubmitAnswer> Session::submit_until_final(const rpc::BuiltTransaction& built) {
  auto answer = offer_until_final(built);
  client_->set_call_time_max(options_.call_time_max);
  return answer;
}

Attempt<rpc::SubmitAnswer> Session::offer_until_final(const rpc::BuiltTransaction& built) {
  const auto deadline = Clock::now() + std::chrono::seconds{settings_.wait_seconds};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Err{not_final_yet(built.id)};
    client_->set_call_time_max(options_.endpoints.size() == 1 ? left : std::min(left, kOneNodeMax));
    const std::size_t asked = client_->endpoint();
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
    if (client_->endpoint() == asked) client_->begin_at(asked + 1);
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

rules::PrivateOutcome Session::private_outcome(const Done& done) {
  const rpc::FinalTransaction& known = done.proven.transaction;
  if (known.private_outcome) return *known.private_outcome;
  const auto own = identity();
  const auto node = client();
  if (!own || !node) return {};
  const auto proven = (*node)->receipt(known.id, (*own)->signer());
  if (!proven || !verify_of(*proven, known.id)) return {};
  return proven->transaction.private_outcome.value_or(rules::PrivateOutcome{});
}

/// Before anything is sent: who stops the program has it on the screen.
void Session::tell_id(const Hash& id) const {
  console_.warn(console_.say(
      {"sending    {} (if the answer is lost, look before you do it again: hansatsu receipt get "
       "{})",
       "送信  {}(答えが届かなければ、やり直す前に hansatsu receipt get {} で確かめます)"},
      {to_hex(id.view()), to_hex(id.view())}));
}

Attempt<Done> Session::run(const rules::Operation& operation,
                           std::span<const rpc::Cosigner> cosigners,
                           std::optional<Timestamp> expires) {
  const auto own = identity();
  if (!own) return Err{own.error()};
  std::uint64_t least = 1;
  for (int attempt = 0; attempt < kSequenceAttempts; ++attempt) {
    const auto sequence = next_sequence();
    if (!sequence) return Err{sequence.error()};
    const Timestamp now = client_->now();
    if (expires && *expires < plus_ms(now, kTimeToPayMs))
      return Err{wrong_input(console_, {"this request has expired", "期限の過ぎた支払い請求です"})};
    const Timestamp signed_until = plus_ms(now, kSignedValidityMs);
    const rpc::Envelope envelope{chain_id_, (*own)->reference, std::max(*sequence, least),
                                 std::min(signed_until, expires.value_or(signed_until))};
    const auto built = rpc::build_transaction(envelope, operation, (*own)->key, cosigners);
    if (happens_again_if_repeated(operation)) tell_id(built.id);
    const auto answer = submit_until_final(built);
    Failure said;
    if (answer && answer->result) {
      auto done = concluded(*answer->result, built.id);
      if (is_settled(done)) return done;
      said = done.error();
    } else if (answer) {
      said = refusal(answer->state == rpc::SubmitState::lapsed ? kLapsed : answer->code);
    } else if (answer.error().exit == ExitCode::refused) {
      said = answer.error();
    } else {
      return Err{answer.error()};
    }
    // What was signed is out of our hands, and a node's word is no proof.
    const Fate fate = fate_of(envelope, built);
    if (fate.outcome) return *fate.outcome;
    if (fate.refused) return Err{refusal(static_cast<std::uint16_t>(*fate.refused))};
    // Two signed at once for one wish could both be done.
    if (!fate.impossible) return Err{unsettled(built.id, envelope.valid_until, said)};
    least = envelope.sequence + 1;
  }
  return Err{Failure{ExitCode::unreachable, "",
                     console_.say({"other programs keep using this key: try again",
                                   "ほかのプログラムが同じ鍵を使っています。やり直してください"})}};
}

Attempt<std::vector<Bytes>> Session::sign_many(const std::vector<Numbered>& operations,
                                               const std::set<std::uint64_t>& kept) {
  const auto own = identity();
  if (!own) return Err{own.error()};
  const auto next = next_sequence();
  if (!next) return Err{next.error()};
  const auto known = charter();
  if (!known) return Err{known.error()};
  // Many take longer than one: they may wait their turn.
  const Timestamp valid_until =
      plus_ms(client_->now(), (*known)->limits.holder_validity_ms - std::uint64_t{1'000});
  std::uint64_t free = *next;
  std::vector<Bytes> transactions;
  transactions.reserve(operations.size());
  for (const Numbered& one : operations) {
    while (!one.sequence && kept.contains(free)) ++free;
    const std::uint64_t sequence = one.sequence ? *one.sequence : free++;
    const rpc::Envelope envelope{chain_id_, (*own)->reference, sequence, valid_until};
    transactions.push_back(rpc::build_transaction(envelope, one.operation, (*own)->key).bytes);
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
