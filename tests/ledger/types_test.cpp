#include <catch2/catch.hpp>

#include "ledger/chain/certificate.h"
#include "ledger/types/date.h"

using namespace hansatsu;

TEST_CASE("date: civil dates and days convert both ways", "[types][date]") {
  CHECK(to_string(Date{0}) == "1970-01-01");
  for (std::uint32_t day = 0; day < 60'000; ++day) {
    REQUIRE(date_of(civil_of(Date{day})) == Date{day});
  }
  CHECK(parse_date("2026-11-21") == date_of({2026, 11, 21}));
  CHECK(weekday_of(*parse_date("2026-11-21")) == 5);  // a Saturday
  CHECK_FALSE(parse_date("2026-02-29"));
  CHECK_FALSE(parse_date("2026-2-09"));
  CHECK(plus_months(*parse_date("2026-08-31"), 6) == *parse_date("2027-02-28"));
  CHECK(month_end(*parse_date("2028-02-01")) == *parse_date("2028-02-29"));
}

TEST_CASE("date: the local day follows the charter's offset", "[types][date]") {
  const Timestamp late{1'795'273'199'999};
  const UtcOffset japan{540};
  CHECK(day_start(local_date(late, japan), japan) <= late);
  CHECK(to_string(Timestamp{0}, japan) == "1970-01-01T09:00:00.000+09:00");
}

TEST_CASE("date: times at either end of the range have a local day", "[types][date]") {
  const UtcOffset east{840};
  const UtcOffset west{-840};
  constexpr std::uint64_t kSignedEnd = ~std::uint64_t{0} >> 1U;
  CHECK(local_date(Timestamp{0}, west) == Date{0});
  // Days from here on are more than a Date holds; none may wrap to an early day or to kNever.
  for (const std::uint64_t raw :
       {kSignedEnd - 1, kSignedEnd, kSignedEnd + 1, ~std::uint64_t{0} - 1, ~std::uint64_t{0}}) {
    CHECK(local_date(Timestamp{raw}, east) == Date{Date::kNever - 1});
    CHECK(local_date(Timestamp{raw}, west) == Date{Date::kNever - 1});
  }
  const std::uint64_t day = 86'400'000;
  CHECK(local_date(Timestamp{day * (Date::kNever - 1)}, UtcOffset{}) == Date{Date::kNever - 1});
  CHECK(local_date(Timestamp{day * (Date::kNever - 1) - 1}, UtcOffset{}) == Date{Date::kNever - 2});
}

TEST_CASE("header: its encoding has the stated size and decodes to itself", "[chain][header]") {
  chain::Header header;
  header.view = View{7};
  const Bytes bytes = encode(header);
  CHECK(bytes.size() == chain::Header::kEncodedBytes);
  CHECK(decode<chain::Header>(bytes).has_value());
  CHECK(*decode<chain::Header>(bytes) == header);
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode<chain::Header>(longer));
  CHECK_FALSE(decode<chain::Header>(ByteView{bytes}.first(bytes.size() - 1)));
}
