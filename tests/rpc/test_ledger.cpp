#include "tests/rpc/test_ledger.h"

#include <algorithm>
#include <set>

namespace test_rpc {
namespace {

chain::FinalityProof finality_of(const state::Charter& charter, const block::Trust& trust,
                                 const chain::Header& header) {
  chain::FinalityProof proof;
  proof.finalization.epoch = header.epoch;
  proof.finalization.ballot = {chain::VoteKind::finalize, header.view, chain::block_id(header)};
  for (std::uint8_t i = 0; i < trust.validators.quorum(); ++i) {
    const chain::Vote vote = chain::sign_vote(trust.context, proof.finalization.ballot,
                                              ValidatorIndex{i}, validator_key(i, charter));
    proof.finalization.signers |= 1U << i;
    proof.finalization.signatures.push_back(vote.signature);
  }
  return proof;
}

std::set<AccountId> touched_by(const block::UnsignedTransaction& transaction,
                               const rules::PublicOutcome& outcome) {
  std::set<AccountId> accounts{transaction.signer.account, outcome.subject};
  if (const auto* grant = std::get_if<rules::Grant>(&transaction.operation.value)) {
    for (const rules::GrantEntry& entry : grant->entries) accounts.insert(entry.account);
  }
  return accounts;
}

}  // namespace

TestLedger::TestLedger(Town town)
    : town_{std::move(town)}, trust_{block::trust_of(town_.charter)} {}

void TestLedger::hold() {
  const std::lock_guard lock{mutex_};
  holding_ = true;
}
void TestLedger::release() {
  std::vector<Submission> held;
  {
    const std::lock_guard lock{mutex_};
    holding_ = false;
    held.swap(held_);
  }
  if (!held.empty()) run(std::move(held));
}
void TestLedger::set_overloaded(bool overloaded) {
  const std::lock_guard lock{mutex_};
  overloaded_ = overloaded;
}
void TestLedger::set_syncing(bool syncing) {
  const std::lock_guard lock{mutex_};
  syncing_ = syncing;
}
void TestLedger::set_cut_off(bool cut_off) {
  const std::lock_guard lock{mutex_};
  cut_off_ = cut_off;
}
void TestLedger::set_stuck(bool stuck) {
  const std::lock_guard lock{mutex_};
  stuck_ = stuck;
}
void TestLedger::set_staff_log_full(bool full) {
  const std::lock_guard lock{mutex_};
  staff_log_full_ = full;
}
void TestLedger::hold_staff_log() {
  const std::lock_guard lock{mutex_};
  staff_log_held_ = true;
}
void TestLedger::release_staff_log() {
  std::vector<Callback<void>> answers;
  {
    const std::lock_guard lock{mutex_};
    staff_log_held_ = false;
    answers.swap(staff_answers_);
  }
  for (const auto& answer : answers) answer({});
}
std::size_t TestLedger::staff_lines_waiting() const {
  const std::lock_guard lock{mutex_};
  return staff_answers_.size();
}
void TestLedger::set_unreadable_from(Height height) {
  const std::lock_guard lock{mutex_};
  unreadable_from_ = height;
}
void TestLedger::set_busy(bool busy) {
  const std::lock_guard lock{mutex_};
  busy_ = busy;
}
std::size_t TestLedger::histories_asked() const {
  const std::lock_guard lock{mutex_};
  return histories_asked_;
}
void TestLedger::set_directory(std::string file) {
  const std::lock_guard lock{mutex_};
  directory_ = std::make_shared<const std::string>(std::move(file));
}
void TestLedger::set_figures(rpc::FiguresAnswer figures) {
  const std::lock_guard lock{mutex_};
  figures_ = std::move(figures);
}
void TestLedger::pass_ms(std::uint64_t ms) {
  const std::lock_guard lock{mutex_};
  clock_ahead_ms_ += ms;
}
std::vector<rpc::StaffRead> TestLedger::staff_reads() const {
  const std::lock_guard lock{mutex_};
  return staff_reads_;
}
std::size_t TestLedger::shops_asked() const {
  const std::lock_guard lock{mutex_};
  return shops_asked_;
}
block::Trust TestLedger::trust() const { return trust_; }
std::size_t TestLedger::waiting() const {
  const std::lock_guard lock{mutex_};
  return held_.size();
}

rpc::NodeStatus TestLedger::status() const {
  const std::lock_guard lock{mutex_};
  rpc::NodeStatus status;
  status.chain_id = town_.chain_id;
  status.chain_name = town_.charter.chain_name.text;
  status.node_name = "test";
  status.version = "0";
  status.height = Height{blocks_.size()};
  if (!blocks_.empty()) status.block_id = chain::block_id(blocks_.back().header);
  status.state_root = town_.state.root();
  status.block_time = town_.now;
  status.serving = !syncing_ && !cut_off_;
  status.syncing = syncing_;
  status.peers.push_back({"validator-1", true, status.height});
  status.waiting_transactions = held_.size();
  return status;
}
bool TestLedger::is_serving() const {
  const std::lock_guard lock{mutex_};
  return !syncing_ && !cut_off_;
}
bool TestLedger::takes_payments() const {
  const std::lock_guard lock{mutex_};
  return !syncing_;
}
Timestamp TestLedger::now() const {
  const std::lock_guard lock{mutex_};
  return plus_ms(town_.now, clock_ahead_ms_);
}
std::shared_ptr<const state::Charter> TestLedger::charter() const {
  const std::lock_guard lock{mutex_};
  return std::make_shared<const state::Charter>(town_.charter);
}
std::vector<rpc::ProgramRecord> TestLedger::programs() const {
  const std::lock_guard lock{mutex_};
  std::vector<rpc::ProgramRecord> programs;
  for (ProgramId id; id < town_.state.next<state::Program>(); id = ProgramId{id.raw + 1}) {
    programs.push_back({id, *town_.state.find(id)});
  }
  return programs;
}
std::vector<rpc::ShopRecord> TestLedger::shops() const {
  const std::lock_guard lock{mutex_};
  ++shops_asked_;
  std::vector<rpc::ShopRecord> shops;
  for (AccountId id; id < town_.state.next<state::Account>(); id = AccountId{id.raw + 1}) {
    const auto& identity = town_.state.find(id)->identity;
    if (identity.kind != state::AccountKind::shop) continue;
    shops.push_back({id, identity.category, identity.accepted_coins});
  }
  return shops;
}
std::shared_ptr<const std::string> TestLedger::shop_directory() const {
  const std::lock_guard lock{mutex_};
  return directory_;
}
std::optional<rpc::AccountRecord> TestLedger::account(AccountId account) const {
  const std::lock_guard lock{mutex_};
  const state::Account* found = town_.state.find(account);
  if (found == nullptr) return std::nullopt;
  return rpc::AccountRecord{account, Height{blocks_.size()}, town_.now, *found};
}
std::vector<block::KeyReference> TestLedger::find_key(const PublicKey& key) const {
  const std::lock_guard lock{mutex_};
  std::vector<block::KeyReference> references;
  for (const AccountId id : town_.state.accounts_with_key(key)) {
    const auto& keys = town_.state.find(id)->keys;
    for (std::uint8_t slot = 0; slot < keys.size(); ++slot) {
      if (keys[slot].filled && keys[slot].grant.key == key) {
        references.push_back({id, slot, keys[slot].generation});
      }
    }
  }
  return references;
}
std::vector<rpc::RedemptionRecord> TestLedger::redemptions(
    const rpc::RedemptionQuery& query) const {
  const std::lock_guard lock{mutex_};
  std::vector<rpc::RedemptionRecord> records;
  const RedemptionId end = town_.state.next<state::Redemption>();
  for (RedemptionId id = query.from; id < end; id = RedemptionId{id.raw + 1}) {
    const state::Redemption* found = town_.state.find(id);
    if (found == nullptr || found->coin != query.coin || found->state != query.state) continue;
    if (records.size() < query.count) records.push_back({id, *found});
  }
  return records;
}

rpc::PreviewAnswer TestLedger::preview(const block::UnsignedTransaction& transaction) const {
  const Timestamp time = now();
  const std::lock_guard lock{mutex_};
  const state::Account* signer = town_.state.find(transaction.signer.account);
  return rpc::PreviewAnswer{Height{blocks_.size()}, time,
                            block::preview(town_.state, time, transaction),
                            signer == nullptr ? state::Account{} : *signer};
}

void TestLedger::submit(std::vector<Bytes> transactions, bool until_final,
                        std::function<void(std::size_t, rpc::SubmitAnswer)> answer) {
  std::vector<Submission> submissions;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    submissions.push_back({std::move(transactions[i]),
                           [answer, i](rpc::SubmitAnswer one) { answer(i, std::move(one)); }});
  }
  std::unique_lock lock{mutex_};
  if (overloaded_) {
    lock.unlock();
    for (const Submission& submission : submissions) {
      rpc::SubmitAnswer busy;
      busy.retry_after = std::chrono::milliseconds{50};
      submission.answer(busy);
    }
    return;
  }
  if (!holding_) {
    lock.unlock();
    return run(std::move(submissions));
  }
  for (Submission& submission : submissions) {
    if (!until_final) {
      rpc::SubmitAnswer accepted;
      accepted.state = rpc::SubmitState::accepted;
      submission.answer(accepted);
      submission.answer = [](const rpc::SubmitAnswer& /*told already*/) {};
    }
    held_.push_back(std::move(submission));
  }
}

