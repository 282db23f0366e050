#include "wallet/cli/submitted_rows.h"

#include "ledger/block/transaction.h"
#include "wallet/cli/sentences.h"
#include "wallet/csv.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {
namespace {

const std::vector<std::string> kSubmittedHeader{"line", "reference", "transaction"};

std::optional<SubmittedRow> read_submitted(const CsvRow& row) {
  if (row.size() != kSubmittedHeader.size()) return std::nullopt;
  const auto line = parse_whole_number(row[0].text);
  auto transaction = from_hex(row[2].text);
  if (!line || *line > 0xffff'ffff || !transaction) return std::nullopt;
  const auto decoded = decode<block::Transaction>(*transaction);
  if (!decoded) return std::nullopt;
  const auto* opening = std::get_if<rules::OpenAccount>(&decoded->unsigned_part.operation.value);
  if (opening == nullptr || opening->keys.empty()) return std::nullopt;
  return SubmittedRow{static_cast<std::uint32_t>(*line), row[1].text, *std::move(transaction)};
}

}  // namespace

Attempt<SubmittedRows> SubmittedRows::load(const Console& console,
                                           const std::filesystem::path& file) {
  SubmittedRows submitted;
  submitted.file_ = file;
  auto bytes = read_file(file, kRosterBytesMax);
  if (!bytes) {
    if (bytes.error() == FileError::not_found) return submitted;
    return Err{failure_of(console, bytes.error(), file.string())};
  }
  const CsvTable table = parse_csv(as_text(*bytes));
  bool sound = table.problems.empty() && !table.rows.empty();
  for (std::size_t i = 1; i < table.rows.size() && sound; ++i) {
    auto row = read_submitted(table.rows[i]);
    sound = row.has_value();
    if (sound) submitted.rows_.push_back(*std::move(row));
  }
  if (!sound)
    return Err{
        wrong_input(console,
                    {"{} is damaged: accounts of it may be open; ask before you move it away",
                     "{} が壊れています。開設済みの口座があるかもしれません"},
                    {file.string()})};
  submitted.is_new_ = false;
  submitted.on_disk_ = std::move(*bytes);
  return submitted;
}

Attempt<void> SubmittedRows::save(const Console& console, std::vector<SubmittedRow> rows) {
  rows_ = std::move(rows);
  if (rows_.empty()) {
    // If the file comes back after a power loss, its rows are offered once more: they were done.
    std::error_code gone;
    std::filesystem::remove(file_, gone);
    is_new_ = true;
    return {};
  }
  std::string text = csv_line(kSubmittedHeader);
  for (const SubmittedRow& row : rows_)
    text += csv_line({std::to_string(row.line), row.reference, to_hex(row.transaction)});
  const auto written = is_new_ ? write_new_file(file_, as_bytes(text))
                               : replace_file(file_, on_disk_, as_bytes(text));
  if (!written) return Err{failure_of(console, written.error(), file_.string())};
  is_new_ = false;
  on_disk_.assign(text.begin(), text.end());
  return {};
}

}  // namespace hansatsu::wallet
