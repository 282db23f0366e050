#pragma once

#include "rpc/http/message_signature.h"
#include "rpc/server/account_gate.h"
#include "rpc/server/ledger_view.h"
#include "rpc/server/replay_cache.h"
#include "rpc/server/request.h"

namespace hansatsu::rpc {

/// Signatures count for this long, and may be this far ahead of the node's clock.
inline constexpr std::uint64_t kSignatureAgeMaxS = 60;
inline constexpr std::uint64_t kSignatureAheadMaxS = 5;

/// Who has signed a request. Either the key is a filled, effective slot of an account, with the
/// right to read, or it stands for itself alone.
struct Caller {
  RequestKey key;
  std::optional<AccountRecord> account;  ///< absent for a key that stands for itself
  state::Rights rights = 0;              ///< of the account's key
};

/// Checks a request's signature. Source: docs/protocol/api.md "Signed requests".
/// Errors: signature_missing .. replayed, too_many_requests, overloaded. Threads: the server's.
/// Cost: one
///         verification, about 36 us.
class Authenticator {
 public:
  Authenticator(const LedgerView& view, const ServerLimits& limits)
      : view_{view},
        accounts_{limits.account},
        replays_{limits.signatures_remembered, kSignatureAgeMaxS} {}

  [[nodiscard]] Result<Caller, ApiError> authenticate(const Request& request);
  /// True while the key of a caller that was authenticated earlier may still read.
  [[nodiscard]] bool still_stands(const Caller& caller) const;

 private:
  [[nodiscard]] Result<Caller, ApiError> find_caller(const RequestKey& key, PublicKey& public_key,
                                                     Timestamp now) const;

  const LedgerView& view_;
  AccountGate accounts_;
  ReplayCache replays_;
};

}  // namespace hansatsu::rpc
