#pragma once

#include <string>
#include <string_view>

#include "ledger/crypto/keys.h"

namespace hansatsu::wallet {

/// Text that must not stay in memory: passphrases, recovery words. Move-only, wiped when it goes,
/// not printable or comparable by accident. Never grows past its capacity, because a grown string
/// leaves its old bytes behind.
class SecretText {
 public:
  static constexpr std::size_t kBytesMax = 4'096;

  SecretText() { text_.reserve(kBytesMax); }
  explicit SecretText(std::string_view text) : SecretText{} { append(text); }
  SecretText(SecretText&& other) noexcept { text_.swap(other.text_); }
  SecretText& operator=(SecretText&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { wipe({reinterpret_cast<std::uint8_t*>(text_.data()), text_.size()}); }

  /// False, and nothing appended, when there is no room.
  bool append(std::string_view text) {
    if (text_.capacity() < kBytesMax) text_.reserve(kBytesMax);
    if (text.size() > kBytesMax - text_.size()) return false;
    text_.append(text);
    return true;
  }
  [[nodiscard]] std::string_view view() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace hansatsu::wallet
