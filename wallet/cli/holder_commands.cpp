#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/cli/watch_command.h"
#include "wallet/screen/qr.h"
#include "wallet/text_file.h"

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
};

Attempt<OrderReference> read_order(const Console& console, const std::string& text) {
  if (const auto order = fixed_from_hex<OrderReference>(text)) return *order;
  return Err{
      wrong_input(console, {"an order reference has 32 hex digits", "注文番号は16進32桁です"})};
}

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
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto trusted = session.charter();
  if (!trusted) return Err{trusted.error()};
  const auto shops = (*client)->shops(**trusted);
  if (!shops) return Err{session.failure(shops.error())};
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

/// Who must try again does it under the same order: a shop's order is paid once.
Failure with_order(const Console& console, Failure failure, const Payment& payment) {
  if (failure.exit != ExitCode::unknown) return failure;
  failure.text +=
      payment.is_fixed
          ? console.say({"\nIf you pay again, pay this same request: its order is paid only once",
                         "\n支払い直すときは同じ支払い請求を使ってください。一度しか"
                         "支払われません"})
          : console.say({"\nIf you pay again, name the same order, which is paid only once: "
                         "--order {}",
                         "\n支払い直すときは同じ注文番号を使ってください。一度しか"
                         "支払われません: --order {}"},
                        {to_hex(payment.operation.order.view())});
  return failure;
}

