#include "merchant-sdk/till/sentences.h"

namespace hansatsu::till {
namespace {

using merchant::ErrorCode;

std::string_view japanese(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_node_url:
      return "ノードのアドレスは http://ホスト:ポート の形で、一つ以上必要です";
    case ErrorCode::charter_unreadable:
      return "規程のファイルを読めません";
    case ErrorCode::charter_malformed:
      return "規程のファイルの内容が正しくありません";
    case ErrorCode::bad_account_number:
      return "加盟店の口座番号が正しくありません";
    case ErrorCode::unknown_coin:
      return "そのコインは規程にありません。複数あるときは名前を指定してください";
    case ErrorCode::passphrase_unreadable:
      return "パスフレーズのファイルを読めないか、他人も読める状態です";
    case ErrorCode::keystore_unreadable:
      return "鍵ファイルを読めないか、他人も読める状態です";
    case ErrorCode::wrong_passphrase:
      return "パスフレーズが違います";
    case ErrorCode::unknown_key_name:
      return "その名前の鍵はありません";
    case ErrorCode::no_randomness:
      return "乱数が得られません";
    case ErrorCode::bad_amount:
      return "金額は1以上の整数で入力してください";
    case ErrorCode::bad_label:
      return "店名は128バイト以内で、制御文字を含まない文字列にしてください";
    case ErrorCode::bad_expiry:
      return "支払期限は今より後にしてください";
    case ErrorCode::not_paid:
      return "期限までに支払われませんでした";
    case ErrorCode::paid_differently:
      return "違う金額またはコインで支払われました";
    case ErrorCode::unreachable:
      return "台帳につながりません。支払われたかどうかは、まだ分かりません";
    case ErrorCode::other_chain:
      return "ノードの台帳が、信頼している規程のものではありません";
    case ErrorCode::key_not_of_shop:
      return "この鍵では加盟店の口座を見られません";
    case ErrorCode::refused:
      return "ノードが要求を断りました";
    case ErrorCode::malformed_answer:
      return "ノードの返事が正しくありません";
    case ErrorCode::stopped:
      return "待つのをやめました";
    case ErrorCode::clock_differs:
      return "レジの時計が10分以上ずれています。時計を合わせてください";
    case ErrorCode::proof_malformed:
      return "証明が正しい形ではありません";
    case ErrorCode::proof_not_final:
      return "証明に規程の検証者の署名が足りません";
    case ErrorCode::proof_not_in_block:
      return "証明のブロックにこの支払いがありません";
    case ErrorCode::proof_of_another:
      return "別の支払いの証明です";
    case ErrorCode::no_journal:
      return "注文の控えを残していません";
    case ErrorCode::journal_unreadable:
      return "注文の控えを読めないか、大きすぎます。別の場所に移してください";
    case ErrorCode::journal_damaged:
      return "注文の控えが壊れているか、控えではないファイルです。壊れた控えは別の場所に移し、"
             "売上を確かめてください";
    case ErrorCode::journal_unwritable:
      return "注文の控えを書き込めないか、控えではないファイルです";
  }
  return "";
}

}  // namespace

ExitCode exit_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_node_url:
    case ErrorCode::charter_unreadable:
    case ErrorCode::charter_malformed:
    case ErrorCode::bad_account_number:
    case ErrorCode::unknown_coin:
    case ErrorCode::bad_amount:
    case ErrorCode::bad_label:
    case ErrorCode::bad_expiry:
    case ErrorCode::key_not_of_shop:
    case ErrorCode::no_journal:
    case ErrorCode::journal_unreadable:
    case ErrorCode::journal_damaged:
    case ErrorCode::journal_unwritable:
      return ExitCode::wrong_input;
    case ErrorCode::passphrase_unreadable:
    case ErrorCode::keystore_unreadable:
    case ErrorCode::wrong_passphrase:
    case ErrorCode::unknown_key_name:
    case ErrorCode::no_randomness:
      return ExitCode::locked;
    case ErrorCode::not_paid:
    case ErrorCode::paid_differently:
    case ErrorCode::refused:
    case ErrorCode::stopped:
      return ExitCode::not_paid;
    case ErrorCode::unreachable:
    case ErrorCode::clock_differs:
      return ExitCode::unreachable;
    case ErrorCode::other_chain:
    case ErrorCode::malformed_answer:
    case ErrorCode::proof_malformed:
    case ErrorCode::proof_not_final:
    case ErrorCode::proof_not_in_block:
    case ErrorCode::proof_of_another:
      return ExitCode::unproven;
  }
  return ExitCode::wrong_input;
}

std::string sentence(const merchant::Error& error, wallet::Language language) {
  const wallet::Sentence both{merchant::text(error.code), japanese(error.code)};
  std::string text{both.in(language)};
  if (!error.node_code.empty()) text += " (" + error.node_code + ")";
  return text;
}

}  // namespace hansatsu::till
