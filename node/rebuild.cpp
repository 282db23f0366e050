#include "node/rebuild.h"

#include <algorithm>

#include "ledger/block/genesis.h"
#include "node/block_tree.h"
#include "node/final_blocks.h"
#include "node/log/records.h"
#include "node/movements.h"

namespace hansatsu::node {
namespace {

using Failure = Err<std::string>;

std::string sentence_of(const FinalFault& fault) {
  const std::string block = "block " + std::to_string(fault.height.raw);
  const std::string view = "view " + std::to_string(fault.view.raw);
  switch (fault.kind) {
    case FinalFault::Kind::off_chain:
      return "the log calls a block of " + view + " final that is off the final chain at " + block;
    case FinalFault::Kind::unproven:
      return "the log does not prove " + block + ": the next that it proves final is of " + view +
             ", too far above it";
    case FinalFault::Kind::too_much:
      return "the log holds too much above " + block + " that nothing makes final, up to " + view;
  }
  return "";
}

/// The bodies of blocks, read back from the log when their turn comes. The group read last stays:
/// blocks that were fetched stand many in one.
class Bodies {
 public:
  explicit Bodies(log::Disk& disk) : disk_{disk} {}

  /// The log is being walked, and this is where the walk stands.
  void set_current(const log::Group& group) { current_ = &group; }

  /// Errors: as log::Segment; corrupt if no block stands there.
  Result<consensus::Block, log::LogError> block_at(const log::RecordPlace& place) {
    const auto group = group_at(place);
    if (!group) return Err{group.error()};
    if (place.record < (*group)->records.size()) {
      auto record = log::from_record((*group)->records[place.record]);
      if (record && std::holds_alternative<consensus::Block>(*record)) {
        return std::get<consensus::Block>(*std::move(record));
      }
    }
    return Err{log::LogError{log::LogFault::corrupt, place.segment, place.offset}};
  }

 private:
  Result<const log::Group*, log::LogError> group_at(const log::RecordPlace& place) {
    const auto is_there = [&](const log::Group& group) {
      return group.place.segment == place.segment && group.place.offset == place.offset;
    };
    if (current_ != nullptr && is_there(*current_)) return current_;
    if (read_ && is_there(*read_)) return &*read_;
    if (!segment_ || segment_->header().number != place.segment) {
      auto segment = log::Segment::open(disk_, place.segment);
      if (!segment) return Err{segment.error()};
      segment_ = *std::move(segment);
    }
    auto group = segment_->read_group(place.offset);
    if (!group) return Err{group.error()};
    read_ = *std::move(group);
    if (!read_) return Err{log::LogError{log::LogFault::corrupt, place.segment, place.offset}};
    return &*read_;
  }

  log::Disk& disk_;
  const log::Group* current_ = nullptr;
  std::optional<log::Segment> segment_;
  std::optional<log::Group> read_;
};

class Rebuilder {
 public:
  Rebuilder(store::Store& store, log::Disk& disk, const state::Charter& charter, state::State state,
            store::CheckpointRecord record, bool is_new, const RebuildPace& pace)
      : store_{store},
        bodies_{disk},
        pace_{pace},
        chain_{std::move(state), record.header},
        record_{std::move(record)},
        tree_{chain_, real_verification(charter, signatures_)},
        final_{chain_.tip()} {
    if (is_new) changed_.add_all(chain_.base());
  }

  Result<void, std::string> take(const log::Group& group) {
    bodies_.set_current(group);
    for (std::uint32_t i = 0; i < group.records.size(); ++i) {
      const auto record = log::from_record(group.records[i]);
      if (!record) return Failure{"the log holds a record that this program does not know"};
      points_.add(log::view_of(*record), group.place);
      if (const auto* block = std::get_if<consensus::Block>(&*record)) {
        final_.add(block->header, {group.place.segment, group.place.offset, i});
      } else if (const auto* certificate = std::get_if<consensus::Certificate>(&*record)) {
        final_.add(*certificate);
      } else {
        continue;
      }
      note_held();
      if (const auto done = commit_final(); !done) return done;
    }
    points_.set_last(group.place);
    return checkpoint_if(blocks_ >= pace_.blocks || changed_.size() >= pace_.rows ||
                         bytes_ >= pace_.body_bytes);
  }

