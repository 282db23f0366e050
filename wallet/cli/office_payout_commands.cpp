#include <algorithm>
#include <map>

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
  bool with_today = false;
  std::vector<std::uint64_t> redemptions;  ///< settle alone
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
  auto all = all_redemptions(**client, coin, state, (*own)->signer());
  if (!all) return Err{session.failure(all.error())};
  return std::move(*all);
}

Amount net_of(const rpc::RedemptionRecord& record) { return payout_entry(record).payout; }

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

Amount total_payout(std::span<const rules::FileLine> lines) {
  Amount total;
  for (const rules::FileLine& line : lines) total = total.plus(line.payout).value_or(total);
  return total;
}

/// How a redemption stands to the line that the bank file was made of.
enum class LineState : std::uint8_t { due, bound, changed };
LineState state_of(const rules::File& wanted, const rules::FileLine& line,
                   const rpc::RedemptionRecord& record) {
  const state::Redemption& row = record.redemption;
  if (net_of(record) != line.payout || row.payee_digest != line.payee_digest)
    return LineState::changed;
  if (row.state == state::RedemptionState::requested) return LineState::due;
  return row.bank_file == wanted.bank_file ? LineState::bound : LineState::changed;
}

using KnownRedemptions = std::map<RedemptionId, rpc::RedemptionRecord>;
Attempt<KnownRedemptions> requested_and_filed(Session& session, CoinId coin) {
  KnownRedemptions known;
  for (const auto state : {state::RedemptionState::requested, state::RedemptionState::filed}) {
    const auto some = redemptions_of(session, coin, state);
    if (!some) return Err{some.error()};
    for (const rpc::RedemptionRecord& record : *some) known.insert_or_assign(record.id, record);
  }
  return known;
}

/// A line of which the bank would pay other than is due, beside what is due.
std::string changed_line(const Console& console, const rules::FileLine& line,
                         const rpc::RedemptionRecord* record) {
  std::string now{"-"};
  if (record != nullptr && record->redemption.state == state::RedemptionState::requested)
    now = grouped(net_of(*record));
  if (record != nullptr && record->redemption.state == state::RedemptionState::filed)
    now = console.say({"filed", "登録済み"});
  return "\n  " + std::to_string(line.redemption.raw) + ": " + grouped(line.payout) + " -> " + now;
}

/// True: all of the list is filed under this bank file. False: all of it is free to be. Anything
/// between is a Failure: what the bank pays and what is bound would differ.
Attempt<bool> is_filed(Session& session, const rules::File& wanted) {
  const Console& console = session.console();
  const auto known = requested_and_filed(session, wanted.coin);
  if (!known) return Err{known.error()};
  std::size_t bound = 0;
  std::string changed;
  for (const rules::FileLine& line : wanted.lines) {
    const auto found = known->find(line.redemption);
    const auto* record = found == known->end() ? nullptr : &found->second;
    const LineState state =
        record == nullptr ? LineState::changed : state_of(wanted, line, *record);
    if (state == LineState::bound) ++bound;
    if (state == LineState::changed) changed += changed_line(console, line, record);
  }
  if (bound == wanted.lines.size()) return true;
  const bool is_taken = std::any_of(known->begin(), known->end(), [&](const auto& entry) {
    return entry.second.redemption.bank_file == wanted.bank_file;
  });
  if (is_taken)
    return Err{wrong_input(console,
                           {"this bank file is bound to another list already: each list has a bank "
                            "file of its own",
                            "この振込データは別の一覧に結ばれています。一覧ごとに振込データを一つ"
                            "作ってください"})};
  if (changed.empty()) return false;
  return Err{wrong_input(console,
                         {"the list is not up to date, so the bank would not pay what is due: make "
                          "list and bank file anew{}",
                          "一覧が最新ではありません。一覧と振込データを作り直してください{}"},
                         {changed})};
}

constexpr std::uint32_t kFilePages = 5;

