#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "rpc/server/config.h"

namespace hansatsu::rpc {

/// Counts what each address uses and says when it is enough. One thread.
/// Remembers at most ServerLimits::addresses; who uses nothing and has all of its burst back is
/// forgotten first, and when all are busy, a new address is turned away.
class AddressGate {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AddressGate(const ServerLimits& limits) : limits_{limits} {}
  AddressGate(const AddressGate&) = delete;
  AddressGate& operator=(const AddressGate&) = delete;

  /// False: too many connections, of the address or in all.
  [[nodiscard]] bool open_connection(const std::string& address, bool is_loopback,
                                     Clock::time_point now);
  void close_connection(const std::string& address);
  /// False: too many requests lately. A large body counts as several: reading it is work.
  /// Requires: a connection of the address is open.
  [[nodiscard]] bool take_request(const std::string& address, Clock::time_point now,
                                  std::uint64_t body_bytes = 0);
  /// False: too many transactions wait for their answer, of the address or in all. A few
  /// (ServerLimits::small_batch) always have room.
  [[nodiscard]] bool begin_transactions(const std::string& address, std::uint32_t count);
  void end_transactions(const std::string& address, std::uint32_t count);
  /// False: the large bodies and answers would be too much together, of the address or in all.
  /// Requires: as take_request. A small one (ServerLimits::small_body_bytes) always has room.
  [[nodiscard]] bool begin_body(const std::string& address, std::uint64_t bytes);
  void end_body(const std::string& address, std::uint64_t bytes);

  [[nodiscard]] std::uint32_t connections() const { return connections_; }
  [[nodiscard]] std::uint32_t transactions_waiting() const { return transactions_waiting_; }

 private:
  struct Use {
    const AddressLimits* limits = nullptr;
    std::uint32_t connections = 0;
    std::uint32_t transactions_waiting = 0;
    std::uint64_t bodies_bytes = 0;
    double requests_left = 0;
    Clock::time_point refilled;
  };
  [[nodiscard]] bool make_room(Clock::time_point now);
  static void refill(Use& use, Clock::time_point now);

  ServerLimits limits_;
  std::map<std::string, Use> uses_;
  std::uint32_t connections_ = 0;
  std::uint32_t transactions_waiting_ = 0;
  std::uint64_t bodies_bytes_ = 0;
};

/// Counts a body's or an answer's bytes against its address and the whole for as long as it lives.
class BodyRoom {
 public:
  BodyRoom(AddressGate& gate, const std::string& address) : gate_{gate}, address_{address} {}
  BodyRoom(const BodyRoom&) = delete;
  BodyRoom& operator=(const BodyRoom&) = delete;
  ~BodyRoom() { give_back(); }

  void give_back() { gate_.end_body(address_, std::exchange(bytes_, 0)); }

  /// Requires: nothing is taken yet.
  [[nodiscard]] bool take(std::uint64_t bytes) {
    if (!gate_.begin_body(address_, bytes)) return false;
    bytes_ = bytes;
    return true;
  }

 private:
  AddressGate& gate_;
  const std::string& address_;
  std::uint64_t bytes_ = 0;
};

/// Counts a request's transactions as waiting for as long as it lives.
class WaitingRoom {
 public:
  WaitingRoom(AddressGate& gate, const std::string& address) : gate_{gate}, address_{address} {}
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;
  ~WaitingRoom() { gate_.end_transactions(address_, count_); }

  [[nodiscard]] bool take(std::uint32_t count) {
    if (!gate_.begin_transactions(address_, count)) return false;
    count_ += count;
    return true;
  }

 private:
  AddressGate& gate_;
  const std::string& address_;
  std::uint32_t count_ = 0;
};

}  // namespace hansatsu::rpc
