#include "wallet/cli/account_opening.h"

#include <algorithm>
#include <limits>

namespace hansatsu::wallet {
namespace {

/// Rows signed and sent in one go.
constexpr std::size_t kOpenChunk = 512;
/// How far back the history is looked through for other uses of a row's sequence.
constexpr std::uint32_t kUsesPages = 500;

block::Transaction opening_in(const SubmittedRow& row) {
  auto transaction = decode<block::Transaction>(row.transaction);
  ASSERT(transaction.has_value());  // checked when it was read, or made here
  return *std::move(transaction);
}

const PublicKey& key_of(const block::Transaction& transaction) {
  return std::get<rules::OpenAccount>(transaction.unsigned_part.operation.value).keys.front().key;
}

bool is_no(const std::optional<rpc::SubmitAnswer>& answer) {
  return answer && !answer->result &&
         (answer->state == rpc::SubmitState::lapsed ||
          answer->state == rpc::SubmitState::inadmissible);
}

bool says_used(const rpc::SubmitAnswer& answer) {
  const auto refusal = rules::refusal_of(answer.code);
  return refusal == rules::Refusal::sequence_used || refusal == rules::Refusal::sequence_too_old;
}

}  // namespace

rules::Operation operation_of(const AccountRow& row) {
  rules::OpenAccount operation = row.operation;
  fill_random(operation.salt.bytes);
  if (!row.payee.empty()) operation.payee_digest = payee_digest(operation.salt, row.payee);
  return {operation};
}

void AccountOpening::tell(const SubmittedRow& row, const std::string& reason) {
  session_.console().note(
      session_.console().say({"line {}: {}", "{}行: {}"}, {std::to_string(row.line), reason}));
}

void AccountOpening::conclude(const SubmittedRow& row, const block::Transaction& transaction,
                              const rpc::ProvenTransaction& proven) {
  const rules::PublicOutcome& outcome = proven.transaction.outcome;
  if (outcome.code != 0) return tell(row, session_.refusal(outcome.code).text);
  const PublicKey& key = key_of(transaction);
  if (!opened_.holds(key)) opened_.add({row.reference, key, outcome.subject});
}

Attempt<Session::Uses> AccountOpening::uses_of(
    const std::vector<std::optional<rpc::SubmitAnswer>>& answers) {
  const auto own = session_.identity();
  if (!own) return Err{own.error()};
  const auto node = session_.client();
  if (!node) return Err{node.error()};
  Session::Uses uses;
  std::set<std::uint64_t> hidden;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& answer = answers[i];
    if (!answer) continue;
    block::Transaction transaction = opening_in(submitted_.rows()[i]);
    if (transaction.unsigned_part.signer != (*own)->reference) continue;
    const std::uint64_t sequence = transaction.unsigned_part.sequence;
    if (answer->result) {
      if (const auto verified = session_.verify_of(*answer->result, transaction); !verified)
        return Err{verified.error()};
      uses.emplace(sequence, Session::Use{std::move(transaction), *answer->result});
    } else if (is_no(answer) && says_used(*answer)) {
      hidden.insert(sequence);
    }
  }
  for (const auto& [sequence, use] : uses) hidden.erase(sequence);
  uses.merge(session_.proven_uses(**node, std::move(hidden), kUsesPages));
  return uses;
}

Attempt<bool> AccountOpening::settle(const std::function<void(std::size_t)>& progress) {
  const Console& console = session_.console();
  std::vector<Bytes> transactions;
  for (const SubmittedRow& row : submitted_.rows()) transactions.push_back(row.transaction);
  const auto answers = session_.submit_many(transactions, progress);
  if (!answers) return Err{answers.error()};
  const auto uses = uses_of(*answers);
  if (!uses) return Err{uses.error()};
  bool waits = false;
  std::vector<SubmittedRow> open_still;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const SubmittedRow& row = submitted_.rows()[i];
    const auto& answer = (*answers)[i];
    const block::Transaction transaction = opening_in(row);
    const auto use = uses->find(transaction.unsigned_part.sequence);
    // A receipt of its sequence says all of it: done, refused, or never.
    if (use != uses->end() &&
        use->second.transaction.unsigned_part.signer == transaction.unsigned_part.signer) {
      if (use->second.transaction.unsigned_part == transaction.unsigned_part)
        conclude(row, transaction, use->second.proven);
      continue;
    }
    open_still.push_back(row);
    waits = waits || !is_no(answer);
    tell(row, is_no(answer) && answer->code != 0
                  ? session_.refusal(answer->code).text
                  : console.say({"no final answer yet", "まだ確定していません"}));
  }
  if (const auto saved = opened_.save(console); !saved) return Err{saved.error()};
  if (const auto saved = submitted_.save(console, std::move(open_still)); !saved)
    return Err{saved.error()};
  return !waits;
}

