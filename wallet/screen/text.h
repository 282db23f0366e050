#pragma once

#include <string>
#include <string_view>

#include "ledger/types/amount.h"

namespace hansatsu::wallet {

/// "12,345".
[[nodiscard]] std::string grouped(Amount amount);
/// Columns that a text takes on a terminal; Japanese takes two each. What follows a byte that is
/// not UTF-8 does not count.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// The longest beginning that takes at most so many columns.
[[nodiscard]] std::string_view fitting(std::string_view text, std::size_t columns);

}  // namespace hansatsu::wallet
