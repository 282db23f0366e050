#include "merchant-sdk/journal.h"

#include "merchant-sdk/journal_file.h"

using namespace hansatsu;

namespace {

/// The seeds' till.
merchant::JournalOwner seeds_owner() {
  merchant::JournalOwner owner;
  owner.chain_id.bytes.fill(0x10);
  owner.shop = AccountId{12'345};
  owner.coin = "sample";
  return owner;
}

}  // namespace

/// A till's file after whatever a disk did to it. Orders are understood whole, are this till's own,
/// and hang on nothing that stands after the last whole line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const merchant::JournalOwner owner = seeds_owner();
  const std::string_view text = as_text({data, size});
  const auto entries = merchant::parse_journal(text, owner);
  const auto whole =
      merchant::parse_journal(text.substr(0, merchant::whole_line_bytes(text)), owner);
  // One without a whole line may be a file of another kind, which is told of.
  const bool is_other = merchant::whole_line_bytes(text) == 0;
  ASSERT(whole.has_value() ? entries.has_value() || is_other : !entries.has_value());
  if (!entries) return 0;
  ASSERT(entries->size() == whole->size());
  for (const auto& [reference, entry] : *entries) {
    ASSERT(entry.order.reference == reference && entry.request.order.bytes == reference);
    ASSERT(entry.request.chain == owner.chain_id && entry.request.payee == owner.shop);
    ASSERT(entry.request.coin == owner.coin && entry.request.expires);
    ASSERT(entry.request.amount && entry.request.amount->units() == entry.order.amount);
    const auto shown = rpc::parse_payment_uri(entry.order.uri);
    ASSERT(shown && *shown == entry.request);
    ASSERT(!entry.settled || !entry.payments.empty());
  }
  return 0;
}
