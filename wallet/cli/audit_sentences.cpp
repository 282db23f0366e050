#include "wallet/cli/audit_sentences.h"

namespace hansatsu::wallet {
namespace {

using audit::Fault;

Sentence meaning_of_log(Fault fault) {
  switch (fault) {
    case Fault::log_missing:
      return {"there is no log in this folder", "このフォルダーにログがありません"};
    case Fault::log_unreadable:
      return {"the log can't be read", "ログを読めません"};
    case Fault::segment_missing:
      return {"a file of the log is missing", "ログのファイルが一つ欠けています"};
    case Fault::segment_damaged:
      return {"a file of the log is damaged", "ログのファイルが壊れています"};
    case Fault::group_damaged:
      return {"the log is damaged before its end", "ログの途中が壊れています"};
    case Fault::group_gap:
      return {"a part of the log is missing before this place",
              "ログのこの場所の前に欠けた部分があります"};
    case Fault::record_malformed:
      return {"the log holds something that is no block, vote or certificate",
              "ログにブロック・投票・証明書ではないものがあります"};
    case Fault::foreign_log:
      return {"the log belongs to another chain or validator than the charter's",
              "ログは規程とは別の台帳または検証ノードのものです"};
    case Fault::too_short:
      return {"the log ends before the height that was asked for",
              "ログは求められた高さの前で終わっています"};
    case Fault::other_chain:
      return {"the folder is of another chain than the one that was expected",
              "フォルダーの台帳は、あるべき番号の台帳ではありません"};
    default:
      return {};
  }
}

Sentence meaning_of_votes(Fault fault) {
  switch (fault) {
    case Fault::bad_vote:
      return {"a vote was not signed by the validator whose log this is",
              "投票がこのログの検証ノードの署名ではありません"};
    case Fault::vote_without_block:
      return {"the validator voted for a block that its log does not hold",
              "検証ノードが投票したブロックがログにありません"};
    case Fault::not_a_quorum:
      return {"a certificate is not by a quorum of the charter's validators",
              "証明書が規程の検証ノードの定足数によるものではありません"};
    case Fault::bad_vote_signature:
      return {"a validator's signature in a certificate is wrong",
              "証明書にある検証ノードの署名が正しくありません"};
    case Fault::conflicting_final:
      return {"two final blocks contradict each other", "確定した二つのブロックが矛盾しています"};
    case Fault::other_block:
      return {
          "another block is final here than the one that the auditor knows: there are two chains",
          "ここで確定したブロックは、ほかから得たものと違います。台帳が二つあります"};
    case Fault::late_certificate:
      return {"a certificate for a block so long ago that no validator takes it",
              "どの検証ノードも受け取らないほど古いブロックの証明書があります"};
    case Fault::block_altered:
      return {"a block is not the one that the validators agreed on",
              "ブロックが検証ノードの合意したものではありません"};
    case Fault::block_missing:
      return {"a final block is missing", "確定したブロックが欠けています"};
    case Fault::too_much_not_final:
      return {"more waits to be final than any honest log holds",
              "未確定のものが正しいログではありえないほど多くあります"};
    default:
      return {};
  }
}

Sentence meaning_of_block(Fault fault) {
  switch (fault) {
    case Fault::bad_header:
      return {"a block does not follow the one before it, or the charter",
              "ブロックが前のブロックまたは規程に合いません"};
    case Fault::bad_body:
      return {"a block's content is malformed", "ブロックの内容の形が正しくありません"};
    case Fault::transactions_differ:
      return {"a block's transactions are not those it was agreed with",
              "ブロックの取引が合意されたものと違います"};
    case Fault::bad_evidence:
      return {"a block's evidence against a validator proves nothing",
              "検証ノードの違反の証拠が証拠になっていません"};
    case Fault::too_large:
      return {"a block is larger than the charter allows", "ブロックが規程より大きいです"};
    case Fault::inadmissible:
      return {"a block holds a transaction that may not be in it",
              "ブロックに入ってはならない取引があります"};
    case Fault::bad_signature:
      return {"a transaction's signature is wrong: its holder did not sign it",
              "取引の署名が正しくありません。口座の持ち主が署名したものではありません"};
    case Fault::outcomes_differ:
      return {"a block's outcomes are not what the rules give",
              "ブロックの取引の結果が規則による結果と違います"};
    case Fault::state_differs:
      return {"the balances after a block are not what the rules give",
              "ブロックの後の残高などが規則による結果と違います"};
    case Fault::books_differ:
      return {"the books do not balance", "帳簿が合いません"};
    default:
      return {};
  }
}

}  // namespace

Sentence meaning(Fault fault) {
  for (const auto part : {&meaning_of_log, &meaning_of_votes, &meaning_of_block}) {
    const Sentence found = part(fault);
    if (!found.english.empty()) return found;
  }
  return {};
}

Sentence meaning(audit::FolderError error) {
  switch (error) {
    case audit::FolderError::no_charter:
      return {"there is no readable charter.bin: name a validator's data folder",
              "charter.bin を読めません。検証ノードのデータフォルダーを指定してください"};
    case audit::FolderError::damaged_charter:
      return {"charter.bin is no charter, or a damaged one",
              "charter.bin が規程ではないか、壊れています"};
    case audit::FolderError::no_log:
      return {"there is no readable log in the folder", "フォルダーのログを読めません"};
  }
  return {};
}

}  // namespace hansatsu::wallet
