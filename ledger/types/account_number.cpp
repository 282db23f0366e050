#include "ledger/types/account_number.h"

#include <array>
#include <limits>

namespace hansatsu {
inline namespace types {
namespace {

constexpr std::size_t kIndexDigitsMin = 8;
constexpr std::size_t kIndexDigitsMax = 10;  // of the largest 32-bit number
constexpr std::size_t kCheckDigits = 2;
constexpr std::size_t kTextBytesMax = 64;

/// The two digits that make `index * 100 + check` leave 1 when divided by 97.
std::uint64_t check_digits(std::uint64_t index) { return 98 - index * 100 % 97; }

/// Hyphens and spaces that keyboards, input methods and copied pages put between digits.
constexpr std::array<std::string_view, 9> kSeparators{
    "-",       // hyphen-minus
    " ",       //
    "\u2010",  // hyphen
    "\u2011",  // non-breaking hyphen
    "\u2013",  // en dash
    "\u2212",  // minus sign
    "\u3000",  // ideographic space
    "\uff0d",  // full-width hyphen-minus
    "\u30fc",  // long vowel mark, on the same key in Japan
};
constexpr std::string_view kFullWidthZero = "\uff10";

/// The digits alone in ASCII; empty when the text holds anything else or too much.
std::string fold(std::string_view text) {
  std::string digits;
  if (text.size() > kTextBytesMax) return digits;
  while (!text.empty()) {
    if (text.front() >= '0' && text.front() <= '9') {
      digits.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    if (text.size() >= 3 && text.substr(0, 2) == kFullWidthZero.substr(0, 2)) {
      const auto last = static_cast<unsigned char>(text[2]);
      const auto zero = static_cast<unsigned char>(kFullWidthZero[2]);
      if (last >= zero && last <= zero + 9) {
        digits.push_back(static_cast<char>('0' + (last - zero)));
        text.remove_prefix(3);
        continue;
      }
    }
    bool separated = false;
    for (const std::string_view separator : kSeparators) {
      if (!text.starts_with(separator)) continue;
      text.remove_prefix(separator.size());
      separated = true;
      break;
    }
    if (!separated) return {};
  }
  return digits;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

}  // namespace

std::string to_account_number(AccountId account) {
  std::string digits = std::to_string(account.raw);
  if (digits.size() < kIndexDigitsMin) digits.insert(0, kIndexDigitsMin - digits.size(), '0');
  for (std::size_t from_end = 4; from_end < digits.size(); from_end += 5)
    digits.insert(digits.size() - from_end, 1, '-');
  const std::uint64_t check = check_digits(account.raw);
  digits += check < 10 ? "-0" : "-";
  return digits + std::to_string(check);
}

Result<AccountId, AccountNumberError> parse_account_number(std::string_view text) {
  const std::string digits = fold(text);
  if (digits.size() < kIndexDigitsMin + kCheckDigits ||
      digits.size() > kIndexDigitsMax + kCheckDigits)
    return Err{AccountNumberError::malformed};
  const std::string_view index_digits =
      std::string_view{digits}.substr(0, digits.size() - kCheckDigits);
  // One account has one number: no zeros in front but those that fill eight digits.
  if (index_digits.size() > kIndexDigitsMin && index_digits.front() == '0')
    return Err{AccountNumberError::malformed};
  const std::uint64_t index = number_of(index_digits);
  if (number_of(std::string_view{digits}.substr(index_digits.size())) != check_digits(index))
    return Err{AccountNumberError::wrong_check_digits};
  if (index > std::numeric_limits<AccountId::Raw>::max())
    return Err{AccountNumberError::out_of_range};
  return AccountId{static_cast<AccountId::Raw>(index)};
}

}  // namespace types
}  // namespace hansatsu
