#include "wallet/cli/opened_accounts.h"

#include "wallet/cli/sentences.h"
#include "wallet/csv.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {
namespace {
const std::vector<std::string> kHeader{"reference", "key", "account number"};
}  // namespace

Attempt<OpenedAccounts> OpenedAccounts::load(const Console& console,
                                             const std::filesystem::path& file) {
  OpenedAccounts opened;
  opened.file_ = file;
  auto bytes = read_file(file, kRosterBytesMax);
  if (!bytes) {
    if (bytes.error() == FileError::not_found) return opened;
    return Err{failure_of(console, bytes.error(), file.string())};
  }
  opened.is_new_ = false;
  const CsvTable table = parse_csv(as_text(*bytes));
  bool sound = table.problems.empty() && !table.rows.empty();
  for (std::size_t i = 1; i < table.rows.size() && sound; ++i) {
    const CsvRow& row = table.rows[i];
    sound = row.size() == kHeader.size();
    if (!sound) break;
    const auto key = fixed_from_hex<PublicKey>(row[1].text);
    const auto account = parse_account_number(row[2].text);
    sound = key && account;
    if (sound) opened.add({row[0].text, *key, *account});
  }
  if (!sound)
    return Err{wrong_input(console,
                           {"{} is no list of opened accounts: move it away",
                            "{} は開設済み口座の一覧ではありません。別の場所に移してください"},
                           {file.string()})};
  opened.on_disk_ = std::move(*bytes);
  return opened;
}

void OpenedAccounts::add(OpenedAccount opened) {
  keys_.insert(opened.key);
  accounts_.push_back(std::move(opened));
}

Attempt<void> OpenedAccounts::save(const Console& console) {
  std::string text = csv_line(kHeader);
  for (const OpenedAccount& each : accounts_)
    text += csv_line({each.reference, to_hex(each.key.view()), to_account_number(each.account)});
  const auto written = is_new_ ? write_new_file(file_, as_bytes(text))
                               : replace_file(file_, on_disk_, as_bytes(text));
  if (!written) return Err{failure_of(console, written.error(), file_.string())};
  is_new_ = false;
  on_disk_.assign(text.begin(), text.end());
  return {};
}

Json OpenedAccounts::json() const {
  Json list = Json::array();
  for (const OpenedAccount& each : accounts_)
    list.push_back({{"reference", each.reference},
                    {"key", to_hex(each.key.view())},
                    {"account", to_account_number(each.account)}});
  return list;
}

}  // namespace hansatsu::wallet