void TestLedger::run(std::vector<Submission> submissions) {
  const std::lock_guard lock{mutex_};
  std::vector<block::TransactionPointer> candidates;
  std::vector<rpc::SubmitAnswer> answers(submissions.size());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    answers[i].state = rpc::SubmitState::inadmissible;
    auto parsed = block::ParsedTransaction::parse(town_.chain_id, submissions[i].bytes);
    if (!parsed) {
      answers[i].code = static_cast<std::uint16_t>(parsed.error());
      continue;
    }
    answers[i].id = parsed->id();
    if (final_.contains(parsed->id())) continue;
    candidates.push_back(std::make_shared<const block::ParsedTransaction>(*std::move(parsed)));
    places.push_back(i);
  }
  if (!candidates.empty()) {
    town_.now = plus_ms(town_.now, 1'000);
    const block::BuiltBlock built =
        block::build_block(std::make_shared<state::Overlay>(town_.state), town_.now, candidates, {},
                           block::build_limits(town_.charter.limits), town_.checker);
    for (const block::Dropped& dropped : built.dropped) {
      answers[places[dropped.candidate]].code = static_cast<std::uint16_t>(dropped.refusal);
    }
    if (!built.body.is_empty()) finish(built);
  }
  for (std::size_t i = 0; i < submissions.size(); ++i) {
    if (const auto found = final_.find(answers[i].id); found != final_.end()) {
      answers[i].state = rpc::SubmitState::final;
      answers[i].result = found->second;
    }
    submissions[i].answer(answers[i]);
  }
}

