#include <algorithm>

#include "rpc/json/members_answers.h"
#include "wallet/cli/roster_file.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/payout_list.h"

/// Paying shops out.
namespace hansatsu::wallet {
namespace {

struct PayoutOptions {
  std::string coin;
  std::string state = "requested";
  std::filesystem::path bank_file;
  std::filesystem::path list;
  std::vector<std::uint64_t> redemptions;
};

state::RedemptionState state_of(std::string_view name) {
  for (const auto& entry : names(state::RedemptionState{}))
    if (entry.name == name) return entry.value;
  return state::RedemptionState::requested;
}

/// All redemptions of a coin in a state.
Attempt<std::vector<rpc::RedemptionRecord>> redemptions_of(Session& session, CoinId coin,
                                                           state::RedemptionState state) {
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::vector<rpc::RedemptionRecord> all;
  RedemptionId from;
  for (;;) {
    auto page = (*client)->redemptions(coin, state, from, (*own)->signer());
    if (!page) return Err{session.failure(page.error())};
    if (!page->empty() && page->back().id < from)  // it would never come to an end
      return Err{session.failure(rpc::CallError{rpc::CallFailure::malformed, 0, {}, {}, {}})};
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < rpc::kRedemptionsCountMax) return all;
    from = RedemptionId{page->back().id.raw + 1};
  }
}

Amount gross_of(const state::Redemption& redemption) {
  Amount gross;
  for (const state::ProgramAmount& part : redemption.gross)
    gross = gross.plus(part.amount).value_or(gross);
  return gross;
}

/// What the bank pays; nothing where a node tells of a fee above the gross sum.
Amount net_of(const state::Redemption& redemption) {
  return gross_of(redemption).minus(redemption.fee).value_or(Amount{});
}

/// Keeps the list that the bank file is to be made of: what it says is what `file` binds.
Attempt<void> keep_list(const Console& console, const std::filesystem::path& path,
                        const std::vector<rpc::RedemptionRecord>& records) {
  std::vector<PayoutEntry> entries;
  for (const rpc::RedemptionRecord& record : records)
    entries.push_back({record.id, record.redemption.shop, gross_of(record.redemption),
                       record.redemption.fee, net_of(record.redemption),
                       record.redemption.payee_digest});
  const std::string text = write_payout_list(entries, console.language());
  if (const auto written = write_new_file(path, as_bytes(text)); !written)
    return Err{failure_of(console, written.error(), path.string())};
  console.note(console.say({"List written: {}", "一覧を書き出しました: {}"}, {path.string()}));
  return {};
}

Attempt<void> list_redemptions(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto all = redemptions_of(session, *coin, state_of(options.state));
  if (!all) return Err{all.error()};
  Table table{{{{"redemption", "換金番号"}, true},
               {{"shop", "加盟店"}},
               {{"gross", "総額"}, true},
               {{"fee", "手数料"}, true},
               {{"payout", "振込額"}, true},
               {{"asked", "請求日時"}}}};
  Json list = Json::array();
  for (const rpc::RedemptionRecord& record : *all) {
    table.add({std::to_string(record.id.raw), to_account_number(record.redemption.shop),
               grouped(gross_of(record.redemption)), grouped(record.redemption.fee),
               grouped(net_of(record.redemption)),
               to_string(record.redemption.time, session.offset())});
    list.push_back(rpc::write_json(record, session.offset()));
  }
  if (!options.list.empty()) {
    if (auto kept = keep_list(console, options.list, *all); !kept) return kept;
  }
  console.table(table);
  console.json({{"redemptions", list}});
  return {};
}

bool is_named(const PayoutOptions& options, RedemptionId id) {
  return options.redemptions.empty() ||
         std::find(options.redemptions.begin(), options.redemptions.end(), id.raw) !=
             options.redemptions.end();
}

/// Something was chosen, all that was named, and no more than one operation takes.
Attempt<void> check_chosen(const Console& console, const PayoutOptions& options,
                           std::size_t chosen) {
  if (chosen < std::max<std::size_t>(options.redemptions.size(), 1))
    return Err{wrong_input(
        console, {"there is no such redemption in this state", "該当する換金請求がありません"})};
  if (chosen > rules::kFileLinesMax)
    return Err{wrong_input(console, {"a bank file binds at most 1,000 redemptions: name some",
                                     "一つの振込データは1,000件までです"})};
  return {};
}

Amount total_payout(std::span<const rules::FileLine> lines) {
  Amount total;
  for (const rules::FileLine& line : lines) total = total.plus(line.payout).value_or(total);
  return total;
}

/// Lines of the list whose redemption has changed since: the bank would pay other than is due.
Attempt<void> check_list(Session& session, CoinId coin, std::span<const rules::FileLine> lines) {
  const Console& console = session.console();
  const auto all = redemptions_of(session, coin, state::RedemptionState::requested);
  if (!all) return Err{all.error()};
  std::string changed;
  for (const rules::FileLine& line : lines) {
    const auto record = std::find_if(all->begin(), all->end(),
                                     [&](const auto& one) { return one.id == line.redemption; });
    const bool is_there = record != all->end();
    if (is_there && net_of(record->redemption) == line.payout &&
        record->redemption.payee_digest == line.payee_digest)
      continue;
    changed += "\n  " + std::to_string(line.redemption.raw) + ": " + grouped(line.payout) + " -> " +
               (is_there ? grouped(net_of(record->redemption)) : std::string{"-"});
  }
  if (changed.empty()) return {};
  return Err{wrong_input(console,
                         {"the list is not up to date, so the bank would not pay what is due: make "
                          "list and bank file anew{}",
                          "一覧が最新ではありません。一覧と振込データを作り直してください{}"},
                         {changed})};
}

/// The bank file holds what the list held when it was made of it: nothing else is bound to it.
Attempt<void> file(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto bytes = read_input(console, options.bank_file);
  if (!bytes) return Err{bytes.error()};
  const auto list = read_input(console, options.list);
  if (!list) return Err{list.error()};
  auto listed = read_payout_list(*list);
  if (!listed) return Err{roster_failure(console, listed.error())};
  std::erase_if(*listed, [&](const auto& line) { return !is_named(options, line.redemption); });
  if (auto checked = check_chosen(console, options, listed->size()); !checked) return checked;
  if (auto checked = check_list(session, *coin, *listed); !checked) return checked;
  rules::File operation{*coin, hash(HashTag::bank_file, *bytes), {}};
  operation.lines.assign(listed->begin(), listed->end());
  const auto done =
      preview_and_run(session, {operation},
                      console.say({"Bind {} redemptions, {} to pay, to the bank file {}",
                                   "換金請求 {} 件、振込額 {} を振込データ {} に結びます"},
                                  {std::to_string(listed->size()), grouped(total_payout(*listed)),
                                   options.bank_file.string()}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Filed.", "登録しました。"}));
  return {};
}

/// All redemptions that were bound to the file, or those of them that are named.
Attempt<void> settle(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto bytes = read_input(console, options.bank_file);
  if (!bytes) return Err{bytes.error()};
  const auto all = redemptions_of(session, *coin, state::RedemptionState::filed);
  if (!all) return Err{all.error()};
  rules::Settle operation{*coin, hash(HashTag::bank_file, *bytes), {}};
  Amount total;
  std::size_t chosen = 0;
  for (const rpc::RedemptionRecord& record : *all) {
    if (!is_named(options, record.id) || record.redemption.bank_file != operation.bank_file)
      continue;
    if (++chosen > rules::kFileLinesMax) break;
    total = total.plus(net_of(record.redemption)).value_or(total);
    operation.redemptions.push_back(record.id);
  }
  if (auto checked = check_chosen(console, options, chosen); !checked) return checked;
  const auto done =
      preview_and_run(session, {operation},
                      console.say({"Confirm that the bank has paid {} redemptions, {} in all",
                                   "換金請求 {} 件、合計 {} の振込を確認します"},
                                  {std::to_string(chosen), grouped(total)}));
  if (!done) return Err{done.error()};
  show_done(session, *done, console.say({"Settled.", "精算しました。"}));
  return {};
}

}  // namespace

void add_office_payout_commands(Shell& shell, CLI::App* office) {
  const auto options = std::make_shared<PayoutOptions>();
  CLI::App* listing =
      shell.command(office, "redemptions", {"what shops ask to be paid", "換金請求の一覧"},
                    "  hansatsu office redemptions --list 20261130.csv");
  listing->add_option("--state", options->state, shell.say({"their state", "状態"}))
      ->check(CLI::IsMember({"requested", "filed", "paid"}))
      ->capture_default_str();
  CLI::App* filing =
      shell.command(office, "file", {"bind redemptions to a bank file", "振込データに結ぶ"},
                    "  hansatsu office file --bank-file 20261130.txt --list 20261130.csv");
  CLI::App* settling =
      shell.command(office, "settle", {"confirm that a bank file was paid", "振込を確認する"},
                    "  hansatsu office settle --bank-file 20261130.txt");
  listing->add_option("--list", options->list,
                      shell.say({"also write it here, to make the bank file of",
                                 "振込データを作るための一覧の書き出し先"}));
  filing
      ->add_option("--list", options->list,
                   shell.say({"the list it was made of", "振込データの元にした一覧"}))
      ->required();
  for (CLI::App* command : {listing, filing, settling})
    command->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  for (CLI::App* command : {filing, settling}) {
    command
        ->add_option("--bank-file", options->bank_file,
                     shell.say({"the file sent to the bank", "銀行に送るファイル"}))
        ->required();
    command->add_option("--redemption", options->redemptions,
                        shell.say({"only these of them", "その一部だけ(換金番号)"}));
  }
  shell.on(listing, options, &list_redemptions);
  shell.on(filing, options, &file);
  shell.on(settling, options, &settle);
}

}  // namespace hansatsu::wallet
