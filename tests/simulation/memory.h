#pragma once

#include <string>

#include "consensus/engine.h"

/// C8: what an engine remembers, and may.
namespace hansatsu::simulation {

/// The most that an engine may remember in a town of so many; of votes, in as many views as it may.
[[nodiscard]] consensus::Footprint most(std::uint32_t validators);
/// Absent if the footprint is within its bounds in a town of so many; otherwise what it is.
[[nodiscard]] std::optional<std::string> excess(const consensus::Footprint& footprint,
                                                std::uint32_t validators);
/// Each figure's higher one.
[[nodiscard]] consensus::Footprint higher(const consensus::Footprint& a,
                                          const consensus::Footprint& b);
/// {"views":12,...}
[[nodiscard]] std::string json_of(const consensus::Footprint& footprint);

}  // namespace hansatsu::simulation
