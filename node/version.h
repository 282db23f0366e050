#pragma once

namespace hansatsu::node {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace hansatsu::node
