#include "rpc/server/problem.h"

#include <catch2/catch.hpp>
#include <set>

#include "rpc/json/codec.h"
#include "rpc/server/replay_cache.h"

using namespace hansatsu;

TEST_CASE("problems: every code has a status and a sentence in both languages", "[rpc]") {
  std::set<std::string> codes;
  for (const rpc::ApiErrorText& text : rpc::all_api_errors()) {
    codes.insert(rpc::code_text(text.error));
    CHECK((text.status >= 400 && text.status < 600));
    CHECK_FALSE(text.en.empty());
    CHECK_FALSE(text.ja.empty());
    CHECK(is_utf8(text.ja));
  }
  CHECK(codes.size() == rpc::all_api_errors().size());
  CHECK(codes.size() == 28);
}

TEST_CASE("problems: details are those of RFC 9457", "[rpc]") {
  const auto problem = rpc::problem_of(rpc::ApiError::bad_parameter, rules::Language::ja, "count");
  const auto json = rpc::parse_json(rpc::to_json_text(problem));
  REQUIRE(json.has_value());
  CHECK(json->at("status") == 400);
  CHECK(json->at("code") == "E-API-10");
  CHECK(json->at("type") == "urn:hansatsu:problem:E-API-10");
  CHECK(json->at("title") == "パラメーターが正しくありません。");
  CHECK(json->at("detail") == "count");
}

TEST_CASE("the language is the one that Accept-Language weighs most", "[rpc]") {
  using rules::Language;
  CHECK(rpc::language_of("") == Language::en);
  CHECK(rpc::language_of("ja") == Language::ja);
  CHECK(rpc::language_of("ja-JP,en;q=0.8") == Language::ja);
  CHECK(rpc::language_of("en;q=0.5, ja;q=0.9") == Language::ja);
  CHECK(rpc::language_of("en, ja;q=0.9") == Language::en);
  CHECK(rpc::language_of("de, fr;q=0.9") == Language::en);
  CHECK(rpc::language_of("ja;q=0") == Language::en);
}

TEST_CASE("replays: remembered for as long as a signature counts, and no longer", "[rpc]") {
  rpc::ReplayCache cache{2, 60};
  const auto request = [](std::uint8_t n) {
    Hash hash;
    hash.bytes[0] = n;
    return hash;
  };
  CHECK(cache.check(request(1), 100, 100) == rpc::ReplayCheck::fresh);
  CHECK(cache.check(request(1), 100, 160) == rpc::ReplayCheck::seen);
  CHECK(cache.check(request(2), 130, 160) == rpc::ReplayCheck::fresh);
  CHECK(cache.check(request(3), 130, 160) == rpc::ReplayCheck::full);
  CHECK(cache.check(request(3), 130, 161) == rpc::ReplayCheck::fresh);
}
