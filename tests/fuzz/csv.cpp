#include "wallet/csv.h"

#include "ledger/types/assert.h"
#include "ledger/types/bytes.h"

using namespace hansatsu;

/// Rosters of an office. Rows that are read, written out again, read back as the same rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wallet::CsvTable table = wallet::parse_csv(as_text({data, size}));
  std::string text;
  for (const wallet::CsvRow& row : table.rows) {
    std::vector<std::string> fields;
    for (const wallet::CsvField& field : row) fields.push_back(field.text);
    text += wallet::csv_line(fields);
  }
  const wallet::CsvTable again = wallet::parse_csv(text);
  ASSERT(again.problems.empty() && again.rows.size() == table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    ASSERT(again.rows[i].size() == table.rows[i].size());
    for (std::size_t j = 0; j < table.rows[i].size(); ++j) {
      ASSERT(again.rows[i][j].text == table.rows[i][j].text);
    }
  }
  return 0;
}
