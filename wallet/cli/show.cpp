#include "wallet/cli/show.h"

#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {

Attempt<AccountId> read_account(const Console& console, std::string_view text) {
  const auto account = parse_account_number(text);
  if (!account) return Err{failure_of(console, account.error(), text)};
  return *account;
}

Attempt<Amount> read_amount(const Console& console, std::string_view text) {
  const auto units = parse_whole_number(folded_number(text));
  const auto amount = Amount::from_units(units.value_or(0));
  if (!units || !amount || amount->is_zero())
    return Err{wrong_input(console, {"{} is no amount", "{} は金額ではありません"}, {shown(text)})};
  return *amount;
}

Attempt<OrderReference> read_order(const Console& console, const std::string& text) {
  if (const auto order = fixed_from_hex<OrderReference>(text)) return *order;
  return Err{
      wrong_input(console, {"an order reference has 32 hex digits", "注文番号は16進32桁です"})};
}

Attempt<Bytes> read_input(const Console& console, const std::filesystem::path& file) {
  auto bytes = read_file(file, kRosterBytesMax);
  if (!bytes) return Err{failure_of(console, bytes.error(), file.string())};
  return std::move(*bytes);
}

Attempt<Programs> programs_of(Session& session) {
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto records = (*client)->programs();
  if (!records) return Err{session.failure(records.error())};
  Programs programs;
  for (const rpc::ProgramRecord& record : *records) programs[record.id] = record.program.terms;
  return programs;
}

Attempt<std::vector<rpc::Shop>> shops_of(Session& session) {
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto trusted = session.charter();
  if (!trusted) return Err{trusted.error()};
  auto shops = (*client)->shops(**trusted);
  if (!shops) return Err{session.failure(shops.error())};
  return std::move(*shops);
}

std::string program_name(const Programs& programs, ProgramId program) {
  const auto found = programs.find(program);
  return found == programs.end() ? std::to_string(program.raw) : shown(found->second.name.text);
}

std::string paid_or_free(const Console& console, const Programs& programs, ProgramId program) {
  const auto found = programs.find(program);
  if (found == programs.end()) return "?";
  return console.say(found->second.paid ? Sentence{"prepaid", "前払い"} : Sentence{"free", "無償"});
}

std::string date_text(const Console& console, Date date) {
  if (date.raw == Date::kNever) return console.say({"no end", "期限なし"});
  return to_string(date);
}

std::string signed_amount(const rules::PublicOutcome& outcome, AccountId own) {
  using enum rules::OperationCode;
  const bool is_subject = outcome.subject == own;
  const std::string amount = grouped(outcome.amount);
  switch (outcome.operation) {
    case pay:
    case send:
    case refund:
      return (is_subject ? "+" : "-") + amount;
    case charge:
      return is_subject ? "+" + amount : amount;
    case redeem:
      return "-" + amount;
    case grant:
      return is_subject ? amount : "";  // the outcome tells the whole batch's sum
    default:
      return outcome.amount.is_zero() ? "" : amount;
  }
}

std::string split_amount(const Console& console, const Programs& programs,
                         std::span<const state::Lot> lots) {
  Amount prepaid;
  Amount free;
  for (const state::Lot& lot : lots) {
    const auto found = programs.find(lot.program);
    Amount& part = found != programs.end() && found->second.paid ? prepaid : free;
    part = part.plus(lot.amount).value_or(part);
  }
  const Amount total = prepaid.plus(free).value_or(prepaid);
  return console.say({"{} (prepaid {}, free {})", "{} (前払い {}、無償 {})"},
                     {grouped(total), grouped(prepaid), grouped(free)});
}

std::string operation_name(const Console& console, rules::OperationCode code) {
  using enum rules::OperationCode;
  const auto say = [&](Sentence sentence) { return console.say(sentence); };
  switch (code) {
    case open_account:
      return say({"account opened", "口座開設"});
    case add_key:
      return say({"key added", "鍵の追加"});
    case remove_key:
      return say({"key removed", "鍵の削除"});
    case set_receive:
      return say({"receiving changed", "受取設定"});
    case freeze:
      return say({"stopped", "利用停止"});
    case unfreeze:
      return say({"stop ended", "停止解除"});
    case open_program:
      return say({"program opened", "事業の開始"});
    case charge:
      return say({"charge", "チャージ"});
    case grant:
      return say({"grant", "給付・付与"});
    case pay:
      return say({"payment", "支払い"});
    case send:
      return say({"send", "送る"});
    case refund:
      return say({"refund", "返金"});
    case redeem:
      return say({"redemption", "換金請求"});
    case file:
      return say({"bank file", "振込データ"});
    case settle:
      return say({"settlement", "精算"});
    case set_float:
      return say({"float set", "限度額の設定"});
    case hand_in:
      return say({"handed in", "現金の納入"});
  }
  return "?";
}

Json json_of(const Session& session, const rpc::ProvenTransaction& proven) {
  Json json = rpc::write_json(proven.transaction, session.offset());
  json["receipt"] = to_hex(proven.receipt);
  return json;
}

void show_done(const Session& session, const Done& done, std::string_view line) {
  const Console& console = session.console();
  console.line(line);
  console.line(console.say(
      {"Final in block {}; receipt verified: {}", "ブロック {} で確定。領収証明を検証しました: {}"},
      {std::to_string(done.proven.transaction.height.raw),
       to_hex(done.proven.transaction.id.view())}));
  Json json = json_of(session, done.proven);
  json["verified"] = true;
  console.json(json);
}

Failure declined(const Console& console) {
  return {ExitCode::declined, "", console.say({"nothing was sent", "何も送っていません"})};
}

Attempt<Done> preview_and_run(Session& session, const rules::Operation& operation,
                              std::string_view what, std::span<const rpc::Cosigner> cosigners) {
  // A preview can't be co-signed: what needs it is tried at once.
  if (cosigners.empty()) {
    if (const auto preview = session.preview(operation); !preview) return Err{preview.error()};
  }
  session.console().line(what);
  if (!session.console().confirm({"Go ahead?", "実行しますか。"}))
    return Err{declined(session.console())};
  return session.run(operation, cosigners);
}

}  // namespace hansatsu::wallet
