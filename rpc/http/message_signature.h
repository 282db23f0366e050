#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/block/transaction.h"
#include "ledger/crypto/hash.h"
#include "ledger/crypto/keys.h"

/// HTTP Message Signatures (RFC 9421) as this API uses them: exactly the components
/// ("@method" "@path" "@query" "content-digest") and the parameters created, nonce, keyid; no alg.
/// The signature is BIP340 over the tagged hash of the signature base.
/// Source: docs/protocol/api.md "Signed requests".
namespace hansatsu::rpc {

inline constexpr std::size_t kNonceBytesMin = 16;  ///< characters of base64url or hex
inline constexpr std::size_t kNonceBytesMax = 64;

/// Whose signature: a key's place on the ledger, or the key itself.
using RequestKey = std::variant<block::KeyReference, PublicKey>;
[[nodiscard]] std::string to_string(const RequestKey& key);

/// What the signature covers, beside its own parameters.
struct CoveredRequest {
  std::string_view method;
  std::string_view path;
  std::string_view query;           ///< without "?"
  std::string_view content_digest;  ///< the header's value
};

/// The header fields of a signed request.
struct SignatureHeaders {
  std::string content_digest;
  std::string signature_input;
  std::string signature;
};
struct SigningParameters {
  RequestKey key;
  std::uint64_t created_s = 0;  ///< seconds since 1970-01-01 UTC
  std::string nonce;
};
/// `target` is the request's target as it will be sent.
[[nodiscard]] SignatureHeaders sign_request(std::string_view method, std::string_view target,
                                            std::string_view body,
                                            const SigningParameters& parameters,
                                            const KeyPair& key);

/// A Signature-Input and Signature that are well-formed; nothing is verified yet.
struct ParsedSignature {
  RequestKey key;
  std::uint64_t created_s = 0;
  std::string nonce;
  std::string parameters;  ///< @signature-params as it was sent
  Signature signature;
};
/// Absent unless both fields hold one signature under the same label, in the strict form.
[[nodiscard]] std::optional<ParsedSignature> parse_signature(std::string_view signature_input,
                                                             std::string_view signature);
/// What was signed.
[[nodiscard]] Hash request_hash(const CoveredRequest& request, std::string_view parameters);

/// "sha-256=:...:" (RFC 9530).
[[nodiscard]] std::string content_digest_of(std::string_view body);

}  // namespace hansatsu::rpc
