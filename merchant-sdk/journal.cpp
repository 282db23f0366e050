#include "merchant-sdk/journal.h"

#include <algorithm>

#include "merchant-sdk/journal_file.h"
#include "rpc/json/key_id.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::merchant {
namespace {

constexpr std::string_view kHeading = "hansatsu-till-journal 1";
constexpr std::size_t kJournalBytesMax = 64U << 20U;
constexpr std::size_t kWordsMax = 8;
/// In the year 2255: what a system_clock counts in nanoseconds.
constexpr std::uint64_t kTimeMsMax = 9'000'000'000'000;

/// Words between single spaces; none when there are more than a line has.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < kWordsMax) {
    const std::size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
  return {};
}

std::optional<OrderReference> reference_of(std::string_view word) {
  const auto reference = fixed_from_hex<hansatsu::OrderReference>(word);
  if (!reference) return std::nullopt;
  return reference->bytes;
}

/// Each takes the words of its line; false: no till has written them.
bool take_order(const std::vector<std::string_view>& words, const JournalOwner& owner,
                JournalEntries& entries) {
  if (words.size() != 3) return false;
  const auto created = rpc::parse_decimal<std::uint64_t>(words[1]);
  const auto request = rpc::parse_payment_uri(words[2]);
  if (!created || *created > kTimeMsMax || !request || !request->amount) return false;
  if (!request->expires || request->order.is_zero()) return false;
  if (request->chain != owner.chain_id || request->payee != owner.shop ||
      request->coin != owner.coin) {
    return true;
  }
  JournalEntry entry;
  entry.order.reference = request->order.bytes;
  entry.order.amount = request->amount->units();
  entry.order.created = std::chrono::system_clock::time_point{
      std::chrono::milliseconds{static_cast<std::int64_t>(*created)}};
  entry.order.uri = words[2];
  entry.request = *request;
  entries.emplace(entry.order.reference, std::move(entry));
  return true;
}

bool take_payment(const std::vector<std::string_view>& words, const JournalOwner& owner,
                  JournalEntries& entries) {
  if (words.size() != 6) return false;
  const auto reference = reference_of(words[1]);
  const auto id = fixed_from_hex<Hash>(words[2]);
  const auto amount = rpc::parse_decimal<std::uint64_t>(words[3]);
  if (!reference || !id || !amount) return false;
  const auto entry = entries.find(*reference);
  if (entry == entries.end()) return true;
  JournalEntry& known = entry->second;
  known.payments.emplace(words[2]);
  known.settled = known.settled || (*amount == known.order.amount && words[4] == owner.coin);
  return true;
}

bool take_over(const std::vector<std::string_view>& words, JournalEntries& entries) {
  if (words.size() != 2) return false;
  const auto reference = reference_of(words[1]);
  if (reference) entries.erase(*reference);
  return reference.has_value();
}

bool take_line(std::string_view line, const JournalOwner& owner, JournalEntries& entries) {
  const auto words = words_of(line);
  if (words.empty()) return false;
  if (words[0] == "order") return take_order(words, owner, entries);
  if (words[0] == "paid") return take_payment(words, owner, entries);
  if (words[0] == "over") return take_over(words, entries);
  return false;
}

}  // namespace

Result<JournalEntries> parse_journal(std::string_view text, const JournalOwner& owner) {
  if (!is_under_heading(text, kHeading)) return ErrorCode::journal_damaged;
  text = text.substr(0, whole_line_bytes(text));
  JournalEntries entries;
  for (bool heading = true; !text.empty(); heading = false) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (!heading && !take_line(line, owner, entries)) return ErrorCode::journal_damaged;
  }
  return entries;
}

Result<JournalEntries> Journal::read() const {
  const auto bytes = wallet::read_file(path_, kJournalBytesMax);
  if (!bytes) {
    if (bytes.error() == wallet::FileError::not_found) return JournalEntries{};
    return ErrorCode::journal_unreadable;
  }
  return parse_journal(as_text(*bytes), owner_);
}

Result<Done> Journal::add_line(const std::string& line) const {
  if (!append_line(path_, kHeading, line)) return ErrorCode::journal_unwritable;
  return Done{};
}

Result<Done> Journal::add_order(const Order& order) const {
  const auto created =
      std::chrono::duration_cast<std::chrono::milliseconds>(order.created.time_since_epoch());
  return add_line("order " + std::to_string(std::max<std::int64_t>(created.count(), 0)) + ' ' +
                  order.uri);
}

Result<Done> Journal::add_payment(const OrderReference& order, const Payment& payment) const {
  return add_line("paid " + to_hex(order) + ' ' + payment.transaction_id + ' ' +
                  std::to_string(payment.amount) + ' ' + payment.coin + ' ' +
                  std::to_string(payment.number));
}

Result<Done> Journal::add_over(const OrderReference& order) const {
  return add_line("over " + to_hex(order));
}

}  // namespace hansatsu::merchant
