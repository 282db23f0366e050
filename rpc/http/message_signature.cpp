#include "rpc/http/message_signature.h"

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>

#include "rpc/json/key_id.h"

namespace hansatsu::rpc {
namespace {

constexpr std::string_view kComponents = R"(("@method" "@path" "@query" "content-digest"))";
constexpr std::string_view kLabel = "hansatsu";
constexpr std::size_t kHeaderBytesMax = 512;

std::string to_base64(ByteView bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the terminating zero
  return out;
}

std::optional<Signature> signature_from_base64(std::string_view text) {
  Signature signature;
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed =
      sodium_base642bin(signature.bytes.data(), signature.bytes.size(), text.data(), text.size(),
                        nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0 || length != Signature::kSize || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return signature;
}

std::string parameters_text(const SigningParameters& parameters) {
  return std::string{kComponents} + ";created=" + std::to_string(parameters.created_s) +
         ";nonce=\"" + parameters.nonce + "\";keyid=\"" + to_string(parameters.key) + "\"";
}

bool take(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

std::optional<std::string_view> take_label(std::string_view& field) {
  const std::size_t end = field.find('=');
  if (end == std::string_view::npos || end == 0 || end > 32) return std::nullopt;
  const std::string_view label = field.substr(0, end);
  for (const char c : label) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain) return std::nullopt;
  }
  field.remove_prefix(end + 1);
  return label;
}

std::optional<RequestKey> parse_key(std::string_view text) {
  if (const auto key = fixed_from_hex<PublicKey>(text)) return RequestKey{*key};
  if (const auto reference = parse_key_id(text)) return RequestKey{*reference};
  return std::nullopt;
}

bool is_nonce(std::string_view text) {
  if (text.size() < kNonceBytesMin || text.size() > kNonceBytesMax) return false;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '=' || c == '+' || c == '/';
    if (!plain) return false;
  }
  return true;
}

/// The quoted text after a parameter's name. Nothing inside needs an escape.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  if (!take(rest, "\"")) return std::nullopt;
  const std::size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

/// created, nonce and keyid, each once, in any order.
bool parse_parameters(std::string_view rest, ParsedSignature& parsed) {
  bool created = false;
  bool nonce = false;
  bool key = false;
  while (!rest.empty()) {
    if (!created && take(rest, ";created=")) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const auto seconds = parse_decimal<std::uint64_t>(rest.substr(0, end));
      if (!seconds) return false;
      parsed.created_s = *seconds;
      rest.remove_prefix(end);
      created = true;
    } else if (!nonce && take(rest, ";nonce=")) {
      const auto text = take_quoted(rest);
      if (!text || !is_nonce(*text)) return false;
      parsed.nonce = *text;
      nonce = true;
    } else if (!key && take(rest, ";keyid=")) {
      const auto text = take_quoted(rest);
      const auto name = text ? parse_key(*text) : std::nullopt;
      if (!name) return false;
      parsed.key = *name;
      key = true;
    } else {
      return false;
    }
  }
  return created && nonce && key;
}

}  // namespace

std::string to_string(const RequestKey& key) {
  if (const auto* reference = std::get_if<block::KeyReference>(&key)) return to_key_id(*reference);
  return to_hex(std::get<PublicKey>(key).view());
}

std::string content_digest_of(std::string_view body) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), as_bytes(body).data(), body.size());
  return "sha-256=:" + to_base64(digest) + ":";
}

Hash request_hash(const CoveredRequest& request, std::string_view parameters) {
  std::string base;
  base += "\"@method\": ";
  base += request.method;
  base += "\n\"@path\": ";
  base += request.path;
  base += "\n\"@query\": ?";
  base += request.query;
  base += "\n\"content-digest\": ";
  base += request.content_digest;
  base += "\n\"@signature-params\": ";
  base += parameters;
  return hash(HashTag::request, as_bytes(base));
}

SignatureHeaders sign_request(std::string_view method, std::string_view target,
                              std::string_view body, const SigningParameters& parameters,
                              const KeyPair& key) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  SignatureHeaders headers;
  headers.content_digest = content_digest_of(body);
  const std::string text = parameters_text(parameters);
  const CoveredRequest covered{method, target.substr(0, mark),
                               target.substr(std::min(mark + 1, target.size())),
                               headers.content_digest};
  const Signature signature = key.sign(request_hash(covered, text));
  headers.signature_input = std::string{kLabel} + "=" + text;
  headers.signature = std::string{kLabel} + "=:" + to_base64(signature.view()) + ":";
  return headers;
}

std::optional<ParsedSignature> parse_signature(std::string_view signature_input,
                                               std::string_view signature) {
  if (signature_input.size() > kHeaderBytesMax || signature.size() > kHeaderBytesMax) {
    return std::nullopt;
  }
  const auto input_label = take_label(signature_input);
  const auto label = take_label(signature);
  if (!input_label || !label || *input_label != *label) return std::nullopt;
  ParsedSignature parsed;
  parsed.parameters = signature_input;
  if (!take(signature_input, kComponents)) return std::nullopt;
  if (!parse_parameters(signature_input, parsed)) return std::nullopt;
  if (signature.size() < 2 || !take(signature, ":") || !signature.ends_with(':')) {
    return std::nullopt;
  }
  signature.remove_suffix(1);
  const auto bytes = signature_from_base64(signature);
  if (!bytes) return std::nullopt;
  parsed.signature = *bytes;
  return parsed;
}

}  // namespace hansatsu::rpc
