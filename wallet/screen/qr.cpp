#include "wallet/screen/qr.h"

#include <qrencode.h>

#include <climits>
#include <memory>

namespace hansatsu::wallet {

std::optional<QrCode> qr_code(std::string_view text) {
  if (text.empty() || text.size() > INT_MAX) return std::nullopt;
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> made{
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      &QRcode_free};
  if (!made) return std::nullopt;
  QrCode code;
  code.width = static_cast<std::size_t>(made->width);
  for (std::size_t i = 0; i < code.width * code.width; ++i)
    code.dark.push_back((made->data[i] & 1U) != 0);
  return code;
}

std::string qr_for_terminal(const QrCode& code, bool on_light) {
  constexpr std::size_t kQuiet = 4;
  const std::size_t side = code.width + 2 * kQuiet;
  const auto is_drawn = [&](std::size_t row, std::size_t column) {
    const bool inside = row >= kQuiet && row < kQuiet + code.width && column >= kQuiet &&
                        column < kQuiet + code.width;
    const bool dark = inside && code.dark[(row - kQuiet) * code.width + (column - kQuiet)];
    return dark == on_light;
  };
  std::string lines;
  for (std::size_t row = 0; row < side; row += 2) {
    for (std::size_t column = 0; column < side; ++column) {
      const bool upper = is_drawn(row, column);
      const bool lower = row + 1 < side && is_drawn(row + 1, column);
      lines += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace hansatsu::wallet
