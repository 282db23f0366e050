#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

namespace hansatsu::wallet {
namespace {

struct ChainOptions {
  std::string expected;
};

Attempt<void> trust_chain(Session& session, const ChainOptions& options) {
  const Console& console = session.console();
  if (!options.expected.empty()) {
    const auto expected = fixed_from_hex<Hash>(options.expected);
    if (!expected)
      return Err{
          wrong_input(console, {"a chain's id has 64 hex digits", "台帳の番号は16進64桁です"})};
    session.expect_chain(*expected);
  }
  const auto charter = session.charter();
  if (!charter) return Err{charter.error()};
  const std::string id = to_hex(state::chain_id(**charter).view());
  if (!options.expected.empty() && options.expected != id)
    return Err{Failure{ExitCode::unproven, "",
                       console.say({"{} holds the charter of chain {}, not of {}",
                                    "{} は台帳 {} の規程です({} ではありません)"},
                                   {session.settings().charter.string(), id, options.expected})}};
  console.line(console.say(
      {"chain      {}\nid         {}\nfounded    {}\nvalidators {}\ncharter    {}",
       "台帳   {}\n番号   {}\n発足   {}\n検証   {}\n規程   {}"},
      {shown((*charter)->chain_name.text), id,
       to_string((*charter)->founded, (*charter)->utc_offset),
       std::to_string((*charter)->validators.size()), session.settings().charter.string()}));
  console.json({{"chain", id},
                {"name", (*charter)->chain_name.text},
                {"charter", session.settings().charter.string()},
                {"validators", (*charter)->validators.size()}});
  return {};
}

Attempt<void> show_status(Session& session, const ChainOptions& /*none*/) {
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto status = (*client)->status();
  if (!status) return Err{session.failure(status.error())};
  const Console& console = session.console();
  console.line(
      console.say({"node {}, height {}, block of {}{}", "ノード {}、高さ {}、最新ブロック {}{}"},
                  {shown(status->node_name), std::to_string(status->height.raw),
                   to_string(status->block_time, session.offset()),
                   status->serving ? "" : console.say({" (catching up)", " (同期中)"})}));
  console.json(rpc::write_json(*status, session.offset()));
  return {};
}

Attempt<void> list_programs(Session& session, const ChainOptions& /*none*/) {
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto programs = (*client)->programs();
  if (!programs) return Err{session.failure(programs.error())};
  const Console& console = session.console();
  Table table{{{{"id", "番号"}, true},
               {{"program", "事業"}},
               {{"value", "種類"}},
               {{"issued", "発行"}, true},
               {{"of budget", "予算"}, true},
               {{"until", "発行期限"}}}};
  for (const rpc::ProgramRecord& record : *programs) {
    const state::ProgramTerms& terms = record.program.terms;
    table.add({std::to_string(record.id.raw), shown(terms.name.text),
               console.say(terms.paid ? Sentence{"prepaid", "前払い"} : Sentence{"free", "無償"}),
               record.has_counters ? grouped(record.program.counters.issued) : "-",
               grouped(terms.budget), date_text(console, terms.closes)});
  }
  console.table(table);
  Json list = Json::array();
  for (const rpc::ProgramRecord& record : *programs)
    list.push_back(rpc::write_json(record, session.offset()));
  console.json({{"programs", list}});
  return {};
}

Attempt<void> list_shops(Session& session, const ChainOptions& /*none*/) {
  const auto shops = shops_of(session);
  if (!shops) return Err{shops.error()};
  Table table{{{{"account", "口座番号"}}, {{"shop", "加盟店"}}, {{"category", "業種"}, true}}};
  Json list = Json::array();
  for (const rpc::Shop& shop : *shops) {
    table.add({to_account_number(shop.record.account), shown(shop.name),
               std::to_string(shop.record.category)});
    list.push_back({{"account", to_account_number(shop.record.account)},
                    {"name", shop.name},
                    {"category", shop.record.category}});
  }
  session.console().table(table);
  session.console().json({{"shops", list}});
  return {};
}

}  // namespace

void add_chain_commands(Shell& shell) {
  CLI::App* chain = shell.group("chain", {"the ledger and whom to trust", "台帳と信頼"});
  const auto options = std::make_shared<ChainOptions>();
  CLI::App* trust =
      shell.command(chain, "trust",
                    {"take a node's charter as the trusted one, or show it",
                     "ノードの規程を信頼するものとして保存・表示する"},
                    "  hansatsu chain trust\n  hansatsu chain trust --expect 7f3a...");
  trust->add_option("--expect", options->expected,
                    shell.say({"the chain id that the town published", "町が公表した台帳の番号"}));
  shell.on(trust, options, &trust_chain);
  shell.on(shell.command(chain, "status", {"how the node is", "ノードの状態"},
                         "  hansatsu chain status --json"),
           options, &show_status);
  shell.on(shell.command(chain, "programs", {"the programs and their budgets", "事業と予算"},
                         "  hansatsu chain programs"),
           options, &list_programs);
  shell.on(shell.command(chain, "shops", {"where the coin is accepted", "使える加盟店"},
                         "  hansatsu chain shops"),
           options, &list_shops);
}

}  // namespace hansatsu::wallet
