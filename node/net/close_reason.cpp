#include "node/net/close_reason.h"

namespace hansatsu::net {

std::string_view text_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::stopped:
      return "stopped";
    case CloseReason::unreachable:
      return "unreachable";
    case CloseReason::handshake_slow:
      return "handshake_slow";
    case CloseReason::tls_refused:
      return "tls_refused";
    case CloseReason::wrong_protocol:
      return "wrong_protocol";
    case CloseReason::wrong_key:
      return "wrong_key";
    case CloseReason::bad_hello:
      return "bad_hello";
    case CloseReason::wrong_chain:
      return "wrong_chain";
    case CloseReason::bad_signature:
      return "bad_signature";
    case CloseReason::banned:
      return "banned";
    case CloseReason::duplicate:
      return "duplicate";
    case CloseReason::replaced:
      return "replaced";
    case CloseReason::disconnected:
      return "disconnected";
    case CloseReason::silent:
      return "silent";
    case CloseReason::write_stalled:
      return "write_stalled";
    case CloseReason::overloaded:
      return "overloaded";
    case CloseReason::malformed:
      return "malformed";
    case CloseReason::punished:
      return "punished";
    case CloseReason::internal_failure:
      return "internal_failure";
  }
  return "unknown";
}

}  // namespace hansatsu::net
