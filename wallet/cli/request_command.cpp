#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/screen/qr.h"

/// What is shown to who pays.
namespace hansatsu::wallet {
namespace {

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

}  // namespace

void add_request_command(Shell& shell) {
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

}  // namespace hansatsu::wallet
