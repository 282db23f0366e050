#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

/// What an account holds, and what happened on it.
namespace hansatsu::wallet {
namespace {

struct HistoryOptions {
  std::uint32_t count = 20;
  bool oldest_first = false;
  bool all = false;
};

Attempt<void> balance(Session& session, const HistoryOptions& /*none*/) {
  const Console& console = session.console();
  const auto account = session.own_account();
  if (!account) return Err{account.error()};
  const auto programs = programs_of(session);
  if (!programs) return Err{programs.error()};
  console.line(console.say({"Account {}, as of {}", "口座 {}  {} 現在"},
                           {to_account_number(account->record.id), to_string(account->date)}));
  for (const rpc::CoinTotals& totals : account->totals) {
    console.line(
        console.say({"{}: prepaid {}, free {}", "{}: 前払い {}、無償 {}"},
                    {session.coin_name(totals.coin), console.strong(grouped(totals.prepaid)),
                     console.strong(grouped(totals.free))}));
  }
  Table table{{{{"program", "事業"}},
               {{"value", "種類"}},
               {{"until", "有効期限"}},
               {{"amount", "金額"}, true}}};
  for (const state::CoinValue& value : account->record.account.value) {
    for (const state::Lot& lot : value.lots) {
      if (lot.expiry < account->date) continue;  // counts nowhere any more
      table.add({program_name(*programs, lot.program),
                 paid_or_free(console, *programs, lot.program), date_text(console, lot.expiry),
                 grouped(lot.amount)});
    }
  }
  if (!table.empty()) console.table(table);
  console.json(rpc::write_json(*account, session.offset()));
  return {};
}

Attempt<std::vector<rpc::FinalTransaction>> read_history(Session& session, AccountId account,
                                                         const HistoryOptions& options) {
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::vector<rpc::FinalTransaction> entries;
  std::optional<rpc::Cursor> from;
  for (;;) {
    const auto left = options.all ? rpc::kHistoryCountMax
                                  : options.count - static_cast<std::uint32_t>(entries.size());
    auto page = (*client)->history(account, (*own)->signer(), from, !options.oldest_first,
                                   std::min(left, rpc::kHistoryCountMax));
    if (!page) return Err{session.failure(page.error())};
    entries.insert(entries.end(), page->entries.begin(), page->entries.end());
    const bool in_circles = from && page->next && (*page->next > *from) != options.oldest_first;
    from = page->next;
    if (!from || in_circles || page->entries.empty() ||
        (!options.all && entries.size() >= options.count))
      return entries;
  }
}

Attempt<void> history(Session& session, const HistoryOptions& options) {
  const Console& console = session.console();
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto entries = read_history(session, (*own)->reference.account, options);
  if (!entries) return Err{entries.error()};
  Table table{{{{"time", "日時"}},
               {{"what", "内容"}},
               {{"account", "口座"}},
               {{"amount", "金額"}, true},
               {{"result", "結果"}},
               {{"transaction", "取引"}}}};
  Json list = Json::array();
  for (const rpc::FinalTransaction& entry : *entries) {
    const auto refusal = rules::refusal_of(entry.outcome.code);
    table.add({to_string(entry.outcome.time, session.offset()),
               operation_name(console, entry.outcome.operation),
               to_account_number(entry.outcome.subject),
               signed_amount(entry.outcome, (*own)->reference.account),
               refusal ? rules::code_text(*refusal) : console.say({"done", "完了"}),
               to_hex(entry.id.view()).substr(0, 16)});
    list.push_back(rpc::write_json(entry, session.offset()));
  }
  console.table(table);
  console.json({{"account", to_account_number((*own)->reference.account)}, {"entries", list}});
  return {};
}

}  // namespace

void add_holder_commands(Shell& shell) {
  const auto pages = std::make_shared<HistoryOptions>();
  shell.on(shell.command(&shell.app, "balance", {"your coin by lot", "残高と内訳"},
                         "  hansatsu balance\n  hansatsu balance --json"),
           pages, &balance);

  CLI::App* past = shell.command(&shell.app, "history", {"what happened on your account", "履歴"},
                                 "  hansatsu history --count 50\n  hansatsu history --all --json");
  past->add_option("--count", pages->count, shell.say({"entries", "件数"}))
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  past->add_flag("--oldest", pages->oldest_first, shell.say({"oldest first", "古い順"}));
  past->add_flag("--all", pages->all, shell.say({"all of it", "すべて"}));
  shell.on(past, pages, &history);
}

}  // namespace hansatsu::wallet
