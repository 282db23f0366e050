#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansatsu::wallet {

/// A QR code's squares, row by row, without its quiet zone. `dark.size() == width * width`.
struct QrCode {
  std::size_t width = 0;
  std::vector<bool> dark;
};

/// Error correction level M. Absent for nothing, and for more than a code holds (about 2,300
/// bytes).
[[nodiscard]] std::optional<QrCode> qr_code(std::string_view text);

/// For a terminal: two rows a line in half blocks, with a quiet zone of four squares. Light squares
/// are drawn, so that a dark terminal shows dark on light; `on_light` is for a light one.
[[nodiscard]] std::string qr_for_terminal(const QrCode& code, bool on_light = false);

}  // namespace hansatsu::wallet
