#pragma once

#include "wallet/audit/data_folder.h"
#include "wallet/audit/finding.h"
#include "wallet/screen/language.h"

namespace hansatsu::wallet {

/// What a fault means to the council that audits.
[[nodiscard]] Sentence meaning(audit::Fault fault);
[[nodiscard]] Sentence meaning(audit::FolderError error);

}  // namespace hansatsu::wallet
