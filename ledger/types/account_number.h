#pragma once

#include <string>
#include <string_view>

#include "ledger/types/ids.h"
#include "ledger/types/result.h"

namespace hansatsu {
inline namespace types {

/// Why a typed account number names no account.
enum class AccountNumberError : std::uint8_t {
  malformed = 1,       ///< not ten to twelve digits, or a leading zero beyond eight index digits
  wrong_check_digits,  ///< mistyped: a wrong digit, or two digits swapped
  out_of_range,        ///< no account can have this index
};

/// An account's index as people write it: at least eight digits and two check digits
/// (ISO 7064 MOD 97-10) in groups of four, "0001-2345-20". No secret and no authority.
/// Source: docs/protocol/encoding.md "Account numbers".
[[nodiscard]] std::string to_account_number(AccountId account);

/// Takes what people type: hyphens and spaces anywhere between digits, full-width forms of all of
/// them. Any one wrong digit and any swap of two neighbours is refused. UTF-8, at most 64 bytes.
[[nodiscard]] Result<AccountId, AccountNumberError> parse_account_number(std::string_view text);

}  // namespace types
}  // namespace hansatsu
