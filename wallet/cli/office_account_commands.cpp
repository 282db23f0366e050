#include <set>

#include "rpc/json/members_answers.h"
#include "wallet/cli/account_opening.h"
#include "wallet/cli/roster_file.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

namespace hansatsu::wallet {
namespace {

struct OpenOptions {
  RosterFile roster;
  std::string kind = "person";
  std::string coin;
  bool rehearse = false;
  std::filesystem::path result;
};

struct OneAccount {
  std::string account;
};

state::AccountKind kind_of(std::string_view name) {
  if (name == "shop") return state::AccountKind::shop;
  if (name == "agent") return state::AccountKind::agent;
  return state::AccountKind::person;
}

/// Asks the ledger about each kind of row once: rows differ in numbers that no rule reads.
Attempt<void> rehearse(Session& session, const std::vector<AccountRow>& rows) {
  std::set<Bytes> asked;
  for (const AccountRow& row : rows) {
    rules::OpenAccount form = row.operation;
    form.keys.front().key = PublicKey{};
    form.person = PersonId{form.person == PersonId{} ? 0U : 1U};
    form.household = HouseholdId{form.household == HouseholdId{} ? 0U : 1U};
    if (!asked.insert(encode(form)).second) continue;
    const auto preview = session.preview(operation_of(row));
    if (preview) continue;
    Failure failure = preview.error();
    failure.text = session.console().say({"line {}: {}", "{}行: {}"},
                                         {std::to_string(row.line), failure.text});
    return Err{std::move(failure)};
  }
  return {};
}

Attempt<void> open_accounts(Session& session, const OpenOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto bytes = read_input(console, options.roster.path);
  if (!bytes) return Err{bytes.error()};
  auto roster = read_account_roster(*bytes, options.roster.options(), kind_of(options.kind), *coin);
  if (!roster) return Err{roster_failure(console, roster.error())};

  const std::filesystem::path result =
      options.result.empty() ? std::filesystem::path{options.roster.path.string() + ".opened.csv"}
                             : options.result;
  auto opened = OpenedAccounts::load(console, result);
  if (!opened) return Err{opened.error()};
  auto submitted = SubmittedRows::load(console, result.string() + ".sending");
  if (!submitted) return Err{submitted.error()};
  AccountOpening opening{session, *opened, *submitted};
  if (!options.rehearse) {
    if (const auto settled = opening.settle_earlier(); !settled) return settled;
  }
  const std::size_t in_file = roster->size();
  std::erase_if(*roster, [&](const AccountRow& row) {
    return opened->holds(row.operation.keys.front().key);
  });
  if (const auto rehearsed = rehearse(session, *roster); !rehearsed) return rehearsed;
  console.line(console.say({"{} rows: {} to open, {} opened already", "{}行: 開設 {}、開設済み {}"},
                           {std::to_string(in_file), std::to_string(roster->size()),
                            std::to_string(in_file - roster->size())}));
  if (options.rehearse) {
    console.json({{"rows", in_file}, {"to_open", roster->size()}, {"rehearsal", true}});
    return {};
  }
  if (!roster->empty()) {
    if (!console.confirm({"Open them?", "開設しますか。"})) return Err{declined(console)};
    if (const auto done = opening.open(*std::move(roster)); !done) return done;
  }
  console.line(
      console.say({"Account numbers are in {}", "口座番号は {} にあります"}, {result.string()}));
  console.json({{"rows", in_file}, {"result", result.string()}, {"accounts", opened->json()}});
  return {};
}

Attempt<void> stop(Session& session, const OneAccount& options, bool freezes) {
  const Console& console = session.console();
  const auto account = read_account(console, options.account);
  if (!account) return Err{account.error()};
  const rules::Operation operation = freezes ? rules::Operation{rules::Freeze{*account}}
                                             : rules::Operation{rules::Unfreeze{*account}};
  const auto done = preview_and_run(
      session, operation,
      console.say(freezes
                      ? Sentence{"Stop the account {} for 72 hours", "口座 {} を72時間止めます"}
                      : Sentence{"End the stop of the account {}", "口座 {} の停止を解除します"},
                  {to_account_number(*account)}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Done.", "完了しました。"}));
  return {};
}

Attempt<void> show_account(Session& session, const OneAccount& options) {
  const Console& console = session.console();
  const auto account = read_account(console, options.account);
  if (!account) return Err{account.error()};
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto answer = (*client)->account(*account, (*own)->signer());
  if (!answer) return Err{session.failure(answer.error())};
  const state::AccountIdentity& identity = answer->record.account.identity;
  console.line(console.say(
      {"Account {}: status {}, level {}, as of {}", "口座 {}: 状態 {}、確認区分 {}、{} 現在"},
      {to_account_number(*account),
       std::string{rpc::write_json(identity.status, {}).get<std::string>()},
       std::string{rpc::write_json(identity.level, {}).get<std::string>()},
       to_string(answer->date)}));
  for (const rpc::CoinTotals& totals : answer->totals)
    console.line(
        console.say({"{}: prepaid {}, free {}, takings {}", "{}: 前払い {}、無償 {}、売上 {}"},
                    {session.coin_name(totals.coin), grouped(totals.prepaid), grouped(totals.free),
                     grouped(totals.takings)}));
  console.json(rpc::write_json(*answer, session.offset()));
  return {};
}

}  // namespace

void add_office_account_commands(Shell& shell, CLI::App* office) {
  const auto options = std::make_shared<OpenOptions>();
  CLI::App* opening =
      shell.command(office, "open", {"open accounts from a roster", "名簿から口座を開設する"},
                    "  hansatsu office open residents.csv --rehearse\n"
                    "  hansatsu office open shops.csv --kind shop --encoding cp932");
  options->roster.add_to(shell, opening);
  opening
      ->add_option("--kind", options->kind,
                   shell.say({"kind of rows without one", "種別のない行の種別"}))
      ->check(CLI::IsMember({"person", "shop", "agent"}))
      ->capture_default_str();
  opening->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  opening->add_flag("--rehearse", options->rehearse,
                    shell.say({"check everything, open nothing", "確かめるだけで開設しない"}));
  opening->add_option("--out", options->result,
                      shell.say({"file of account numbers, by default ROSTER.opened.csv",
                                 "口座番号のファイル(なければ 名簿.opened.csv)"}));
  shell.on(opening, options, &open_accounts);

  const auto one = std::make_shared<OneAccount>();
  const auto add = [&](const std::string& name, Sentence what, std::string_view examples) {
    CLI::App* command = shell.command(office, name, what, examples);
    command->add_option("account", one->account, shell.say({"account number", "口座番号"}))
        ->required();
    return command;
  };
  shell.on(
      add("freeze", {"stop an account", "口座を止める"}, "  hansatsu office freeze 0001-2345-20"),
      one, [](Session& session, const OneAccount& chosen) { return stop(session, chosen, true); });
  shell.on(
      add("unfreeze", {"end a stop", "停止を解除する"}, "  hansatsu office unfreeze 0001-2345-20"),
      one, [](Session& session, const OneAccount& chosen) { return stop(session, chosen, false); });
  shell.on(add("account", {"look at an account (logged)", "口座を見る(記録されます)"},
               "  hansatsu office account 0001-2345-20"),
           one, &show_account);
}

}  // namespace hansatsu::wallet
