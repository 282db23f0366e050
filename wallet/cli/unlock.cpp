#include "wallet/cli/sentences.h"
#include "wallet/cli/session.h"
#include "wallet/keystore/passphrase.h"

namespace hansatsu::wallet {

Attempt<SecretText> passphrase_for(const Console& console, const std::filesystem::path& file) {
  auto secret = file.empty() ? ask_secret(console.say({"Passphrase: ", "パスフレーズ: "}))
                             : passphrase_from_file(file);
  if (!secret) return Err{failure_of(console, secret.error())};
  return std::move(*secret);
}

Attempt<KeyPair> unlock_key(const Console& console, const Settings& settings) {
  const auto secret = passphrase_for(console, settings.passphrase_file);
  if (!secret) return Err{secret.error()};
  const auto keystore = Keystore::open(settings.keystore, secret->view());
  if (!keystore) return Err{failure_of(console, keystore.error())};
  std::string name = settings.key;
  if (name.empty()) {
    if (keystore->entries().size() != 1)
      return Err{Failure{ExitCode::locked, "",
                         console.say({"the keystore holds {} keys: name one with --key",
                                      "鍵が{}本あります。--key で選んでください"},
                                     {std::to_string(keystore->entries().size())})}};
    name = keystore->entries().front().name.text;
  }
  auto key = settings.holder ? keystore->holder(name, *settings.holder) : keystore->key(name);
  if (!key) return Err{failure_of(console, key.error())};
  return std::move(*key);
}

}  // namespace hansatsu::wallet
