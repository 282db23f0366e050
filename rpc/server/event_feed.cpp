#include "rpc/server/event_feed.h"

#include "rpc/server/call_tools.h"

namespace hansatsu::rpc {
namespace {

constexpr std::uint32_t kPageEntries = 50;
/// What browsers and ours wait before they come back.
constexpr std::string_view kRetry = "retry: 1000\n";
constexpr std::string_view kHeartbeat = ":\n\n";

/// "event: pay", or "event: refused" for what a rule refused.
std::string name_of(const rules::PublicOutcome& outcome, UtcOffset offset) {
  if (outcome.code != 0) return "refused";
  return write_json(outcome.operation, offset).get<std::string>();
}

}  // namespace

EventFeed::EventFeed(EventFeeds& feeds, Reader reader)
    : feeds_{feeds}, reader_{std::move(reader)}, timer_{feeds.executor_} {}

EventFeed::~EventFeed() { feeds_.leave(*this); }

void EventFeed::close() {
  closed_ = true;
  timer_.cancel();
}

void EventFeed::wake() {
  news_ = true;
  timer_.cancel();
}

net::awaitable<void> EventFeed::sleep(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  // Ends by expiry, or by a cancel: which, tell the flags.
  [[maybe_unused]] const auto ended = co_await timer_.async_wait(net::as_tuple(net::use_awaitable));
}

std::string EventFeed::text_of(std::vector<FinalTransaction>& entries) {
  const UtcOffset offset = feeds_.view_.charter()->utc_offset;
  std::string text;
  for (FinalTransaction& entry : entries) {
    reader_.after = {entry.height, entry.position};
    text += "event: " + name_of(entry.outcome, offset) + "\nid: " + to_cursor_text(reader_.after);
    text += "\ndata: " + dump_json(history_entry(std::move(entry), account(), offset)) + "\n\n";
  }
  return text;
}

net::awaitable<std::optional<std::string>> EventFeed::next() {
  if (!std::exchange(begun_, true)) {
    // Who is cut off before the first event must know where it had begun.
    co_return std::string{kRetry} + "id: " + to_cursor_text(reader_.after) + "\n\n";
  }
  while (!closed_) {
    // A key that was removed while the stream was open reads no more.
    if (!feeds_.authenticator_.still_stands(reader_.caller)) co_return std::nullopt;
    // Silence must mean that nothing happened: who can't know lets the reader ask elsewhere.
    if (!feeds_.view_.is_serving()) co_return std::nullopt;
    // Before the question: what becomes final from here on is news again.
    if (std::exchange(news_, false)) {
      const HistoryQuery query{account(), reader_.after, false, kPageEntries};
      auto part = co_await wait_for_view<HistoryPart>(
          feeds_.executor_, feeds_.limits_.view_max,
          [&](auto answer) { feeds_.view_.history(query, std::move(answer)); });
      if (!part) {
        // Nothing is left out: it is read again, and a stream that can't go on ends, so that its
        // reader comes back with the place it has, perhaps to another node.
        const auto now = std::chrono::steady_clock::now();
        if (!unread_since_) unread_since_ = now;
        if (now - *unread_since_ >= feeds_.limits_.reread_max) co_return std::nullopt;
        if (!closed_) co_await sleep(feeds_.limits_.reread);
        news_ = true;
        continue;
      }
      unread_since_.reset();
      if (!part->is_end) news_ = true;
      if (!part->entries.empty()) co_return text_of(part->entries);
      continue;
    }
    co_await sleep(feeds_.limits_.heartbeat);
    if (!closed_ && !news_ && feeds_.view_.is_serving()) co_return std::string{kHeartbeat};
  }
  co_return std::nullopt;
}

EventFeeds::EventFeeds(net::any_io_executor executor, LedgerView& view,
                       Authenticator& authenticator, const ServerLimits& limits)
    : executor_{std::move(executor)}, view_{view}, authenticator_{authenticator}, limits_{limits} {}

void EventFeeds::start() {
  news_->started = true;
  view_.on_final(
      [this, news = news_](std::span<const AccountId> accounts) { hear(news, accounts); });
}

void EventFeeds::stop() {
  view_.on_final(nullptr);
  const std::lock_guard lock{news_->mutex};
  news_->started = false;
}

/// On the ledger's thread: nothing but a note, and at most one message under way.
void EventFeeds::hear(const std::shared_ptr<News>& news, std::span<const AccountId> accounts) {
  const std::lock_guard lock{news->mutex};
  if (!news->wanted) return;
  news->accounts.insert(accounts.begin(), accounts.end());
  if (std::exchange(news->on_way, true)) return;
  net::post(executor_, [this, news] {
    std::set<AccountId> touched;
    {
      const std::lock_guard inner{news->mutex};
      news->on_way = false;
      if (!news->started) return;
      touched.swap(news->accounts);
    }
    wake_those(touched);
  });
}

void EventFeeds::wake_those(const std::set<AccountId>& accounts) {
  for (const AccountId account : accounts) {
    const auto [begin, end] = feeds_.equal_range(account);
    for (auto feed = begin; feed != end; ++feed) feed->second->wake();
  }
}

Result<std::shared_ptr<EventFeed>, ApiError> EventFeeds::open(EventFeed::Reader reader) {
  const AccountId account = reader.caller.account->id;
  std::uint32_t open = 0;
  std::uint32_t of_account = 0;
  std::uint32_t of_address = 0;
  for (const auto& [owner, feed] : feeds_) {
    if (feed->is_closed()) continue;  // on its way out
    ++open;
    if (owner == account) ++of_account;
    if (feed->address() == reader.address) ++of_address;
  }
  if (of_account >= limits_.streams_account || of_address >= reader.address_streams_max) {
    return Err{ApiError::too_many_requests};
  }
  if (open >= limits_.streams && !make_room(of_account)) return Err{ApiError::overloaded};
  {
    const std::lock_guard lock{news_->mutex};
    news_->wanted = true;
  }
  auto feed = std::make_shared<EventFeed>(*this, std::move(reader));
  feeds_.emplace(account, feed.get());
  return feed;
}

/// Closes one stream of the account that has most, if afterwards it has no fewer than one that had
/// `own` and opens another: some accounts together can't keep the rest out, nor take turns.
bool EventFeeds::make_room(std::uint32_t own) {
  EventFeed* oldest = nullptr;
  std::uint32_t most = 0;
  for (auto first = feeds_.begin(); first != feeds_.end();) {
    const auto end = feeds_.upper_bound(first->first);
    EventFeed* first_open = nullptr;
    std::uint32_t count = 0;
    for (; first != end; ++first) {
      if (first->second->is_closed()) continue;
      if (first_open == nullptr) first_open = first->second;
      ++count;
    }
    if (count <= most) continue;
    most = count;
    oldest = first_open;
  }
  if (oldest == nullptr || most < own + 2) return false;
  oldest->close();
  return true;
}

void EventFeeds::leave(EventFeed& feed) {
  const auto [begin, end] = feeds_.equal_range(feed.account());
  for (auto entry = begin; entry != end; ++entry) {
    if (entry->second != &feed) continue;
    feeds_.erase(entry);
    break;
  }
  if (!feeds_.empty()) return;
  const std::lock_guard lock{news_->mutex};
  news_->wanted = false;
  news_->accounts.clear();
}

}  // namespace hansatsu::rpc
