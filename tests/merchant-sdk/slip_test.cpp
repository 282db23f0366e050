#include "merchant-sdk/till/slip.h"

#include <catch2/catch.hpp>

#include "merchant-sdk/till/shift.h"
#include "wallet/screen/text.h"

using namespace hansatsu;
using namespace hansatsu::till;
using wallet::Language;

namespace {

struct Sale {
  merchant::Town town{std::string(64, 'a'), "sample", "見本コイン", 540, 4};
  merchant::Order order{{0x12, 0xab}, 1'480, {}, "hansatsu:pay"};
  merchant::Payment payment{
      std::string(64, 'b'),
      1'480,
      812,
      57,
      std::chrono::system_clock::time_point{std::chrono::seconds{1'795'237'509}},
      3,
      {},
      "sample"};
};

}  // namespace

TEST_CASE("till: a slip tells what was paid, when, and who vouches for it", "[till]") {
  const Sale sale;
  const Slip slip{"山麓そば処", "0001-2345-20", sale.town, sale.order, sale.payment};
  CHECK(slip_text(slip, Language::en) ==
        "           山麓そば処\n"
        "          0001-2345-20\n"
        "--------------------------------\n"
        "Amount          1,480 見本コイン\n"
        "Payment                      812\n"
        "Time         2026-11-21 14:05:09\n"
        "Order           12ab000000000000\n"
        "Transaction     bbbbbbbbbbbbbbbb\n"
        "--------------------------------\n"
        "Final in block 57\n"
        "3 of 4 validators' signatures\n");
  CHECK(slip_text(slip, Language::ja) ==
        "           山麓そば処\n"
        "          0001-2345-20\n"
        "--------------------------------\n"
        "金額            1,480 見本コイン\n"
        "支払番号                     812\n"
        "日時         2026-11-21 14:05:09\n"
        "注文            12ab000000000000\n"
        "取引            bbbbbbbbbbbbbbbb\n"
        "--------------------------------\n"
        "確定済み (ブロック 57)\n"
        "検証者3/4の署名を確認\n");
}

TEST_CASE("till: no line of a slip is wider than its paper", "[till]") {
  Sale sale;
  sale.town.coin_shown = "とても長い名前の地域通貨コイン";
  sale.payment.amount = 9'000'000'000'000'000;
  const Slip slip{"ふもと農機具と里山ガソリンの店", "0001-2345-20", sale.town, sale.order,
                  sale.payment};
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = slip_text(slip, language);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
      CHECK(wallet::width_of(text.substr(begin, end - begin)) <= kSlipColumns);
      begin = end + 1;
    }
  }
}

TEST_CASE("till: an amount is read as people type it", "[till]") {
  CHECK(amount_of("480") == 480);
  CHECK(amount_of("1,480") == 1'480);
  CHECK(amount_of("１，４８０") == 1'480);
  CHECK(amount_of("1,234,567") == 1'234'567);
  CHECK(amount_of("0480") == 480);
  for (const char* text :
       {"1,20", "1,2000", "1234,567", ",480", "480,", "1,,480", "1，２０", ","}) {
    CAPTURE(text);
    CHECK(amount_of(text) == 0);
  }
  CHECK(amount_of("") == 0);
  CHECK(amount_of("0") == 0);
  CHECK(amount_of("4.80") == 0);
  CHECK(amount_of("-480") == 0);
  CHECK(amount_of("480 ") == 0);
  CHECK(amount_of("四八〇") == 0);
  CHECK(amount_of("99999999999999999999") == 0);
}
