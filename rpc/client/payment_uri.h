#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/types/account_number.h"
#include "ledger/types/amount.h"
#include "ledger/types/bytes.h"
#include "ledger/types/date.h"

/// What a shop's QR asks of a payer. It moves nothing: the payer's wallet shows a preview first.
/// Source: docs/protocol/payment-request.md.
namespace hansatsu::rpc {

inline constexpr std::size_t kPaymentUriBytesMax = 2'048;
inline constexpr std::size_t kPaymentLabelBytesMax = 128;
inline constexpr std::size_t kCoinNameBytesMax = 32;

struct PaymentRequest {
  Hash chain;
  AccountId payee;
  std::string coin;                  ///< its name in the charter; empty: the chain's only coin
  std::optional<Amount> amount;      ///< above zero; absent: the payer types it
  OrderReference order;              ///< zero: none, so a second tap is a second payment
  std::optional<Timestamp> expires;  ///< whole seconds; a wallet doesn't pay later than this
  std::string label;                 ///< for people; says nothing a wallet may rely on
  bool operator==(const PaymentRequest&) const = default;
};

enum class PaymentUriError : std::uint8_t {
  not_a_request = 1,  ///< neither hansatsu:pay? nor an https link with one behind its '#'
  too_long,           ///< above kPaymentUriBytesMax
  malformed,          ///< a broken percent escape, a parameter without a value, not UTF-8
  repeated,           ///< a parameter that stands twice
  not_understood,     ///< a parameter with "req-" in front that this version does not know
  missing_chain,      ///< no chain
  missing_account,    ///< no account number
  bad_chain,          ///< not 64 hex digits
  bad_account,        ///< no account number, or a mistyped one
  bad_coin,           ///< no coin's name
  bad_amount,         ///< not a whole number of units above zero
  bad_order,          ///< not 32 hex digits
  bad_expiry,         ///< not seconds since 1970
  bad_label,          ///< too long, or with control characters
};

/// "hansatsu:pay?chain=...&to=0001-2345-20&amount=500&order=...&expires=1795273199&label=..."
/// Requires: fields within the bounds above; `expires` of whole seconds.
[[nodiscard]] std::string to_uri(const PaymentRequest& request);
/// The same behind a page of the town, where any phone's camera can open it; the part after '#'
/// never reaches the page's server.
[[nodiscard]] std::string to_link(std::string_view page, const PaymentRequest& request);
/// Takes both forms. Unknown parameters are ignored unless they say "req-" (as BIP321 has it).
[[nodiscard]] Result<PaymentRequest, PaymentUriError> parse_payment_uri(std::string_view text);

}  // namespace hansatsu::rpc
