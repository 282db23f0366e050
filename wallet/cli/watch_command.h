#pragma once

#include "wallet/cli/shell.h"

namespace hansatsu::wallet {

/// `hansatsu watch`: the account's news, line by line, as they become final.
void add_watch_command(Shell& shell);

}  // namespace hansatsu::wallet
