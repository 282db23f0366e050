#include "wallet/audit/audit.h"

#include "wallet/audit/block_audit.h"
#include "wallet/audit/final_chain.h"

namespace hansatsu::audit {
namespace {

std::vector<CoinBooks> coin_books(const state::State& state) {
  std::vector<CoinBooks> coins(state.charter().coins.size());
  for (std::size_t i = 0; i < coins.size(); ++i) {
    coins[i].coin = CoinId{static_cast<CoinId::Raw>(i)};
  }
  for (const rules::ProgramBook& book : rules::program_books(state)) {
    rules::ProgramBook& sums = coins[state.find(book.program)->terms.coin.raw].sums;
    sums.issued.add(book.issued);
    sums.held.add(book.held);
    sums.takings.add(book.takings);
    sums.pending.add(book.pending);
    sums.settled.add(book.settled);
    sums.expired.add(book.expired);
    sums.others.add(book.others);
  }
  return coins;
}

/// One audit, from the log's first record to its last.
class Run {
 public:
  Run(log::Disk& disk, const state::Charter& charter, const Options& options)
      : disk_{disk},
        charter_{charter},
        options_{options},
        trust_{block::trust_of(charter)},
        pool_{options.threads},
        blocks_{charter, trust_, pool_},
        chain_{trust_, block::genesis_header(charter, blocks_.state().root())},
        rules_{trust_.context.chain_id, charter.limits} {}

  Report finish() {
    std::optional<Finding> found = read();
    // What the pool still checks was submitted earlier: it comes first.
    const auto failed = pool_.finish();
    report_.standing = failed ? failed->before : blocks_.standing();
    report_.first_error = failed ? failed->finding : std::move(found);
    if (!report_.first_error) report_.first_error = judge_whole();
    if (report_.first_error) {
      if (report_.first_error->fault == Fault::books_differ) report_.conserved = false;
    } else {
      report_.conserved = true;
      report_.tip = chain_.last_id();
      report_.coins = coin_books(blocks_.state());
    }
    report_.signatures = pool_.verified();
    report_.left_behind = chain_.left_behind();
    report_.not_final_yet = chain_.not_final_yet();
    report_.awaited = chain_.awaited();
    return std::move(report_);
  }

 private:
  std::optional<Finding> read() {
    if (options_.chain && *options_.chain != trust_.context.chain_id) {
      return finding_at(Fault::other_chain, {});
    }
    if (auto found = compare({}, chain_.last().height, chain_.last_id())) return found;
    auto cursor = log::Cursor::from_start(disk_);
    if (!cursor) return finding_of(disk_, cursor.error());
    const log::Identity identity = cursor->identity();
    report_.validator = identity.validator;
    self_ = trust_.validators.index_of(identity.validator);
    if (identity.chain_id != trust_.context.chain_id) return finding_at(Fault::foreign_log, {1});
    if (!self_ && identity.validator != PublicKey{}) return finding_at(Fault::foreign_log, {1});

    LogSource source{disk_, *std::move(cursor), rules_};
    while (auto group = source.next()) {
      for (ReadRecord& record : group->records) {
        if (auto found = take(std::move(record))) return found;
        if (pool_.has_failed()) return std::nullopt;
      }
      report_.segment = group->segment;
      report_.offset = group->end;
      if (options_.on_progress) options_.on_progress(group->position);
    }
    const LogEnd& end = source.end();
    report_.is_torn = end.is_torn;
    if (end.fault) return end.fault;
    return chain_.judge_end();
  }

  std::optional<Finding> take(ReadRecord record) {
    std::optional<Finding> found;
    if (auto* block = std::get_if<ReadBlock>(&record.content)) {
      found = chain_.add(record.place, std::move(*block));
    } else if (const auto* vote = std::get_if<chain::Vote>(&record.content)) {
      return take(record.place, *vote);
    } else {
      const auto& certificate = std::get<chain::Certificate>(record.content);
      found = take(record.place, certificate);
    }
    return found ? found : advance();
  }

  std::optional<Finding> take(const log::RecordPlace& place, const chain::Vote& vote) {
    ++report_.votes;
    Finding here = finding_at(Fault::bad_vote, place);
    here.view = vote.ballot.view;
    if (!self_ || vote.signer != *self_ || vote.epoch != trust_.context.epoch) return here;
    SignatureBatch batch;
    batch.checks.push_back({chain::vote_message(trust_.context, vote.ballot),
                            trust_.validators.keys[self_->raw], vote.signature});
    batch.finding = here;
    batch.before = blocks_.standing();
    pool_.submit(std::move(batch));
    return chain_.check_vote(place, vote.ballot);
  }