  Result<Rebuilt, std::string> finish() {
    if (const auto done = checkpoint_if(blocks_ > 0); !done) return Err{done.error()};
    result_.height = chain_.tip().height;
    return result_;
  }

 private:
  void note_held() {
    result_.held_bytes = std::max(result_.held_bytes, bytes_ + final_.waiting_bytes());
  }

  Result<void, std::string> commit_final() {
    for (;;) {
      auto blocks = final_.take();
      if (!blocks) return Failure{sentence_of(blocks.error())};
      if (blocks->empty()) return {};
      for (FinalBlocks::Final& next : *blocks) {
        auto block = bodies_.block_at(next.place);
        if (!block) return Failure{log::describe(block.error())};
        if (!tree_.validate({next.block_id, *block}, std::nullopt)) {
          return Failure{"block " + std::to_string(next.header.height.raw) +
                         " of the log does not give the state that its header says"};
        }
        commit({next.block_id, {*std::move(block), std::move(next.proof)}}, next.place);
      }
    }
  }

  void commit(const consensus::CommittedBlock& next, const log::RecordPlace& place) {
    bytes_ += next.block.block.body->size();
    ++blocks_;
    if (const auto& proof = next.block.proof; proof && proof->descendants.empty()) {
      record_.final_tip = consensus::FinalTip{next.block.block.header, proof->finalization};
    }
    BlockTree::Finished finished = tree_.finish(next);
    changed_.add(*finished.overlay);
    chain_.commit(*finished.overlay, finished.block.header);
    add_to_book(store_.days(), finished, chain_.base());
    store_.add(std::move(finished.block), place);
  }

  Result<void, std::string> checkpoint_if(bool due) {
    if (!due) return {};
    const chain::Header tip = chain_.tip();
    record_.header = tip;
    record_.replay_from = points_.from(tip.view);
    points_.forget_up_to(tip.view);
    auto checkpoint = store::make_checkpoint(chain_.base(), changed_, record_);
    checkpoint.days = store_.days().take();
    if (!store_.write(checkpoint)) return Failure{"the database can't be written"};
    ++result_.checkpoints;
    blocks_ = 0;
    bytes_ = 0;
    return {};
  }

  store::Store& store_;
  Bodies bodies_;
  const RebuildPace pace_;
  Chain chain_;
  store::CheckpointRecord record_;
  SignatureCache signatures_;
  BlockTree tree_;
  FinalBlocks final_;
  store::ChangedRows changed_;
  ReplayPoints points_;
  std::size_t blocks_ = 0;  ///< since the last checkpoint, and their bodies' bytes
  std::size_t bytes_ = 0;
  Rebuilt result_;
};

}  // namespace

Result<Rebuilt, std::string> rebuild_store(store::Store& store, log::Disk& disk,
                                           const state::Charter& charter,
                                           std::optional<store::LoadedCheckpoint> checkpoint,
                                           const RebuildPace& pace) {
  store::CheckpointRecord record;
  const bool is_new = !checkpoint;
  if (checkpoint) record = checkpoint->record;
  state::State state = checkpoint ? std::move(checkpoint->state) : state::genesis_state(charter);
  if (is_new) {
    record.chain_id = state::chain_id(charter);
    record.header = block::genesis_header(charter, state.root());
  }
  auto cursor = record.replay_from ? log::Cursor::from(disk, *record.replay_from)
                                   : log::Cursor::from_start(disk);
  if (!cursor) return Failure{log::describe(cursor.error())};
  Rebuilder rebuilder{store, disk, charter, std::move(state), std::move(record), is_new, pace};
  for (;;) {
    auto group = cursor->next();
    if (!group) return Failure{log::describe(group.error())};
    if (!*group) return rebuilder.finish();
    if (const auto done = rebuilder.take(**group); !done) return Err{done.error()};
  }
}

}  // namespace hansatsu::node
