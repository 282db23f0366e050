#include "wallet/cli/account_opening.h"

#include <algorithm>
#include <chrono>

namespace hansatsu::wallet {
namespace {

/// Rows signed and sent in one go.
constexpr std::size_t kOpenChunk = 512;
/// A node's clock may be ahead of the blocks'.
constexpr std::uint64_t kLapseMarginMs = 60'000;

Timestamp local_clock() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count())};
}

const rules::OpenAccount& opening_of(const block::Transaction& transaction) {
  return std::get<rules::OpenAccount>(transaction.unsigned_part.operation.value);
}

}  // namespace

rules::Operation operation_of(const AccountRow& row) {
  rules::OpenAccount operation = row.operation;
  fill_random(operation.salt.bytes);
  if (!row.payee.empty()) operation.payee_digest = payee_digest(operation.salt, row.payee);
  return {operation};
}

Attempt<bool> AccountOpening::is_settled(const SubmittedRow& row,
                                         const std::optional<rpc::SubmitAnswer>& answer) {
  const Console& console = session_.console();
  const auto transaction = decode<block::Transaction>(row.transaction);
  ASSERT(transaction.has_value());  // checked when it was read, or made here
  std::string reason = console.say({"no final answer yet", "まだ確定していません"});
  bool settled = false;
  if (answer && answer->result) {
    const rpc::ProvenTransaction& proven = *answer->result;
    if (const auto verified = session_.verify_of(proven, *transaction); !verified) {
      return Err{verified.error()};
    }
    const rules::PublicOutcome& outcome = proven.transaction.outcome;
    const PublicKey& key = opening_of(*transaction).keys.front().key;
    if (outcome.code == 0) {
      if (!opened_.holds(key)) opened_.add({row.reference, key, outcome.subject});
      return true;
    }
    reason = session_.refusal(outcome.code).text;
    settled = true;
  } else if (answer && (answer->state == rpc::SubmitState::lapsed ||
                        answer->state == rpc::SubmitState::inadmissible)) {
    // Only time proves that a node's no is true: no later block may hold the transaction.
    const auto node = session_.client();
    if (!node) return Err{node.error()};
    const Timestamp last = plus_ms(transaction->unsigned_part.valid_until, kLapseMarginMs);
    settled = std::min((*node)->now(), local_clock()) > last;
    if (answer->code != 0) reason = session_.refusal(answer->code).text;
  }
  all_opened_ = false;
  console.note(console.say({"line {}: {}", "{}行: {}"}, {std::to_string(row.line), reason}));
  return settled;
}

Attempt<void> AccountOpening::settle(const std::function<void(std::size_t)>& progress) {
  const Console& console = session_.console();
  std::vector<Bytes> transactions;
  for (const SubmittedRow& row : submitted_.rows()) transactions.push_back(row.transaction);
  const auto answers = session_.submit_many(transactions, progress);
  if (!answers) return Err{answers.error()};
  std::vector<SubmittedRow> open_still;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const auto settled = is_settled(submitted_.rows()[i], (*answers)[i]);
    if (!settled) return Err{settled.error()};
    if (!*settled) open_still.push_back(submitted_.rows()[i]);
  }
  if (const auto saved = opened_.save(console); !saved) return saved;
  if (const auto saved = submitted_.save(console, std::move(open_still)); !saved) return saved;
  if (submitted_.rows().empty()) return {};
  return Err{
      Failure{ExitCode::unknown, "",
              console.say({"{} rows were sent and have no final answer; run the same command again",
                           "{}行の結果がまだ確定していません。同じ命令をもう一度実行してください"},
                          {std::to_string(submitted_.rows().size())})}};
}

Attempt<void> AccountOpening::settle_earlier() {
  if (submitted_.rows().empty()) return {};
  session_.console().note(
      session_.console().say({"Asking what became of {} rows that an earlier run sent.",
                              "前回送った{}行の結果を確かめています。"},
                             {std::to_string(submitted_.rows().size())}));
  const auto settled = settle({});
  all_opened_ = true;  // what was refused, or never happened, is a row to open like others
  return settled;
}

Attempt<void> AccountOpening::open(const std::vector<AccountRow>& rows) {
  const Console& console = session_.console();
  Progress progress{console, {"opening accounts", "口座を開設中"}, rows.size()};
  for (std::size_t start = 0; start < rows.size(); start += kOpenChunk) {
    const auto chunk = std::span{rows}.subspan(start, std::min(kOpenChunk, rows.size() - start));
    std::vector<rules::Operation> operations;
    for (const AccountRow& row : chunk) operations.push_back(operation_of(row));
    auto transactions = session_.sign_many(operations);
    if (!transactions) return Err{transactions.error()};
    std::vector<SubmittedRow> submitted;
    for (std::size_t i = 0; i < chunk.size(); ++i)
      submitted.push_back({chunk[i].line, chunk[i].reference, std::move((*transactions)[i])});
    if (const auto saved = submitted_.save(console, std::move(submitted)); !saved) return saved;
    const auto settled = settle([&](std::size_t answered) { progress.show(start + answered); });
    if (!settled) return settled;
  }
  if (all_opened_) return {};
  return Err{
      Failure{ExitCode::unknown, "",
              console.say({"not all accounts were opened; run the same command again for "
                           "the rest",
                           "開設できなかった口座があります。同じ命令で残りを開設できます"})}};
}

}  // namespace hansatsu::wallet
