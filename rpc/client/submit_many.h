#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>

#include "rpc/client/connection.h"

namespace hansatsu::rpc {

/// What is still to be submitted, and how much of each key is under way. No I/O.
class SubmitQueue {
 public:
  SubmitQueue(std::span<const Bytes> transactions, const SubmitManyOptions& options);

  /// The next places to send together, at most `batch` of them; empty when nothing may go now.
  [[nodiscard]] std::vector<std::size_t> take_batch();
  /// An answer came; `again`: the transaction has to be offered once more, in its old place.
  void settle(std::size_t place, bool again);
  /// Nothing waits and nothing is under way.
  [[nodiscard]] bool is_done() const { return waiting_ == 0 && under_way_ == 0; }

 private:
  struct KeyQueue {
    std::deque<std::size_t> waiting;  ///< places, ascending
    std::uint32_t under_way = 0;
    bool ready = false;  ///< stands in ready_
  };
  void make_ready(std::size_t key);

  SubmitManyOptions options_;
  std::vector<std::size_t> key_of_;  ///< by place: index in keys_
  std::vector<KeyQueue> keys_;
  std::deque<std::size_t> ready_;  ///< keys with something to send and room in their window
  std::size_t waiting_ = 0;
  std::size_t under_way_ = 0;
};

/// Runs Client::submit_many: several connections draw batches from one queue.
class SubmitMany {
 public:
  SubmitMany(const boost::asio::any_io_executor& executor, const ClientOptions& options,
             std::span<const Bytes> transactions, const SubmitManyOptions& how,
             Connection::Deadline deadline);

  /// One worker; start as many as there should be connections. Each ends when all is done or the
  /// deadline has passed.
  [[nodiscard]] boost::asio::awaitable<void> work(std::size_t number);
  [[nodiscard]] std::vector<std::optional<SubmitAnswer>> take_answers();

 private:
  [[nodiscard]] boost::asio::awaitable<void> send(Connection& connection,
                                                  const std::vector<std::size_t>& places);
  [[nodiscard]] boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
  /// True if it settles the transaction; false: ask again.
  [[nodiscard]] bool take(std::size_t place, const SubmitAnswer& answer);
  /// The node is busy, gone behind its proxy, or does not know what the town does: another may take
  /// what it can't.
  void leave_for_another(Connection& connection);
  void settle_all(const std::vector<std::size_t>& places, bool again);

  const ClientOptions& options_;
  std::span<const Bytes> transactions_;
  SubmitManyOptions how_;
  Connection::Deadline deadline_;
  SubmitQueue queue_;
  boost::asio::steady_timer changed_;  ///< cancelled whenever the queue has changed
  std::vector<std::optional<SubmitAnswer>> answers_;
  std::size_t answered_ = 0;
};

}  // namespace hansatsu::rpc