Failure AccountOpening::waits_still() const {
  return {ExitCode::unknown, "",
          session_.console().say(
              {"{} rows were sent and have no final answer; run the same command again",
               "{}行の結果がまだ確定していません。同じ命令をもう一度実行してください"},
              {std::to_string(submitted_.rows().size())})};
}

Attempt<void> AccountOpening::settle_earlier() {
  if (submitted_.rows().empty()) return {};
  session_.console().note(
      session_.console().say({"Asking what became of {} rows that an earlier run sent.",
                              "前回送った{}行の結果を確かめています。"},
                             {std::to_string(submitted_.rows().size())}));
  const auto settled = settle({});
  if (!settled) return Err{settled.error()};
  if (!*settled) return Err{waits_still()};
  return {};
}

Attempt<AccountOpening::Sequences> AccountOpening::sequences_to_keep() {
  Sequences sequences;
  if (submitted_.rows().empty()) return sequences;
  const auto own = session_.identity();
  if (!own) return Err{own.error()};
  for (const SubmittedRow& row : submitted_.rows()) {
    const block::Transaction transaction = opening_in(row);
    if (transaction.unsigned_part.signer != (*own)->reference)
      return Err{Failure{
          ExitCode::unknown, "",
          session_.console().say(
              {"{} rows were signed with another key by an earlier run: run this with that key",
               "前回の{}行は別の鍵で署名されています。その鍵で実行してください"},
              {std::to_string(submitted_.rows().size())})}};
    sequences.emplace(key_of(transaction), transaction.unsigned_part.sequence);
  }
  return sequences;
}

Attempt<void> AccountOpening::open_chunk(std::span<const AccountRow> rows,
                                         const std::function<void(std::size_t)>& progress) {
  const auto kept = sequences_to_keep();
  if (!kept) return Err{kept.error()};
  std::set<std::uint64_t> numbers;
  for (const auto& [key, sequence] : *kept) numbers.insert(sequence);
  std::vector<Session::Numbered> operations;
  for (const AccountRow& row : rows) {
    const auto found = kept->find(row.operation.keys.front().key);
    operations.push_back(
        {operation_of(row), found == kept->end() ? std::nullopt : std::optional{found->second}});
  }
  auto transactions = session_.sign_many(operations, numbers);
  if (!transactions) return Err{transactions.error()};
  std::vector<SubmittedRow> submitted = submitted_.rows();
  for (std::size_t i = 0; i < rows.size(); ++i)
    submitted.push_back({rows[i].line, rows[i].reference, std::move((*transactions)[i])});
  std::stable_sort(submitted.begin(), submitted.end(), [](const auto& a, const auto& b) {
    return opening_in(a).unsigned_part.sequence < opening_in(b).unsigned_part.sequence;
  });
  if (const auto saved = submitted_.save(session_.console(), std::move(submitted)); !saved)
    return saved;
  const auto settled = settle(progress);
  if (!settled) return Err{settled.error()};
  const bool all_known = std::all_of(rows.begin(), rows.end(), [&](const AccountRow& row) {
    return std::none_of(submitted_.rows().begin(), submitted_.rows().end(), [&](const auto& open) {
      return key_of(opening_in(open)) == row.operation.keys.front().key;
    });
  });
  if (*settled && all_known) return {};
  return Err{waits_still()};
}

Attempt<void> AccountOpening::open(std::vector<AccountRow> rows) {
  const auto kept = sequences_to_keep();
  if (!kept) return Err{kept.error()};
  // Those that keep a sequence go first, in its order: the ledger takes none far ahead.
  const auto place = [&](const AccountRow& row) {
    const auto found = kept->find(row.operation.keys.front().key);
    return found == kept->end() ? std::numeric_limits<std::uint64_t>::max() : found->second;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  Progress progress{session_.console(), {"opening accounts", "口座を開設中"}, rows.size()};
  for (std::size_t start = 0; start < rows.size(); start += kOpenChunk) {
    const auto chunk = std::span{rows}.subspan(start, std::min(kOpenChunk, rows.size() - start));
    const auto opened = open_chunk(chunk, [&](std::size_t answered) {
      progress.show(std::min(start + answered, rows.size()));
    });
    if (!opened) return opened;
  }
  const bool all_opened = std::all_of(rows.begin(), rows.end(), [&](const AccountRow& row) {
    return opened_.holds(row.operation.keys.front().key);
  });
  if (all_opened) return {};
  return Err{Failure{ExitCode::unknown, "",
                     session_.console().say(
                         {"not all accounts were opened; run the same command again for the rest",
                          "開設できなかった口座があります。同じ命令で残りを開設できます"})}};
}

}  // namespace hansatsu::wallet
