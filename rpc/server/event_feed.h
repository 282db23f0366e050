#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <mutex>
#include <set>

#include "rpc/server/access.h"
#include "rpc/server/config.h"
#include "rpc/server/view_wait.h"

/// What GET /v1/events sends: an account's history as it grows.
/// Source: docs/protocol/api.md "Events".
namespace hansatsu::rpc {

class EventFeeds;

/// One open stream. It holds no queue: a place in the history and a sign that there is news, so
/// that a slow reader costs one page and whoever comes back goes on where it was.
/// Threads: the server's.
class EventFeed {
 public:
  struct Reader {
    Caller caller;  ///< with an account
    Cursor after;   ///< the last event it has
    std::string address;
    std::uint32_t address_streams_max = 0;  ///< that the address may have
  };
  EventFeed(EventFeeds& feeds, Reader reader);
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;
  ~EventFeed();

  /// The next bytes of the stream, waiting for them; absent when it is over: closed, its key no
  /// longer valid, or its history unreadable for long.
  [[nodiscard]] net::awaitable<std::optional<std::string>> next();
  /// Ends a wait; `next` gives nothing more.
  void close();
  /// The account's history may have grown.
  void wake();
  [[nodiscard]] AccountId account() const { return reader_.caller.account->id; }
  [[nodiscard]] const std::string& address() const { return reader_.address; }
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  [[nodiscard]] net::awaitable<void> sleep(std::chrono::milliseconds time);
  [[nodiscard]] std::string text_of(std::vector<FinalTransaction>& entries);

  EventFeeds& feeds_;
  Reader reader_;
  net::steady_timer timer_;  ///< the wait for news
  bool begun_ = false;
  bool closed_ = false;
  bool news_ = true;  ///< not looked at yet
  /// The history gives nothing since then.
  std::optional<std::chrono::steady_clock::time_point> unread_since_;
};

/// All open streams, and the one listener that wakes them.
class EventFeeds {
 public:
  EventFeeds(net::any_io_executor executor, LedgerView& view, Authenticator& authenticator,
             const ServerLimits& limits);
  EventFeeds(const EventFeeds&) = delete;
  EventFeeds& operator=(const EventFeeds&) = delete;

  /// From here on final blocks wake the streams; until `stop`, which no stream may outlive long.
  void start();
  void stop();

  /// May close the oldest stream of the account with the most, for one that has fewer.
  /// Errors: too_many_requests (of this account or address), overloaded.
  [[nodiscard]] Result<std::shared_ptr<EventFeed>, ApiError> open(EventFeed::Reader reader);
  [[nodiscard]] std::size_t count() const { return feeds_.size(); }

 private:
  friend class EventFeed;
  /// What the ledger's thread leaves for the server's.
  struct News {
    std::mutex mutex;
    std::set<AccountId> accounts;
    bool wanted = false;   ///< there are streams
    bool on_way = false;   ///< the server's thread has been told
    bool started = false;  ///< the server takes them
  };
  void hear(const std::shared_ptr<News>& news, std::span<const AccountId> accounts);
  void wake_those(const std::set<AccountId>& accounts);
  void leave(EventFeed& feed);
  [[nodiscard]] bool make_room(std::uint32_t own);

  net::any_io_executor executor_;
  LedgerView& view_;
  Authenticator& authenticator_;
  const ServerLimits& limits_;
  std::multimap<AccountId, EventFeed*> feeds_;
  std::shared_ptr<News> news_ = std::make_shared<News>();
};

}  // namespace hansatsu::rpc
