#include "rpc/client/submit_many.h"

#include "rpc/asio/token.h"
#include "rpc/http/submission.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
/// After a broken connection or a busy node that names no time.
constexpr std::chrono::milliseconds kPause{100};
constexpr auto kTooFar = static_cast<std::uint16_t>(rules::Refusal::sequence_too_far);

/// Transactions that can't be read share a key: each will be told so by the node.
block::KeyReference signer_of(const Bytes& bytes) {
  const auto transaction = decode<block::Transaction>(bytes);
  return transaction ? transaction->unsigned_part.signer : block::KeyReference{};
}

}  // namespace

SubmitQueue::SubmitQueue(std::span<const Bytes> transactions, const SubmitManyOptions& options)
    : options_{options} {
  options_.batch = std::clamp(options_.batch, 1U, kBatchMax);
  options_.in_flight_a_key = std::clamp(options_.in_flight_a_key, 1U, 64U);
  std::map<block::KeyReference, std::size_t> numbers;
  for (std::size_t place = 0; place < transactions.size(); ++place) {
    const auto [found, is_new] = numbers.emplace(signer_of(transactions[place]), keys_.size());
    if (is_new) keys_.emplace_back();
    key_of_.push_back(found->second);
    keys_[found->second].waiting.push_back(place);
    make_ready(found->second);
  }
  waiting_ = transactions.size();
}

void SubmitQueue::make_ready(std::size_t key) {
  KeyQueue& queue = keys_[key];
  if (queue.ready || queue.waiting.empty()) return;
  if (queue.under_way >= options_.in_flight_a_key) return;
  queue.ready = true;
  ready_.push_back(key);
}

std::vector<std::size_t> SubmitQueue::take_batch() {
  std::vector<std::size_t> places;
  while (!ready_.empty() && places.size() < options_.batch) {
    const std::size_t key = ready_.front();
    ready_.pop_front();
    KeyQueue& queue = keys_[key];
    queue.ready = false;
    while (!queue.waiting.empty() && queue.under_way < options_.in_flight_a_key &&
           places.size() < options_.batch) {
      places.push_back(queue.waiting.front());
      queue.waiting.pop_front();
      ++queue.under_way;
    }
    make_ready(key);
  }
  waiting_ -= places.size();
  under_way_ += places.size();
  return places;
}

void SubmitQueue::settle(std::size_t place, bool again) {
  KeyQueue& queue = keys_[key_of_[place]];
  ASSERT(queue.under_way > 0);
  --queue.under_way;
  --under_way_;
  if (again) {
    const auto before = std::lower_bound(queue.waiting.begin(), queue.waiting.end(), place);
    queue.waiting.insert(before, place);
    ++waiting_;
  }
  make_ready(key_of_[place]);
}

SubmitMany::SubmitMany(const net::any_io_executor& executor, const ClientOptions& options,
                       std::span<const Bytes> transactions, const SubmitManyOptions& how,
                       Connection::Deadline deadline)
    : options_{options},
      transactions_{transactions},
      how_{how},
      deadline_{deadline},
      queue_{transactions, how},
      changed_{executor, deadline},
      answers_(transactions.size()) {}

std::vector<std::optional<SubmitAnswer>> SubmitMany::take_answers() { return std::move(answers_); }

net::awaitable<void> SubmitMany::pause(std::chrono::milliseconds time) {
  net::steady_timer timer{changed_.get_executor()};
  timer.expires_at(std::min(deadline_, std::chrono::steady_clock::now() + time));
  [[maybe_unused]] const auto ended = co_await timer.async_wait(kToken);
}

net::awaitable<void> SubmitMany::work(std::size_t number) {
  Connection connection{changed_.get_executor(), options_, number};
  while (!queue_.is_done() && std::chrono::steady_clock::now() < deadline_) {
    const std::vector<std::size_t> places = queue_.take_batch();
    if (!places.empty()) {
      co_await send(connection, places);
      changed_.cancel();
      continue;
    }
    // Others' answers make room, or end it all.
    [[maybe_unused]] const auto ended = co_await changed_.async_wait(kToken);
  }
  changed_.cancel();
}

net::awaitable<void> SubmitMany::send(Connection& connection,
                                      const std::vector<std::size_t>& places) {
  std::vector<Bytes> batch;
  batch.reserve(places.size());
  for (const std::size_t place : places) batch.push_back(transactions_[place]);
  HttpRequest request;
  request.method = "POST";
  request.target = how_.until_final ? "/v1/transactions?wait=final" : "/v1/transactions";
  request.body = encode_batch(batch);
  request.reply_bytes_max = submission_reply_bytes_max(batch.size());
  request.content_type = kBinaryMedia;
  request.accept = kBinaryMedia;

  const auto asked = std::chrono::steady_clock::now();
  // A node that is cut off keeps a request as long as it may: another might have it done.
  const auto until = options_.endpoints.size() == 1 || how_.request_time_max > deadline_ - asked
                         ? deadline_
                         : asked + how_.request_time_max;
  const auto reply = co_await connection.exchange(std::move(request), until);
  if (!reply) {
    settle_all(places, true);
    connection.leave_endpoint();
    co_await pause(kPause);
    co_return;
  }
  if (reply->status == 429 || reply->status >= 500) {
    settle_all(places, true);
    leave_for_another(connection);
    co_await pause(std::max(reply->retry_after, kPause));
    co_return;
  }
  const auto answers = reply->status < 300 ? decode_answers(reply->body) : std::nullopt;
  if (!answers || answers->size() != places.size()) {
    settle_all(places, false);  // asking again would be told the same
    co_return;
  }
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - asked);
  bool all_settled = true;
  bool is_any_overloaded = false;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool settled = take(places[i], (*answers)[i]);
    queue_.settle(places[i], !settled);
    if (settled && how_.settled) how_.settled(places[i], took);
    all_settled = all_settled && settled;
    is_any_overloaded |= (*answers)[i].state == SubmitState::overloaded;
  }
  if (how_.progress) how_.progress(answered_);
  if (all_settled) co_return;
  if (is_any_overloaded) leave_for_another(connection);
  co_await pause(kPause);
}

void SubmitMany::leave_for_another(Connection& connection) {
  if (options_.endpoints.size() == 1) return;
  connection.leave_endpoint();
  changed_.cancel();
}

bool SubmitMany::take(std::size_t place, const SubmitAnswer& answer) {
  const bool too_early = answer.state == SubmitState::inadmissible && answer.code == kTooFar;
  const bool unfinished = answer.state == SubmitState::accepted && how_.until_final;
  if (too_early || unfinished || answer.state == SubmitState::overloaded) return false;
  answers_[place] = answer;
  ++answered_;
  return true;
}

void SubmitMany::settle_all(const std::vector<std::size_t>& places, bool again) {
  for (const std::size_t place : places) queue_.settle(place, again);
}

}  // namespace hansatsu::rpc
