#pragma once

#include <optional>
#include <string>

#include "ledger/types/bytes.h"
#include "ledger/types/result.h"

namespace hansatsu::wallet {

/// The two encodings in which offices keep their lists.
enum class TextEncoding : std::uint8_t {
  utf8 = 1,
  cp932,  ///< Shift_JIS as Windows writes it
};

struct EncodingError {
  std::uint32_t line = 1;  ///< of the first byte that is no text
};

struct DecodedText {
  std::string text;  ///< UTF-8, no byte order mark
  TextEncoding encoding = TextEncoding::utf8;
};

/// A file's bytes as text. A byte order mark says UTF-8; without one, what is UTF-8 throughout is
/// taken as such, anything else as CP932, unless `encoding` settles it. Nothing is replaced or
/// skipped: a byte that has no meaning is an error.
[[nodiscard]] Result<DecodedText, EncodingError> decode_text(
    ByteView bytes, std::optional<TextEncoding> encoding = std::nullopt);

/// Compatibility forms folded (full-width digits and letters, half-width kana), composed, trimmed:
/// what a cell means, whatever keyboard wrote it. Empty for text that is not UTF-8.
[[nodiscard]] std::string folded(std::string_view text);
/// Full-width forms of ASCII and spaces folded, trimmed, and nothing else: for amounts, numbers and
/// dates, in which the footnote mark of "5,000①" must not become one more digit.
[[nodiscard]] std::string folded_number(std::string_view text);
/// `folded`, in lower case, with spaces, hyphens and underscores taken out: for names of columns.
[[nodiscard]] std::string folded_name(std::string_view text);
/// Foreign text, safe on a terminal: at most so many characters, and '?' for each that would move
/// the cursor, colour, or turn the direction of writing.
[[nodiscard]] std::string shown(std::string_view text, std::size_t characters_max = 40);
/// The same of any length, with line feeds kept: for sentences that may have foreign text in them.
[[nodiscard]] std::string printable(std::string_view text);
/// JSON of the same meaning, with escapes for such characters: it may be shown on a terminal too.
[[nodiscard]] std::string harmless_json(std::string_view json);

}  // namespace hansatsu::wallet
