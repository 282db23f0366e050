#include "wallet/roster.h"

#include "ledger/types/assert.h"
#include "wallet/payout_list.h"

using namespace hansatsu;

namespace {

template <class Row>
void check_roster(const wallet::Roster<Row>& roster) {
  if (roster) return;
  ASSERT(!roster.error().empty());  // whoever is turned away is told why
  for (const wallet::RosterProblem& problem : roster.error()) {
    ASSERT(!wallet::sentence(problem, wallet::Language::en).empty());
    ASSERT(is_utf8(wallet::sentence(problem, wallet::Language::ja)));
  }
}

/// Paid once each, in order; what is paid is on the list again when it is written again.
void check_payouts(const wallet::Roster<rules::FileLine>& lines) {
  check_roster(lines);
  if (!lines) return;
  std::vector<wallet::PayoutEntry> entries;
  for (const rules::FileLine& line : *lines) {
    ASSERT(!line.payout.is_zero());
    ASSERT(entries.empty() || entries.back().id < line.redemption);
    entries.push_back({line.redemption, {}, {}, {}, line.payout, line.payee_digest});
  }
  if (entries.empty()) return;
  for (const wallet::Language language : {wallet::Language::en, wallet::Language::ja}) {
    const auto again =
        wallet::read_payout_list(as_bytes(wallet::write_payout_list(entries, language)));
    ASSERT(again && *again == *lines);
  }
}

}  // namespace

/// A list that an office's spreadsheet saved, in either encoding: as a list of grants, of accounts,
/// and of payouts. What is taken is what a grant, an opening or a bank file may hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file{data, size};
  const wallet::RosterOptions options{std::nullopt, "/nonexistent"};
  const auto grants = wallet::read_grant_roster(file, options);
  check_roster(grants);
  if (grants) {
    for (const wallet::GrantRow& row : *grants) ASSERT(!row.entry.amount.is_zero());
  }
  const auto accounts =
      wallet::read_account_roster(file, options, state::AccountKind::person, CoinId{0});
  check_roster(accounts);
  if (accounts) {
    for (const wallet::AccountRow& row : *accounts) {
      ASSERT(decode<rules::OpenAccount>(encode(row.operation)).has_value());
    }
  }
  check_payouts(wallet::read_payout_list(file));
  return 0;
}
