#include "rpc/server/address_gate.h"

#include <algorithm>

#include "ledger/types/assert.h"

namespace hansatsu::rpc {

void AddressGate::refill(Use& use, Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - use.refilled).count();
  use.requests_left = std::min<double>(use.limits->requests_burst,
                                       use.requests_left + seconds * use.limits->requests_a_second);
  use.refilled = now;
}

bool AddressGate::make_room(Clock::time_point now) {
  if (uses_.size() < limits_.addresses) return true;
  std::erase_if(uses_, [now](const auto& entry) {
    Use use = entry.second;
    refill(use, now);
    return use.connections == 0 && use.transactions_waiting == 0 &&
           use.requests_left >= use.limits->requests_burst;
  });
  return uses_.size() < limits_.addresses;
}

bool AddressGate::open_connection(const std::string& address, bool is_loopback,
                                  Clock::time_point now) {
  if (connections_ >= limits_.connections) return false;
  auto found = uses_.find(address);
  if (found == uses_.end()) {
    if (!make_room(now)) return false;
    Use use;
    use.limits = is_loopback ? &limits_.loopback : &limits_.address;
    use.requests_left = use.limits->requests_burst;
    use.refilled = now;
    found = uses_.emplace(address, use).first;
  }
  if (found->second.connections >= found->second.limits->connections) return false;
  ++found->second.connections;
  ++connections_;
  return true;
}

void AddressGate::close_connection(const std::string& address) {
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end() && found->second.connections > 0 && connections_ > 0);
  --found->second.connections;
  --connections_;
}

bool AddressGate::take_request(const std::string& address, Clock::time_point now,
                               std::uint64_t body_bytes) {
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end());
  Use& use = found->second;
  refill(use, now);
  const std::uint64_t pieces = 1 + body_bytes / limits_.small_body_bytes;
  const auto cost = static_cast<double>(
      std::min<std::uint64_t>(pieces, std::max<std::uint32_t>(use.limits->requests_burst, 1)));
  if (use.requests_left < cost) return false;
  use.requests_left -= cost;
  return true;
}

bool AddressGate::begin_transactions(const std::string& address, std::uint32_t count) {
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end());
  Use& use = found->second;
  // Small ones are counted too, and may have gone beyond the bounds.
  const auto fits = [count](std::uint32_t waiting, std::uint32_t max) {
    return waiting <= max && count <= max - waiting;
  };
  if (count > limits_.small_batch &&
      !(fits(use.transactions_waiting, use.limits->transactions_waiting) &&
        fits(transactions_waiting_, limits_.transactions_waiting))) {
    return false;
  }
  use.transactions_waiting += count;
  transactions_waiting_ += count;
  return true;
}

void AddressGate::end_transactions(const std::string& address, std::uint32_t count) {
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end() && found->second.transactions_waiting >= count);
  found->second.transactions_waiting -= count;
  transactions_waiting_ -= count;
}

bool AddressGate::begin_body(const std::string& address, std::uint64_t bytes) {
  if (bytes <= limits_.small_body_bytes) return true;
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end());
  Use& use = found->second;
  if (bytes > use.limits->bodies_bytes - use.bodies_bytes) return false;
  if (bytes > limits_.bodies_bytes - bodies_bytes_) return false;
  use.bodies_bytes += bytes;
  bodies_bytes_ += bytes;
  return true;
}

void AddressGate::end_body(const std::string& address, std::uint64_t bytes) {
  if (bytes <= limits_.small_body_bytes) return;
  const auto found = uses_.find(address);
  ASSERT(found != uses_.end() && bytes <= found->second.bodies_bytes && bytes <= bodies_bytes_);
  found->second.bodies_bytes -= bytes;
  bodies_bytes_ -= bytes;
}

}  // namespace hansatsu::rpc
