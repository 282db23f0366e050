#pragma once

#include <chrono>
#include <map>
#include <string>

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
  /// False: too many requests lately. Requires: a connection of the address is open.
  [[nodiscard]] bool take_request(const std::string& address, Clock::time_point now);
  /// False: too many transactions wait for their answer, of the address or in all.
  [[nodiscard]] bool begin_transactions(const std::string& address, std::uint32_t count);
  void end_transactions(const std::string& address, std::uint32_t count);
  /// False: all bodies together would be too large.
  [[nodiscard]] bool begin_body(std::uint64_t bytes);
  void end_body(std::uint64_t bytes);

  [[nodiscard]] std::uint32_t connections() const { return connections_; }
  [[nodiscard]] std::uint32_t transactions_waiting() const { return transactions_waiting_; }

 private:
  struct Use {
    const AddressLimits* limits = nullptr;
    std::uint32_t connections = 0;
    std::uint32_t transactions_waiting = 0;
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
