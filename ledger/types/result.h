#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "ledger/types/assert.h"

namespace hansatsu {
inline namespace types {

/// The failed side of a Result: `return Err{PayError::lapsed};`
template <class E>
struct Err {
  E error;
};
template <class E>
Err(E) -> Err<E>;

/// A value or the reason why there is none. Names follow std::expected, so that C++23 can replace
/// it, except that nothing throws: `*result` without a value is a bug and asserts.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  constexpr Result(T value)
      : content_{std::in_place_index<0>, std::move(value)} {}  // NOLINT: implicit by design
  template <class G>
    requires std::is_convertible_v<G, E>
  constexpr Result(Err<G> err)
      : content_{std::in_place_index<1>, std::move(err.error)} {}  // NOLINT: implicit by design

  [[nodiscard]] constexpr bool has_value() const { return content_.index() == 0; }
  explicit constexpr operator bool() const { return has_value(); }

  [[nodiscard]] constexpr T& operator*() & { return checked(); }
  [[nodiscard]] constexpr const T& operator*() const& { return checked(); }
  [[nodiscard]] constexpr T&& operator*() && { return std::move(checked()); }
  [[nodiscard]] constexpr T* operator->() { return &checked(); }
  [[nodiscard]] constexpr const T* operator->() const { return &checked(); }

  [[nodiscard]] constexpr const E& error() const {
    ASSERT(!has_value());
    return *std::get_if<1>(&content_);
  }
  [[nodiscard]] constexpr T value_or(T fallback) const {
    return has_value() ? **this : std::move(fallback);
  }

 private:
  constexpr T& checked() {
    ASSERT(has_value());
    return *std::get_if<0>(&content_);
  }
  constexpr const T& checked() const {
    ASSERT(has_value());
    return *std::get_if<0>(&content_);
  }

  std::variant<T, E> content_;
};

/// Success carries nothing: `return {};`
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  constexpr Result() = default;
  template <class G>
    requires std::is_convertible_v<G, E>
  constexpr Result(Err<G> err)
      : failed_{true}, error_{std::move(err.error)} {}  // NOLINT: implicit by design

  [[nodiscard]] constexpr bool has_value() const { return !failed_; }
  explicit constexpr operator bool() const { return !failed_; }
  [[nodiscard]] constexpr const E& error() const {
    ASSERT(failed_);
    return error_;
  }

 private:
  bool failed_ = false;
  E error_{};
};

}  // namespace types
}  // namespace hansatsu
