#include "rpc/client/event_stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>

#include "rpc/client/event_connection.h"
#include "rpc/json/cursor.h"
#include "rpc/json/members_answers.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;

constexpr std::chrono::milliseconds kReconnectPause{250};
constexpr std::chrono::milliseconds kReconnectPauseMax{5'000};
constexpr std::string_view kOldSignature = "E-API-15";

}  // namespace

class EventStream::Implementation {
 public:
  Implementation(ClientOptions client_options, const Signer& signer, std::optional<Cursor> after)
      : options_{std::move(client_options)},
        connection_{io_.get_executor(), options_, signer},
        pause_{io_},
        heard_{after},
        given_{after} {
    ASSERT(!options_.endpoints.empty());
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  /// Lets the coroutine see the end itself: its frame must not outlive what it speaks to.
  ~Implementation() {
    stopping_ = true;
    connection_.stop();
    pause_.cancel();
    io_.restart();
    io_.run();
  }

  Answer<std::optional<FinalTransaction>> next(std::chrono::milliseconds time_max) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    if (!running_) {
      running_ = true;
      // One that a library ends, for want of memory, is begun again by the next call.
      net::co_spawn(io_, run(),
                    [this](const std::exception_ptr& /*failure*/) { running_ = false; });
    }
    io_.restart();
    while (events_.empty() && !refused_ && running_ && io_.run_one_until(deadline) > 0) {
    }
    if (!events_.empty()) {
      FinalTransaction event = std::move(events_.front());
      events_.pop_front();
      given_ = Cursor{event.height, event.position};
      return std::optional{std::move(event)};
    }
    if (std::exchange(refused_, false) || !connection_.is_listening()) return Err{failure_};
    if (!given_) given_ = heard_;
    return std::optional<FinalTransaction>{};
  }
  [[nodiscard]] std::optional<Cursor> place() const { return given_; }

 private:
  net::awaitable<void> run() {
    auto pause = kReconnectPause;
    bool clock_asked = false;
    while (!stopping_) {
      auto failure = co_await connection_.listen(heard_);
      if (!failure && !stopping_) failure = co_await read_all(pause);
      if (stopping_) break;
      failure_ = *failure;
      connection_.close();
      // A node that finds the signature old has told its time with that.
      const bool is_old = failure_.code == kOldSignature;
      if (is_old && !std::exchange(clock_asked, true)) continue;
      clock_asked = false;
      refused_ = failure_.failure == CallFailure::refused && failure_.status != 429 &&
                 failure_.status < 500;
      connection_.go_to_next();
      pause_.expires_after(std::clamp(failure_.retry_after, pause, kReconnectPauseMax));
      pause = std::min(2 * pause, kReconnectPauseMax);
      [[maybe_unused]] const auto ended =
          co_await pause_.async_wait(net::as_tuple(net::use_awaitable));
    }
    running_ = false;
  }

  /// Until the connection ends, with why.
  net::awaitable<std::optional<CallError>> read_all(std::chrono::milliseconds& pause) {
    EventReader reader;
    for (;;) {
      const auto bytes = co_await connection_.read();
      if (!bytes) co_return bytes.error();
      if (!reader.feed(*bytes) || !take_events(reader)) co_return malformed();
      pause = kReconnectPause;
    }
  }
  bool take_events(EventReader& reader) {
    RawEvent raw;
    while (reader.take(raw)) {
      const auto json = parse_json(raw.data);
      if (!json) return false;
      auto event = read_json<FinalTransaction>(*json, UnknownMembers::ignored);
      if (!event) return false;
      const Cursor place{event->height, event->position};
      if (heard_ && place <= *heard_) continue;  // told once already
      heard_ = place;
      events_.push_back(*std::move(event));
    }
    // Where it begins is told before the first event.
    if (!heard_) heard_ = parse_cursor(reader.last_id());
    return true;
  }

  ClientOptions options_;
  net::io_context io_{1};
  EventConnection connection_;
  net::steady_timer pause_;
  std::optional<Cursor> heard_;
  std::optional<Cursor> given_;
  std::deque<FinalTransaction> events_;  ///< of the last bytes read: a page at most
  CallError failure_{CallFailure::unreachable, 0, {}, {}, {}};
  bool refused_ = false;  ///< not told yet
  bool running_ = false;
  bool stopping_ = false;
};

EventStream::EventStream(ClientOptions options, const Signer& signer, std::optional<Cursor> after)
    : implementation_{std::make_unique<Implementation>(std::move(options), signer, after)} {}
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

Answer<std::optional<FinalTransaction>> EventStream::next(std::chrono::milliseconds time_max) {
  return implementation_->next(time_max);
}
std::optional<Cursor> EventStream::place() const { return implementation_->place(); }

}  // namespace hansatsu::rpc
