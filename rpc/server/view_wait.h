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
#include "rpc/server/ledger_view.h"
#include "rpc/server/problem.h"

namespace hansatsu::rpc {

namespace net = boost::asio;

[[nodiscard]] constexpr ApiError api_error_of(ViewError error) {
  return error == ViewError::busy ? ApiError::overloaded : ApiError::no_answer;
}

/// Waits on the I/O thread for an answer that the view gives through a callback, on whatever
/// thread. An answer that comes later than `time_max` is dropped.
/// `executor` is the one thread's: answer and timer meet there. Errors: overloaded, no_answer.
template <class T, class Start>
[[nodiscard]] net::awaitable<Result<T, ApiError>> wait_for_view(net::any_io_executor executor,
                                                                std::chrono::milliseconds time_max,
                                                                Start start) {
  struct Wait {
    net::steady_timer timer;
    std::optional<Result<T, ViewError>> answer;
  };
  auto wait = std::make_shared<Wait>(Wait{net::steady_timer{executor, time_max}, std::nullopt});
  // The waiting coroutine alone owns the timer: a callback that the view drops late, on another
  // thread, must not be the one that ends it.
  start([weak = std::weak_ptr{wait}, executor](Result<T, ViewError> answer) {
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
  if (!wait->answer) co_return Err{ApiError::no_answer};
  if (!*wait->answer) co_return Err{api_error_of(wait->answer->error())};
  if constexpr (std::is_void_v<T>) {
    co_return Result<T, ApiError>{};
  } else {
    co_return **std::move(wait->answer);
  }
}

using SubmissionStart = std::function<void(std::function<void(std::size_t, SubmitAnswer)>)>;
/// The same for a list of answers that come one by one: those that came in time.
[[nodiscard]] net::awaitable<std::vector<std::optional<SubmitAnswer>>> wait_for_submissions(
    net::any_io_executor executor, std::chrono::milliseconds time_max, std::size_t count,
    const SubmissionStart& start);

}  // namespace hansatsu::rpc
