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
constexpr std::size_t kShownCharactersMax = 40;

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

std::string mapped(std::string_view text, unsigned options) {
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &made,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return {};
  std::string result{as_text({made, static_cast<std::size_t>(size)})};
  std::free(made);  // NOLINT: utf8proc allocates with malloc
  const std::size_t first = result.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return result.substr(first, result.find_last_not_of(" \t\r\n") - first + 1);
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

std::string folded_name(std::string_view text) {
  std::string name = mapped(text, kFold | UTF8PROC_CASEFOLD);
  std::erase_if(name, [](char letter) { return letter == ' ' || letter == '-' || letter == '_'; });
  return name;
}

std::string shown(std::string_view text) {
  if (!is_utf8(text)) return "?";
  std::string safe;
  std::size_t characters = 0;
  while (!text.empty()) {
    if (++characters > kShownCharactersMax) return safe + "...";
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (size <= 0) return safe;
    const utf8proc_category_t category = utf8proc_category(point);
    const bool is_control = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                            category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
    if (is_control) {
      safe += '?';
    } else {
      safe += text.substr(0, static_cast<std::size_t>(size));
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return safe;
}

}  // namespace hansatsu::wallet
