#include "rpc/server/authenticator.h"

#include "ledger/rules/authority.h"

namespace hansatsu::rpc {
namespace {

bool may_read(const state::KeySlot& slot, std::uint32_t generation, Timestamp now, Date today) {
  return slot.filled && slot.generation == generation && slot.effective_from <= now &&
         today <= slot.grant.last_day && (slot.grant.rights & state::kRightRead) != 0;
}

}  // namespace

Result<Caller, ApiError> Authenticator::find_caller(const RequestKey& key, PublicKey& public_key,
                                                    Timestamp now) const {
  if (const auto* itself = std::get_if<PublicKey>(&key)) {
    public_key = *itself;
    return Caller{key, std::nullopt, 0};
  }
  const auto& reference = std::get<block::KeyReference>(key);
  auto record = view_.account(reference.account);
  if (!record || reference.slot >= record->account.keys.size()) return Err{ApiError::unknown_key};
  const state::KeySlot& slot = record->account.keys[reference.slot];
  const Date today = local_date(now, view_.charter()->utc_offset);
  if (!may_read(slot, reference.generation, now, today)) return Err{ApiError::unknown_key};
  public_key = slot.grant.key;
  state::Rights rights = slot.grant.rights;
  // A role does not count while its account is stopped; its own records stay its to read.
  if (rules::is_frozen(record->account.identity, now)) {
    rights = static_cast<state::Rights>(rights & ~state::kRightOffice);
  }
  return Caller{key, std::move(record), rights};
}

bool Authenticator::still_stands(const Caller& caller) const {
  PublicKey public_key;
  return find_caller(caller.key, public_key, view_.now()).has_value();
}

Result<Caller, ApiError> Authenticator::authenticate(const Request& request) {
  if (request.signature_input.empty() && request.signature.empty()) {
    return Err{ApiError::signature_missing};
  }
  const auto parsed = parse_signature(request.signature_input, request.signature);
  if (!parsed) return Err{ApiError::signature_malformed};
  const Timestamp now = view_.now();
  const std::uint64_t now_s = now.raw / 1'000;
  if (parsed->created_s + kSignatureAgeMaxS < now_s ||
      parsed->created_s > now_s + kSignatureAheadMaxS) {
    return Err{ApiError::signature_old};
  }
  if (request.content_digest != content_digest_of(request.body)) return Err{ApiError::digest_wrong};

  PublicKey public_key;
  auto caller = find_caller(parsed->key, public_key, now);
  if (!caller) return caller;
  const CoveredRequest covered{request.method, request.target.path, request.target.query,
                               request.content_digest};
  const Hash message = request_hash(covered, parsed->parameters);
  if (!verify(public_key, message, parsed->signature)) return Err{ApiError::signature_wrong};
  const bool is_counted =
      caller->account && caller->account->account.identity.kind != state::AccountKind::staff;
  if (is_counted &&
      !accounts_.take_request(caller->account->id, std::chrono::steady_clock::now())) {
    return Err{ApiError::too_many_requests};
  }
  // Keys that anyone can make change nothing here, and must not fill what is remembered.
  if (request.method == "GET" || !caller->account) return caller;
  switch (replays_.check(message, parsed->created_s, now_s)) {
    case ReplayCheck::fresh:
      return caller;
    case ReplayCheck::seen:
      return Err{ApiError::replayed};
    case ReplayCheck::full:
      return Err{ApiError::overloaded};
  }
  return Err{ApiError::internal};
}

}  // namespace hansatsu::rpc
