#pragma once

#include "merchant-sdk/include/hansatsu/merchant.h"
#include "wallet/screen/language.h"

namespace hansatsu::till {

/// Columns of a slip: what the printers of small shops take.
inline constexpr std::size_t kSlipColumns = 32;

/// What a shop's customer takes home, or leaves.
struct Slip {
  std::string_view shop_name;  ///< as the shop set it; may be empty
  std::string_view shop;       ///< account number
  const merchant::Town& town;
  const merchant::Order& order;
  const merchant::Payment& payment;  ///< proven
};

/// Plain text, every line at most kSlipColumns wide.
[[nodiscard]] std::string slip_text(const Slip& slip, wallet::Language language);

/// RFC 3339 with the town's offset, to the millisecond.
[[nodiscard]] std::string town_time(const merchant::Town& town,
                                    std::chrono::system_clock::time_point time);

}  // namespace hansatsu::till
