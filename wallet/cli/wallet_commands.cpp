#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"

namespace hansatsu::wallet {
namespace {

struct KeyOptions {
  std::string name = "main";
  std::string words = "en";
  bool random = false;
  std::filesystem::path words_file;
  std::filesystem::path new_passphrase_file;
};

constexpr std::size_t kWordsFileBytesMax = 4'096;

Attempt<SecretText> new_passphrase(const Console& console, const std::filesystem::path& file) {
  if (!file.empty()) return passphrase_for(console, file);
  auto secret = ask_secret_twice(console.say({"New passphrase: ", "新しいパスフレーズ: "}),
                                 console.say({"Once more: ", "もう一度: "}));
  if (!secret) return Err{failure_of(console, secret.error())};
  return std::move(*secret);
}

/// Opens the keystore, or makes it when there is none.
Attempt<Keystore> open_or_create(Session& session) {
  const Settings& settings = session.settings();
  const Console& console = session.console();
  std::error_code fault;
  const bool is_new = !std::filesystem::exists(settings.keystore, fault);
  const auto secret = is_new ? new_passphrase(console, settings.passphrase_file)
                             : passphrase_for(console, settings.passphrase_file);
  if (!secret) return Err{secret.error()};
  if (is_new && settings.keystore.has_parent_path())
    std::filesystem::create_directories(settings.keystore.parent_path(), fault);
  auto keystore = is_new ? Keystore::create(settings.keystore, secret->view())
                         : Keystore::open(settings.keystore, secret->view());
  if (!keystore) return Err{failure_of(console, keystore.error())};
  return std::move(*keystore);
}

Attempt<Keystore> open_existing(Session& session) {
  const auto secret = passphrase_for(session.console(), session.settings().passphrase_file);
  if (!secret) return Err{secret.error()};
  auto keystore = Keystore::open(session.settings().keystore, secret->view());
  if (!keystore) return Err{failure_of(session.console(), keystore.error())};
  return std::move(*keystore);
}

/// The coin index of the charter where one is trusted already: making a key needs no node.
Attempt<std::uint32_t> coin_index(Session& session) {
  std::error_code fault;
  if (!std::filesystem::exists(session.settings().charter, fault)) return kCoinIndexUnregistered;
  const auto charter = session.charter();
  if (!charter) return Err{charter.error()};
  return (*charter)->bip44_coin_type;
}

void show_words(const Console& console, const Words& words) {
  const SecretText text = words_for_people(words.entropy, words.language);
  console.note(
      console.say({"Write these 24 words on paper, in this order, and keep them from others.\n"
                   "Whoever has them has your coin; without them a lost file is lost.",
                   "次の24の言葉を順番どおり紙に書き、人に見せずに保管してください。\n"
                   "この言葉を知る人はあなたのコインを使えます。言葉がなければ、失ったファイルは戻"
                   "せません。"}));
  console.line(text.view());
}

void tell_key(const Console& console, std::string_view name, const PublicKey& key) {
  console.line(
      console.say({"Public key of {}: {}", "{} の公開鍵: {}"}, {name, to_hex(key.view())}));
}

Attempt<void> make_new(Session& session, const KeyOptions& options) {
  const Console& console = session.console();
  const auto index = coin_index(session);
  if (!index) return Err{index.error()};
  auto keystore = open_or_create(session);
  if (!keystore) return Err{keystore.error()};
  Json result{{"name", options.name}};
  if (options.random) {
    const auto added = keystore->add_secret(options.name, KeyPair::generate());
    if (!added) return Err{failure_of(console, added.error())};
    result["public_key"] = to_hex(added->view());
    tell_key(console, options.name, *added);
  } else {
    Words words;
    fill_random(words.entropy.writable());
    words.language = options.words == "ja" ? WordLanguage::japanese : WordLanguage::english;
    const auto added = keystore->add_words(options.name, words, *index);
    if (!added) return Err{failure_of(console, added.error())};
    result["public_key"] = to_hex(added->view());
    show_words(console, words);
    tell_key(console, options.name, *added);
  }
  console.json(result);
  return {};
}

Attempt<Words> read_words(const Console& console, const std::filesystem::path& file) {
  SecretText typed;
  if (file.empty()) {
    auto asked = ask_secret(console.say({"Recovery words: ", "復元の言葉: "}));
    if (!asked) return Err{failure_of(console, asked.error())};
    typed = std::move(*asked);
  } else {
    auto bytes = read_file(file, kWordsFileBytesMax, true);
    if (!bytes) return Err{failure_of(console, bytes.error(), file.string())};
    const bool fits = typed.append(as_text(*bytes));
    wipe(*bytes);
    ASSERT(fits);
  }
  std::size_t place = 0;
  auto words = parse_words(typed.view(), &place);
  if (words) return std::move(*words);
  Failure failure = failure_of(console, words.error());
  if (place != 0) failure.text += console.say({" (word {})", "({}番目)"}, {std::to_string(place)});
  return Err{std::move(failure)};
}

Attempt<void> restore(Session& session, const KeyOptions& options) {
  const Console& console = session.console();
  const auto index = coin_index(session);
  if (!index) return Err{index.error()};
  const auto words = read_words(console, options.words_file);
  if (!words) return Err{words.error()};
  auto keystore = open_or_create(session);
  if (!keystore) return Err{keystore.error()};
  const auto added = keystore->add_words(options.name, *words, *index);
  if (!added) return Err{failure_of(console, added.error())};
  tell_key(console, options.name, *added);
  console.json({{"name", options.name}, {"public_key", to_hex(added->view())}});
  return {};
}

Attempt<void> list_keys(Session& session, const KeyOptions& /*none*/) {
  const Console& console = session.console();
  const auto entries = Keystore::list(session.settings().keystore);
  if (!entries) return Err{failure_of(console, entries.error())};
  Table table{{{{"name", "名前"}}, {{"made from", "元"}}, {{"public key", "公開鍵"}}}};
  Json list = Json::array();
  for (const KeyEntry& entry : *entries) {
    const bool from_words = entry.origin == KeyOrigin::words;
    table.add({entry.name.text,
               console.say(from_words ? Sentence{"words", "言葉"} : Sentence{"random", "乱数"}),
               to_hex(entry.public_key.view())});
    list.push_back({{"name", entry.name.text},
                    {"origin", from_words ? "words" : "random"},
                    {"coin_index", entry.coin_index},
                    {"public_key", to_hex(entry.public_key.view())}});
  }
  console.table(table);
  console.json({{"keys", list}});
  return {};
}

Attempt<void> show_own_words(Session& session, const KeyOptions& options) {
  const Console& console = session.console();
  if (console.is_json())
    return Err{wrong_input(console, {"recovery words are for people: leave out --json",
                                     "復元の言葉は人が書き写すものです。--json は使えません"})};
  const auto keystore = open_existing(session);
  if (!keystore) return Err{keystore.error()};
  const auto words = keystore->words(options.name);
  if (!words) return Err{failure_of(console, words.error())};
  show_words(console, *words);
  return {};
}

Attempt<void> remove_key(Session& session, const KeyOptions& options) {
  const Console& console = session.console();
  auto keystore = open_existing(session);
  if (!keystore) return Err{keystore.error()};
  for (const KeyEntry& entry : keystore->entries())
    if (entry.name.text == options.name) tell_key(console, options.name, entry.public_key);
  if (!console.confirm({"Remove this key for ever?", "この鍵を完全に消しますか。"}))
    return Err{Failure{ExitCode::declined, "",
                       console.say({"nothing was changed", "何も変えていません"})}};
  const auto removed = keystore->remove(options.name);
  if (!removed) return Err{failure_of(console, removed.error())};
  console.json({{"removed", options.name}});
  return {};
}

Attempt<void> change_passphrase(Session& session, const KeyOptions& options) {
  const Console& console = session.console();
  auto keystore = open_existing(session);
  if (!keystore) return Err{keystore.error()};
  const auto fresh = new_passphrase(console, options.new_passphrase_file);
  if (!fresh) return Err{fresh.error()};
  const auto changed = keystore->change_passphrase(fresh->view());
  if (!changed) return Err{failure_of(console, changed.error())};
  console.json({{"changed", true}});
  return {};
}

}  // namespace

void add_wallet_commands(Shell& shell) {
  CLI::App* wallet = shell.group("wallet", {"keys and recovery words", "鍵と復元の言葉"});
  const auto options = std::make_shared<KeyOptions>();
  const auto add = [&](const std::string& name, Sentence what, std::string_view examples,
                       Attempt<void> (*action)(Session&, const KeyOptions&)) {
    CLI::App* command = shell.command(wallet, name, what, examples);
    shell.on(command, options, action);
    return command;
  };
  const auto name = [&](CLI::App* command) {
    command->add_option("name", options->name, shell.say({"the key's name", "鍵の名前"}))
        ->capture_default_str();
  };
  CLI::App* made =
      add("new", {"make a key from new recovery words", "新しい復元の言葉から鍵を作る"},
          "  hansatsu wallet new\n  hansatsu wallet new hanako --words ja", &make_new);
  name(made);
  made->add_option("--words", options->words,
                   shell.say({"language of the words: en or ja", "言葉の言語: en または ja"}))
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
  made->add_flag("--random", options->random,
                 shell.say({"a key without words, for machines", "言葉のない鍵(機械用)"}));
  CLI::App* restored = add("restore", {"bring a key back from its words", "言葉から鍵を戻す"},
                           "  hansatsu wallet restore hanako", &restore);
  name(restored);
  restored->add_option("--words-file", options->words_file,
                       shell.say({"file with the words, mode 0600", "言葉のファイル(権限0600)"}));
  add("keys", {"list the keys", "鍵の一覧"}, "  hansatsu wallet keys", &list_keys);
  name(add("words", {"show a key's recovery words again", "鍵の復元の言葉をもう一度見る"},
           "  hansatsu wallet words hanako", &show_own_words));
  name(add("remove", {"remove a key", "鍵を消す"}, "  hansatsu wallet remove hanako", &remove_key));
  add("passphrase", {"change the passphrase", "パスフレーズを変える"},
      "  hansatsu wallet passphrase", &change_passphrase)
      ->add_option(
          "--new-passphrase-file", options->new_passphrase_file,
          shell.say({"file with the new one, mode 0600", "新しいもののファイル(権限0600)"}));
}

}  // namespace hansatsu::wallet
