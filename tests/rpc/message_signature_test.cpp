#include "rpc/http/message_signature.h"

#include <catch2/catch.hpp>

#include "rpc/http/target.h"

using namespace hansatsu;

namespace {

KeyPair key() {
  std::array<std::uint8_t, 32> secret{};
  secret[31] = 7;
  return *KeyPair::from_secret(SecretBytes<32>{secret});
}
const block::KeyReference kReference{AccountId{12}, 1, 3};

rpc::SignatureHeaders signed_headers() {
  return rpc::sign_request("POST", "/v1/preview?a=b", "body",
                           {kReference, 1'793'000'000, "0123456789abcdef"}, key());
}

bool verifies(const rpc::SignatureHeaders& headers, const rpc::CoveredRequest& covered) {
  const auto parsed = rpc::parse_signature(headers.signature_input, headers.signature);
  REQUIRE(parsed.has_value());
  return verify(key().public_key(), rpc::request_hash(covered, parsed->parameters),
                parsed->signature);
}

}  // namespace

TEST_CASE("a request's signature covers method, path, query and body", "[rpc]") {
  const auto headers = signed_headers();
  const rpc::CoveredRequest good{"POST", "/v1/preview", "a=b", headers.content_digest};
  CHECK(verifies(headers, good));
  const std::string other_digest = rpc::content_digest_of("other");
  CHECK_FALSE(verifies(headers, {"GET", "/v1/preview", "a=b", headers.content_digest}));
  CHECK_FALSE(verifies(headers, {"POST", "/v1/previeW", "a=b", headers.content_digest}));
  CHECK_FALSE(verifies(headers, {"POST", "/v1/preview", "a=c", headers.content_digest}));
  CHECK_FALSE(verifies(headers, {"POST", "/v1/preview", "a=b", other_digest}));
}

TEST_CASE("a content digest is that of RFC 9530", "[rpc]") {
  // RFC 9530, B.1: the body of its first example.
  CHECK(rpc::content_digest_of("{\"hello\": \"world\"}\n") ==
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
}

TEST_CASE("the fields of a signature are read strictly", "[rpc]") {
  const auto headers = signed_headers();
  const auto parsed = rpc::parse_signature(headers.signature_input, headers.signature);
  REQUIRE(parsed.has_value());
  CHECK(parsed->key == rpc::RequestKey{kReference});
  CHECK(parsed->created_s == 1'793'000'000);
  CHECK(parsed->nonce == "0123456789abcdef");

  const std::string parameters =
      R"(("@method" "@path" "@query" "content-digest");created=5;nonce="0123456789abcdef")";
  const auto read = [&](const std::string& input) {
    return rpc::parse_signature(input, "a=" + headers.signature.substr(9)).has_value();
  };
  CHECK(read("a=" + parameters + ";keyid=\"12-1-3\""));
  CHECK(read("a=" + parameters + ";keyid=\"" + to_hex(key().public_key().view()) + "\""));
  CHECK_FALSE(read("b=" + parameters + ";keyid=\"12-1-3\""));
  CHECK_FALSE(read("a=" + parameters));
  CHECK_FALSE(read("a=" + parameters + ";keyid=\"12-1\""));
  CHECK_FALSE(read("a=" + parameters + ";keyid=\"12-1-3\";alg=\"bip340\""));
  CHECK_FALSE(read("a=" + parameters + ";keyid=\"12-1-3\";created=6"));
  CHECK_FALSE(read("a=" + parameters + ";keyid=\"12-1-3\", b=()"));
  CHECK_FALSE(read(R"(a=("@method" "@path");created=5;nonce="0123456789abcdef";keyid="1-1-1")"));
  CHECK_FALSE(
      read(R"(a=("@method" "@path" "@query" "content-digest");created=5;nonce="x";keyid="1-1-1")"));
  CHECK_FALSE(rpc::parse_signature(headers.signature_input, "hansatsu=:AAAA:").has_value());
  CHECK_FALSE(rpc::parse_signature(headers.signature_input, "hansatsu=AAAA").has_value());
}

TEST_CASE("a target is taken apart strictly", "[rpc]") {
  const auto target = rpc::parse_target("/v1/accounts/0001-2345-20/history?count=20&from=%31-2");
  REQUIRE(target.has_value());
  CHECK(target->segments.size() == 4);
  CHECK(target->arguments.at("from") == "1-2");
  for (const char* bad :
       {"", "v1", "/v1/", "//v1", "/v1//x", "/v1/..", "/v1/%2e", "/v1/a?b", "/v1/a?b=1&b=2",
        "/v1/a?=1", "/v1/a?b=%zz", "/a/b/c/d/e/f/g/h/i", "http://node/v1/status"}) {
    CAPTURE(bad);
    CHECK_FALSE(rpc::parse_target(bad).has_value());
  }
  CHECK_FALSE(rpc::parse_target("/" + std::string(rpc::kTargetBytesMax, 'a')).has_value());
}
