#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

std::vector<RefusalCase> all_cases() {
  std::vector<RefusalCase> cases;
  for (const auto family : {account_refusals(), key_refusals(), program_refusals(),
                            issue_refusals(), payment_refusals(), office_refusals()}) {
    cases.insert(cases.end(), family.begin(), family.end());
  }
  return cases;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{std::filesystem::path{HANSATSU_SOURCE_DIR} / path};
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("refusals: each is given for its own reason and changes nothing", "[ledger][rules]") {
  for (const RefusalCase& one : all_cases()) {
    INFO(code_text(one.refusal) << ' ' << name(one.refusal));
    const Answer answer = one.provoke();
    if (answer.has_value()) {
      FAIL_CHECK("accepted");
    } else {
      INFO("got " << name(answer.error()));
      CHECK(answer.error() == one.refusal);
    }
  }
}

TEST_CASE("refusals: none is without a test that provokes it", "[ledger][rules]") {
  std::set<Refusal> provoked;
  for (const RefusalCase& one : all_cases()) provoked.insert(one.refusal);
  for (const RefusalText& text : all_refusals()) {
    if (is_inadmissible(text.refusal)) continue;  // tests of the block's admission
    INFO(text.name);
    CHECK(provoked.contains(text.refusal));
  }
}

TEST_CASE("refusals: codes are ascending, named once and said in both languages",
          "[ledger][rules]") {
  std::set<std::string_view> names;
  std::set<std::string> codes;
  std::uint16_t last = 0;
  for (const RefusalText& text : all_refusals()) {
    const auto code = static_cast<std::uint16_t>(text.refusal);
    CHECK(code > last);
    last = code;
    CHECK(names.insert(text.name).second);
    CHECK(codes.insert(code_text(text.refusal)).second);
    CHECK(known(text.refusal));
    CHECK(refusal_of(code) == text.refusal);
    CHECK(sentence(text.refusal, Language::en).ends_with('.'));
    CHECK(sentence(text.refusal, Language::ja).ends_with("。"));
    CHECK(is_utf8(text.ja));
  }
  CHECK(code_text(Refusal::coin_not_accepted) == "E-PAY-03");
  CHECK(code_text(Refusal::too_many_coins) == "E-LIM-06");
  CHECK(name(Refusal::sequence_too_far) == "sequence_too_far");
  CHECK_FALSE(refusal_of(0).has_value());
  CHECK_FALSE(refusal_of(199).has_value());
  CHECK_FALSE(known(static_cast<Refusal>(1'599)));
}

TEST_CASE("refusals: docs/protocol/ledger.md lists just these", "[ledger][rules]") {
  std::ostringstream table;
  table << "| code | name | English | 日本語 |\n|---|---|---|---|\n";
  for (const RefusalText& text : all_refusals()) {
    table << "| " << code_text(text.refusal) << " | " << text.name << " | " << text.en << " | "
          << text.ja << " |\n";
  }
  const std::string page = text_of("docs/protocol/ledger.md");
  const std::string_view begin = "<!-- refusals -->\n\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("\n<!-- end -->");
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  CHECK(page.substr(from + begin.size(), to - from - begin.size()) == table.str());
}

TEST_CASE("refusals: each stands in the header of a rule that gives it", "[ledger][rules]") {
  std::string headers;
  for (const auto* rule : {"accounts", "keys", "programs", "charge", "grant", "pay", "send",
                           "refund", "redemption", "floats"}) {
    headers += text_of(std::string{"ledger/rules/"} + rule + ".h");
  }
  for (const RefusalText& text : all_refusals()) {
    if (is_inadmissible(text.refusal)) continue;
    INFO(text.name);
    CHECK(headers.find(text.name) != std::string::npos);
  }
}

TEST_CASE("outcomes: a code that is no refusal does not decode", "[ledger][rules]") {
  const Outcome outcome =
      refused_outcome(Refusal::over_cap, OperationCode::grant, AccountId{3}, Timestamp{9});
  CHECK_FALSE(outcome.public_part.coin.has_value());
  Bytes bytes = encode(outcome.public_part);
  CHECK(decode<PublicOutcome>(bytes).has_value());
  bytes[1] = 99;  // 404 becomes 355
  CHECK_FALSE(decode<PublicOutcome>(bytes).has_value());
}

TEST_CASE("outcomes: the private part is hidden by the signer's salt and the transaction's id",
          "[ledger][rules]") {
  PrivateOutcome outcome;
  outcome.lots.push_back({ProgramId{1}, Date{20'000}, Amount::of(5)});
  const auto salt = numbered<Salt>(1);
  const auto id = numbered<Hash>(2);
  const Hash hash = private_outcome_hash(salt, id, outcome);
  CHECK(hash == private_outcome_hash(private_outcome_salt(salt, id), outcome));
  CHECK(hash != private_outcome_hash(numbered<Salt>(3), id, outcome));
  CHECK(hash != private_outcome_hash(salt, numbered<Hash>(3), outcome));
  outcome.lots[0].amount = Amount::of(6);
  CHECK(hash != private_outcome_hash(salt, id, outcome));
}

}  // namespace
}  // namespace hansatsu::scenario
