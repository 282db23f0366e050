#include <algorithm>

#include "rpc/json/members_answers.h"
#include "wallet/cli/office_filing.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/show.h"
#include "wallet/payout_list.h"

/// Paying shops out: the list, and what the bank has paid. Filing lies in office_filing.cpp.
namespace hansatsu::wallet {
namespace {

state::RedemptionState state_of(std::string_view name) {
  for (const auto& entry : names(state::RedemptionState{}))
    if (entry.name == name) return entry.value;
  return state::RedemptionState::requested;
}

Failure nothing_to_list(const Console& console, std::size_t of_today) {
  if (of_today == 0)
    return wrong_input(console, {"there is nothing to pay out", "振り込む換金請求がありません"});
  return wrong_input(console,
                     {"nothing to list: all {} were asked for today and may still grow; list them "
                      "tomorrow, or with --include-today",
                      "一覧にするものがありません。{}件はすべて今日の請求で、まだ増えることが"
                      "あります。明日一覧にするか、--include-today を付けてください"},
                     {std::to_string(of_today)});
}

/// Keeps the list that the bank file is to be made of: what it says is what `file` binds, in one
/// piece. A second File for the rest of a bank file would be one that is forgotten.
Attempt<Json> keep_list(Session& session, const PayoutOptions& options,
                        std::span<const rpc::RedemptionRecord> requested) {
  const Console& console = session.console();
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::optional<Date> today;
  if (!options.with_today) today = local_date((*client)->now(), session.offset());
  const PayoutChoice choice = choose_payouts(requested, today, session.offset());
  if (choice.entries.empty()) return Err{nothing_to_list(console, choice.of_today)};
  const std::string text = write_payout_list(choice.entries, console.language());
  if (const auto written = write_new_file(options.list, as_bytes(text)); !written)
    return Err{failure_of(console, written.error(), options.list.string())};
  console.note(console.say({"List written: {}, {} redemptions", "一覧を書き出しました: {} ({}件)"},
                           {options.list.string(), std::to_string(choice.entries.size())}));
  if (choice.of_today > 0)
    console.note(console.say({"{} of today are left out: they may still grow",
                              "今日の請求 {} 件は除きました(まだ増えることがあります)"},
                             {std::to_string(choice.of_today)}));
  if (choice.remaining > 0)
    console.note(console.say({"{} more remain: list again once this list is filed",
                              "あと {} 件あります。この一覧を登録してから、もう一度一覧にします"},
                             {std::to_string(choice.remaining)}));
  return Json{{"rows", choice.entries.size()},
              {"of_today", choice.of_today},
              {"remaining", choice.remaining}};
}

/// Who makes a bank file of what is filed already has it paid twice.
Attempt<void> check_listing(const Console& console, const PayoutOptions& options) {
  if (options.list.empty() || state_of(options.state) == state::RedemptionState::requested)
    return {};
  return Err{wrong_input(console, {"a list is made of what is requested: the rest is in a bank "
                                   "file already",
                                   "一覧にできるのは請求中のものだけです。ほかはすでに振込データに"
                                   "入っています"})};
}

Attempt<void> list_redemptions(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  if (const auto checked = check_listing(console, options); !checked) return checked;
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
    const PayoutEntry entry = payout_entry(record);
    table.add({std::to_string(entry.id.raw), to_account_number(entry.shop), grouped(entry.gross),
               grouped(entry.fee), grouped(entry.payout),
               to_string(record.redemption.time, session.offset())});
    list.push_back(rpc::write_json(record, session.offset()));
  }
  Json result{{"redemptions", list}};
  if (!options.list.empty()) {
    const auto kept = keep_list(session, options, *all);
    if (!kept) return Err{kept.error()};
    result["list"] = *kept;
  }
  console.table(table);
  console.json(result);
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
    return Err{wrong_input(console, {"at most 1,000 redemptions at once: name some",
                                     "一度に精算できるのは1,000件までです"})};
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
    total = total.plus(payout_entry(record).payout).value_or(total);
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
                      shell.say({"write here what one bank file is to be made of: at most 1,000, "
                                 "none of today",
                                 "振込データ一つの元になる一覧の書き出し先(1,000件まで、今日の"
                                 "請求は除く)"}));
  listing->add_flag("--include-today", options->with_today,
                    shell.say({"list those of today too, which may still grow",
                               "まだ増えることのある今日の請求も一覧に入れる"}));
  filing
      ->add_option("--list", options->list,
                   shell.say({"the list it was made of, whole", "振込データの元にした一覧(全部)"}))
      ->required();
  for (CLI::App* command : {listing, filing, settling})
    command->add_option("--coin", options->coin, shell.say({"coin", "コイン"}));
  for (CLI::App* command : {filing, settling})
    command
        ->add_option("--bank-file", options->bank_file,
                     shell.say({"the file sent to the bank", "銀行に送るファイル"}))
        ->required();
  settling->add_option("--redemption", options->redemptions,
                       shell.say({"only these of them", "その一部だけ(換金番号)"}));
  shell.on(listing, options, &list_redemptions);
  shell.on(filing, options, &file_redemptions);
  shell.on(settling, options, &settle);
}

}  // namespace hansatsu::wallet
