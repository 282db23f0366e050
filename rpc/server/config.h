#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hansatsu::rpc {

/// What one address may use. Loopback gets wide ones: there the node's own tools call, all from
/// one address.
struct AddressLimits {
  std::uint32_t connections = 64;
  std::uint32_t requests_a_second = 100;       ///< refilled evenly
  std::uint32_t requests_burst = 400;          ///< at most saved up
  std::uint32_t transactions_waiting = 2'000;  ///< submitted and not answered yet
  std::uint64_t bodies_bytes = 8'388'608;      ///< large bodies being read or answered
  std::uint32_t streams = 32;                  ///< open streams of events
};
inline constexpr AddressLimits kLoopbackLimits{1'024, 100'000, 200'000, 100'000, 50'331'648, 256};

/// What one account may use of signed requests, whatever the keys and addresses. Staff is not
/// counted: its tools read whole towns, and every read of theirs is in the auditor's file.
struct AccountLimits {
  std::uint32_t requests_a_second = 50;  ///< refilled evenly
  std::uint32_t requests_burst = 400;    ///< at most saved up
  std::uint32_t accounts = 65'536;       ///< whose use is remembered
};

/// Bounds of everything a caller can make the server hold or wait for.
struct ServerLimits {
  std::uint32_t connections = 1'024;
  std::uint32_t header_bytes = 16'384;
  std::uint32_t body_bytes = 2'097'152;
  /// A body up to this needs no room, for connections bound how many there are: whoever fills the
  /// room with large ones, slowly, keeps no payment out.
  std::uint32_t small_body_bytes = 16'384;
  std::uint64_t bodies_bytes = 67'108'864;  ///< of all larger ones being read or answered
  std::uint32_t transactions_waiting = 100'000;
  /// That few in one request always have room, for connections bound how many there are: whoever
  /// fills the room with large batches keeps no payment out, not even from behind the same proxy.
  std::uint32_t small_batch = 8;
  std::uint32_t addresses = 65'536;  ///< whose use is remembered
  AddressLimits address;
  AddressLimits loopback = kLoopbackLimits;
  AccountLimits account;
  std::chrono::milliseconds idle_max{60'000};    ///< between requests
  std::chrono::milliseconds header_max{10'000};  ///< from a request's first byte to its body
  std::chrono::milliseconds body_max{20'000};    ///< for the whole body
  std::chrono::milliseconds write_max{20'000};   ///< for the whole answer
  std::chrono::milliseconds final_max{30'000};   ///< of wait=final, before 202 is the answer
  std::chrono::milliseconds view_max{10'000};    ///< of an answer from the node's disk
  std::chrono::milliseconds stop_max{5'000};     ///< of an orderly stop
  std::chrono::milliseconds heartbeat{5'000};    ///< of a stream that has nothing to tell
  std::chrono::milliseconds reread{1'000};       ///< of a history that a stream could not read
  std::chrono::milliseconds reread_max{10'000};  ///< in vain: then the stream ends
  /// Open streams of events. When all are open, whose account has the most makes room for one that
  /// has fewer.
  std::uint32_t streams = 256;
  std::uint32_t streams_account = 8;              ///< of one account
  std::uint32_t signatures_remembered = 100'000;  ///< against replays, each for 60 s
};

struct ServerConfig {
  std::string address = "127.0.0.1";  ///< a numeric address; loopback only, as there is no TLS
  std::uint16_t port = 0;             ///< 0 = any free one; see Server::port
  ServerLimits limits;
  /// Where GET /metrics is answered, and nothing else is: off the port that a proxy makes public.
  /// Numeric; any of this machine's, for it tells of no one.
  std::string metrics_address = "127.0.0.1";
  std::uint16_t metrics_port = 0;  ///< 0 = any free one; see Server::metrics_port
};

}  // namespace hansatsu::rpc
