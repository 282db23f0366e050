#include "wallet/cli/office_filing.h"

#include <algorithm>
#include <map>
#include <set>

#include "rpc/json/members_answers.h"
#include "wallet/cli/roster_file.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/show.h"
#include "wallet/payout_list.h"

namespace hansatsu::wallet {
namespace {

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
  if (payout_entry(record).payout != line.payout || row.payee_digest != line.payee_digest)
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
    now = grouped(payout_entry(*record).payout);
  if (record != nullptr && record->redemption.state == state::RedemptionState::filed)
    now = console.say({"filed", "登録済み"});
  return "\n  " + std::to_string(line.redemption.raw) + ": " + grouped(line.payout) + " -> " + now;
}

/// That some of the list is paid by this very bank file, if so: whoever files it again must not
/// send it again.
Attempt<void> check_unsettled(Session& session, const rules::File& wanted) {
  const Console& console = session.console();
  const auto paid = redemptions_of(session, wanted.coin, state::RedemptionState::paid);
  if (!paid) return Err{paid.error()};
  std::set<RedemptionId> settled;
  for (const rpc::RedemptionRecord& record : *paid)
    if (record.redemption.bank_file == wanted.bank_file) settled.insert(record.id);
  const auto count = std::count_if(wanted.lines.begin(), wanted.lines.end(), [&](const auto& line) {
    return settled.contains(line.redemption);
  });
  if (count == 0) return {};
  return Err{wrong_input(console,
                         {"this bank file is filed, and {} of its {} redemptions are settled "
                          "already: do not send it again",
                          "この振込データは登録済みで、{} 件(全 {} 件)は精算まで済んでいます。"
                          "もう一度銀行に送らないでください"},
                         {std::to_string(count), std::to_string(wanted.lines.size())})};
}

/// True: all of the list is filed under this bank file. False: all of it is free to be. Anything
/// between is a Failure: what the bank pays and what is bound would differ.
Attempt<bool> is_filed(Session& session, const rules::File& wanted) {
  const Console& console = session.console();
  const auto known = requested_and_filed(session, wanted.coin);
  if (!known) return Err{known.error()};
  std::size_t bound = 0;
  bool is_any_gone = false;
  std::string changed;
  for (const rules::FileLine& line : wanted.lines) {
    const auto found = known->find(line.redemption);
    const auto* record = found == known->end() ? nullptr : &found->second;
    if (record == nullptr) is_any_gone = true;
    const LineState state =
        record == nullptr ? LineState::changed : state_of(wanted, line, *record);
    if (state == LineState::bound) ++bound;
    if (state == LineState::changed) changed += changed_line(console, line, record);
  }
  if (bound == wanted.lines.size()) return true;
  if (is_any_gone) {
    if (const auto unsettled = check_unsettled(session, wanted); !unsettled)
      return Err{unsettled.error()};
  }
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

}  // namespace

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

/// The bank file holds what the list held when it was made of it, all of it: nothing else is bound
/// to it, and nothing less. What was left out would be paid, and then listed again.
Attempt<void> file_redemptions(Session& session, const PayoutOptions& options) {
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

}  // namespace hansatsu::wallet
