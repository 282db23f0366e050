#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ledger/types/account_number.h"
#include "ledger/types/codec.h"
#include "rpc/json/json.h"
#include "rpc/json/key_id.h"
#include "rpc/json/time_text.h"

/// JSON from and to values, in the manner of ledger/types/codec.h: a type states its members once,
/// and both directions follow from it:
///
///     template <class J, FieldsOf<state::Lot> L>
///     void members(J& j, L& l) { j("program", l.program)("expiry", l.expiry)("amount", l.amount);
///     }
///
/// Enums state a `constexpr auto names(E)`: their values' names. The forms of plain values stand in
/// docs/protocol/api.md "Values". Members named with `optional` may be absent when reading and
/// keep their default; any other absent member, and any unknown one, is refused.
namespace hansatsu::rpc {

using Json = nlohmann::ordered_json;  // members in the order they are stated

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T, std::size_t Max>
inline constexpr bool kIsVector<BoundedVector<T, Max>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsBoundedText = false;
template <std::size_t Max>
inline constexpr bool kIsBoundedText<BoundedText<Max>> = true;
template <class T>
inline constexpr bool kIsFixedBytes = false;
template <class Tag, std::size_t Size>
inline constexpr bool kIsFixedBytes<FixedBytes<Tag, Size>> = true;
template <class T>
inline constexpr bool kIsStrongId = false;
template <class Tag, class Raw>
inline constexpr bool kIsStrongId<StrongId<Tag, Raw>> = true;

inline constexpr std::uint64_t kDayMs = 86'400'000;

class JsonWriter {
 public:
  static constexpr bool kReads = false;

  explicit JsonWriter(UtcOffset offset) : offset_{offset} {}

  template <class T>
  JsonWriter& operator()(const char* name, const T& value) {
    object_[name] = write(value);
    return *this;
  }
  template <class T>
  JsonWriter& optional(const char* name, const T& value) {
    return (*this)(name, value);
  }
  void require(bool /*condition*/, const char* /*reason*/) {}
  [[nodiscard]] Json take() { return std::move(object_); }

  template <class T>
  [[nodiscard]] Json write(const T& value) const {
    if constexpr (std::same_as<T, bool> || std::same_as<T, std::string>) {
      return value;
    } else if constexpr (std::is_enum_v<T>) {
      for (const auto& entry : names(T{})) {
        if (entry.value == value) return std::string{entry.name};
      }
      return nullptr;
    } else if constexpr (std::integral<T>) {
      if constexpr (sizeof(T) == 8) return std::to_string(value);
      return value;
    } else if constexpr (std::same_as<T, AccountId>) {
      return to_account_number(value);
    } else if constexpr (kIsStrongId<T>) {
      return write(value.raw);
    } else if constexpr (std::same_as<T, Amount>) {
      return std::to_string(value.units());
    } else if constexpr (std::same_as<T, Timestamp>) {
      // Local time would fall before 1970, which no reader takes.
      return to_string(value, value.raw < kDayMs ? UtcOffset{} : offset_);
    } else if constexpr (std::same_as<T, Date>) {
      return to_string(value);
    } else if constexpr (std::same_as<T, UtcOffset>) {
      return value.minutes;
    } else if constexpr (std::same_as<T, block::KeyReference>) {
      return to_key_id(value);
    } else if constexpr (kIsFixedBytes<T>) {
      return to_hex(value.view());
    } else if constexpr (kIsBoundedText<T>) {
      return value.text;
    } else if constexpr (kIsOptional<T>) {
      return value ? write(*value) : Json(nullptr);
    } else if constexpr (kIsVector<T>) {
      return write_list(value);
    } else {
      JsonWriter inner{offset_};
      members(inner, value);
      return inner.take();
    }
  }

 private:
  template <class T>
  [[nodiscard]] Json write_list(const T& list) const {
    if constexpr (std::same_as<typename T::value_type, std::uint8_t>) {
      return to_hex(list);
    } else {
      Json array = Json::array();
      for (const auto& element : list) array.push_back(write(element));
      return array;
    }
  }

