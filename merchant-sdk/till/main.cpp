#include <stdio_ext.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "merchant-sdk/till/shift.h"
#include "wallet/keystore/passphrase.h"

namespace hansatsu::till {
namespace {

using wallet::Language;
using wallet::Sentence;

constexpr Sentence kAbout{
    "A shop's till: shows what is to be paid, waits, proves it, prints the slip.",
    "加盟店のレジ: 請求を示し、支払いを待ち、証明を確かめ、伝票を出します。"};
constexpr Sentence kFooter{
    "At the prompt: an amount; r looks again for orders that were not paid; q quits and says what\n"
    "  was taken. While it waits: c cancels. At its start it tells what was paid while it was "
    "off.\n"
    "Exit codes: 0 paid, or the shift ended in order, 1 not paid, 2 wrong input, 3 no node "
    "answered,\n"
    "  5 keystore or passphrase, 6 answers without valid proof, 8 standard output not written.\n"
    "Settings: the options above, else HANSATSU_TILL_NODES, _CHARTER, _SHOP, _COIN, _KEYSTORE, "
    "_KEY,\n"
    "  _PASSPHRASE_FILE, _NAME, _LANGUAGE, _RECEIPTS, _JOURNAL, _MINUTES, _LIGHT, else the\n"
    "  configuration file "
    "($XDG_CONFIG_HOME/hansatsu/till.toml).\n"
    "Examples:\n"
    "  hansatsu-till --shop 0001-2345-20 --name 'Yamagata Soba'\n"
    "  hansatsu-till --once --amount 480 --json\n"
    "  hansatsu-till --look-back --json",
    "入力: 金額、r で未払いの再確認、q で終了と売上合計。待つ間は c で中止。\n"
    "  始めに、止まっていた間に支払われたものを知らせます。\n"
    "終了コード: 0 支払い済みまたは正常終了、1 未払い、2 入力の誤り、3 ノードの返事なし、\n"
    "  5 鍵またはパスフレーズ、6 証明のない返事、8 標準出力に書き込めない。\n"
    "設定: 上の指定、なければ環境変数 HANSATSU_TILL_NODES, _CHARTER, _SHOP, _COIN, _KEYSTORE, "
    "_KEY,\n"
    "  _PASSPHRASE_FILE, _NAME, _LANGUAGE, _RECEIPTS, _JOURNAL, _MINUTES, "
    "_LIGHT、なければ設定ファイル\n"
    "  ($XDG_CONFIG_HOME/hansatsu/till.toml)。\n"
    "例:\n"
    "  hansatsu-till --shop 0001-2345-20 --name 山形そば\n"
    "  hansatsu-till --once --amount 480 --json\n"
    "  hansatsu-till --look-back --json"};

struct Arguments {
  Settings settings;
  std::filesystem::path config;
  std::string amount;
  bool once = false;
  bool look_back = false;
  bool json = false;
};

void add_options(CLI::App& app, Arguments& arguments, Language language) {
  Settings& settings = arguments.settings;
  const auto say = [language](Sentence what) { return std::string{what.in(language)}; };
  const auto option = [&](const char* name, auto& place, const char* variable, Sentence what) {
    return app.add_option(name, place, say(what))->envname(variable);
  };
  option("--node", settings.nodes, "HANSATSU_TILL_NODES",
         {"URL of a node; may be repeated", "ノードのURL(複数可)"})
      ->expected(1)
      ->take_all()
      ->delimiter(',');
  option("--charter", settings.charter, "HANSATSU_TILL_CHARTER",
         {"charter to trust", "信頼する規程のファイル"});
  option("--shop", settings.shop, "HANSATSU_TILL_SHOP",
         {"the shop's account number", "加盟店の口座番号"});
  option("--coin", settings.coin, "HANSATSU_TILL_COIN",
         {"coin, where the town has several", "コイン(複数あるとき)"});
  option("--keystore", settings.keystore, "HANSATSU_TILL_KEYSTORE",
         {"file of the shop's keys", "鍵ファイル"});
  option(
      "--key", settings.key, "HANSATSU_TILL_KEY",
      {"name of the till's key: the right to read will do", "レジの鍵の名前(閲覧権限で足ります)"});
  option("--passphrase-file", settings.passphrase_file, "HANSATSU_TILL_PASSPHRASE_FILE",
         {"file with the passphrase, mode 0600; else it is asked for",
          "パスフレーズのファイル(権限0600)。なければ尋ねます"});
  option("--name", settings.name, "HANSATSU_TILL_NAME",
         {"the shop's name, on requests and slips", "店名(請求と伝票に載ります)"});
  option("--language", settings.language, "HANSATSU_TILL_LANGUAGE", {"en or ja", "en または ja"});
  option("--receipts", settings.receipts, "HANSATSU_TILL_RECEIPTS",
         {"folder that keeps the proofs", "領収証明を保存するフォルダ"});
  option("--journal", settings.journal, "HANSATSU_TILL_JOURNAL",
         {"file of the till's orders, one a till", "注文の控えのファイル(レジごとに一つ)"});
  option("--minutes", settings.minutes, "HANSATSU_TILL_MINUTES",
         {"how long a request may be paid", "支払期限(分)"})
      ->check(CLI::Range(1, 1'440));
  app.add_flag("--light", settings.light, say({"for a light terminal", "明るい画面用"}))
      ->envname("HANSATSU_TILL_LIGHT");
  app.add_option("--config", arguments.config, say({"configuration file", "設定ファイル"}))
      ->envname("HANSATSU_TILL_CONFIG");
  app.add_option("--amount", arguments.amount,
                 say({"with --once: what is to be paid", "金額(--once のとき)"}));
  CLI::Option* once =
      app.add_flag("--once", arguments.once, say({"one order, then end", "1件だけ扱って終わる"}));
  app.add_flag("--look-back", arguments.look_back,
               say({"tell what was paid while the till was off, then end",
                    "止まっていた間に支払われたものを知らせて終わる"}))
      ->excludes(once);
  app.add_flag("--json", arguments.json,
               say({"a JSON object a line instead of text", "文章の代わりに1行ずつのJSONを出す"}));
}

Language chosen_language(const std::string& setting) {
  if (setting == "ja") return Language::ja;
  if (setting == "en") return Language::en;
  return wallet::language_of_environment();
}

/// Help is put together before the arguments are read, so its language is looked for by itself.
Language language_of_arguments(int count, char** values) {
  std::string language;
  if (const char* set = std::getenv("HANSATSU_TILL_LANGUAGE")) language = set;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument{values[i]};
    if (argument.starts_with("--language=")) language = argument.substr(11);
    if (argument == "--language" && i + 1 < count) language = values[i + 1];
  }
  return chosen_language(language);
}

int fail(ExitCode exit, std::string_view text) {
  std::cerr << "hansatsu-till: " << text << "\n";
  return static_cast<int>(exit);
}

/// What standard output did not take is not noted either.
int ended(ExitCode exit, Language language) {
  std::cout.flush();
  if (std::cout) return static_cast<int>(exit);
  // Or what it still holds would go out at the end, if there is room again, and be told twice.
  ::__fpurge(stdout);
  constexpr Sentence kUntold{
      "standard output can't be written: what is not told here, the next "
      "shift tells",
      "標準出力に書き込めません。ここで知らせていない支払いは、次の回に"
      "知らせます"};
  return fail(ExitCode::untold, kUntold.in(language));
}

merchant::Result<merchant::Till> open_till(const Settings& settings, Language language) {
  const merchant::Settings wanted{settings.nodes, settings.charter,  settings.shop,
                                  settings.coin,  settings.keystore, settings.passphrase_file,
                                  settings.key,   settings.journal};
  if (!settings.passphrase_file.empty()) return merchant::Till::open(wanted);
  constexpr Sentence kQuestion{"Passphrase: ", "パスフレーズ: "};
  const auto secret = wallet::ask_secret(kQuestion.in(language));
  if (!secret) return merchant::ErrorCode::passphrase_unreadable;
  return merchant::Till::open(wanted, secret->view());
}

int main_of(int count, char** values) {
  const Language help_language = language_of_arguments(count, values);
  CLI::App app{std::string{kAbout.in(help_language)}};
  app.name("hansatsu-till");
  app.footer(std::string{kFooter.in(help_language)});
  Arguments arguments;
  add_options(app, arguments, help_language);
  try {  // CLI11 throws
    app.parse(count, values);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::wrong_input);
  }
  const bool named = !arguments.config.empty();
  const auto completed = complete_settings(arguments.settings,
                                           named ? arguments.config : default_config_path(), named);
  if (!completed) return fail(ExitCode::wrong_input, completed.error());
  const Language language = chosen_language(arguments.settings.language);
  if (arguments.once && amount_of(arguments.amount) == 0) {
    constexpr Sentence kAmount{"--once needs --amount, a whole number from 1 up",
                               "--once には --amount(1以上の整数)が必要です"};
    return fail(ExitCode::wrong_input, kAmount.in(language));
  }
  auto till = open_till(arguments.settings, language);
  if (!till) return fail(exit_of(till.error().code), sentence(till.error(), language));
  listen_to_signals();
  Shift shift{std::move(*till), {arguments.settings, language, arguments.json}};
  if (arguments.look_back) return ended(shift.look_back(), language);
  return ended(arguments.once ? shift.sell(arguments.amount) : shift.run(), language);
}

}  // namespace
}  // namespace hansatsu::till

int main(int count, char** values) { return hansatsu::till::main_of(count, values); }
