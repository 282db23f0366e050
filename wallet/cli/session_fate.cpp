#include "rpc/json/machine_time.h"
#include "wallet/cli/session.h"

/// What became of what was signed, when a node's answer proves nothing. Why words of nodes count so
/// little: docs/decisions/0007-a-node-s-no.md.
namespace hansatsu::wallet {
namespace {

constexpr std::chrono::milliseconds kFateCallMax{10'000};
constexpr std::uint32_t kFatePages = 5;
/// Clocks and blocks may be this much apart where a node tells that the time is over.
constexpr std::uint64_t kLapseMarginMs = 60'000;

/// The refusal, if nothing that may happen until the transaction lapses makes it a yes. Of used
/// sequences a receipt tells more.
std::optional<rules::Refusal> lasting_no(const rpc::SubmitAnswer& answer, Timestamp valid_until,
                                         Timestamp now, UtcOffset offset) {
  using enum rules::Refusal;
  if (answer.state == rpc::SubmitState::lapsed) return transaction_lapsed;
  if (answer.state != rpc::SubmitState::inadmissible) return std::nullopt;
  const auto refusal = rules::refusal_of(answer.code);
  if (!refusal) return std::nullopt;
  bool lasts = false;
  switch (*refusal) {
    case malformed_transaction:
    case transaction_too_large:
    case bad_signature:
    case signer_closed:
    case wrong_generation:
    case key_lapsed:
    case key_without_right:
      lasts = true;
      break;
    case quota_of_transactions:
    case quota_of_refusals:
      lasts = local_date(now, offset) == local_date(valid_until, offset);
      break;
    case transaction_lapsed:
      lasts = now > plus_ms(valid_until, kLapseMarginMs);
      break;
    default:
      break;
  }
  return lasts ? refusal : std::nullopt;
}

}  // namespace

bool is_settled(const Attempt<Done>& done) {
  return done.has_value() || done.error().exit == ExitCode::refused;
}

Failure Session::unsettled(const Hash& id, Timestamp valid_until, const Failure& said) const {
  std::string reason = said.text;
  if (!said.code.empty()) reason += " " + said.code;
  return {ExitCode::unknown, "",
          console_.say(
              {"not settled: a node says without proof that this was not done ({}). It may have "
               "been done, and might still be done until {}: before you try again ask with "
               "`hansatsu receipt get {}`, best of another node (--node)",
               "まだ確定していません。ノードは証明なしに実行されなかったと答えました({})。"
               "すでに実行されたか、{} までに実行されるかもしれません。やり直す前に、できれば"
               "別のノード(--node)に `hansatsu receipt get {}` で確かめてください"},
              {reason, to_string(valid_until, offset()), to_hex(id.view())})};
}

Attempt<Done> Session::concluded(const rpc::ProvenTransaction& proven, const Hash& id) {
  if (const auto verified = verify_of(proven, id); !verified) return Err{verified.error()};
  if (proven.transaction.outcome.code != 0) return Err{refusal(proven.transaction.outcome.code)};
  return Done{proven};
}

Session::Uses Session::proven_uses(rpc::Client& node, std::set<std::uint64_t> sequences,
                                   std::uint32_t pages) {
  Uses uses;
  if (!identity_) return uses;
  const block::KeyReference& own = identity_->reference;
  std::optional<rpc::Cursor> from;
  for (std::uint32_t i = 0; i < pages && !sequences.empty(); ++i) {
    const auto page =
        node.history(own.account, identity_->signer(), from, true, rpc::kHistoryCountMax);
    if (!page) return uses;
    for (const rpc::FinalTransaction& entry : page->entries) {
      auto transaction = decode<block::Transaction>(entry.transaction);
      if (!transaction || transaction->unsigned_part.signer != own) continue;
      const std::uint64_t sequence = transaction->unsigned_part.sequence;
      if (!sequences.contains(sequence)) continue;
      const Hash id = block::transaction_id(chain_id_, transaction->unsigned_part);
      auto proven = node.receipt(id, identity_->signer());
      if (!proven || !verify_of(*proven, id)) continue;
      sequences.erase(sequence);
      uses.emplace(sequence, Use{*std::move(transaction), *std::move(proven)});
    }
    if (!page->next || page->entries.empty() || (from && *page->next >= *from)) return uses;
    from = page->next;
  }
  return uses;
}

std::vector<rpc::Client> Session::each_node() const {
  std::set<std::pair<std::string, std::uint16_t>> known;
  std::vector<rpc::Client> nodes;
  for (const rpc::Endpoint& endpoint : options_.endpoints) {
    if (!known.emplace(endpoint.host, endpoint.port).second) continue;
    rpc::ClientOptions alone = options_;
    alone.endpoints = {endpoint};
    alone.call_time_max = kFateCallMax;
    nodes.emplace_back(std::move(alone));
  }
  return nodes;
}

Session::Fate Session::word_of(rpc::Client& node, const rpc::Envelope& envelope,
                               const rpc::BuiltTransaction& built) {
  Fate fate;
  const auto take = [&](const rpc::ProvenTransaction& proven) {
    auto done = concluded(proven, built.id);
    if (is_settled(done)) fate.outcome = std::move(done);
  };
  // An honest node that knows what became of it says so; one that does not takes it now.
  const auto answer = node.submit(built.bytes, true);
  if (answer && answer->result) take(*answer->result);
  if (fate.outcome) return fate;
  if (const auto proven = node.receipt(built.id, identity_->signer())) take(*proven);
  if (fate.outcome) return fate;
  const Uses uses = proven_uses(node, {envelope.sequence}, kFatePages);
  if (const auto used = uses.find(envelope.sequence); used != uses.end()) {
    fate.impossible = used->second.proven.transaction.id != built.id;
    if (!fate.impossible) take(used->second.proven);
    return fate;
  }
  if (answer) {
    const Timestamp now = std::min(rpc::machine_time(), node.now());
    fate.refused = lasting_no(*answer, envelope.valid_until, now, offset());
  }
  return fate;
}

Session::Fate Session::fate_of(const rpc::Envelope& envelope, const rpc::BuiltTransaction& built) {
  std::vector<rpc::Client> nodes = each_node();
  std::set<std::optional<rules::Refusal>> words;
  for (rpc::Client& node : nodes) {
    const Fate fate = word_of(node, envelope, built);
    if (fate.outcome || fate.impossible) return fate;
    words.insert(fate.refused);
  }
  if (nodes.size() < 2 || words.size() != 1) return {};
  return {std::nullopt, false, *words.begin()};
}

}  // namespace hansatsu::wallet