  UtcOffset offset_;
  Json object_ = Json::object();
};

/// What a reader does with members it does not know: a charter or a transaction with a mistyped one
/// must not pass; an answer of a newer node may well hold more than we understand.
enum class UnknownMembers : std::uint8_t { refused = 0, ignored = 1 };

/// Reads what JsonWriter wrote, and what people write. The first fault is kept with its place.
class JsonReader {
 public:
  static constexpr bool kReads = true;

  explicit JsonReader(const Json& json, UnknownMembers unknown = UnknownMembers::refused)
      : json_{&json}, unknown_{unknown} {}

  template <class T>
  JsonReader& operator()(const char* name, T& value) {
    if (!read_member(name, value)) fail(name, "is missing");
    return *this;
  }
  template <class T>
  JsonReader& optional(const char* name, T& value) {
    (void)read_member(name, value);
    return *this;
  }
  void require(bool condition, const char* reason) {
    if (!condition) fail("", reason);
  }
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const std::optional<JsonError>& error() const { return error_; }

  template <class T>
  void read(T& value) {
    if constexpr (std::same_as<T, bool>) {
      require(json_->is_boolean(), "is not true or false");
      if (!failed()) value = json_->template get<bool>();
    } else if constexpr (std::is_enum_v<T>) {
      for (const auto& entry : names(T{})) {
        if (text() == entry.name) return void(value = entry.value);
      }
      fail("", "is none of the known names");
    } else if constexpr (std::integral<T>) {
      read_integer(value);
    } else if constexpr (std::same_as<T, AccountId>) {
      read_account(value);
    } else if constexpr (kIsStrongId<T>) {
      read(value.raw);
    } else if constexpr (std::same_as<T, Amount>) {
      std::uint64_t units = 0;
      read_integer(units);
      require(units <= Amount::kMax, "is above the highest amount");
      if (!failed()) value = Amount::of(units);
    } else if constexpr (std::same_as<T, Timestamp>) {
      take(parse_time(text()), value, "is no time like 2026-11-20T12:34:56+09:00");
    } else if constexpr (std::same_as<T, Date>) {
      take(parse_date(text()), value, "is no date like 2026-11-20, nor never");
    } else if constexpr (std::same_as<T, UtcOffset>) {
      read_integer(value.minutes);
      require(value.minutes >= -840 && value.minutes <= 840, "is not -840..840 minutes");
    } else if constexpr (std::same_as<T, block::KeyReference>) {
      take(parse_key_id(text()), value, "is no account-slot-generation");
    } else if constexpr (kIsFixedBytes<T>) {
      take(fixed_from_hex<T>(text()), value, "is not lower-case hex of the right length");
    } else if constexpr (std::same_as<T, std::string>) {
      value = text();
    } else if constexpr (kIsBoundedText<T>) {
      value.text = text();
      require(value.text.size() <= T::kMax, "is too long");
    } else if constexpr (kIsOptional<T>) {
      value.reset();
      if (!json_->is_null()) read(value.emplace());
    } else if constexpr (kIsVector<T>) {
      read_list(value);
    } else {
      read_object(value);
    }
  }

