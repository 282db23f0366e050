#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "ledger/types/result.h"

namespace hansatsu::node {

/// Small enough that a start, which zeroes the rest of the newest segment, stays short.
inline constexpr std::uint32_t kLogSegmentBytes = 16U << 20U;

/// What an operator sets. Rules of the chain are never here: they stand in the charter.
struct Config {
  std::filesystem::path data;  ///< folder of the log, the state and the keys
  std::string peer_listen;     ///< host:port; empty = the charter's address of this validator
  std::string api_listen = "127.0.0.1:0";      ///< host:port; loopback only
  std::string metrics_listen = "127.0.0.1:0";  ///< host:port of GET /metrics
  std::uint32_t verify_threads = 0;            ///< 0 = one a core
  std::uint32_t mempool_transactions_max = 65'536;
  std::chrono::milliseconds checkpoint_interval{5'000};
  std::uint32_t api_requests_per_second = 20'000;  ///< by address
  std::string log_level = "info";
  /// Of segments of the log made from now on. No key sets it: tests want a segment to end soon.
  std::uint32_t log_segment_bytes = kLogSegmentBytes;
};

/// Names the file, the key and the reason.
struct ConfigError {
  std::string text;
};

/// Reads `data`/hansatsud.toml, strictly: an unknown key is an error, an absent file is the
/// defaults. Every key can be overridden by the environment: HANSATSUD_API_LISTEN for api_listen.
[[nodiscard]] Result<Config, ConfigError> load_config(const std::filesystem::path& data);

}  // namespace hansatsu::node