void TestLedger::finish(const block::BuiltBlock& built) {
  rpc::BlockRecord record;
  chain::Header& header = record.header;
  header.chain_id = town_.chain_id;
  header.height = Height{blocks_.size() + 1};
  header.view = View{blocks_.size() + 1};
  header.time = town_.now;
  header.validator_set_hash = chain::hash_of_set(trust_.validators);
  header.transactions_root = built.execution.transactions_root;
  header.outcomes_root = built.execution.outcomes_root;
  header.state_root = built.execution.state_root;
  record.proof = finality_of(town_.charter, trust_, header);
  record.body = block::encode_body(built.body);
  town_.state.merge(*built.execution.overlay);
  for (std::uint32_t i = 0; i < built.body.transactions.size(); ++i) {
    const block::ParsedTransaction& parsed = *built.body.transactions[i];
    const rules::Outcome& outcome = built.execution.outcomes[i];
    const state::Account* signer = town_.state.find(parsed.unsigned_part().signer.account);
    rpc::ProvenTransaction proven;
    proven.transaction.id = parsed.id();
    proven.transaction.height = header.height;
    proven.transaction.position = i;
    proven.transaction.transaction.assign(parsed.bytes().begin(), parsed.bytes().end());
    proven.transaction.outcome = outcome.public_part;
    proven.transaction.private_outcome = outcome.private_part;
    proven.receipt = encode(
        block::make_receipt(header, record.proof, built.execution, parsed.id(), signer->salt, i));
    auto shared = std::make_shared<const rpc::ProvenTransaction>(std::move(proven));
    final_.emplace(parsed.id(), shared);
    for (const AccountId account : touched_by(parsed.unsigned_part(), outcome.public_part)) {
      history_.emplace(account, shared);
      if (listener_) listener_({&account, 1});
    }
  }
  blocks_.push_back(std::move(record));
}

