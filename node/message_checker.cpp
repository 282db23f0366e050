#include "node/message_checker.h"

#include <algorithm>

namespace hansatsu::node {

MessageChecker::MessageChecker(chain::EpochContext context, chain::ValidatorSet set,
                               const Chain& chain, SignatureCache& signatures, StageTimes& times)
    : Checker{context, std::move(set)},
      chain_{chain},
      signatures_{signatures},
      times_{times},
      limits_{chain.read([](const state::State& state, const chain::Header&) {
        return state.charter().limits;
      })} {}

bool MessageChecker::is_signed(ValidatorIndex signer, const Hash& message,
                               const Signature& signature) const {
  return signatures_.holds(message, set().keys[signer.raw], signature);
}

bool MessageChecker::is_certificate(const chain::Certificate& certificate) const {
  const Hash name = hash_of(HashTag::evidence, certificate);
  {
    const std::lock_guard lock{mutex_};
    if (certificates_.contains(name)) return true;
  }
  if (!Checker::is_certificate(certificate)) return false;
  const std::lock_guard lock{mutex_};
  if (certificates_.size() >= kCertificatesMax) certificates_.clear();
  certificates_.insert(name);
  return true;
}

bool MessageChecker::is_body_of(const chain::Header& header, const Bytes& body) const {
  StageTimer timer{times_, Stage::decode};
  // The message's body is shared and not ours to keep; a parsed body shares one copy of its own.
  auto parsed =
      block::decode_body(context().chain_id, limits_, std::make_shared<const Bytes>(body));
  if (!parsed) return false;
  if (block::transactions_root(*parsed) != header.transactions_root ||
      block::evidence_root(*parsed) != header.evidence_root) {
    return false;
  }
  timer.next(Stage::verify);
  for (const block::TransactionPointer& transaction : parsed->transactions) {
    // Execution decides; here the work is only done ahead.
    static_cast<void>(verify_signatures(*transaction));
  }
  remember_body(chain::block_id(header), *std::move(parsed));
  return true;
}

void MessageChecker::remember_body(const Hash& block_id, block::Body body) const {
  const std::lock_guard lock{mutex_};
  if (bodies_.size() >= kBodiesMax) bodies_.pop_front();
  bodies_.emplace_back(block_id, std::move(body));
}

std::optional<block::Body> MessageChecker::take_body(const Hash& block_id) const {
  const std::lock_guard lock{mutex_};
  const auto found = std::find_if(bodies_.begin(), bodies_.end(),
                                  [&](const auto& entry) { return entry.first == block_id; });
  if (found == bodies_.end()) return std::nullopt;
  std::optional<block::Body> body{std::move(found->second)};
  bodies_.erase(found);
  return body;
}

bool MessageChecker::verify_signatures(const block::ParsedTransaction& transaction) const {
  const auto key_of = [this](const block::KeyReference& reference) -> std::optional<PublicKey> {
    return chain_.read([&](const state::State& state, const chain::Header&) {
      const state::Account* account = state.find(reference.account);
      std::optional<PublicKey> key;
      if (account != nullptr && reference.slot < account->keys.size() &&
          account->keys[reference.slot].filled &&
          account->keys[reference.slot].generation == reference.generation) {
        key = account->keys[reference.slot].grant.key;
      }
      return key;
    });
  };
  const auto holds = [&](const block::KeyReference& reference, const Signature& signature) {
    const auto key = key_of(reference);
    return !key || signatures_.holds(transaction.id(), *key, signature);
  };
  const block::Transaction& signed_one = transaction.transaction();
  if (!holds(signed_one.unsigned_part.signer, signed_one.signature)) return false;
  for (std::size_t i = 0; i < signed_one.cosignatures.size(); ++i) {
    if (!holds(signed_one.unsigned_part.cosigners[i], signed_one.cosignatures[i])) return false;
  }
  return true;
}

}  // namespace hansatsu::node
