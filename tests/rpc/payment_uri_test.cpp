#include "rpc/client/payment_uri.h"

#include <catch2/catch.hpp>

using namespace hansatsu;
using namespace hansatsu::rpc;

namespace {

PaymentRequest request() {
  PaymentRequest made;
  made.chain.bytes.fill(0xab);
  made.payee = AccountId{12'345};
  return made;
}
std::string base() { return "hansatsu:pay?chain=" + std::string(64, 'a') + "&to=0001-2345-20"; }
PaymentUriError error(const std::string& text) { return parse_payment_uri(text).error(); }

}  // namespace

TEST_CASE("payment request: what is written is read back", "[rpc][payment]") {
  PaymentRequest full = request();
  full.coin = "bandai";
  full.amount = Amount::of(1'250);
  full.order.bytes.fill(0x07);
  full.expires = Timestamp{1'795'273'199'000};
  full.label = "蕎麦処 ばんだい & co. 100%";
  for (const PaymentRequest& each : {request(), full}) {
    const auto uri = to_uri(each);
    CAPTURE(uri);
    REQUIRE(parse_payment_uri(uri));
    CHECK(*parse_payment_uri(uri) == each);
    REQUIRE(parse_payment_uri(to_link("https://town.example/pay", each)));
    CHECK(*parse_payment_uri(to_link("https://town.example/pay", each)) == each);
  }
  CHECK(to_uri(full).ends_with("&to=0001-2345-20&coin=bandai&amount=1250&order=" +
                               std::string("07070707070707070707070707070707") +
                               "&expires=1795273199&label=%E8%95%8E%E9%BA%A6%E5%87%A6%20%E3%81%B0"
                               "%E3%82%93%E3%81%A0%E3%81%84%20%26%20co.%20100%25"));
}

TEST_CASE("payment request: unknown parameters are ignored unless they are required",
          "[rpc][payment]") {
  CHECK(parse_payment_uri(base() + "&colour=red"));
  CHECK(parse_payment_uri(base() + "&req-amount=5")->amount == Amount::of(5));
  CHECK(error(base() + "&req-colour=red") == PaymentUriError::not_understood);
  CHECK(parse_payment_uri("HANSATSU:PAY?" + base().substr(13)));
}

TEST_CASE("payment request: what is none is refused with its reason", "[rpc][payment]") {
  CHECK(error("") == PaymentUriError::not_a_request);
  CHECK(error("bitcoin:abc?amount=1") == PaymentUriError::not_a_request);
  CHECK(error("https://town.example/pay") == PaymentUriError::not_a_request);
  CHECK(error("https://town.example/#" + std::string("x")) == PaymentUriError::not_a_request);
  CHECK(error(base() + "&label=" + std::string(2'048, 'a')) == PaymentUriError::too_long);
  CHECK(error(base() + "&label=%4") == PaymentUriError::malformed);
  CHECK(error(base() + "&label=%4g") == PaymentUriError::malformed);
  CHECK(error(base() + "&label=%ff") == PaymentUriError::malformed);
  CHECK(error(base() + "&label") == PaymentUriError::malformed);
  CHECK(error(base() + "&=x") == PaymentUriError::malformed);
  CHECK(error(base() + "&amount=1&amount=2") == PaymentUriError::repeated);
  CHECK(error(base() + "&amount=1&req-amount=1") == PaymentUriError::repeated);
  CHECK(error("hansatsu:pay?to=0001-2345-20") == PaymentUriError::missing_chain);
  CHECK(error("hansatsu:pay?chain=" + std::string(64, 'a')) == PaymentUriError::missing_account);
  CHECK(error("hansatsu:pay?chain=ab&to=0001-2345-20") == PaymentUriError::bad_chain);
  CHECK(error("hansatsu:pay?chain=" + std::string(64, 'a') + "&to=0001-2345-21") ==
        PaymentUriError::bad_account);
  CHECK(error(base() + "&coin=Bandai") == PaymentUriError::bad_coin);
  for (const char* amount :
       {"0", "-1", "1.5", "1e3", "", "9000000000000001", "18446744073709551617", "１"})
    CHECK(error(base() + "&amount=" + amount) == PaymentUriError::bad_amount);
  CHECK(error(base() + "&order=12") == PaymentUriError::bad_order);
  CHECK(error(base() + "&expires=soon") == PaymentUriError::bad_expiry);
  CHECK(error(base() + "&expires=99999999999999") == PaymentUriError::bad_expiry);
  CHECK(error(base() + "&label=" + std::string(129, 'a')) == PaymentUriError::bad_label);
  CHECK(error(base() + "&label=%1b%5b31m") == PaymentUriError::bad_label);
}
