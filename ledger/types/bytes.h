#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hansatsu {
inline namespace types {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Fixed bytes with a meaning: a Hash is no PublicKey.
template <class Tag, std::size_t Size>
struct FixedBytes {
  static constexpr std::size_t kSize = Size;
  std::array<std::uint8_t, Size> bytes{};

  constexpr auto operator<=>(const FixedBytes&) const = default;
  [[nodiscard]] ByteView view() const { return bytes; }
  [[nodiscard]] constexpr bool is_zero() const { return bytes == decltype(bytes){}; }
};

using Hash = FixedBytes<struct HashKind, 32>;            ///< BLAKE2b-256 under a domain tag
using PublicKey = FixedBytes<struct PublicKeyKind, 32>;  ///< BIP340 x-only
using Signature = FixedBytes<struct SignatureKind, 64>;  ///< BIP340
using Salt = FixedBytes<struct SaltKind, 32>;            ///< random, hides what it is hashed with
using OrderReference = FixedBytes<struct OrderReferenceKind, 16>;  ///< a shop's own; zero = none

/// Lower-case hex, two digits a byte. Parsing takes just that.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

template <class Fixed>
[[nodiscard]] std::optional<Fixed> fixed_from_hex(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != Fixed::kSize) return std::nullopt;
  Fixed fixed;
  std::copy(bytes->begin(), bytes->end(), fixed.bytes.begin());
  return fixed;
}

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// True for well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace types
}  // namespace hansatsu
