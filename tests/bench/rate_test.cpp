#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "wallet/town/tills.h"

using namespace hansatsu;  // NOLINT: a test's own file

namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using Milliseconds = std::chrono::milliseconds;

/// Answers each request when `may_answer` returns, with an HTTP error.
class SlowNode {
 public:
  explicit SlowNode(std::function<void()> may_answer)
      : may_answer_{std::move(may_answer)},
        acceptor_{io_, {net::ip::address_v4::loopback(), 0}},
        accepting_{[this] { accept(); }} {}
  ~SlowNode() {
    stopping_ = true;
    boost::system::error_code ignored;
    net::ip::tcp::socket last{io_};
    last.connect(acceptor_.local_endpoint(), ignored);  // the one that accept() waits for
    accepting_.join();
    for (std::thread& thread : serving_) thread.join();
  }
  SlowNode(const SlowNode&) = delete;
  SlowNode& operator=(const SlowNode&) = delete;

  [[nodiscard]] rpc::Endpoint endpoint() const {
    return {"127.0.0.1", acceptor_.local_endpoint().port()};
  }

 private:
  void accept() {
    for (;;) {
      boost::system::error_code error;
      net::ip::tcp::socket socket{io_};
      acceptor_.accept(socket, error);
      if (error || stopping_) return;
      serving_.emplace_back([this, mine = std::move(socket)]() mutable { serve(mine); });
    }
  }
  void serve(net::ip::tcp::socket& socket) const {
    boost::beast::flat_buffer buffer;
    boost::system::error_code error;
    for (;;) {
      http::request<http::string_body> request;
      http::read(socket, buffer, request, error);
      if (error) return;
      may_answer_();
      http::response<http::string_body> answer{http::status::bad_request, 11};
      answer.prepare_payload();
      http::write(socket, answer, error);
      if (error) return;
    }
  }

  std::function<void()> may_answer_;
  net::io_context io_;
  net::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  std::list<std::thread> serving_;  ///< the accepting thread's, until that has ended
  std::thread accepting_;
};

/// Lets nobody go on before so many wait, or the time is over.
class Gate {
 public:
  Gate(std::size_t count, Milliseconds time) : count_{count}, time_{time} {}
  void wait() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    if (arrived_ == count_) all_.notify_all();
    in_time_ = all_.wait_for(lock, time_, [this] { return arrived_ >= count_; }) && in_time_;
  }
  [[nodiscard]] bool all_in_time() const { return in_time_; }

 private:
  std::size_t count_;
  Milliseconds time_;
  std::mutex mutex_;
  std::condition_variable all_;
  std::size_t arrived_ = 0;
  bool in_time_ = true;
};

const auto kHolds = [](const Bytes& /*payment*/, const auto& answer) {
  return !answer && answer.error().failure == rpc::CallFailure::refused;
};

}  // namespace

TEST_CASE("at a rate, payments start while none before them has its answer", "[bench][rate]") {
  constexpr std::size_t kPayments = 120;
  // Nobody has an answer before all have asked: with any fewer open at once, it never comes.
  Gate gate{kPayments, std::chrono::seconds{5}};
  SlowNode first{[&] { gate.wait(); }};
  SlowNode second{[&] { gate.wait(); }};
  const std::vector<Bytes> payments(kPayments, Bytes{1});
  const auto latencies =
      town::offer_at_rate({{first.endpoint(), second.endpoint()}, 1'000, 0}, payments, kHolds);
  CHECK(gate.all_in_time());
  CHECK(latencies.failed == 0);
  REQUIRE(latencies.took.size() == kPayments);
  // The first waited for the last, which was due 119 ms later.
  CHECK(latencies.took.back() >= Milliseconds{119});
  CHECK(latencies.milliseconds_at(500) >= 59);
}

TEST_CASE("payments that had to wait for room started late, and count from when they were due",
          "[bench][rate]") {
  constexpr std::size_t kPayments = 20;
  Gate never{kPayments + 1, Milliseconds{20}};  // each waits out its time, alone
  SlowNode node{[&] { never.wait(); }};
  const std::vector<Bytes> payments(kPayments, Bytes{1});
  const auto latencies = town::offer_at_rate({{node.endpoint()}, 1'000, 1}, payments, kHolds);
  REQUIRE(latencies.took.size() == kPayments);
  // Each had to wait for the one before it, which takes 20 ms, and was due 1 ms after it.
  CHECK(latencies.late_starts >= kPayments - 1);
  CHECK(latencies.latest_start >= Milliseconds{19 * 19});
  CHECK(latencies.took.back() >= Milliseconds{20 * 20 - 19});
  CHECK_FALSE(latencies.kept_rate());
}

TEST_CASE("one late start of a hundred is borne, two are not, and the text says how many",
          "[bench][rate]") {
  town::Latencies latencies;
  latencies.took.assign(200, Milliseconds{5});
  latencies.late_starts = 2;
  latencies.latest_start = std::chrono::microseconds{12'340};
  CHECK(latencies.kept_rate());
  CHECK(latencies.starts_text() ==
        "2 of 200 payments started more than 10 ms late, the latest 12.3 ms");
  latencies.late_starts = 3;
  CHECK_FALSE(latencies.kept_rate());
}