/// The own File of these very lines, done, with its receipt: a node's word alone proves nothing.
std::optional<Done> proven_file(Session& session, const rules::File& wanted) {
  const auto own = session.identity();
  const auto client = session.client();
  if (!own || !client) return std::nullopt;
  const rpc::Signer signer = (*own)->signer();
  std::optional<rpc::Cursor> from;
  for (std::uint32_t i = 0; i < kFilePages; ++i) {
    const auto page =
        (*client)->history((*own)->reference.account, signer, from, true, rpc::kHistoryCountMax);
    if (!page) return std::nullopt;
    for (const rpc::FinalTransaction& entry : page->entries) {
      const auto transaction = decode<block::Transaction>(entry.transaction);
      if (!transaction) continue;
      const auto* file = std::get_if<rules::File>(&transaction->unsigned_part.operation.value);
      if (file == nullptr || *file != wanted) continue;
      const auto proven = (*client)->receipt(entry.id, signer);
      if (proven && session.verify_of(*proven, *transaction) &&
          proven->transaction.outcome.code == 0)
        return Done{*proven};
    }
    if (!page->next || page->entries.empty()) return std::nullopt;
    from = page->next;
  }
  return std::nullopt;
}

/// For who had no answer to the first attempt: the bank file is as good as it was.
void show_filed(Session& session, const rules::File& wanted) {
  const Console& console = session.console();
  const std::string count = std::to_string(wanted.lines.size());
  if (const auto done = proven_file(session, wanted)) {
    show_done(session, *done,
              console.say({"Already filed, all {} redemptions: send this bank file.",
                           "{} 件すべて登録済みです。この振込データを銀行に送ってください。"},
                          {count}));
    return;
  }
  console.line(
      console.say({"Already filed, all {} redemptions, says the node, and not by this key: "
                   "send this bank file if nobody has sent it.",
                   "ノードによれば、{} 件すべてが別の鍵で登録済みです。まだであれば、この"
                   "振込データを銀行に送ってください。"},
                  {count}));
  console.json({{"already_filed", true}, {"verified", false}});
}

/// Who had no answer must not make anything anew: it may be filed.
Failure try_again(const Console& console, Failure failure) {
  if (failure.exit != ExitCode::unknown) return failure;
  failure.text +=
      console.say({"\nThen run this same command again, with the same list and the "
                   "same bank file: it says whether they are filed",
                   "\nそのあと、同じ一覧と同じ振込データで、同じ命令をもう一度実行"
                   "してください。登録済みかどうかがわかります"});
  return failure;
}

/// The bank file holds what the list held when it was made of it, all of it: nothing else is bound
/// to it, and nothing less. What was left out would be paid, and then listed again.
Attempt<void> file(Session& session, const PayoutOptions& options) {
  const Console& console = session.console();
  const auto coin = session.coin(options.coin);
  if (!coin) return Err{coin.error()};
  const auto bytes = read_input(console, options.bank_file);
  if (!bytes) return Err{bytes.error()};
  const auto list = read_input(console, options.list);
  if (!list) return Err{list.error()};
  const auto listed = read_payout_list(*list);
  if (!listed) return Err{roster_failure(console, listed.error())};
  if (listed->size() > rules::kFileLinesMax)
    return Err{wrong_input(console, {"a bank file binds at most 1,000 redemptions, and is made of "
                                     "one list",
                                     "一つの振込データは、一つの一覧から、1,000件までです"})};
  rules::File operation{*coin, hash(HashTag::bank_file, *bytes), {}};
  operation.lines.assign(listed->begin(), listed->end());
  const auto filed = is_filed(session, operation);
  if (!filed) return Err{filed.error()};
  if (*filed) {
    show_filed(session, operation);
    return {};
  }
  const auto done =
      preview_and_run(session, {operation},
                      console.say({"Bind {} redemptions, {} to pay, to the bank file {}",
                                   "換金請求 {} 件、振込額 {} を振込データ {} に結びます"},
                                  {std::to_string(listed->size()), grouped(total_payout(*listed)),
                                   options.bank_file.string()}));
  if (!done && done.error().exit == ExitCode::refused) {
    // An earlier attempt may have been on its way.
    if (const auto since = is_filed(session, operation); since && *since) {
      show_filed(session, operation);
      return {};
    }
  }
  if (!done) return Err{try_again(console, done.error())};
  show_done(session, *done,
            console.say({"Filed: send this bank file.",
                         "登録しました。この振込データを銀行に送ってください。"}));
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
    total = total.plus(net_of(record)).value_or(total);
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
  shell.on(filing, options, &file);
  shell.on(settling, options, &settle);
}

}  // namespace hansatsu::wallet