  std::optional<Finding> take(const log::RecordPlace& place,
                              const chain::Certificate& certificate) {
    ++report_.certificates;
    Finding here = finding_at(Fault::not_a_quorum, place);
    here.view = certificate.ballot.view;
    if (certificate.epoch != trust_.context.epoch ||
        !chain::is_quorum_of(trust_.validators, certificate)) {
      return here;
    }
    here.fault = Fault::bad_vote_signature;
    SignatureBatch batch;
    batch.finding = here;
    batch.before = blocks_.standing();
    const Hash message = chain::vote_message(trust_.context, certificate.ballot);
    for (std::uint32_t index = 0; index < trust_.validators.size(); ++index) {
      if ((certificate.signers >> index & 1U) == 0) continue;
      batch.checks.push_back(
          {message, trust_.validators.keys[index], certificate.signatures[batch.checks.size()]});
    }
    pool_.submit(std::move(batch));
    if (certificate.ballot.kind != chain::VoteKind::finalize) return std::nullopt;
    return chain_.add(place, certificate);
  }

  /// Executes whatever has become final.
  std::optional<Finding> advance() {
    for (;;) {
      auto next = chain_.next();
      if (!next) return next.error();
      if (!*next) return std::nullopt;
      const log::RecordPlace place = (*next)->place;
      if (!(*next)->block) (*next)->block = read_again(place);
      if (!(*next)->block || (*next)->block->id != (*next)->id) {
        return finding_at(Fault::log_unreadable, place, "a block read twice was not the same");
      }
      const chain::Header& header = (*next)->block->header;
      if (auto found = chain_.check(place, header)) return found;
      if (auto found = compare(place, header.height, (*next)->id)) return found;
      if (auto found = blocks_.run(place, *(*next)->block)) return found;
      if (auto found = chain_.advance(header)) return found;
      if (pool_.has_failed()) return std::nullopt;
    }
  }

  /// A final block with what the auditor knows of its height.
  [[nodiscard]] std::optional<Finding> compare(const log::RecordPlace& place, Height height,
                                               const Hash& id) const {
    for (const KnownBlock& known : options_.known) {
      if (known.height != height || known.id == id) continue;
      Finding finding = finding_at(Fault::other_block, place);
      finding.height = height;
      return finding;
    }
    return std::nullopt;
  }

  /// A block whose body had to be let go while it waited. Its neighbours mostly lie in one group.
  std::optional<ReadBlock> read_again(const log::RecordPlace& place) {
    if (!group_ || group_->place.segment != place.segment || group_->place.offset != place.offset) {
      auto segment = log::Segment::open(disk_, place.segment);
      if (!segment) return std::nullopt;
      auto group = segment->read_group(place.offset);
      if (!group || !*group) return std::nullopt;
      group_ = **std::move(group);
    }
    if (place.record >= group_->records.size()) return std::nullopt;
    auto record = read_record(rules_, group_->records[place.record], place);
    if (!record || !std::holds_alternative<ReadBlock>(record->content)) return std::nullopt;
    return std::get<ReadBlock>(std::move(record->content));
  }

  /// The books once more from every record, whatever blocks changed; and whether it is all there.
  std::optional<Finding> judge_whole() const {
    Finding finding;
    finding.height = blocks_.standing().height;
    const auto wrong = rules::check_books(blocks_.state());
    if (wrong.empty()) {
      Height least = options_.height_min;
      for (const KnownBlock& known : options_.known) least = std::max(least, known.height);
      finding.fault = Fault::too_short;
      return *finding.height < least ? std::optional{finding} : std::nullopt;
    }
    finding.fault = Fault::books_differ;
    finding.detail = "program " + std::to_string(wrong.front().program.raw) + ": " +
                     std::string{rules::name(wrong.front().book)};
    return finding;
  }

  log::Disk& disk_;
  const state::Charter& charter_;
  const Options& options_;
  const block::Trust trust_;
  SignaturePool pool_;
  BlockAudit blocks_;
  FinalChain chain_;
  const BodyRules rules_;
  std::optional<ValidatorIndex> self_;
  std::optional<log::Group> group_;  ///< the one read again last
  Report report_;
};

}  // namespace

Report audit_log(log::Disk& disk, const state::Charter& charter, const Options& options) {
  return Run{disk, charter, options}.finish();
}

}  // namespace hansatsu::audit
