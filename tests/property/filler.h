#pragma once

#include "ledger/types/codec.h"

namespace hansatsu::property {

/// Fills any type that states its `fields` from bytes of chance, as Decoder fills it from an
/// encoding: small numbers, limits and zeros come up often, lists are mostly short. What the type
/// demands beyond its fields' ranges may not hold: then it has failed, as decoding would.
class Filler {
 public:
  static constexpr bool kDecodes = true;

  explicit Filler(ByteView chance) : chance_{chance} {}

  template <class... T>
  void operator()(T&... values) {
    (fill(values), ...);
  }
  void require(bool condition) { failed_ = failed_ || !condition; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] ByteView raw(std::size_t count) {
    require(count <= kRawMax);
    raw_.assign(failed_ ? 0 : count, static_cast<std::uint8_t>(count));
    return raw_;
  }
  /// Once used up, chance is gone through again, each time a little different.
  [[nodiscard]] std::uint8_t die() {
    const std::size_t at = position_++;
    if (chance_.empty()) return static_cast<std::uint8_t>(at);
    return static_cast<std::uint8_t>(chance_[at % chance_.size()] + at / chance_.size());
  }

 private:
  static constexpr std::size_t kRawMax = 4'096;
  static constexpr int kTriesMax = 12;

  template <class T>
  void fill(T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = die() % 2 == 1;
    } else if constexpr (std::is_enum_v<T>) {
      std::uint8_t number = die();
      for (int tries = 0; tries < 256 && !known(static_cast<T>(number)); ++tries) ++number;
      value = static_cast<T>(number);
    } else if constexpr (std::integral<T>) {
      value = static_cast<T>(number(sizeof(T)));
    } else {
      // What can't be had whole can be had part by part.
      for (int tries = 1; tries < kTriesMax && !failed_; ++tries) {
        fields(*this, value);
        if (!failed_) return;
        failed_ = false;
      }
      fields(*this, value);
    }
  }
  /// Of `bytes` bytes: zero, small, anything, or just below the largest.
  [[nodiscard]] std::uint64_t number(std::size_t bytes) {
    const std::uint8_t kind = die();
    if (kind < 64) return 0;
    if (kind < 160) return kind % 8;
    if (kind >= 240) return ~std::uint64_t{0} - kind % 4;
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < bytes; ++i) any = any << 8U | die();
    return any;
  }
  template <class Tag, class Raw>
  void fill(StrongId<Tag, Raw>& id) {
    fill(id.raw);
  }
  template <class Tag, std::size_t Size>
  void fill(FixedBytes<Tag, Size>& fixed) {
    fixed = {};
    const std::uint8_t kind = die();
    if (kind < 64) return;
    for (std::uint8_t& byte : fixed.bytes) byte = kind < 160 ? kind : die();
  }
  void fill(Amount& amount) { amount = Amount::of(std::min(number(7), Amount::kMax)); }
  void fill(Timestamp& time) { fill(time.raw); }
  void fill(Date& date) { fill(date.raw); }
  void fill(UtcOffset& offset) {
    offset.minutes = static_cast<std::int16_t>(static_cast<int>(number(2) % 1'681) - 840);
  }
  template <class T>
  void fill(std::optional<T>& value) {
    value.reset();
    if (die() % 2 == 1) fill(value.emplace());
  }
  template <std::size_t Max>
  void fill(BoundedText<Max>& value) {
    value.text.clear();
    for (std::size_t left = die() % 4U; left > 0 && value.text.size() + 3 <= Max; --left) {
      value.text += die() % 2 == 0 ? "a" : "\xe8\x90\xac";
    }
  }
  template <class T, std::size_t Max>
  void fill(BoundedVector<T, Max>& list) {
    list.clear();
    const std::uint8_t kind = die();
    std::size_t count = kind < 128 ? 0 : kind < 250 ? kind % 3 : kind;
    for (count = std::min(count, Max); count > 0; --count) fill(list.emplace_back());
  }
  template <class T, std::size_t Size>
  void fill(std::array<T, Size>& list) {
    for (T& element : list) fill(element);
  }

  ByteView chance_;
  std::size_t position_ = 0;
  bool failed_ = false;
  Bytes raw_;
};

}  // namespace hansatsu::property
