#pragma once

#include <string>

#include "consensus/messages.h"
#include "consensus/records.h"

/// One line for people who read a trace, and one number for the run's hash.
namespace hansatsu::simulation {

[[nodiscard]] std::string describe(const consensus::Message& message);
[[nodiscard]] std::string describe(const consensus::Record& record);
[[nodiscard]] std::string short_id(const Hash& id);

/// Differs for messages that differ in what they say.
[[nodiscard]] std::uint64_t fingerprint(const consensus::Message& message);
[[nodiscard]] std::uint64_t fingerprint(const consensus::Record& record);
[[nodiscard]] std::uint64_t fingerprint(const Hash& hash);
[[nodiscard]] std::uint64_t mix(std::uint64_t state, std::uint64_t value);

}  // namespace hansatsu::simulation
