#include "rpc/client/payment_uri.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace hansatsu::rpc {
namespace {

constexpr std::string_view kStart = "hansatsu:pay?";
constexpr std::string_view kLinkStart = "https://";
constexpr std::string_view kRequired = "req-";
constexpr std::string_view kKnown[]{"chain", "to", "coin", "amount", "order", "expires", "label"};
constexpr std::uint64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999

bool is_unreserved(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
         letter == '~';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    if (is_unreserved(letter)) {
      encoded += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4U | *low);
    i += 2;
  }
  if (!is_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_coin_name(std::string_view text) {
  return !text.empty() && text.size() <= kCoinNameBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_label(std::string_view text) {
  return text.size() <= kPaymentLabelBytesMax && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

using Parameters = std::map<std::string, std::string, std::less<>>;

/// The known parameters, "req-" taken off.
Result<Parameters, PaymentUriError> split(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) return Err{PaymentUriError::malformed};
    auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(pair.substr(equals + 1));
    if (!name || !value) return Err{PaymentUriError::malformed};
    const bool is_required = name->starts_with(kRequired);
    if (is_required) name->erase(0, kRequired.size());
    if (std::find(std::begin(kKnown), std::end(kKnown), *name) == std::end(kKnown)) {
      if (is_required) return Err{PaymentUriError::not_understood};
      continue;
    }
    if (!parameters.emplace(std::move(*name), std::move(*value)).second)
      return Err{PaymentUriError::repeated};
  }
  return parameters;
}

/// Optional parameters into `request`.
Result<void, PaymentUriError> read_details(const Parameters& parameters, PaymentRequest& request) {
  for (const auto& [name, value] : parameters) {
    if (name == "coin") {
      if (!is_coin_name(value)) return Err{PaymentUriError::bad_coin};
      request.coin = value;
    } else if (name == "amount") {
      const auto amount = Amount::from_units(whole_number(value).value_or(0));
      if (!amount || amount->is_zero()) return Err{PaymentUriError::bad_amount};
      request.amount = *amount;
    } else if (name == "order") {
      const auto order = fixed_from_hex<OrderReference>(value);
      if (!order) return Err{PaymentUriError::bad_order};
      request.order = *order;
    } else if (name == "expires") {
      const auto seconds = whole_number(value);
      if (!seconds || *seconds > kSecondsMax) return Err{PaymentUriError::bad_expiry};
      request.expires = Timestamp{*seconds * 1'000};
    } else if (name == "label") {
      if (!is_label(value)) return Err{PaymentUriError::bad_label};
      request.label = value;
    }
  }
  return {};
}

bool starts_with_any_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

}  // namespace

std::string to_uri(const PaymentRequest& request) {
  ASSERT(request.coin.empty() || is_coin_name(request.coin));
  ASSERT(!request.amount || !request.amount->is_zero());
  ASSERT(!request.expires || request.expires->raw % 1'000 == 0);
  ASSERT(is_label(request.label) && is_utf8(request.label));
  std::string uri{kStart};
  uri += "chain=" + to_hex(request.chain.view());
  uri += "&to=" + to_account_number(request.payee);
  if (!request.coin.empty()) uri += "&coin=" + request.coin;
  if (request.amount) uri += "&amount=" + std::to_string(request.amount->units());
  if (!request.order.is_zero()) uri += "&order=" + to_hex(request.order.view());
  if (request.expires) uri += "&expires=" + std::to_string(request.expires->raw / 1'000);
  if (!request.label.empty()) uri += "&label=" + percent_encoded(request.label);
  return uri;
}

std::string to_link(std::string_view page, const PaymentRequest& request) {
  ASSERT(page.starts_with(kLinkStart) && page.find('#') == std::string_view::npos);
  return std::string{page} + '#' + to_uri(request);
}

Result<PaymentRequest, PaymentUriError> parse_payment_uri(std::string_view text) {
  if (text.size() > kPaymentUriBytesMax) return Err{PaymentUriError::too_long};
  if (starts_with_any_case(text, kLinkStart)) {
    const std::size_t fragment = text.find('#');
    if (fragment == std::string_view::npos) return Err{PaymentUriError::not_a_request};
    text.remove_prefix(fragment + 1);
  }
  if (!starts_with_any_case(text, kStart)) return Err{PaymentUriError::not_a_request};
  const auto parameters = split(text.substr(kStart.size()));
  if (!parameters) return Err{parameters.error()};

  const auto chain = parameters->find("chain");
  const auto payee = parameters->find("to");
  if (chain == parameters->end()) return Err{PaymentUriError::missing_chain};
  if (payee == parameters->end()) return Err{PaymentUriError::missing_account};
  const auto chain_id = fixed_from_hex<Hash>(chain->second);
  if (!chain_id) return Err{PaymentUriError::bad_chain};
  const auto account = parse_account_number(payee->second);
  if (!account) return Err{PaymentUriError::bad_account};
  PaymentRequest request;
  request.chain = *chain_id;
  request.payee = *account;
  if (const auto read = read_details(*parameters, request); !read) return Err{read.error()};
  return request;
}

}  // namespace hansatsu::rpc
