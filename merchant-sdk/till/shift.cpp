#include "merchant-sdk/till/shift.h"

#include <unistd.h>

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "ledger/types/bytes.h"
#include "merchant-sdk/till/slip.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/screen/qr.h"
#include "wallet/screen/text.h"

namespace hansatsu::till {
namespace {

using Json = nlohmann::ordered_json;

/// A payment signed in the order's last moment is final this much later at most.
constexpr std::chrono::seconds kAfterExpiry{5};
constexpr std::chrono::seconds kLookMax{5};
constexpr std::chrono::seconds kLookBackMax{30};
/// What a slip shows of an order's reference.
constexpr std::size_t kOrderDigits = 16;

void print_json(const Json& json) {
  std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

std::string shown_amount(std::uint64_t units) {
  const auto amount = Amount::from_units(units);
  return amount ? wallet::grouped(*amount) : std::to_string(units);
}

}  // namespace

std::uint64_t amount_of(std::string_view text) {
  constexpr std::string_view kWideDigits =
      "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19";
  constexpr std::string_view kWideComma = "\uff0c";
  constexpr std::size_t kWideBytes = 3;
  std::string plain;
  while (!text.empty()) {
    const std::string_view wide = text.substr(0, kWideBytes);
    const std::size_t place =
        wide.size() == kWideBytes ? kWideDigits.find(wide) : std::string::npos;
    if (place != std::string::npos) {
      plain += static_cast<char>('0' + place / kWideBytes);
      text.remove_prefix(kWideBytes);
    } else if (wide == kWideComma) {
      plain += ',';
      text.remove_prefix(kWideBytes);
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  std::string digits = plain;
  std::erase(digits, ',');
  std::uint64_t units = 0;
  const char* const begin = digits.data();
  const char* const end = begin + digits.size();
  const auto [stopped, fault] = std::from_chars(begin, end, units);
  if (fault != std::errc{} || stopped != end) return 0;
  // "1,20" is no 120: commas stand where the till itself would put them, or nowhere.
  return digits.size() == plain.size() || plain == shown_amount(units) ? units : 0;
}

Shift::Shift(merchant::Till till, ShiftOptions options)
    : till_{std::move(till)}, options_{std::move(options)}, town_{till_.town()} {}

std::string Shift::say(wallet::Sentence sentence,
                       std::initializer_list<std::string_view> values) const {
  return wallet::filled(sentence.in(options_.language), values);
}

ExitCode Shift::run() {
  (void)look_back();
  while (std::cout) {
    if (keyboard_.is_terminal()) {
      std::cerr << say({"Amount (r looks again, q quits): ", "金額(r: 再確認、q: 終了): "})
                << std::flush;
    }
    const auto line = keyboard_.line();
    if (!line || *line == "q") break;
    if (*line == "r") {
      look_again();
    } else if (!line->empty()) {
      (void)sell(*line);
    }
    if (is_told_to_stop()) break;
  }
  if (!is_told_to_stop()) (void)look_back();
  say_total();
  return ExitCode::done;
}

ExitCode Shift::sell(std::string_view amount) {
  const auto expires =
      std::chrono::system_clock::now() + std::chrono::minutes{options_.settings.minutes};
  auto order = till_.create_order({amount_of(amount), options_.settings.name, expires});
  if (!order) {
    complain(order.error());
    return exit_of(order.error().code);
  }
  show(*order);
  if (!std::cout) return ExitCode::untold;
  auto paid = wait(*order);
  if (paid) {
    take(*order, *paid);
    return ExitCode::done;
  }
  complain(paid.error(), &*order);
  unpaid_.insert(order->reference);
  // Of a payment of another amount the shop hears at once, and how to give it back.
  if (paid.error().code == merchant::ErrorCode::paid_differently) (void)look_back();
  return exit_of(paid.error().code);
}

void Shift::show(const merchant::Order& order) const {
  if (options_.json) {
    print_json({{"event", "order"},
                {"order", to_hex(order.reference)},
                {"amount", std::to_string(order.amount)},
                {"uri", order.uri}});
    return;
  }
  if (const auto code = wallet::qr_code(order.uri)) {
    std::cout << wallet::qr_for_terminal(*code, options_.settings.light);
  }
  std::cout << order.uri << "\n"
            << say({"{} {}", "{} {}"}, {shown_amount(order.amount), town_.coin_shown}) << std::endl;
  std::cerr << (keyboard_.is_terminal()
                    ? say({"Waiting for the payment; c cancels.", "支払いを待っています(c: 中止)"})
                    : say({"Waiting for the payment.", "支払いを待っています"}))
            << std::endl;
}

merchant::Result<merchant::Payment> Shift::wait(const merchant::Order& order) {
  const auto time_max = std::chrono::minutes{options_.settings.minutes} + kAfterExpiry;
  auto paid = [&] {
    Keyboard::Watch watch{keyboard_};
    return till_.wait_for_payment(order, time_max,
                                  [&] { return !is_told_to_stop() && !watch.cancelled(); });
  }();
  if (paid || paid.error().code != merchant::ErrorCode::stopped) return paid;
  return look_once(order);
}

merchant::Result<merchant::Payment> Shift::look_once(const merchant::Order& order) {
  return till_.wait_for_payment(order, kLookMax, [] { return false; });
}

ExitCode Shift::look_back() {
  note_again();
  if (!std::cout) return ExitCode::untold;
  auto looked = [&] {
    Keyboard::Watch watch{keyboard_};
    return till_.look_back(kLookBackMax, [&] { return !is_told_to_stop() && !watch.cancelled(); });
  }();
  if (!looked) {
    complain(looked.error());
    return exit_of(looked.error().code);
  }
  std::erase_if(looked->payments,
                [&](const auto& found) { return told_.contains(found.payment.transaction_id); });
  found_any_ = !looked->payments.empty();
  if (!options_.json) say_found(*looked);
  for (const merchant::FoundPayment& found : looked->payments) {
    if (!std::cout) break;
    // The journal does not know what was told but could not be noted.
    if (found.settles && !settled_.contains(found.order.reference)) {
      take(found.order, found.payment);
    } else {
      take_stray(found);
    }
  }
  if (options_.json) {
    print_json({{"event", "looked_back"},
                {"found", looked->payments.size()},
                {"unpaid", looked->unpaid.size()},
                {"complete", looked->complete}});
  }
  return ExitCode::done;
}

void Shift::note_again() {
  for (const Told& told : std::exchange(unnoted_, {})) {
    // What leaves no room for the journal leaves none for the proof either.
    (void)keep(told.payment);
    note(told);
  }
}

void Shift::say_found(const merchant::LookBack& looked) const {
  if (!looked.payments.empty()) {
    std::cerr << say({"Paid while nobody waited: {}", "待っていない間の支払い: {}件"},
                     {std::to_string(looked.payments.size())})
              << std::endl;
  }
  if (!looked.complete) {
    std::cerr << say({"There may be more; r looks again.",
                      "ほかにもあるかもしれません。r で再確認してください"})
              << std::endl;
  }
}

void Shift::look_again() {
  if (look_back() != ExitCode::done || found_any_ || options_.json) return;
  std::cerr << say({"Nothing else was paid.", "ほかに支払いはありません"}) << std::endl;
}

void Shift::take(const merchant::Order& order, const merchant::Payment& payment) {
  const std::string kept = keep(payment);
  if (options_.json) {
    print_json({{"event", "paid"},
                {"order", to_hex(order.reference)},
                {"amount", std::to_string(payment.amount)},
                {"payment", std::to_string(payment.number)},
                {"transaction", payment.transaction_id},
                {"height", payment.height},
                {"time", town_time(town_, payment.time)},
                {"signatures", payment.signatures},
                {"validators", town_.validators},
                {"receipt", kept}});
  } else {
    const Slip slip{options_.settings.name, options_.settings.shop, town_, order, payment};
    std::cout << "\n" << slip_text(slip, options_.language) << std::endl;
  }
  if (!std::cout) return;  // nobody was told
  settled_.insert(order.reference);
  ++payments_;
  taken_ += payment.amount;
  unpaid_.erase(order.reference);
  told_.insert(payment.transaction_id);
  note({order, payment});
}

void Shift::take_stray(const merchant::FoundPayment& found) {
  const merchant::Payment& payment = found.payment;
  const std::string kept = keep(payment);
  const std::string number = std::to_string(payment.number);
  if (options_.json) {
    print_json({{"event", "stray"},
                {"order", to_hex(found.order.reference)},
                {"asked", std::to_string(found.order.amount)},
                {"amount", std::to_string(payment.amount)},
                {"coin", payment.coin},
                {"payment", number},
                {"transaction", payment.transaction_id},
                {"time", town_time(town_, payment.time)},
                {"receipt", kept}});
  } else {
    std::cout << say({"Payment {}: {} {} came for order {}, which asked for {}. It is a second "
                      "payment or of another\namount. To give it back: "
                      "hansatsu shop refund {} --amount {}",
                      "支払番号 {}: {} {} を受け取りましたが、注文 {}({})への二重払いか、"
                      "金額違いです。\n返すとき: hansatsu shop refund {} --amount {}"},
                     {number, shown_amount(payment.amount), payment.coin,
                      to_hex(found.order.reference).substr(0, kOrderDigits),
                      shown_amount(found.order.amount), number, std::to_string(payment.amount)})
              << std::endl;
  }
  if (!std::cout) return;  // nobody was told
  told_.insert(payment.transaction_id);
  note({found.order, payment});
}

void Shift::note(Told told) {
  const auto noted = till_.note(told.order, told.payment);
  if (noted) return;
  say_trouble(noted.error(), &told.order);
  unnoted_.push_back(std::move(told));
}

std::string Shift::keep(const merchant::Payment& payment) const {
  const std::filesystem::path& folder = options_.settings.receipts;
  std::error_code fault;
  if (std::filesystem::create_directories(folder, fault)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, fault);
  }
  const auto file = folder / (payment.transaction_id + ".receipt");
  const auto written = wallet::write_new_file(file, payment.receipt);
  if (written || written.error() == wallet::FileError::exists) return file.string();
  std::cerr << say({"The receipt can't be kept in {}", "領収証明を {} に保存できません"},
                   {folder.string()})
            << std::endl;
  return {};
}

void Shift::complain(const merchant::Error& error, const merchant::Order* order) const {
  if (options_.json) {
    Json json{{"event", "not_paid"}};
    if (order != nullptr) json["order"] = to_hex(order->reference);
    json["error"] = {{"exit", static_cast<int>(exit_of(error.code))},
                     {"code", static_cast<int>(error.code)},
                     {"text", sentence(error, options_.language)}};
    print_json(json);
  }
  say_trouble(error, order);
}

void Shift::say_trouble(const merchant::Error& error, const merchant::Order* order) const {
  std::cerr << "hansatsu-till: ";
  if (order != nullptr) std::cerr << to_hex(order->reference).substr(0, kOrderDigits) << ": ";
  std::cerr << sentence(error, options_.language) << std::endl;
}

void Shift::say_total() const {
  if (options_.json) {
    print_json({{"event", "total"},
                {"payments", payments_},
                {"amount", std::to_string(taken_)},
                {"unpaid", unpaid_.size()}});
    return;
  }
  std::cout << say({"Taken: {} {} in {} payments", "売上合計: {} {}({}件)"},
                   {shown_amount(taken_), town_.coin_shown, std::to_string(payments_)})
            << std::endl;
}

}  // namespace hansatsu::till
