#include "wallet/cli/shell.h"

namespace hansatsu::wallet {

void add_office_commands(Shell& shell) {
  CLI::App* office = shell.group("office", {"for the town's staff and agents", "役場と窓口"});
  add_office_account_commands(shell, office);
  add_office_program_commands(shell, office);
  add_office_money_commands(shell, office);
  add_office_payout_commands(shell, office);
}

}  // namespace hansatsu::wallet
