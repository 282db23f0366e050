#pragma once

#include "node/config.h"

namespace hansatsu::node {

/// Runs the node until SIGTERM or SIGINT, or until its engine or disk gives up.
/// Errors: one sentence for the operator; the process then ends with failure.
[[nodiscard]] Result<void, std::string> run_node(const Config& config);

}  // namespace hansatsu::node
