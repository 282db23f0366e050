#include "wallet/screen/text.h"

#include <utf8proc.h>

#include <algorithm>

namespace hansatsu::wallet {
namespace {

/// A character at the beginning of a text: bytes and columns. No bytes: not UTF-8.
struct Character {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};
Character first_of(std::string_view text) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (size <= 0) return {};
  return {static_cast<std::size_t>(size),
          static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point)))};
}

}  // namespace

std::string grouped(Amount amount) {
  std::string digits = std::to_string(amount.units());
  for (std::size_t from_end = 3; from_end < digits.size(); from_end += 4)
    digits.insert(digits.size() - from_end, 1, ',');
  return digits;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    if (next.bytes == 0) return width;
    width += next.columns;
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string_view fitting(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = first_of(text.substr(bytes));
    if (next.bytes == 0 || next.columns > columns) break;
    columns -= next.columns;
    bytes += next.bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace hansatsu::wallet
