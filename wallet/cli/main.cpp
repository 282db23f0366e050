#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "wallet/cli/shell.h"

namespace hansatsu::wallet {
namespace {

constexpr Sentence kFooter{
    "Exit codes: 0 done, 1 refused by the ledger, 2 wrong input, 3 no node answered,\n"
    "  4 sent, not final yet or refused without proof, 5 keystore or passphrase, 6 an answer\n"
    "  without valid proof or a fault found by an audit, 7 declined at the preview.\n"
    "Settings: the options above, else HANSATSU_NODES, _KEYSTORE, _KEY, _HOLDER, _ACCOUNT,\n"
    "  _PASSPHRASE_FILE, _CHARTER, _LANGUAGE, _WAIT_SECONDS, else the configuration file\n"
    "  ($XDG_CONFIG_HOME/hansatsu/wallet.toml).\n"
    "Examples:\n"
    "  hansatsu wallet new\n"
    "  hansatsu balance\n"
    "  hansatsu pay 'hansatsu:pay?chain=...&to=0001-2345-20&amount=500'\n"
    "  hansatsu audit --data DIR",
    "終了コード: 0 完了、1 台帳の規則により不承認、2 入力の誤り、3 ノードの返事なし、\n"
    "  4 送ったが確定も証明もされていない、5 鍵またはパスフレーズ、6 "
    "証明のない返事または監査での誤り、\n"
    "  7 確認で中止。\n"
    "設定: 上の指定、なければ環境変数 HANSATSU_NODES, _KEYSTORE, _KEY, _HOLDER, _ACCOUNT,\n"
    "  _PASSPHRASE_FILE, _CHARTER, _LANGUAGE, _WAIT_SECONDS、なければ設定ファイル\n"
    "  ($XDG_CONFIG_HOME/hansatsu/wallet.toml)。\n"
    "例:\n"
    "  hansatsu wallet new\n"
    "  hansatsu balance\n"
    "  hansatsu pay 'hansatsu:pay?chain=...&to=0001-2345-20&amount=500'\n"
    "  hansatsu audit --data DIR"};

struct Arguments {
  Settings settings;
  std::filesystem::path config;
  bool json = false;
  bool assume_yes = false;
};

void add_settings(Shell& shell, Arguments& arguments) {
  CLI::App& app = shell.app;
  Settings& settings = arguments.settings;
  const auto text = [&](const char* names, auto& place, const char* variable, Sentence what) {
    app.add_option(names, place, shell.say(what))->envname(variable);
  };
  app.add_option("--node", settings.nodes,
                 shell.say({"URL of a node; may be repeated", "ノードのURL(複数可)"}))
      ->envname("HANSATSU_NODES")
      ->expected(1)
      ->take_all()
      ->delimiter(',');
  text("--keystore", settings.keystore, "HANSATSU_KEYSTORE", {"file of your keys", "鍵ファイル"});
  text("--key", settings.key, "HANSATSU_KEY", {"name of the key", "鍵の名前"});
  text("--holder", settings.holder, "HANSATSU_HOLDER",
       {"the n-th key of the words (demo towns)", "言葉から作るn番目の鍵(デモ用)"});
  text("--account", settings.account, "HANSATSU_ACCOUNT",
       {"account number, for a key of several accounts", "口座番号(複数の口座にある鍵のとき)"});
  text("--passphrase-file", settings.passphrase_file, "HANSATSU_PASSPHRASE_FILE",
       {"file with the passphrase, mode 0600", "パスフレーズのファイル(権限0600)"});
  text("--charter", settings.charter, "HANSATSU_CHARTER",
       {"charter to trust", "信頼する規程のファイル"});
  text("--language", settings.language, "HANSATSU_LANGUAGE", {"en or ja", "en または ja"});
  text("--wait-seconds", settings.wait_seconds, "HANSATSU_WAIT_SECONDS",
       {"how long to wait for a final answer", "確定を待つ秒数"});
  app.add_option("--config", arguments.config, shell.say({"configuration file", "設定ファイル"}))
      ->envname("HANSATSU_CONFIG");
  app.add_flag("--json", arguments.json, shell.say({"results as JSON", "結果をJSONで出す"}));
  app.add_flag("-y,--yes", arguments.assume_yes,
               shell.say({"do not ask at previews", "確認を求めない"}));
}

Attempt<void> run(Shell& shell, Arguments& arguments, const Console& console) {
  if (!shell.chosen) return {};
  if (!initialize_crypto()) return Err{Failure{ExitCode::locked, "", "no source of randomness"}};
  const bool named = !arguments.config.empty();
  auto completed = complete_settings(arguments.settings,
                                     named ? arguments.config : default_config_path(), named);
  if (!completed) return completed;
  Session session{arguments.settings, console};
  return shell.chosen(session);
}

Language chosen_language(const std::string& setting) {
  if (setting == "ja") return Language::ja;
  if (setting == "en") return Language::en;
  return language_of_environment();
}

/// Help is put together before the arguments are read, so its language is looked for by itself.
std::string language_argument(int count, char** values) {
  std::string language;
  if (const char* set = std::getenv("HANSATSU_LANGUAGE")) language = set;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument{values[i]};
    if (argument.starts_with("--language=")) language = argument.substr(11);
    if (argument == "--language" && i + 1 < count) language = values[i + 1];
  }
  return language;
}

int main_of(int count, char** values) {
  const Language language = chosen_language(language_argument(count, values));
  CLI::App app{std::string{
      Sentence{"A town's coin: wallet, shop and office.", "町のコイン: 財布、加盟店、役場。"}.in(
          language)}};
  app.name("hansatsu");
  app.footer(std::string{kFooter.in(language)});
  app.require_subcommand(1);
  app.fallthrough();
  Shell shell{app, language, {}};
  Arguments arguments;
  add_settings(shell, arguments);
  add_wallet_commands(shell);
  add_chain_commands(shell);
  add_holder_commands(shell);
  add_pay_commands(shell);
  add_request_command(shell);
  add_watch_command(shell);
  add_account_commands(shell);
  add_receipt_commands(shell);
  add_shop_commands(shell);
  add_office_commands(shell);
  add_audit_command(shell);
  try {  // CLI11 throws
    app.parse(count, values);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::wrong_input);
  }
  const Console console{{arguments.json, arguments.assume_yes, language}};
  const auto done = run(shell, arguments, console);
  if (done) return 0;
  console.complain(done.error());
  return static_cast<int>(done.error().exit);
}

}  // namespace

}  // namespace hansatsu::wallet

int main(int count, char** values) { return hansatsu::wallet::main_of(count, values); }
