#pragma once

#include <string_view>

namespace hansatsu::rpc {

/// rpc/openapi.json, as it was when the server was built.
extern const std::string_view kOpenapiText;

}  // namespace hansatsu::rpc
