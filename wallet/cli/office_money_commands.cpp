#include <algorithm>

#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

/// Cash in.
namespace hansatsu::wallet {
namespace {

struct ChargeOptions {
  std::string account;
  std::uint32_t program = 0;
  std::string amount;
  std::string premium_least;
};

Attempt<void> charge(Session& session, const ChargeOptions& options) {
  const Console& console = session.console();
  const auto account = read_account(console, options.account);
  if (!account) return Err{account.error()};
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  rules::Charge operation{*account, ProgramId{options.program}, *amount, {}};
  if (!options.premium_least.empty()) {
    const auto least = read_amount(console, options.premium_least);
    if (!least) return Err{least.error()};
    operation.premium_least = *least;
  }
  const auto preview = session.preview({operation});
  if (!preview) return Err{preview.error()};
  const Amount premium = preview->outcome.private_part.premium;
  console.line(console.say(
      {"Charge {} with {} for cash, and {} of premium", "{} に現金 {} をチャージ、上乗せ {}"},
      {to_account_number(*account), grouped(*amount), grouped(premium)}));
  // What was shown is what is given: a premium that ran out meanwhile refuses the charge.
  operation.premium_least = std::max(operation.premium_least, premium);
  if (!console.confirm({"Cash received?", "現金を受け取りましたか。"}))
    return Err{declined(console)};
  const auto done = session.run({operation});
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Charged.", "チャージしました。"}));
  return {};
}

struct FloatOptions {
  std::string agent;
  std::string limit;
};

Attempt<void> set_float(Session& session, const FloatOptions& options) {
  const Console& console = session.console();
  const auto agent = read_account(console, options.agent);
  if (!agent) return Err{agent.error()};
  const auto limit = read_amount(console, options.limit);
  if (!limit) return Err{limit.error()};
  const auto done = preview_and_run(
      session, {rules::SetFloat{*agent, *limit}},
      console.say({"The agent {} may hold cash up to {}", "窓口 {} の現金の上限を {} にします"},
                  {to_account_number(*agent), grouped(*limit)}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Set.", "設定しました。"}));
  return {};
}

struct HandInOptions {
  std::string amount;
  std::filesystem::path keystore;
  std::string key;
  std::filesystem::path passphrase_file;
};

Attempt<void> hand_in(Session& session, const HandInOptions& options) {
  const Console& console = session.console();
  const auto amount = read_amount(console, options.amount);
  if (!amount) return Err{amount.error()};
  const auto agent = session.identity();
  if (!agent) return Err{agent.error()};
  // The treasurer who counted the cash signs too, with a key of their own.
  Settings settings = session.settings();
  settings.keystore = options.keystore;
  settings.key = options.key;
  settings.holder.reset();
  settings.account.clear();
  settings.passphrase_file = options.passphrase_file;
  console.note(console.say({"The treasurer's keystore: {}", "出納担当の鍵ファイル: {}"},
                           {options.keystore.string()}));
  Session treasurer{settings, console};
  const auto cosigner = treasurer.identity();
  if (!cosigner) return Err{cosigner.error()};
  const rpc::Cosigner cosigners[]{{(*cosigner)->reference, &(*cosigner)->key}};
  const auto done = preview_and_run(
      session, {rules::HandIn{*amount}},
      console.say({"{} in cash, counted by the treasurer {}", "現金 {}、確認した出納担当 {}"},
                  {grouped(*amount), to_account_number((*cosigner)->reference.account)}),
      cosigners);
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Handed in.", "納入しました。"}));
  return {};
}

}  // namespace

void add_office_money_commands(Shell& shell, CLI::App* office) {
  const auto charging = std::make_shared<ChargeOptions>();
  CLI::App* counter = shell.command(office, "charge", {"cash in, coin out", "チャージ"},
                                    "  hansatsu office charge 0001-2345-20 --program 0 "
                                    "--amount 5000");
  counter->add_option("account", charging->account, shell.say({"account number", "口座番号"}))
      ->required();
  counter->add_option("--program", charging->program, shell.say({"charge program", "事業番号"}))
      ->required();
  counter->add_option("--amount", charging->amount, shell.say({"cash", "現金"}))->required();
  counter->add_option("--premium-least", charging->premium_least,
                      shell.say({"refuse below this premium", "上乗せの下限"}));
  shell.on(counter, charging, &charge);

  const auto limits = std::make_shared<FloatOptions>();
  CLI::App* setting =
      shell.command(office, "set-float", {"how much cash an agent may hold", "窓口の現金の上限"},
                    "  hansatsu office set-float 0001-2345-20 --limit 300000");
  setting->add_option("agent", limits->agent, shell.say({"agent's account", "窓口の口座"}))
      ->required();
  setting->add_option("--limit", limits->limit, shell.say({"amount", "金額"}))->required();
  shell.on(setting, limits, &set_float);

  const auto cash = std::make_shared<HandInOptions>();
  CLI::App* handing = shell.command(
      office, "hand-in",
      {"an agent hands in cash; the treasurer co-signs", "現金の納入(出納担当の連署)"},
      "  hansatsu office hand-in --amount 120000 --treasurer-keystore treasurer.keys");
  handing->add_option("--amount", cash->amount, shell.say({"cash", "現金"}))->required();
  handing
      ->add_option("--treasurer-keystore", cash->keystore,
                   shell.say({"the treasurer's keystore", "出納担当の鍵ファイル"}))
      ->required();
  handing->add_option("--treasurer-key", cash->key,
                      shell.say({"name of the treasurer's key", "出納担当の鍵の名前"}));
  handing->add_option("--treasurer-passphrase-file", cash->passphrase_file,
                      shell.say({"else it is asked for", "なければ尋ねます"}));
  shell.on(handing, cash, &hand_in);
}

}  // namespace hansatsu::wallet
