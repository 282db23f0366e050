#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "wallet/cli/session.h"

namespace hansatsu::wallet {

/// A receipt's file is never larger.
inline constexpr std::size_t kReceiptBytesMax = 64UL * 1024;

/// What a command does once the arguments are read.
using Action = std::function<Attempt<void>(Session&)>;

/// The command line while it is being put together. Each group adds its commands; the one that the
/// person chose leaves its action here.
struct Shell {
  CLI::App& app;
  Language language;
  Action chosen;

  [[nodiscard]] std::string say(Sentence sentence) const {
    return std::string{sentence.in(language)};
  }
  /// A command below `parent` with examples in its help.
  CLI::App* command(CLI::App* parent, const std::string& name, Sentence what,
                    std::string_view examples) const;
  /// A group of commands, one of which must be named.
  CLI::App* group(const std::string& name, Sentence what) const;
  /// Runs `action` when `command` was chosen. `options` is what CLI11 writes the arguments into.
  template <class Options, class Do>
  void on(CLI::App* command, const std::shared_ptr<Options>& options, Do action) {
    command->callback([this, options, action] {
      chosen = [options, action](Session& session) { return action(session, *options); };
    });
  }
};

void add_wallet_commands(Shell& shell);
void add_chain_commands(Shell& shell);
void add_holder_commands(Shell& shell);
void add_pay_commands(Shell& shell);
void add_request_command(Shell& shell);
void add_watch_command(Shell& shell);
void add_account_commands(Shell& shell);
void add_receipt_commands(Shell& shell);
void add_shop_commands(Shell& shell);
void add_office_commands(Shell& shell);
void add_audit_command(Shell& shell);
void add_office_account_commands(Shell& shell, CLI::App* office);
void add_office_program_commands(Shell& shell, CLI::App* office);
void add_office_money_commands(Shell& shell, CLI::App* office);
void add_office_payout_commands(Shell& shell, CLI::App* office);

}  // namespace hansatsu::wallet
