#include <algorithm>

#include "merchant-sdk/implementation.h"

namespace hansatsu::merchant {
namespace {

/// After that the ledger lets a payer pay the same order again: what comes then is no payment of
/// it.
constexpr std::chrono::hours kLookedForAfterExpiry{48};

/// A request may expire later than a system_clock counts.
bool is_over(const JournalEntry& entry, std::chrono::system_clock::time_point now) {
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const auto latest =
      std::chrono::milliseconds{static_cast<std::int64_t>(entry.request.expires->raw)} +
      kLookedForAfterExpiry;
  return now_ms >= latest;
}

/// Orders may bear a time that is too late, though the clock is right by now: a hardware clock that
/// keeps local time and is read as UTC is up to 14 hours ahead until the network sets it.
constexpr std::chrono::hours kClockWasAheadMax{24};

Timestamp looked_for_since(const JournalEntries& entries) {
  auto oldest = std::chrono::system_clock::now();
  for (const auto& [reference, entry] : entries) oldest = std::min(oldest, entry.order.created);
  return history_since(oldest - kClockWasAheadMax);
}

}  // namespace

struct Till::Implementation::Search {
  JournalEntries entries;
  std::map<std::string, FoundPayment> found = {};  ///< by transaction

  /// The order that it pays, if the shop does not know of it yet.
  [[nodiscard]] const JournalEntry* order_of(const rpc::FinalTransaction& entry) const {
    const rules::PublicOutcome& outcome = entry.outcome;
    if (outcome.code != 0 || outcome.operation != rules::OperationCode::pay) return nullptr;
    const auto order = entries.find(outcome.order.bytes);
    if (order == entries.end()) return nullptr;
    const std::string id = to_hex(entry.id.view());
    const bool known = found.contains(id) || order->second.payments.contains(id);
    return known ? nullptr : &order->second;
  }

  /// The journal as it stands after the search: what another program has noted or written off
  /// meanwhile is not told again, and what it has asked for meanwhile was not looked for.
  void take_up(JournalEntries now) {
    std::erase_if(now, [this](const auto& entry) { return !entries.contains(entry.first); });
    entries = std::move(now);
    std::erase_if(found, [this](const auto& payment) {
      const auto order = entries.find(payment.second.order.reference);
      return order == entries.end() || order->second.payments.contains(payment.first);
    });
  }

  [[nodiscard]] LookBack result(const std::string& coin) {
    LookBack result;
    for (auto& [id, payment] : found) result.payments.push_back(std::move(payment));
    std::sort(result.payments.begin(), result.payments.end(),
              [](const auto& a, const auto& b) { return a.payment.number < b.payment.number; });
    std::set<OrderReference> settled;
    for (const auto& [reference, entry] : entries)
      if (entry.settled) settled.insert(reference);
    for (FoundPayment& found_one : result.payments) {
      const Order& order = found_one.order;
      const bool in_full =
          found_one.payment.amount == order.amount && found_one.payment.coin == coin;
      found_one.settles = in_full && settled.insert(order.reference).second;
    }
    for (const auto& [reference, entry] : entries)
      if (!settled.contains(reference)) result.unpaid.push_back(entry.order);
    std::sort(result.unpaid.begin(), result.unpaid.end(),
              [](const Order& a, const Order& b) { return a.created < b.created; });
    return result;
  }
};

NodeAnswer<Done> Till::Implementation::prove(ShopNode& node, const rpc::FinalTransaction& entry,
                                             Search& search, Clock::time_point until) const {
  const JournalEntry* known = search.order_of(entry);
  if (known == nullptr || entry.outcome.subject != shop_ || !entry.outcome.coin) return Done{};
  if (entry.outcome.coin->raw >= pinned_.charter.coins.size()) return Done{};
  const auto receipt = node.receipt(entry.id, until);
  if (!receipt) return Err{receipt.error()};
  const Expected expected{
      shop_, *entry.outcome.coin, entry.outcome.amount, {known->order.reference}};
  auto payment = verify_payment(pinned_, expected, *receipt);
  if (!payment) return Err{NodeTrouble{payment.error(), false, {}}};
  if (known->payments.contains(payment->transaction_id)) return Done{};
  const std::string id = payment->transaction_id;
  search.found.emplace(id, FoundPayment{known->order, *std::move(payment), false});
  return Done{};
}

Result<Done> Till::Implementation::search(ShopNode& node, Search& search, Clock::time_point until,
                                          const WaitOn& wait_on) const {
  node.look_from(looked_for_since(search.entries));
  while (!node.is_read()) {
    if (Clock::now() >= until) return ErrorCode::unreachable;
    const auto entries = node.news(until);
    if (!entries) return entries.error().error;
    for (const rpc::FinalTransaction& entry : *entries) {
      if (const auto proven = prove(node, entry, search, until); !proven)
        return proven.error().error;
    }
    if (wait_on && !wait_on()) return ErrorCode::stopped;
  }
  return Done{};
}

Result<LookBack> Till::Implementation::look_back(Clock::time_point deadline,
                                                 const WaitOn& wait_on) {
  if (!journal_) return ErrorCode::no_journal;
  auto entries = journal_->read();
  if (!entries) return entries.error();
  if (entries->empty()) return LookBack{{}, {}, true};
  Search all{*std::move(entries)};
  std::size_t complete = 0;
  Error trouble{ErrorCode::unreachable, {}};
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    // A node that has no end leaves the others their time.
    const auto share = (deadline - Clock::now()) / static_cast<std::int64_t>(nodes_.size() - i);
    const auto told =
        search(nodes_[(node_ + i) % nodes_.size()], all, Clock::now() + share, wait_on);
    if (told) ++complete;
    if (!told) trouble = told.error();
    if (!told && trouble.code == ErrorCode::stopped) break;
  }
  auto entries_now = journal_->read();
  if (!entries_now) return entries_now.error();
  all.take_up(*std::move(entries_now));
  if (complete == 0 && all.found.empty()) return trouble;
  // More than half of the nodes must have told all they have: one that hides a payment must not
  // make the till forget the order.
  if (2 * complete > nodes_.size()) end_orders(all);
  LookBack result = all.result(coin_name());
  result.complete = complete > 0;
  return result;
}

void Till::Implementation::end_orders(const Search& search) const {
  std::set<OrderReference> to_be_noted;
  for (const auto& [id, payment] : search.found) to_be_noted.insert(payment.order.reference);
  const auto now = std::chrono::system_clock::now();
  for (const auto& [reference, entry] : search.entries) {
    if (to_be_noted.contains(reference)) continue;
    // One that can't be written off now is written off next time.
    if (is_over(entry, now)) (void)journal_->add_over(reference);
  }
}

}  // namespace hansatsu::merchant
