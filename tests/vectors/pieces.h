#pragma once

#include "ledger/types/codec.h"

namespace hansatsu::vectors {

/// A codec that writes hex, piece by piece: one for each integer, enum, fixed value, text, count
/// and flag, in the order of the tables in docs/protocol/encoding.md.
class Pieces {
 public:
  static constexpr bool kDecodes = false;

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  void require(bool condition) { ASSERT(condition); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (requires { fields(*this, value); }) {
      fields(*this, value);
    } else {
      add(encode(value));
    }
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T, std::size_t Max>
  void put(const BoundedVector<T, Max>& list) {
    put(static_cast<wire::CountFor<Max>>(list.size()));
    for (const T& element : list) put(element);
  }
  void add(const Bytes& piece) {
    if (!text_.empty()) text_ += ' ';
    text_ += to_hex(piece);
  }

  std::string text_;
};

template <class T>
[[nodiscard]] std::string pieces_of(const T& value) {
  Pieces pieces;
  pieces(value);
  return pieces.text();
}

}  // namespace hansatsu::vectors