/// Told before anything is sent: who stops the program has it on the screen.
void tell_order(const Console& console, const OrderReference& order) {
  console.warn(console.say({"order      {} (if the answer is lost, pay again with --order {})",
                            "注文番号  {}(答えが届かなければ --order {} を付けて支払い直します)"},
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
  const auto showed =
      show_preview(session, *preview, payment->operation.coin, to, payment->operation.amount);
  if (!showed) return showed;
  if (makes_order) tell_order(console, payment->operation.order);
  if (!console.confirm({"Pay?", "支払いますか。"})) return Err{declined(console)};
  const auto done = session.run(operation);
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
  const auto showed = show_preview(session, *preview, *coin, to_account_number(*receiver), *amount);
  if (!showed) return showed;
  if (!console.confirm({"Send?", "送りますか。"})) return Err{declined(console)};
  const auto done = session.run(operation);
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Sent.", "送りました。"}));
  return {};
}

Attempt<void> balance(Session& session, const PayOptions& /*none*/) {
  const Console& console = session.console();
  const auto account = session.own_account();
  if (!account) return Err{account.error()};
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  console.line(console.say({"Account {}, as of {}", "口座 {}  {} 現在"},
                           {to_account_number(account->record.id), to_string(account->date)}));
  for (const rpc::CoinTotals& totals : account->totals) {
    console.line(
        console.say({"{}: prepaid {}, free {}", "{}: 前払い {}、無償 {}"},
                    {session.coin_name(totals.coin), console.strong(grouped(totals.prepaid)),
                     console.strong(grouped(totals.free))}));
  }
  Table table{{{{"program", "事業"}},
               {{"value", "種類"}},
               {{"until", "有効期限"}},
               {{"amount", "金額"}, true}}};
  for (const state::CoinValue& value : account->record.account.value) {
    for (const state::Lot& lot : value.lots) {
      if (lot.expiry < account->date) continue;  // counts nowhere any more
      table.add({program_name(*programs, lot.program),
                 paid_or_free(console, *programs, lot.program), date_text(console, lot.expiry),
                 grouped(lot.amount)});
    }
  }
  if (!table.empty()) console.table(table);
  console.json(rpc::write_json(*account, session.offset()));
  return {};
}

struct HistoryOptions {
  std::uint32_t count = 20;
  bool oldest_first = false;
  bool all = false;
};

Attempt<std::vector<rpc::FinalTransaction>> read_history(Session& session, AccountId account,
                                                         const HistoryOptions& options) {
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::vector<rpc::FinalTransaction> entries;
  std::optional<rpc::Cursor> from;
  for (;;) {
    const auto left = options.all ? rpc::kHistoryCountMax
                                  : options.count - static_cast<std::uint32_t>(entries.size());
    auto page = (*client)->history(account, (*own)->signer(), from, !options.oldest_first,
                                   std::min(left, rpc::kHistoryCountMax));
    if (!page) return Err{session.failure(page.error())};
    entries.insert(entries.end(), page->entries.begin(), page->entries.end());
    const bool in_circles = from && page->next && (*page->next > *from) != options.oldest_first;
    from = page->next;
    if (!from || in_circles || page->entries.empty() ||
        (!options.all && entries.size() >= options.count))
      return entries;
  }
}

Attempt<void> history(Session& session, const HistoryOptions& options) {
  const Console& console = session.console();
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto entries = read_history(session, (*own)->reference.account, options);
  if (!entries) return Err{entries.error()};
  Table table{{{{"time", "日時"}},
               {{"what", "内容"}},
               {{"account", "口座"}},
               {{"amount", "金額"}, true},
               {{"result", "結果"}},
               {{"transaction", "取引"}}}};
  Json list = Json::array();
  for (const rpc::FinalTransaction& entry : *entries) {
    const auto refusal = rules::refusal_of(entry.outcome.code);
    table.add({to_string(entry.outcome.time, session.offset()),
               operation_name(console, entry.outcome.operation),
               to_account_number(entry.outcome.subject),
               signed_amount(entry.outcome, (*own)->reference.account),
               refusal ? rules::code_text(*refusal) : console.say({"done", "完了"}),
               to_hex(entry.id.view()).substr(0, 16)});
    list.push_back(rpc::write_json(entry, session.offset()));
  }
  console.table(table);
  console.json({{"account", to_account_number((*own)->reference.account)}, {"entries", list}});
  return {};
}

struct RequestOptions {
  std::string amount;
  std::string order;
  std::string coin;
  std::string label;
  std::string link;
  std::uint32_t minutes = 0;
  bool on_light = false;
};

Attempt<rpc::PaymentRequest> make_request(Session& session, const RequestOptions& options) {
  const Console& console = session.console();
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto trust = session.trust();
  if (!trust) return Err{trust.error()};
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  rpc::PaymentRequest request;
  request.chain = (*trust)->context.chain_id;
  request.payee = (*own)->reference.account;
  request.coin = (*session.charter())->coins[coin->raw].name.text;
  request.label = shown(options.label);
  if (request.label.size() > rpc::kPaymentLabelBytesMax)
    return Err{wrong_input(console, {"the label is too long", "表示名が長すぎます"})};
  if (!options.amount.empty()) {
    const auto amount = read_amount(console, options.amount);
    if (!amount) return Err{amount.error()};
    request.amount = *amount;
  }
  if (!options.order.empty()) {
    const auto order = read_order(console, options.order);
    if (!order) return Err{order.error()};
    request.order = *order;
  }
  if (options.minutes > 0) {
    const std::uint64_t until =
        (*session.client())->now().raw + std::uint64_t{options.minutes} * 60'000;
    request.expires = Timestamp{until / 1'000 * 1'000};
  }
  return request;
}

Attempt<void> request(Session& session, const RequestOptions& options) {
  const Console& console = session.console();
  const auto made = make_request(session, options);
  if (!made) return Err{made.error()};
  if (!options.link.empty() &&
      (!options.link.starts_with("https://") || options.link.find('#') != std::string::npos))
    return Err{wrong_input(console, {"a link starts with https:// and has no '#'",
                                     "リンクは https:// で始まり、# を含みません"})};
  const std::string uri =
      options.link.empty() ? rpc::to_uri(*made) : rpc::to_link(options.link, *made);
  const auto code = qr_code(uri);
  if (!code) return Err{wrong_input(console, {"too long for a QR code", "QRコードに入りません"})};
  console.line(qr_for_terminal(*code, options.on_light));
  console.line(uri);
  console.json({{"uri", uri}, {"account", to_account_number(made->payee)}});
  return {};
}

void add_request(Shell& shell) {
  const auto options = std::make_shared<RequestOptions>();
  CLI::App* command =
      shell.command(&shell.app, "request", {"show a payment request as QR", "支払い請求をQRで示す"},
                    "  hansatsu request --amount 500 --minutes 15");
  command->add_option("--amount", options->amount, shell.say({"amount", "金額"}));
  command->add_option("--order", options->order,
                      shell.say({"order reference, 32 hex digits", "注文番号(16進32桁)"}));
  command->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  command->add_option("--label", options->label, shell.say({"text for people", "表示名"}));
  command->add_option("--link", options->link,
                      shell.say({"https page to put it behind", "前に付けるhttpsのページ"}));
  command->add_option("--minutes", options->minutes,
                      shell.say({"how long it may be paid", "有効な分数"}));
  command->add_flag("--light", options->on_light,
                    shell.say({"for a light terminal", "明るい画面用"}));
  shell.on(command, options, &request);
}

}  // namespace

void add_holder_commands(Shell& shell) {
  const auto options = std::make_shared<PayOptions>();
  shell.on(shell.command(&shell.app, "balance", {"your coin by lot", "残高と内訳"},
                         "  hansatsu balance\n  hansatsu balance --json"),
           options, &balance);

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
  add_request(shell);

  const auto pages = std::make_shared<HistoryOptions>();
  CLI::App* past = shell.command(&shell.app, "history", {"what happened on your account", "履歴"},
                                 "  hansatsu history --count 50\n  hansatsu history --all --json");
  past->add_option("--count", pages->count, shell.say({"entries", "件数"}))
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  past->add_flag("--oldest", pages->oldest_first, shell.say({"oldest first", "古い順"}));
  past->add_flag("--all", pages->all, shell.say({"all of it", "すべて"}));
  shell.on(past, pages, &history);
  add_watch_command(shell);
}

}  // namespace hansatsu::wallet