 private:
  template <class T>
  bool read_member(const char* name, T& value) {
    if (failed()) return true;
    const auto found = json_->find(name);
    if (found == json_->end()) return false;
    ++members_read_;
    JsonReader inner{*found, unknown_};
    inner.read(value);
    if (inner.error_) fail_inside(name, *inner.error_);
    return true;
  }
  template <class T>
  void read_object(T& value) {
    require(json_->is_object(), "is not an object");
    if (failed()) return;
    members_read_ = 0;
    members(*this, value);
    if (failed() || unknown_ == UnknownMembers::ignored) return;
    if (members_read_ == json_->size()) return;
    fail("", "holds a member that is not known");
  }
  template <class T>
  void read_list(T& list) {
    list.clear();
    if constexpr (std::same_as<typename T::value_type, std::uint8_t>) {
      const auto bytes = from_hex(text());
      require(bytes.has_value(), "is not lower-case hex");
      if constexpr (requires { T::kMax; }) {
        require(!bytes || bytes->size() <= T::kMax, "is too long");
      }
      if (!failed()) list.assign(bytes->begin(), bytes->end());
    } else {
      require(json_->is_array(), "is not a list");
      if constexpr (requires { T::kMax; }) require(json_->size() <= T::kMax, "is too long");
      if (failed()) return;
      // No room ahead: a long list of what does not fit costs no more than its first element.
      for (std::size_t i = 0; i < json_->size() && !failed(); ++i) {
        JsonReader inner{(*json_)[i], unknown_};
        inner.read(list.emplace_back());
        if (inner.error_) fail_inside("[" + std::to_string(i) + "]", *inner.error_);
      }
    }
  }
  /// A number, or a decimal string: 64 bits are strings in what we write.
  template <class T>
  void read_integer(T& value) {
    if constexpr (std::signed_integral<T>) {
      require(json_->is_number_integer(), "is not a whole number");
      if (failed()) return;
      const auto number = json_->template get<std::int64_t>();
      require(number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max(),
              "is out of range");
      if (!failed()) value = static_cast<T>(number);
    } else {
      std::optional<T> number;
      if (json_->is_string()) {
        number = parse_decimal<T>(*json_->template get_ptr<const std::string*>());
      } else if (json_->is_number_unsigned()) {
        const auto wide = json_->template get<std::uint64_t>();
        if (wide <= std::numeric_limits<T>::max()) number = static_cast<T>(wide);
      }
      take(number, value, "is not a whole number in range");
    }
  }
  /// An account number with its check digits as text, or the bare index as a number.
  void read_account(AccountId& account) {
    if (json_->is_number_unsigned()) return read_integer(account.raw);
    const auto parsed = parse_account_number(text());
    require(parsed.has_value(), "is no account number");
    if (!failed()) account = *parsed;
  }
  template <class T>
  void take(const std::optional<T>& read_value, T& value, const char* reason) {
    require(read_value.has_value(), reason);
    if (!failed()) value = *read_value;
  }
  [[nodiscard]] std::string_view text() {
    require(json_->is_string(), "is not text");
    if (failed()) return {};
    return *json_->template get_ptr<const std::string*>();
  }
  void fail(const std::string& place, const char* reason) {
    if (!error_) error_ = JsonError{place, reason};
  }
  void fail_inside(const std::string& place, const JsonError& inner) {
    if (error_) return;
    const bool dot = !inner.place.empty() && !inner.place.starts_with('[');
    error_ = JsonError{place + (dot ? "." : "") + inner.place, inner.reason};
  }

  const Json* json_;
  UnknownMembers unknown_;
  std::size_t members_read_ = 0;
  std::optional<JsonError> error_;
};

/// Checks what `fields` demands of a value beyond its members' own ranges, without a buffer: a
/// value read from JSON can break it, and encoding such a one would be a bug.
class Validity {
 public:
  static constexpr bool kDecodes = false;

  template <class... T>
  void operator()(const T&... values) {
    (check(values), ...);
  }
  void require(bool condition) { valid_ = valid_ && condition; }
  [[nodiscard]] bool is_valid() const { return valid_; }

 private:
  template <class T>
  void check(const T& value) {
    if constexpr (kIsOptional<T>) {
      if (value) check(*value);
    } else if constexpr (kIsBoundedText<T>) {
      require(value.text.size() <= T::kMax);
    } else if constexpr (kIsVector<T>) {
      require(value.size() <= T::kMax);
      if constexpr (!std::integral<typename T::value_type>) {
        for (const auto& element : value) check(element);
      }
    } else if constexpr (requires { fields(*this, value); }) {
      fields(*this, value);
    }
  }

  bool valid_ = true;
};

template <class T>
[[nodiscard]] Json write_json(const T& value, UtcOffset offset) {
  return JsonWriter{offset}.write(value);
}

template <class T>
[[nodiscard]] Result<T, JsonError> read_json(const Json& json,
                                             UnknownMembers unknown = UnknownMembers::refused) {
  T value{};
  JsonReader reader{json, unknown};
  reader.read(value);
  if (reader.failed()) return Err{*reader.error()};
  if constexpr (requires(Validity v) { fields(v, value); }) {
    Validity validity;
    fields(validity, value);
    if (!validity.is_valid()) return Err{JsonError{"", "does not hold together"}};
  }
  return value;
}

/// Absent when it is no JSON, or has an object of more than 256 members, more than 64 levels or
/// more than 2,097,152 values; a text's length is bounded by the caller.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);
/// Compact; bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string dump_json(const Json& json);

}  // namespace hansatsu::rpc
