#include <algorithm>
#include <thread>

#include "merchant-sdk/implementation.h"

namespace hansatsu::merchant {
namespace {

using std::chrono::milliseconds;

/// Between two rounds in which no node was of use.
constexpr milliseconds kPauseMin{200};
constexpr milliseconds kPauseMax{2'000};
/// A node that lags, or hides payments, is not listened to alone: after so long the next is. Longer
/// after each round, as most waits end in the first.
constexpr milliseconds kVisitMin{5'000};
constexpr std::size_t kVisitDoublings = 2;
/// How far the clocks of till and town may be apart, where no node helps.
constexpr std::chrono::minutes kClocksApart{10};

}  // namespace

struct Till::Implementation::Waiting {
  Clock::time_point deadline;
  Clock::time_point visit_end;
  std::size_t visits = 0;
  std::vector<bool>
      misled;  ///< nodes whose answer no honest one gives, since another answered well
  std::optional<Error> trouble = Error{ErrorCode::unreachable, {}};
  std::size_t failures = 0;  ///< in a row
  bool paid_differently = false;

  void take_good_answer() {
    trouble.reset();
    misled.assign(misled.size(), false);
    failures = 0;
  }
  void take_trouble(std::size_t node, const NodeTrouble& met) {
    ++failures;
    const bool was_misled = std::find(misled.begin(), misled.end(), true) != misled.end();
    if (!met.passing) misled[node] = true;
    // What the wait's own end has cut short says nothing about the nodes, and one that is silent
    // less than one that answers.
    if (!met.passing || (!was_misled && Clock::now() < deadline)) trouble = met.error;
  }
  [[nodiscard]] bool all_misled() const {
    return std::find(misled.begin(), misled.end(), false) == misled.end();
  }
  [[nodiscard]] Error end() const {
    if (trouble) return *trouble;
    return {paid_differently ? ErrorCode::paid_differently : ErrorCode::not_paid, {}};
  }
};

Timestamp history_since(std::chrono::system_clock::time_point created) {
  const auto ms = std::chrono::duration_cast<milliseconds>(created.time_since_epoch()).count();
  const auto apart = std::chrono::duration_cast<milliseconds>(kClocksApart).count();
  return Timestamp{static_cast<std::uint64_t>(std::max<std::int64_t>(ms, apart) - apart)};
}

bool Till::Implementation::settles(const Order& order, const rpc::FinalTransaction& entry,
                                   Waiting& waiting) const {
  const rules::PublicOutcome& outcome = entry.outcome;
  if (outcome.code != 0 || outcome.operation != rules::OperationCode::pay ||
      outcome.subject != shop_ || outcome.order.bytes != order.reference) {
    return false;
  }
  const bool in_full = outcome.coin == coin_ && outcome.amount.units() == order.amount;
  if (!in_full) waiting.paid_differently = true;
  return in_full;
}

NodeAnswer<std::optional<Payment>> Till::Implementation::ask(const Order& order, Waiting& waiting) {
  ShopNode& node = nodes_[node_];
  const auto entries = node.news(waiting.deadline);
  if (!entries) return Err{entries.error()};
  for (const rpc::FinalTransaction& entry : *entries) {
    if (!settles(order, entry, waiting)) continue;
    const auto receipt = node.receipt(entry.id, waiting.deadline);
    // Otherwise the entry counts as read, and nobody asks for its proof again.
    if (!receipt) node.look_from(history_since(order.created));
    if (!receipt) return Err{receipt.error()};
    auto payment = verify(order, *receipt);
    if (!payment) return Err{NodeTrouble{payment.error(), false, {}}};
    return std::optional{*std::move(payment)};
  }
  return std::optional<Payment>{};
}

void Till::Implementation::go_to_next_node(Waiting& waiting) {
  if (nodes_.size() > 1) nodes_[node_].leave();
  node_ = (node_ + 1) % nodes_.size();
  nodes_[node_].look_again();
  const std::size_t rounds = ++waiting.visits / nodes_.size();
  waiting.visit_end = Clock::now() + kVisitMin * (1U << std::min(rounds, kVisitDoublings));
}

Result<Payment> Till::Implementation::wait(const Order& order, Waiting& waiting,
                                           const WaitOn& wait_on) {
  for (;;) {
    auto paid = ask(order, waiting);
    if (paid && *paid) return **std::move(paid);
    milliseconds pause{0};
    if (paid) {
      waiting.take_good_answer();
      if (Clock::now() >= waiting.visit_end) go_to_next_node(waiting);
    } else {
      waiting.take_trouble(node_, paid.error());
      // One node alone can't end the wait: the next may contradict it.
      if (waiting.all_misled()) return waiting.end();
      if (!paid.error().passing) nodes_[node_].look_from(history_since(order.created));
      go_to_next_node(waiting);
      if (waiting.failures % nodes_.size() == 0)
        pause = std::clamp(paid.error().retry_after, kPauseMin, kPauseMax);
    }
    if (wait_on && !wait_on()) return ErrorCode::stopped;
    if (Clock::now() + pause >= waiting.deadline) return waiting.end();
    std::this_thread::sleep_for(pause);
  }
}

Result<Payment> Till::Implementation::wait_for_payment(const Order& order,
                                                       Clock::time_point deadline,
                                                       const WaitOn& wait_on) {
  for (ShopNode& node : nodes_) node.look_from(history_since(order.created));
  Waiting waiting;
  waiting.deadline = deadline;
  waiting.visit_end = Clock::now() + kVisitMin;
  waiting.misled.assign(nodes_.size(), false);
  auto paid = wait(order, waiting, wait_on);
  nodes_[node_].leave();
  return paid;
}

}  // namespace hansatsu::merchant
