#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/text_file.h"

namespace hansatsu::wallet {
namespace {

struct ReceiptOptions {
  std::string id;
  std::filesystem::path file;
};

Json describe(Session& session, const block::Receipt& receipt) {
  Json json = rpc::write_json(receipt.outcome, session.offset());
  if (receipt.outcome.coin) json["coin_name"] = session.coin_name(*receipt.outcome.coin);
  json["transaction"] = to_hex(receipt.transaction_id.view());
  json["height"] = receipt.header.height.raw;
  json["chain"] = to_hex(receipt.header.chain_id.view());
  json["verified"] = true;
  return json;
}

void say_receipt(Session& session, const block::Receipt& receipt) {
  const Console& console = session.console();
  const auto refusal = rules::refusal_of(receipt.outcome.code);
  const auto& coin = receipt.outcome.coin;
  const std::string amount =
      grouped(receipt.outcome.amount) + (coin ? " " + session.coin_name(*coin) : "");
  console.line(console.say(
      {"verified    final in block {} of {}\ntransaction {}\nwhat        {}\naccount     {}\n"
       "amount      {}\nresult      {}",
       "検証済み ブロック {} ({}) で確定\n取引     {}\n内容     {}\n口座     {}\n金額     {}\n結果 "
       "    {}"},
      {std::to_string(receipt.header.height.raw), to_string(receipt.outcome.time, session.offset()),
       to_hex(receipt.transaction_id.view()), operation_name(console, receipt.outcome.operation),
       to_account_number(receipt.outcome.subject), amount,
       refusal ? rules::code_text(*refusal) : console.say({"done", "完了"})}));
  console.json(describe(session, receipt));
}

constexpr std::size_t kShortIdDigits = 16;         ///< as `history` shows it
constexpr std::size_t kShortIdSearchMax = 10'000;  ///< entries of the account's history

/// The whole id, or the only one of the account's own transactions that starts like this.
Attempt<Hash> find_id(Session& session, const std::string& text) {
  const Console& console = session.console();
  if (const auto id = fixed_from_hex<Hash>(text)) return *id;
  if (text.size() < kShortIdDigits)
    return Err{wrong_input(console, {"a transaction's id has 64 hex digits, or the 16 of `history`",
                                     "取引の番号は16進64桁、または履歴の16桁です"})};
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  std::optional<rpc::Cursor> from;
  for (std::size_t seen = 0; seen < kShortIdSearchMax;) {
    const auto page = (*client)->history((*own)->reference.account, (*own)->signer(), from, true,
                                         rpc::kHistoryCountMax);
    if (!page) return Err{session.failure(page.error())};
    for (const rpc::FinalTransaction& entry : page->entries)
      if (to_hex(entry.id.view()).starts_with(text)) return entry.id;
    if (!page->next || page->entries.empty()) break;
    seen += page->entries.size();
    from = page->next;
  }
  return Err{wrong_input(console, {"the account's history has no such transaction",
                                   "この口座の履歴にその取引はありません"})};
}

Attempt<void> get(Session& session, const ReceiptOptions& options) {
  const Console& console = session.console();
  const auto id = find_id(session, options.id);
  if (!id) return Err{id.error()};
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto proven = (*client)->receipt(*id, (*own)->signer());
  if (!proven) return Err{session.failure(proven.error())};
  if (const auto verified = session.verify(*proven); !verified) return verified;
  if (proven->transaction.id != *id)
    return Err{Failure{
        ExitCode::unproven, "",
        console.say({"this is the receipt of another transaction", "別の取引の領収証明です"})}};
  if (!options.file.empty()) {
    const auto written = write_new_file(options.file, proven->receipt);
    if (!written) return Err{failure_of(console, written.error(), options.file.string())};
  }
  say_receipt(session, *decode<block::Receipt>(proven->receipt));
  return {};
}

/// Needs no node: the file and the trusted charter decide.
Attempt<void> verify(Session& session, const ReceiptOptions& options) {
  const Console& console = session.console();
  std::error_code fault;
  if (!std::filesystem::exists(session.settings().charter, fault))
    return Err{wrong_input(
        console,
        {"no trusted charter yet: `hansatsu chain trust`, or --charter",
         "信頼する規程がありません。`hansatsu chain trust` か --charter を使ってください"})};
  const auto trust = session.trust();
  if (!trust) return Err{trust.error()};
  const auto bytes = read_file(options.file, kReceiptBytesMax);
  if (!bytes) return Err{failure_of(console, bytes.error(), options.file.string())};
  const auto receipt = decode<block::Receipt>(*bytes);
  if (!receipt)
    return Err{Failure{ExitCode::unproven, "",
                       console.say({"this is no receipt", "領収証明ではありません"})}};
  if (const auto proven = block::verify_receipt(**trust, *receipt); !proven) {
    return Err{Failure{
        ExitCode::unproven, "",
        console.say(proven.error() == block::ReceiptError::not_final
                        ? Sentence{"not proven final by the validators of the trusted chain",
                                   "信頼する台帳の検証ノードによる確定の証明がありません"}
                        : Sentence{"the block does not hold this outcome",
                                   "ブロックにこの結果は含まれていません"})}};
  }
  say_receipt(session, *receipt);
  return {};
}

}  // namespace

void add_receipt_commands(Shell& shell) {
  CLI::App* receipts = shell.group("receipt", {"proofs that a payment is final", "領収証明"});
  const auto options = std::make_shared<ReceiptOptions>();
  CLI::App* getting =
      shell.command(receipts, "get", {"fetch and check a receipt", "取得して検証する"},
                    "  hansatsu receipt get 5b1e... --out receipt.bin");
  getting->add_option("id", options->id, shell.say({"transaction id", "取引の番号"}))->required();
  getting->add_option("--out", options->file,
                      shell.say({"file to write the proof to", "証明を書き出すファイル"}));
  shell.on(getting, options, &get);
  CLI::App* checking = shell.command(
      receipts, "verify", {"check a receipt's file without a node", "ノードを使わずに検証する"},
      "  hansatsu receipt verify receipt.bin --charter charter.json");
  checking->add_option("file", options->file, shell.say({"the proof", "証明のファイル"}))
      ->required();
  shell.on(checking, options, &verify);
}

}  // namespace hansatsu::wallet
