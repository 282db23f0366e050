#pragma once

#include <filesystem>

#include "ledger/state/charter.h"
#include "node/identity.h"
#include "node/log/data_folder.h"

namespace hansatsu::node {

/// The files of a data folder beside validator.key, hansatsud.toml and the LOCK.
using log::kCharterFile;
using log::kLogFolder;
inline constexpr const char* kStoreFolder = "state";
inline constexpr const char* kApiAddressFile = "api.address";
inline constexpr const char* kMetricsAddressFile = "metrics.address";

/// Makes a data folder a validator of this charter's chain: writes the charter and an empty log.
/// Errors: one sentence; the folder has a chain already, or the charter does not name its key.
[[nodiscard]] Result<Hash, std::string> found_chain(const std::filesystem::path& data,
                                                    const state::Charter& charter);
[[nodiscard]] Result<state::Charter, std::string> load_charter(const std::filesystem::path& data);

}  // namespace hansatsu::node
