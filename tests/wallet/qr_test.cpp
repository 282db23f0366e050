#include "wallet/screen/qr.h"

#include <catch2/catch.hpp>

using namespace hansatsu::wallet;

TEST_CASE("qr: a short text gives the smallest code with its three corner marks", "[wallet][qr]") {
  const auto code = qr_code("hansatsu");
  REQUIRE(code);
  CHECK(code->width == 21);
  const auto dark = [&](std::size_t row, std::size_t column) {
    return code->dark[row * code->width + column];
  };
  for (const auto& [top, left] : {std::pair{0, 0}, {0, 14}, {14, 0}}) {
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(dark(static_cast<std::size_t>(top), static_cast<std::size_t>(left) + i));
      CHECK(dark(static_cast<std::size_t>(top) + 6, static_cast<std::size_t>(left) + i));
    }
  }
  CHECK_FALSE(qr_code(""));
  CHECK(qr_code(std::string(2'000, 'a')));
  CHECK_FALSE(qr_code(std::string(4'000, 'a')));
}

TEST_CASE("qr: the terminal's half blocks are the code's squares", "[wallet][qr]") {
  const auto code = qr_code("hansatsu:pay?amount=500");
  REQUIRE(code);
  const std::string text = qr_for_terminal(*code, true);
  std::vector<std::vector<bool>> squares(1);
  std::size_t row = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto next = [&](std::string_view mark, bool upper, bool lower) {
      if (!rest.starts_with(mark)) return false;
      rest.remove_prefix(mark.size());
      squares.resize(row + 2);
      squares[row].push_back(upper);
      squares[row + 1].push_back(lower);
      return true;
    };
    if (next("\u2588", true, true) || next("\u2580", true, false) || next("\u2584", false, true) ||
        next(" ", false, false))
      continue;
    REQUIRE(rest.starts_with("\n"));
    rest.remove_prefix(1);
    row += 2;
  }
  for (std::size_t y = 0; y < code->width; ++y) {
    for (std::size_t x = 0; x < code->width; ++x)
      REQUIRE(squares[y + 4][x + 4] == code->dark[y * code->width + x]);
  }
  CHECK(squares[3] == std::vector<bool>(code->width + 8, false));
}
