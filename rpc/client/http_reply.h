#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ledger/types/date.h"

namespace hansatsu::rpc {

/// What a node answered, as it came over the wire.
struct HttpReply {
  unsigned status = 0;
  std::string content_type;
  std::string body;
  std::optional<Timestamp> date;
  std::chrono::milliseconds retry_after{0};
};

}  // namespace hansatsu::rpc
