#include "wallet/cli/shell.h"

namespace hansatsu::wallet {

CLI::App* Shell::command(CLI::App* parent, const std::string& name, Sentence what,
                         std::string_view examples) const {
  CLI::App* made = parent->add_subcommand(name, say(what));
  made->footer(say({"Examples:\n", "例:\n"}) + std::string{examples});
  return made;
}

CLI::App* Shell::group(const std::string& name, Sentence what) const {
  CLI::App* made = app.add_subcommand(name, say(what));
  made->require_subcommand(1);
  return made;
}

}  // namespace hansatsu::wallet
