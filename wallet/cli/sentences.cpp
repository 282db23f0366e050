#include "wallet/cli/sentences.h"

#include "wallet/text_file.h"

namespace hansatsu::wallet {
namespace {

Sentence meaning(KeystoreError error) {
  switch (error) {
    case KeystoreError::not_found:
      return {"there is no keystore there: make one with `hansatsu wallet new`",
              "鍵ファイルがありません。`hansatsu wallet new` で作れます"};
    case KeystoreError::exists:
      return {"a file is there already", "その場所にはファイルがあります"};
    case KeystoreError::io:
      return {"the keystore could not be read or written", "鍵ファイルを読み書きできません"};
    case KeystoreError::open_to_others:
      return {"others may read the keystore: set its mode to 0600",
              "鍵ファイルが他人にも読めます。権限を0600にしてください"};
    case KeystoreError::changed:
      return {"another program changed the keystore meanwhile: try again",
              "ほかのプログラムが鍵ファイルを変えました。やり直してください"};
    case KeystoreError::malformed:
      return {"this is no keystore, or a damaged one", "鍵ファイルではないか、壊れています"};
    case KeystoreError::too_costly:
      return {"the keystore asks for more memory or time than any of ours",
              "鍵ファイルが必要とするメモリや時間が大きすぎます"};
    case KeystoreError::wrong_passphrase:
      return {"wrong passphrase, or the file was altered",
              "パスフレーズが違うか、ファイルが変えられています"};
    case KeystoreError::name_taken:
      return {"the keystore has a key of that name", "その名前の鍵がすでにあります"};
    case KeystoreError::name_unknown:
      return {"the keystore has no key of that name", "その名前の鍵はありません"};
    case KeystoreError::bad_name:
      return {"a key's name has 1 to 64 bytes", "鍵の名前は1から64バイトです"};
    case KeystoreError::full:
      return {"the keystore is full", "鍵ファイルがいっぱいです"};
    case KeystoreError::no_words:
      return {"this key was not made from recovery words",
              "この鍵は復元の言葉から作られていません"};
    case KeystoreError::no_key:
      return {"these words give no key for this coin: make new ones",
              "この言葉からは鍵を作れません。新しく作ってください"};
  }
  return {};
}

Sentence meaning(PassphraseError error) {
  switch (error) {
    case PassphraseError::no_file:
      return {"the passphrase file could not be read", "パスフレーズのファイルを読めません"};
    case PassphraseError::open_to_others:
      return {"others may read the passphrase file: set its mode to 0600",
              "パスフレーズのファイルが他人にも読めます。権限を0600にしてください"};
    case PassphraseError::too_long:
      return {"the passphrase is too long", "パスフレーズが長すぎます"};
    case PassphraseError::empty:
      return {"the passphrase is empty", "パスフレーズが空です"};
    case PassphraseError::no_terminal:
      return {"no terminal to ask on: use --passphrase-file",
              "入力できる端末がありません。--passphrase-file を使ってください"};
    case PassphraseError::differ:
      return {"the two do not match", "二回の入力が一致しません"};
  }
  return {};
}

Sentence meaning(MnemonicError error) {
  switch (error) {
    case MnemonicError::not_text:
      return {"this is no text of words", "言葉として読めません"};
    case MnemonicError::wrong_count:
      return {"there must be 24 recovery words", "復元の言葉は24個です"};
    case MnemonicError::unknown_word:
      return {"a word is in neither the English nor the Japanese list",
              "英語にも日本語にもない言葉があります"};
    case MnemonicError::wrong_checksum:
      return {"the words do not belong together: one is wrong or in the wrong place",
              "言葉の組み合わせが正しくありません。どれかが違うか、順番が違います"};
  }
  return {};
}

Sentence meaning(rpc::PaymentUriError error) {
  using enum rpc::PaymentUriError;
  switch (error) {
    case not_a_request:
      return {"this is no payment request", "支払い請求ではありません"};
    case too_long:
      return {"the payment request is too long", "支払い請求が長すぎます"};
    case malformed:
      return {"the payment request is damaged", "支払い請求が壊れています"};
    case repeated:
      return {"the payment request says something twice", "支払い請求に重複があります"};
    case not_understood:
      return {"the payment request needs something this program does not know",
              "この版では扱えない支払い請求です"};
    case missing_chain:
    case bad_chain:
      return {"the payment request names no chain", "支払い請求に台帳の指定がありません"};
    case missing_account:
    case bad_account:
      return {"the payment request names no valid account",
              "支払い請求の口座番号が正しくありません"};
    case bad_coin:
      return {"the payment request's coin is malformed", "支払い請求のコインが正しくありません"};
    case bad_amount:
      return {"the payment request's amount is malformed", "支払い請求の金額が正しくありません"};
    case bad_order:
      return {"the payment request's order is malformed", "支払い請求の注文番号が正しくありません"};
    case bad_expiry:
      return {"the payment request's expiry is malformed", "支払い請求の期限が正しくありません"};
    case bad_label:
      return {"the payment request's label is malformed", "支払い請求の表示名が正しくありません"};
  }
  return {};
}

Sentence meaning(FileError error) {
  switch (error) {
    case FileError::not_found:
      return {"{}: no such file", "{}: ファイルがありません"};
    case FileError::exists:
      return {"{}: a file is there already", "{}: すでにファイルがあります"};
    case FileError::too_large:
      return {"{}: too large", "{}: 大きすぎます"};
    case FileError::changed:
      return {"{}: changed meanwhile", "{}: 途中で変えられました"};
    case FileError::open_to_others:
      return {"{}: others may read it: set its mode to 0600",
              "{}: 他人にも読めます。権限を0600にしてください"};
    case FileError::io:
      return {"{}: can't be read or written", "{}: 読み書きできません"};
  }
  return {};
}

}  // namespace

Failure failure_of(const Console& console, KeystoreError error) {
  return {ExitCode::locked, "", console.say(meaning(error))};
}
Failure failure_of(const Console& console, PassphraseError error) {
  return {ExitCode::locked, "", console.say(meaning(error))};
}
Failure failure_of(const Console& console, MnemonicError error) {
  return {ExitCode::wrong_input, "", console.say(meaning(error))};
}
Failure failure_of(const Console& console, FileError error, std::string_view file) {
  return {ExitCode::wrong_input, "", console.say(meaning(error), {file})};
}
Failure failure_of(const Console& console, rpc::PaymentUriError error) {
  return {ExitCode::wrong_input, "", console.say(meaning(error))};
}
Failure failure_of(const Console& console, AccountNumberError error, std::string_view number) {
  const bool mistyped = error == AccountNumberError::wrong_check_digits;
  return {ExitCode::wrong_input, "",
          console.say(mistyped ? Sentence{"{} is mistyped: its check digits do not fit",
                                          "{} は書き間違いです(検査数字が合いません)"}
                               : Sentence{"{} is no account number", "{} は口座番号ではありません"},
                      {shown(number)})};
}

Failure wrong_input(const Console& console, Sentence sentence,
                    std::initializer_list<std::string_view> values) {
  return {ExitCode::wrong_input, "", console.say(sentence, values)};
}

}  // namespace hansatsu::wallet
