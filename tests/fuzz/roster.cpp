#include "wallet/roster.h"

#include "ledger/types/assert.h"

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

}  // namespace

/// A list that an office's spreadsheet saved, in either encoding: as a list of grants, and of
/// accounts. What is taken is what a grant or an opening may hold.
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
  return 0;
}
