#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "ledger/types/amount.h"
#include "ledger/types/bytes.h"
#include "ledger/types/date.h"
#include "ledger/types/ids.h"
#include "ledger/types/result.h"

/// The one binary form of every type: fields in order, integers big-endian and of fixed width,
/// lists behind a count as wide as their limit needs. A type states its fields once, and both
/// directions follow from it:
///
///     struct Lot { ProgramId program; Date expiry; Amount amount; };
///     template <class C, FieldsOf<Lot> L> void fields(C& c, L& lot) { c(lot.program, lot.expiry,
///     lot.amount); }
///
/// Enums name their known values by a `bool known(E)` beside them. What a type demands beyond its
/// fields' own ranges is a `c.require(condition)` in `fields`: decoding fails on it, encoding
/// asserts it.
namespace hansatsu {
inline namespace types {

template <class Self, class T>
concept FieldsOf = std::same_as<std::remove_const_t<Self>, T>;

/// A list that never decodes, and must never be encoded, with more than Max elements.
template <class T, std::size_t Max>
struct BoundedVector : std::vector<T> {
  using std::vector<T>::vector;
  static constexpr std::size_t kMax = Max;
  [[nodiscard]] bool is_full() const { return this->size() >= Max; }
};
/// UTF-8 text of at most Max bytes.
template <std::size_t Max>
struct BoundedText {
  static constexpr std::size_t kMax = Max;
  std::string text;
  auto operator<=>(const BoundedText&) const = default;
};

enum class DecodeError : std::uint8_t {
  malformed =
      1,  ///< too short, trailing bytes, over a limit, an unknown value, or not the canonical form
};

namespace wire {
template <std::size_t Max>
using CountFor =
    std::conditional_t<(Max <= 0xff), std::uint8_t,
                       std::conditional_t<(Max <= 0xffff), std::uint16_t, std::uint32_t>>;
}

class Encoder {
 public:
  static constexpr bool kDecodes = false;

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  void require(bool condition) { ASSERT(condition); }
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] ByteView view() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      out_.push_back(value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      put(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::integral<T>) {
      using U = std::make_unsigned_t<T>;
      for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) {
        out_.push_back(static_cast<std::uint8_t>(
            static_cast<std::uint64_t>(static_cast<U>(value)) >> (shift - 8)));
      }
    } else {
      fields(*this, value);
    }
  }
  template <class Tag, class Raw>
  void put(const StrongId<Tag, Raw>& id) {
    put(id.raw);
  }
  template <class Tag, std::size_t Size>
  void put(const FixedBytes<Tag, Size>& fixed) {
    raw(fixed.bytes);
  }
  void put(const Amount& amount) { put(amount.units()); }
  void put(const Timestamp& time) { put(time.raw); }
  void put(const Date& date) { put(date.raw); }
  void put(const UtcOffset& offset) { put(offset.minutes); }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <std::size_t Max>
  void put(const BoundedText<Max>& value) {
    ASSERT(value.text.size() <= Max);
    put(static_cast<wire::CountFor<Max>>(value.text.size()));
    raw(as_bytes(value.text));
  }
  template <class T, std::size_t Max>
  void put(const BoundedVector<T, Max>& list) {
    ASSERT(list.size() <= Max);
    put(static_cast<wire::CountFor<Max>>(list.size()));
    if constexpr (std::same_as<T, std::uint8_t>) {
      raw(list);
    } else {
      for (const T& element : list) put(element);
    }
  }
  template <class T, std::size_t Size>
  void put(const std::array<T, Size>& list) {
    for (const T& element : list) put(element);
  }

  Bytes out_;
};

/// Reads what Encoder wrote. The first fault is kept; everything after it reads as zero and must
/// not be used.
class Decoder {
 public:
  static constexpr bool kDecodes = true;

  explicit Decoder(ByteView in) : in_{in} {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  void require(bool condition) { failed_ = failed_ || !condition; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return position_ == in_.size(); }
  [[nodiscard]] std::size_t position() const { return position_; }
  /// The next `count` bytes, not copied; empty and failed when there are fewer.
  [[nodiscard]] ByteView raw(std::size_t count) {
    if (failed_ || in_.size() - position_ < count) {
      failed_ = true;
      return {};
    }
    const ByteView bytes = in_.subspan(position_, count);
    position_ += count;
    return bytes;
  }

 private:
  template <class T>
  void get(T& value) {
    if constexpr (std::same_as<T, bool>) {
      std::uint8_t byte = 0;
      get(byte);
      require(byte <= 1);
      value = byte == 1;
    } else if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number{};
      get(number);
      value = static_cast<T>(number);
      require(known(value));
    } else if constexpr (std::integral<T>) {
      std::uint64_t number = 0;
      for (const std::uint8_t byte : raw(sizeof(T))) number = number << 8U | byte;
      value = static_cast<T>(number);
    } else {
      fields(*this, value);
    }
  }
  template <class Tag, class Raw>
  void get(StrongId<Tag, Raw>& id) {
    get(id.raw);
  }
  template <class Tag, std::size_t Size>
  void get(FixedBytes<Tag, Size>& fixed) {
    const ByteView bytes = raw(Size);
    std::copy(bytes.begin(), bytes.end(), fixed.bytes.begin());
  }
  void get(Amount& amount) {
    std::uint64_t units = 0;
    get(units);
    const auto checked = Amount::from_units(units);
    require(checked.has_value());
    if (checked) amount = *checked;
  }
  void get(Timestamp& time) { get(time.raw); }
  void get(Date& date) { get(date.raw); }
  void get(UtcOffset& offset) {
    get(offset.minutes);
    require(offset.minutes >= -840 && offset.minutes <= 840);
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    value.reset();
    if (present && !failed_) get(value.emplace());
  }
  template <std::size_t Max>
  void get(BoundedText<Max>& value) {
    const ByteView bytes = raw(count<Max>());
    value.text.assign(as_text(bytes));
    require(is_utf8(value.text));
  }
  template <class T, std::size_t Max>
  void get(BoundedVector<T, Max>& list) {
    const std::size_t size = count<Max>();
    list.clear();
    if constexpr (std::same_as<T, std::uint8_t>) {
      const ByteView bytes = raw(size);
      list.assign(bytes.begin(), bytes.end());
    } else {
      // An element takes at least a byte: never allocate for more than the input can hold.
      require(size <= in_.size() - position_);
      if (failed_) return;
      list.reserve(size);
      for (std::size_t i = 0; i < size && !failed_; ++i) get(list.emplace_back());
    }
  }
  template <class T, std::size_t Size>
  void get(std::array<T, Size>& list) {
    for (T& element : list) get(element);
  }
  template <std::size_t Max>
  [[nodiscard]] std::size_t count() {
    wire::CountFor<Max> number = 0;
    get(number);
    require(number <= Max);
    return failed_ ? 0 : number;
  }

  ByteView in_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

template <class T>
[[nodiscard]] Bytes encode(const T& value) {
  Encoder encoder;
  encoder(value);
  return encoder.take();
}

/// The whole of `bytes` as a T. decode(encode(x)) == x, and encode(*decode(b)) == b for all it
/// accepts.
template <class T>
[[nodiscard]] Result<T, DecodeError> decode(ByteView bytes) {
  Decoder decoder{bytes};
  T value{};
  decoder(value);
  if (decoder.failed() || !decoder.at_end()) return Err{DecodeError::malformed};
  return value;
}

}  // namespace types
}  // namespace hansatsu
