#include "rpc/server/view_wait.h"

namespace hansatsu::rpc {
namespace {

struct Gathering {
  net::steady_timer timer;
  std::vector<std::optional<SubmitAnswer>> answers;
  std::size_t missing = 0;

  void take(std::size_t place, SubmitAnswer answer) {
    ASSERT(place < answers.size());
    if (answers[place]) return;
    answers[place] = std::move(answer);
    if (--missing == 0) timer.cancel();
  }
};

}  // namespace

net::awaitable<std::vector<std::optional<SubmitAnswer>>> wait_for_submissions(
    net::any_io_executor executor, std::chrono::milliseconds time_max, std::size_t count,
    const SubmissionStart& start) {
  auto gathering =
      std::make_shared<Gathering>(Gathering{net::steady_timer{executor, time_max}, {}, count});
  gathering->answers.resize(count);
  // As in wait_for_view: callbacks never own the timer.
  start([weak = std::weak_ptr{gathering}, executor](std::size_t place, SubmitAnswer answer) {
    net::post(executor, [weak, place, answer = std::move(answer)]() mutable {
      if (const auto held = weak.lock()) held->take(place, std::move(answer));
    });
  });
  [[maybe_unused]] const auto ended =
      co_await gathering->timer.async_wait(net::as_tuple(net::use_awaitable));
  co_return std::move(gathering->answers);
}

}  // namespace hansatsu::rpc
