#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {
namespace {

struct ShopOptions {
  std::string coin;
  std::uint64_t payment = 0;
  std::string amount;
  std::vector<std::string> programs;
};

Attempt<void> takings(Session& session, const ShopOptions& /*none*/) {
  const Console& console = session.console();
  const auto account = session.own_account();
  if (!account) return Err{account.error()};
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  Table table{{{{"coin", "コイン"}},
               {{"program", "事業"}},
               {{"value", "種類"}},
               {{"takings", "売上"}, true}}};
  for (const state::CoinValue& value : account->record.account.value) {
    for (const state::ProgramAmount& part : value.takings)
      table.add({session.coin_name(value.coin), program_name(*programs, part.program),
                 paid_or_free(console, *programs, part.program), grouped(part.amount)});
  }
  for (const rpc::CoinTotals& totals : account->totals)
    console.line(console.say({"{}: takings {}", "{}: 売上 {}"},
                             {session.coin_name(totals.coin), grouped(totals.takings)}));
  if (!table.empty()) console.table(table);
  console.json(rpc::write_json(*account, session.offset()));
  return {};
}

Attempt<void> refund(Session& session, const ShopOptions& options) {
  const Console& console = session.console();
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  const rules::Operation operation{rules::Refund{PaymentId{options.payment}, *amount}};
  const auto preview = session.preview(operation);
  if (!preview) return Err{preview.error()};
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  const rules::PrivateOutcome& parts = preview->outcome.private_part;
  console.line(
      console.say({"Give back {} of payment {} to {}", "{} を返金します。支払番号 {}、相手 {}"},
                  {split_amount(console, *programs, parts.lots), std::to_string(options.payment),
                   to_account_number(preview->outcome.public_part.subject)}));
  if (!parts.expired_meanwhile.is_zero())
    console.line(console.say({"Of this, {} has expired meanwhile and helps nobody.",
                              "このうち {} は期限が過ぎており、使えません。"},
                             {grouped(parts.expired_meanwhile)}));
  if (!console.confirm({"Refund?", "返金しますか。"})) return Err{declined(console)};
  const auto done = session.run(operation);
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Refunded.", "返金しました。"}));
  return {};
}

/// "3=1500": program 3, 1,500 units.
Attempt<state::ProgramAmount> read_part(const Console& console, const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto program = parse_whole_number(text.substr(0, equals));
  if (equals == std::string::npos || !program || *program > 0xffff'ffff)
    return Err{wrong_input(console,
                           {"{} is not PROGRAM=AMOUNT", "{} は 事業=金額 の形ではありません"},
                           {shown(text)})};
  const auto amount = read_amount(console, std::string_view{text}.substr(equals + 1));
  if (!amount) return Err{amount.error()};
  return state::ProgramAmount{ProgramId{static_cast<std::uint32_t>(*program)}, *amount};
}

Attempt<void> redeem(Session& session, const ShopOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  rules::Redeem operation{*coin, {}};
  for (const std::string& text : options.programs) {
    const auto part = read_part(console, text);
    if (!part) return Err{part.error()};
    if (operation.amounts.is_full())
      return Err{wrong_input(console, {"too many programs", "事業が多すぎます"})};
    operation.amounts.push_back(*part);
  }
  std::sort(operation.amounts.begin(), operation.amounts.end(),
            [](const auto& a, const auto& b) { return a.program < b.program; });
  const auto preview = session.preview({operation});
  if (!preview) return Err{preview.error()};
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  console.line(console.say({"Ask the town to pay out {}", "町に {} の換金を請求します"},
                           {split_amount(console, *programs, preview->outcome.private_part.lots)}));
  if (!console.confirm({"Redeem?", "請求しますか。"})) return Err{declined(console)};
  const auto done = session.run({operation});
  if (!done) return Err{done.error()};
  show_done(session, *done,
            console.say({"Asked for. Redemption {}", "請求しました。換金番号 {}"},
                        {std::to_string(done->outcome().reference)}));
  return {};
}

}  // namespace

void add_shop_commands(Shell& shell) {
  CLI::App* shop = shell.group("shop", {"for shops", "加盟店"});
  const auto options = std::make_shared<ShopOptions>();
  shell.on(shell.command(shop, "takings", {"what the shop has received", "売上"},
                         "  hansatsu shop takings --key till"),
           options, &takings);
  CLI::App* refunding = shell.command(shop, "refund", {"give back (part of) a payment", "返金"},
                                      "  hansatsu shop refund 812 --amount 500");
  refunding->add_option("payment", options->payment, shell.say({"payment number", "支払番号"}))
      ->required();
  refunding->add_option("--amount", options->amount, shell.say({"amount", "金額"}))->required();
  shell.on(refunding, options, &refund);
  CLI::App* redeeming =
      shell.command(shop, "redeem", {"ask the town to pay out takings", "換金請求"},
                    "  hansatsu shop redeem\n  hansatsu shop redeem --program 3=1500");
  redeeming->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  redeeming->add_option("--program", options->programs,
                        shell.say({"PROGRAM=AMOUNT, else all takings", "事業=金額(なければ全額)"}));
  shell.on(redeeming, options, &redeem);
}

}  // namespace hansatsu::wallet
