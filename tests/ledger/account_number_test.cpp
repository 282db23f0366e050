#include "ledger/types/account_number.h"

#include <catch2/catch.hpp>

#include "ledger/types/bytes.h"

using namespace hansatsu;

namespace {
std::string digits_only(AccountId account) {
  std::string number = to_account_number(account);
  std::erase(number, '-');
  return number;
}
constexpr std::uint32_t kIndexes[] = {0,
                                      1,
                                      7,
                                      9,
                                      96,
                                      97,
                                      12'345,
                                      99'999'999,
                                      100'000'000,
                                      1'234'567'890,
                                      31'415'926,
                                      4'294'967'294,
                                      4'294'967'295};
}  // namespace

TEST_CASE("account number: shown in groups with its check digits, and read back", "[types]") {
  CHECK(to_account_number(AccountId{12'345}) == "0001-2345-20");
  CHECK(to_account_number(AccountId{123'456'789}).substr(0, 11) == "1-2345-6789");
  for (const std::uint32_t index : kIndexes) {
    const AccountId account{index};
    CAPTURE(to_account_number(account));
    REQUIRE(parse_account_number(to_account_number(account)));
    CHECK(*parse_account_number(to_account_number(account)) == account);
    CHECK(*parse_account_number(digits_only(account)) == account);
  }
}

TEST_CASE("account number: every single wrong digit is refused", "[types]") {
  for (const std::uint32_t index : kIndexes) {
    const std::string right = digits_only(AccountId{index});
    for (std::size_t position = 0; position < right.size(); ++position) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string wrong = right;
        if (wrong[position] == digit) continue;
        wrong[position] = digit;
        CAPTURE(right, wrong);
        CHECK_FALSE(parse_account_number(wrong));
      }
    }
  }
}

TEST_CASE("account number: every swap of two neighbours is refused", "[types]") {
  for (const std::uint32_t index : kIndexes) {
    const std::string right = digits_only(AccountId{index});
    for (std::size_t position = 0; position + 1 < right.size(); ++position) {
      std::string wrong = right;
      std::swap(wrong[position], wrong[position + 1]);
      if (wrong == right) continue;
      CAPTURE(right, wrong);
      CHECK_FALSE(parse_account_number(wrong));
    }
  }
}

TEST_CASE("account number: what people type is understood", "[types]") {
  for (const char* text : {"0001234520", "0001 2345 20", "０００１－２３４５－２０",
                           "0001ー2345ー20", "０００１　２３４５　２０"}) {
    CAPTURE(text);
    REQUIRE(parse_account_number(text));
    CHECK(*parse_account_number(text) == AccountId{12'345});
  }
}

TEST_CASE("account number: what is none is refused with its reason", "[types]") {
  const auto error = [](std::string_view text) { return parse_account_number(text).error(); };
  CHECK(error("") == AccountNumberError::malformed);
  CHECK(error("12345-20") == AccountNumberError::malformed);
  CHECK(error("0001-2345-2O") == AccountNumberError::malformed);
  CHECK(error("00-0001-2345-20") == AccountNumberError::malformed);
  CHECK(error("0001-2345-21") == AccountNumberError::wrong_check_digits);
  CHECK(error("0001-2345-20\xff") == AccountNumberError::malformed);
  CHECK(error(std::string(65, '-')) == AccountNumberError::malformed);
  // 98 and 01 leave the same remainder: only the form that is shown counts.
  for (std::uint32_t index = 0; index < 1'000; ++index) {
    std::string number = digits_only(AccountId{index});
    if (!number.ends_with("98")) continue;
    number.replace(number.size() - 2, 2, "01");
    CHECK(error(number) == AccountNumberError::wrong_check_digits);
  }
  // 4,294,967,296 is one more than the last index a ledger can give.
  const std::uint64_t check = 98 - 429'496'729'600ULL % 97;
  CHECK(error("4294967296" + std::string(check < 10 ? "0" : "") + std::to_string(check)) ==
        AccountNumberError::out_of_range);
}
