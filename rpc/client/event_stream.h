#pragma once

#include "rpc/client/client.h"

namespace hansatsu::rpc {

/// Hears of each transaction of an account as it becomes final, paid, received, refused or any
/// other: the account's history as it grows. Comes back by itself after a loss, at the same node or
/// the next, and goes on where it was: nothing is missed, nothing comes twice.
///
///     EventStream news = client.events(signer, place_kept_from_last_time);
///     for (;;) {
///       auto event = news.next(std::chrono::seconds{1});
///       if (!event) ...            // no node answers, or it refuses: say so, and ask again
///       else if (!*event) ...      // nothing happened within that second: do other things
///       else use(**event);         // keep news.place() after this: a restart goes on there
///     }
///
/// An event is what a node says. What value depends on is proven with Client::receipt of its id.
/// Source:  docs/protocol/api.md "Events".
/// Threads: one at a time. No thread of its own: it reads, and comes back, only inside `next`. A
///          node cuts off who does not read for long; the next call repairs that.
class EventStream {
 public:
  /// The signer's key needs the right to read, and outlives this. `after` absent: from now on.
  EventStream(ClientOptions options, const Signer& signer, std::optional<Cursor> after);
  EventStream(EventStream&&) noexcept;
  EventStream& operator=(EventStream&&) noexcept;
  /// At once, but for a lookup of a node's name that is under way: the system's time limit holds.
  ~EventStream();

  /// The connection is served in here alone: whoever stays away for ten seconds may find it closed,
  /// and made anew where it was.
  /// Waits for the next event; absent when there was none in `time_max` while a node was listening.
  /// Errors: refused, at once; unreachable, timed_out, closed, malformed when at the end of
  /// `time_max` no node listens. Asking again is always right.
  [[nodiscard]] Answer<std::optional<FinalTransaction>> next(std::chrono::milliseconds time_max);

  /// The last event that `next` gave, or where the stream began; absent before a node told.
  [[nodiscard]] std::optional<Cursor> place() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hansatsu::rpc
