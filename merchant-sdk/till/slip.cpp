#include "merchant-sdk/till/slip.h"

#include "ledger/types/bytes.h"
#include "ledger/types/date.h"
#include "wallet/screen/text.h"

namespace hansatsu::till {
namespace {

using wallet::Sentence;

/// Digits of a transaction's id that tell it from its neighbours on a slip.
constexpr std::size_t kIdDigits = 16;

class Lines {
 public:
  explicit Lines(wallet::Language language) : language_{language} {}

  void rule() { text_ += std::string(kSlipColumns, '-') + '\n'; }
  void centred(std::string_view text) {
    const std::string_view shown = wallet::fitting(text, kSlipColumns);
    text_ += std::string((kSlipColumns - wallet::width_of(shown)) / 2, ' ');
    text_.append(shown) += '\n';
  }
  void pair(Sentence name, std::string_view value) {
    const std::string_view left = name.in(language_);
    const std::string_view right =
        wallet::fitting(value, kSlipColumns - 1 - wallet::width_of(left));
    const std::size_t used = wallet::width_of(left) + wallet::width_of(right);
    text_.append(left) += std::string(kSlipColumns - used, ' ');
    text_.append(right) += '\n';
  }
  void line(Sentence sentence, std::initializer_list<std::string_view> values) {
    const std::string text = wallet::filled(sentence.in(language_), values);
    text_.append(wallet::fitting(text, kSlipColumns)) += '\n';
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  wallet::Language language_;
  std::string text_;
};

}  // namespace

std::string town_time(const merchant::Town& town, std::chrono::system_clock::time_point time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  const UtcOffset offset{static_cast<std::int16_t>(town.utc_offset_minutes)};
  return to_string(Timestamp{static_cast<std::uint64_t>(ms.count())}, offset);
}

std::string slip_text(const Slip& slip, wallet::Language language) {
  const merchant::Payment& payment = slip.payment;
  Lines lines{language};
  if (!slip.shop_name.empty()) lines.centred(slip.shop_name);
  lines.centred(slip.shop);
  lines.rule();
  const auto amount = Amount::from_units(payment.amount);
  lines.pair({"Amount", "金額"},
             (amount ? wallet::grouped(*amount) : "") + " " + slip.town.coin_shown);
  lines.pair({"Payment", "支払番号"}, std::to_string(payment.number));
  const std::string time = town_time(slip.town, payment.time);
  lines.pair({"Time", "日時"}, time.substr(0, 10) + " " + time.substr(11, 8));
  lines.pair({"Order", "注文"}, to_hex(slip.order.reference).substr(0, kIdDigits));
  lines.pair({"Transaction", "取引"}, payment.transaction_id.substr(0, kIdDigits));
  lines.rule();
  lines.line({"Final in block {}", "確定済み (ブロック {})"}, {std::to_string(payment.height)});
  lines.line({"{} of {} validators' signatures", "検証者{}/{}の署名を確認"},
             {std::to_string(payment.signatures), std::to_string(slip.town.validators)});
  return lines.take();
}

}  // namespace hansatsu::till
