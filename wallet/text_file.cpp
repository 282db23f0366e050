#include "wallet/text_file.h"

#include <iconv.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

namespace hansatsu::wallet {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::uint32_t line_at(ByteView bytes, std::size_t position) {
  return static_cast<std::uint32_t>(
      1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

class Converter {
 public:
  Converter() : handle_{::iconv_open("UTF-8", "CP932")} {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (is_open()) ::iconv_close(handle_);
  }
  [[nodiscard]] bool is_open() const {
    return handle_ != reinterpret_cast<iconv_t>(-1);  // NOLINT: iconv's own sign of failure
  }
  /// Appends as much as fits; returns how much of `in` was read, and errno in `fault`.
  std::size_t convert(ByteView in, std::string& out, int& fault) {
    std::array<char, 4096> piece{};
    // iconv's signature lacks the const that its contract has.
    char* source = const_cast<char*>(as_text(in).data());
    char* target = piece.data();
    std::size_t source_left = in.size();
    std::size_t target_left = piece.size();
    const std::size_t result = ::iconv(handle_, &source, &source_left, &target, &target_left);
    fault = result == static_cast<std::size_t>(-1) ? errno : 0;
    out.append(piece.data(), piece.size() - target_left);
    return in.size() - source_left;
  }

 private:
  iconv_t handle_;
};

Result<DecodedText, EncodingError> decode_cp932(ByteView bytes) {
  DecodedText decoded{{}, TextEncoding::cp932};
  Converter converter;
  if (!converter.is_open()) return Err{EncodingError{1}};
  std::size_t position = 0;
  while (position < bytes.size()) {
    int fault = 0;
    position += converter.convert(bytes.subspan(position), decoded.text, fault);
    if (fault != 0 && fault != E2BIG) return Err{EncodingError{line_at(bytes, position)}};
  }
  return decoded;
}

Result<DecodedText, EncodingError> decode_utf8(ByteView bytes) {
  std::string_view text = as_text(bytes);
  if (is_utf8(text)) return DecodedText{std::string{text}, TextEncoding::utf8};
  std::uint32_t line = 1;
  while (is_utf8(text.substr(0, text.find('\n')))) {  // a fault is in one of the lines
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    ++line;
  }
  return Err{EncodingError{line}};
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

std::string mapped(std::string_view text, unsigned options) {
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &made,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return {};
  std::string result = trimmed(as_text({made, static_cast<std::size_t>(size)}));
  std::free(made);  // NOLINT: utf8proc allocates with malloc
  return result;
}

/// The first character of a text that is not empty, or a byte that is none.
struct First {
  std::string_view bytes;
  std::uint32_t point = 0;
  bool is_harmful = true;  ///< moves the cursor, colours, turns writing round, or is no character
};
First take_first(std::string_view& text) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  First first{text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 1)};
  text.remove_prefix(first.bytes.size());
  if (size <= 0) return first;
  const utf8proc_category_t category = utf8proc_category(point);
  first.point = static_cast<std::uint32_t>(point);
  first.is_harmful = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                     category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
  return first;
}

std::string_view safe_of(const First& first) {
  return first.is_harmful ? std::string_view{"?"} : first.bytes;
}

/// UTF-16, as JSON escapes it: two units beyond the basic plane.
std::string json_escape(std::uint32_t point) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto unit = [&](std::uint32_t value) {
    std::string text = "\\u";
    for (unsigned shift = 16; shift > 0; shift -= 4) text += kDigits[value >> (shift - 4) & 15U];
    return text;
  };
  if (point < 0x10000) return unit(point);
  return unit(0xd7c0 + (point >> 10U)) + unit(0xdc00 + (point & 0x3ffU));
}

constexpr unsigned kFold = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;

}  // namespace

Result<DecodedText, EncodingError> decode_text(ByteView bytes,
                                               std::optional<TextEncoding> encoding) {
  if (as_text(bytes).starts_with(kByteOrderMark)) {
    if (encoding == TextEncoding::cp932) return Err{EncodingError{1}};
    return decode_utf8(bytes.subspan(kByteOrderMark.size()));
  }
  if (encoding == TextEncoding::cp932) return decode_cp932(bytes);
  if (encoding == TextEncoding::utf8 || is_utf8(as_text(bytes))) return decode_utf8(bytes);
  return decode_cp932(bytes);
}

std::string folded(std::string_view text) { return mapped(text, kFold); }

std::string folded_number(std::string_view text) {
  constexpr std::uint32_t kWideFirst = 0xff01;  // '!', and so on in ASCII's order
  constexpr std::uint32_t kWideLast = 0xff5e;
  constexpr std::array<std::uint32_t, 4> kSpaces{0x3000, 0xa0, 0x2007, 0x202f};
  std::string number;
  while (!text.empty()) {
    const First first = take_first(text);
    if (first.point >= kWideFirst && first.point <= kWideLast) {
      number += static_cast<char>('!' + (first.point - kWideFirst));
    } else if (std::find(kSpaces.begin(), kSpaces.end(), first.point) != kSpaces.end()) {
      number += ' ';
    } else {
      number += first.bytes;
    }
  }
  return trimmed(number);
}

std::string folded_name(std::string_view text) {
  std::string name = mapped(text, kFold | UTF8PROC_CASEFOLD);
  std::erase_if(name, [](char letter) { return letter == ' ' || letter == '-' || letter == '_'; });
  return name;
}

std::string shown(std::string_view text, std::size_t characters_max) {
  if (!is_utf8(text)) return "?";
  std::string safe;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == characters_max) return safe + "...";
    safe += safe_of(take_first(text));
  }
  return safe;
}

std::string printable(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const First first = take_first(text);
    safe += first.point == '\n' ? first.bytes : safe_of(first);
  }
  return safe;
}

std::string harmless_json(std::string_view json) {
  std::string safe;
  while (!json.empty()) {
    const First first = take_first(json);
    // Between the values stand line feeds; in them nlohmann has escaped what is below a space.
    safe +=
        first.is_harmful && first.point > ' ' ? json_escape(first.point) : std::string{first.bytes};
  }
  return safe;
}

}  // namespace hansatsu::wallet
