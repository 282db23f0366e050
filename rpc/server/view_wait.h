#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "rpc/json/answers.h"

namespace hansatsu::rpc {

namespace net = boost::asio;

/// Waits on the I/O thread for an answer that the view gives through a callback, on whatever
/// thread; nothing when `time_max` passes first. An answer that comes later is dropped.
/// `executor` is the one thread's: answer and timer meet there.
template <class T, class Start>
[[nodiscard]] net::awaitable<std::optional<T>> wait_for_view(net::any_io_executor executor,
                                                             std::chrono::milliseconds time_max,
                                                             Start start) {
  struct Wait {
    net::steady_timer timer;
    std::optional<T> answer;
  };
  auto wait = std::make_shared<Wait>(Wait{net::steady_timer{executor, time_max}, std::nullopt});
  // The waiting coroutine alone owns the timer: a callback that the view drops late, on another
  // thread, must not be the one that ends it.
  start([weak = std::weak_ptr{wait}, executor](T answer) {
    net::post(executor, [weak, answer = std::move(answer)]() mutable {
      const auto held = weak.lock();
      if (!held) return;
      held->answer = std::move(answer);
      held->timer.cancel();
    });
  });
  // Ends by expiry or by cancel: which of them is seen in `answer`.
  [[maybe_unused]] const auto ended =
      co_await wait->timer.async_wait(net::as_tuple(net::use_awaitable));
  co_return std::move(wait->answer);
}

using SubmissionStart = std::function<void(std::function<void(std::size_t, SubmitAnswer)>)>;
/// The same for a list of answers that come one by one: those that came in time.
[[nodiscard]] net::awaitable<std::vector<std::optional<SubmitAnswer>>> wait_for_submissions(
    net::any_io_executor executor, std::chrono::milliseconds time_max, std::size_t count,
    const SubmissionStart& start);

}  // namespace hansatsu::rpc
