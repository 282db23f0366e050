#pragma once

#include <filesystem>

#include "wallet/cli/shell.h"

namespace hansatsu::wallet {

/// Of the treasurer's commands: which of them takes what, its help says.
struct PayoutOptions {
  std::string coin;
  std::string state = "requested";
  std::filesystem::path bank_file;
  std::filesystem::path list;
  bool with_today = false;
  std::vector<std::uint64_t> redemptions;  ///< settle alone
};

/// All redemptions of a coin in a state.
[[nodiscard]] Attempt<std::vector<rpc::RedemptionRecord>> redemptions_of(
    Session& session, CoinId coin, state::RedemptionState state);

/// `hansatsu office file`: binds redemptions to the bank file that was made of them.
[[nodiscard]] Attempt<void> file_redemptions(Session& session, const PayoutOptions& options);

}  // namespace hansatsu::wallet
