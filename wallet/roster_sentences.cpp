#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {
namespace {

Sentence reason(RosterFault fault) {
  switch (fault) {
    case RosterFault::unreadable:
      return {"bytes that are neither UTF-8 nor CP932 text",
              "UTF-8としてもCP932としても読めない文字です"};
    case RosterFault::too_large:
      return {"the file is larger than 32 MiB", "ファイルが32MiBを超えています"};
    case RosterFault::no_rows:
      return {"no rows below a header", "見出し行の下にデータがありません"};
    case RosterFault::csv_open_quote:
      return {"a quoted cell never ends", "引用符が閉じていません"};
    case RosterFault::csv_text_after_quote:
      return {"text between a closing quote and the next comma", "閉じ引用符の後に文字があります"};
    case RosterFault::csv_quote_inside:
      return {"a quote inside a cell that does not start with one",
              "引用符で始まらないセルに引用符があります"};
    case RosterFault::csv_too_many_fields:
      return {"more than 64 cells in a row", "1行のセルが64個を超えています"};
    case RosterFault::csv_field_too_long:
      return {"a cell longer than 4,096 bytes", "セルが4,096バイトを超えています"};
    case RosterFault::csv_too_many_rows:
      return {"more than 200,000 rows", "200,000行を超えています"};
    case RosterFault::unknown_column:
      return {"no column of this roster has this name", "この名簿にない列名です"};
    case RosterFault::column_twice:
      return {"a second column of this meaning", "同じ意味の列が二つあります"};
    case RosterFault::missing_column:
      return {"this column is missing", "この列がありません"};
    case RosterFault::too_many_cells:
      return {"more cells than the header has", "見出しよりセルが多い行です"};
    case RosterFault::missing_value:
      return {"empty, but needed", "空欄にはできません"};
    case RosterFault::bad_account:
      return {"no account number", "口座番号ではありません"};
    case RosterFault::mistyped_account:
      return {"a mistyped account number: its check digits do not fit",
              "口座番号の書き間違いです(検査数字が合いません)"};
    case RosterFault::bad_amount:
      return {"not a whole number from 1 up", "1以上の整数ではありません"};
    case RosterFault::bad_date:
      return {"no date such as 2026-11-20", "日付ではありません(例 2026-11-20)"};
    case RosterFault::bad_number:
      return {"not a whole number in range", "範囲内の整数ではありません"};
    case RosterFault::bad_choice:
      return {"not one of the words that may stand here", "ここに書ける語ではありません"};
    case RosterFault::bad_key:
      return {"no public key: 64 hex digits, or file:NAME",
              "公開鍵ではありません(16進64桁か file:名前)"};
    case RosterFault::bad_digest:
      return {"not 64 hex digits", "16進64桁ではありません"};
    case RosterFault::bad_identifier:
      return {"longer than 64 bytes", "64バイトを超えています"};
    case RosterFault::does_not_belong:
      return {"this kind of account can't have it", "この種類の口座には書けません"};
    case RosterFault::twice_in_file:
      return {"it stands in an earlier row already", "前の行に同じものがあります"};
  }
  return {"", ""};
}

}  // namespace

std::string sentence(const RosterProblem& problem, Language language) {
  const std::string line = std::to_string(problem.place.line);
  const std::string column = std::to_string(problem.place.column);
  std::string text =
      filled(Sentence{"line {}, column {}", "{}行 {}列"}.in(language), {line, column});
  if (!problem.column.empty()) text += " (" + problem.column + ")";
  text += ": ";
  text += reason(problem.fault).in(language);
  if (!problem.value.empty()) text += ": " + problem.value;
  return text;
}

}  // namespace hansatsu::wallet