void TestLedger::find_transaction(const Hash& id, Callback<rpc::TransactionAnswer> answer) const {
  rpc::TransactionAnswer found;
  {
    const std::lock_guard lock{mutex_};
    if (stuck_) return;
    for (const Submission& held : held_) {
      const auto waiting = decode<block::Transaction>(held.bytes);
      if (!waiting || block::transaction_id(town_.chain_id, waiting->unsigned_part) != id) continue;
      found.stage = rpc::TransactionStage::waiting;
      found.valid_until = waiting->unsigned_part.valid_until;
      found.signers.push_back(waiting->unsigned_part.signer.account);
      for (const auto& cosigner : waiting->unsigned_part.cosigners) {
        found.signers.push_back(cosigner.account);
      }
    }
    if (const auto known = final_.find(id); known != final_.end()) {
      found.stage = rpc::TransactionStage::final;
      found.result = known->second;
    }
  }
  answer(found);
}
void TestLedger::history(const rpc::HistoryQuery& query, Callback<rpc::HistoryPart> answer) const {
  std::vector<rpc::FinalTransaction> entries;
  Height unreadable_from;
  {
    const std::lock_guard lock{mutex_};
    ++histories_asked_;
    if (stuck_) return;
    if (busy_) return answer(Err{rpc::ViewError::busy});
    unreadable_from = unreadable_from_;
    const auto [begin, end] = history_.equal_range(query.account);
    for (auto entry = begin; entry != end; ++entry) {
      entries.push_back(entry->second->transaction);
    }
  }
  const auto place = [](const rpc::FinalTransaction& t) {
    return rpc::Cursor{t.height, t.position};
  };
  std::erase_if(entries, [&](const rpc::FinalTransaction& entry) {
    return query.newest_first ? place(entry) >= query.from : place(entry) <= query.from;
  });
  if (query.newest_first) std::reverse(entries.begin(), entries.end());
  rpc::HistoryPart part;
  part.is_end = entries.size() < query.count;
  if (entries.size() > query.count) entries.resize(query.count);
  const auto lost = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    return unreadable_from.raw != 0 && entry.height >= unreadable_from;
  });
  if (lost != entries.end()) {
    if (lost == entries.begin()) return answer(Err{rpc::ViewError::unreadable});
    entries.erase(lost, entries.end());
    part.is_end = false;
  }
  part.entries = std::move(entries);
  answer(std::move(part));
}
void TestLedger::block(Height height, Callback<std::optional<rpc::BlockRecord>> answer) const {
  std::optional<rpc::BlockRecord> found;
  {
    const std::lock_guard lock{mutex_};
    if (height.raw >= 1 && height.raw <= blocks_.size()) found = blocks_[height.raw - 1];
  }
  answer(std::move(found));
}
void TestLedger::headers(Height from, std::uint32_t count,
                         Callback<std::vector<rpc::BlockRecord>> answer) const {
  std::vector<rpc::BlockRecord> found;
  {
    const std::lock_guard lock{mutex_};
    for (std::uint64_t h = std::max<std::uint64_t>(from.raw, 1);
         h <= blocks_.size() && found.size() < count; ++h) {
      found.push_back(blocks_[h - 1]);
      found.back().body.clear();
    }
  }
  answer(std::move(found));
}

void TestLedger::figures(Date from, Date to, Callback<rpc::FiguresAnswer> answer) const {
  rpc::FiguresAnswer found;
  {
    const std::lock_guard lock{mutex_};
    if (stuck_) return;
    found.newest = figures_.newest;
    for (const rpc::FigureLine& line : figures_.lines) {
      if (from <= line.day && line.day <= to) found.lines.push_back(line);
    }
  }
  answer(std::move(found));
}
void TestLedger::on_final(std::function<void(std::span<const AccountId>)> listener) {
  const std::lock_guard lock{mutex_};
  listener_ = std::move(listener);
}
void TestLedger::log_staff_read(const rpc::StaffRead& read, Callback<void> answer) {
  {
    const std::lock_guard lock{mutex_};
    if (staff_log_full_) return answer(Err{rpc::ViewError::unreadable});
    staff_reads_.push_back(read);
    if (staff_log_held_) return staff_answers_.push_back(std::move(answer));
  }
  answer({});
}
std::string TestLedger::metrics() const { return "# TYPE hansatsu_test gauge\nhansatsu_test 1\n"; }

}  // namespace test_rpc
