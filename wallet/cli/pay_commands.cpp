#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/text_file.h"

/// Paying shops and sending to people.
namespace hansatsu::wallet {
namespace {

struct PayOptions {
  std::string request;
  std::string to;
  std::string coin;
  std::string amount;
  std::string order;
};

struct Payment {
  rules::Pay operation;
  std::string label;      ///< of the request: nobody vouches for it
  bool is_fixed = false;  ///< the order is the request's: to pay it again names the same
  std::optional<Timestamp> expires;
};

/// The order that the person names, so that an earlier attempt under it and this one are one.
Attempt<void> take_order(const Console& console, const PayOptions& options, Payment& payment) {
  if (options.order.empty()) return {};
  const auto order = read_order(console, options.order);
  if (!order) return Err{order.error()};
  payment.operation.order = *order;
  return {};
}

/// From a shop's request: what it fixes can't be changed by other arguments.
Attempt<Payment> from_request(Session& session, const PayOptions& options) {
  const Console& console = session.console();
  const auto request = rpc::parse_payment_uri(options.request);
  if (!request) return Err{failure_of(console, request.error())};
  const auto trust = session.trust();
  if (!trust) return Err{trust.error()};
  if (request->chain != (*trust)->context.chain_id)
    return Err{
        wrong_input(console, {"this request is of another chain", "別の台帳の支払い請求です"})};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  if (request->expires && *request->expires < (*client)->now())
    return Err{wrong_input(console, {"this request has expired", "期限の過ぎた支払い請求です"})};
  const bool has_order = !request->order.is_zero();
  if (!options.to.empty() || (has_order && !options.order.empty()) ||
      (request->amount && !options.amount.empty()))
    return Err{wrong_input(
        console, {"the request says this already", "支払い請求に書かれた内容は変えられません"})};
  Payment payment;
  const auto coin = session.coin(request->coin.empty() ? options.coin : request->coin);
  if (!coin) return Err{coin.error()};
  payment.operation.shop = request->payee;
  payment.operation.coin = *coin;
  payment.operation.order = request->order;
  payment.is_fixed = has_order;
  payment.expires = request->expires;
  payment.label = shown(request->label);
  if (const auto ordered = take_order(console, options, payment); !ordered)
    return Err{ordered.error()};
  if (request->amount) {
    payment.operation.amount = *request->amount;
    return payment;
  }
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  payment.operation.amount = *amount;
  return payment;
}

Attempt<Payment> from_arguments(Session& session, const PayOptions& options) {
  const Console& console = session.console();
  Payment payment;
  const auto shop = read_account(console, options.to);
  if (!shop) return Err{shop.error()};
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  payment.operation = {*shop, *coin, *amount, {}};
  if (const auto ordered = take_order(console, options, payment); !ordered)
    return Err{ordered.error()};
  return payment;
}

/// The shop's name as the town publishes it, never as the request says it.
Attempt<std::string> shop_name(Session& session, AccountId account, const std::string& label) {
  const auto shops = shops_of(session);
  if (!shops) return Err{shops.error()};
  for (const rpc::Shop& shop : *shops) {
    if (shop.record.account == account && !shop.name.empty()) return shown(shop.name);
  }
  if (label.empty()) return std::string{};
  return session.console().say({"\"{}\" (unconfirmed)", "「{}」(未確認の表示名)"}, {label});
}

std::string totals_line(const Session& session, std::span<const rpc::CoinTotals> totals,
                        CoinId coin) {
  rpc::CoinTotals own;
  for (const rpc::CoinTotals& each : totals)
    if (each.coin == coin) own = each;
  return session.console().say({"prepaid {}, free {}", "前払い {}、無償 {}"},
                               {grouped(own.prepaid), grouped(own.free)});
}

/// What leaves the account and what stays, prepaid and free value apart.
Attempt<void> show_preview(Session& session, const Preview& preview, CoinId coin,
                           const std::string& to, Amount amount) {
  const Console& console = session.console();
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  console.line(console.say({"to         {}\namount     {} {}\nuses       {}\nremaining  {}",
                            "相手  {}\n金額  {} {}\n内訳  {}\n残高  {}"},
                           {to, console.strong(grouped(amount)), session.coin_name(coin),
                            split_amount(console, *programs, preview.outcome.private_part.lots),
                            totals_line(session, preview.after, coin)}));
  return {};
}

/// Who must try again does it under the same order: until the end of the day after a payment the
/// ledger refuses another of it (docs/protocol/ledger.md), and not any longer.
Failure with_order(const Console& console, Failure failure, const Payment& payment) {
  if (failure.exit != ExitCode::unknown) return failure;
  if (payment.expires) {
    failure.text += console.say(
        {"\nThe request ends soon, and after its end it can't be paid any more: before you take a "
         "new one, ask what became of this one, or have the shop look",
         "\nこの支払い請求はまもなく期限切れになり、その後は支払われません。新しい請求を受ける前に"
         "、"
         "結果を確かめるか、お店に確認してもらってください"});
    return failure;
  }
  failure.text +=
      payment.is_fixed
          ? console.say({"\nIf you pay again, pay this same request, today or tomorrow: its order "
                         "is paid only once in that time. Later it might be paid twice",
                         "\n支払い直すときは、今日か明日のうちに同じ支払い請求を使ってください。"
                         "その間は一度しか支払われません。後日では二重払いになることがあります"})
          : console.say({"\nIf you pay again, name the same order, today or tomorrow: it is paid "
                         "only once in that time. Later it might be paid twice: --order {}",
                         "\n支払い直すときは、今日か明日のうちに同じ注文番号を使ってください。"
                         "その間は一度しか支払われません。後日では二重払いになることがあります: "
                         "--order {}"},
                        {to_hex(payment.operation.order.view())});
  return failure;
}

/// Told before anything is sent: who stops the program has it on the screen.
void tell_order(const Console& console, const OrderReference& order) {
  console.warn(
      console.say({"order      {} (if the answer is lost, pay again today or tomorrow with "
                   "--order {})",
                   "注文番号  {}(答えが届かなければ、今日か明日のうちに --order {} "
                   "を付けて支払い直します)"},
                  {to_hex(order.view()), to_hex(order.view())}));
}

Attempt<void> pay(Session& session, const PayOptions& options) {
  const Console& console = session.console();
  auto payment =
      options.request.empty() ? from_arguments(session, options) : from_request(session, options);
  if (!payment) return Err{payment.error()};
  // An order of its own, so that a repeated attempt can't pay twice.
  const bool makes_order = payment->operation.order.is_zero();
  if (makes_order) fill_random(payment->operation.order.bytes);
  const rules::Operation operation{payment->operation};
  const auto preview = session.preview(operation);
  if (!preview) return Err{preview.error()};
  const auto name = shop_name(session, payment->operation.shop, payment->label);
  if (!name) return Err{name.error()};
  const std::string to = to_account_number(payment->operation.shop) + "  " + *name;
  auto showed =
      show_preview(session, *preview, payment->operation.coin, to, payment->operation.amount);
  if (!showed) return showed;
  if (makes_order) tell_order(console, payment->operation.order);
  if (!console.confirm({"Pay?", "支払いますか。"})) return Err{declined(console)};
  const auto done = session.run(operation, {}, payment->expires);
  if (!done) return Err{with_order(console, done.error(), *payment)};
  show_done(session, *done,
            console.say({"Paid. Payment {}", "支払いました。支払番号 {}"},
                        {std::to_string(done->outcome().reference)}));
  return {};
}

Attempt<void> send(Session& session, const PayOptions& options) {
  const Console& console = session.console();
  const auto receiver = read_account(console, options.to);
  if (!receiver) return Err{receiver.error()};
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const rules::Operation operation{rules::Send{*receiver, *coin, *amount}};
  const auto preview = session.preview(operation);
  if (!preview) return Err{preview.error()};
  auto showed = show_preview(session, *preview, *coin, to_account_number(*receiver), *amount);
  if (!showed) return showed;
  if (!console.confirm({"Send?", "送りますか。"})) return Err{declined(console)};
  const auto done = session.run(operation);
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Sent.", "送りました。"}));
  return {};
}

}  // namespace

void add_pay_commands(Shell& shell) {
  const auto options = std::make_shared<PayOptions>();
  CLI::App* paying = shell.command(&shell.app, "pay", {"pay a shop", "加盟店に支払う"},
                                   "  hansatsu pay 'hansatsu:pay?chain=...&to=0001-2345-20'\n"
                                   "  hansatsu pay --to 0001-2345-20 --amount 500 --yes");
  paying->add_option("request", options->request,
                     shell.say({"the shop's request", "加盟店の支払い請求"}));
  CLI::App* sending = shell.command(&shell.app, "send", {"send to a person", "人に送る"},
                                    "  hansatsu send --to 0001-2345-20 --amount 500");
  for (CLI::App* command : {paying, sending}) {
    command->add_option("--to", options->to, shell.say({"account number", "口座番号"}));
    command->add_option("--amount", options->amount, shell.say({"amount", "金額"}));
    command->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  }
  paying->add_option("--order", options->order,
                     shell.say({"order reference, 32 hex digits", "注文番号(16進32桁)"}));
  shell.on(paying, options, &pay);
  shell.on(sending, options, &send);
}

}  // namespace hansatsu::wallet
