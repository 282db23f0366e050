#include "wallet/audit/final_chain.h"

#include <algorithm>

#include "consensus/engine.h"

namespace hansatsu::audit {
namespace {

using chain::Header;

/// Validators take no certificate that is older than some 64 views, so no honest log holds a
/// contradiction further back.
constexpr std::size_t kRecentMax = 1'024;

Finding conflict(View view, const log::RecordPlace& place) {
  Finding finding = finding_at(Fault::conflicting_final, place);
  finding.view = view;
  return finding;
}

}  // namespace

FinalChain::FinalChain(const block::Trust& trust, const Header& genesis)
    : context_{trust.context},
      set_hash_{chain::hash_of_set(trust.validators)},
      order_{consensus::leader_order(trust.context, trust.validators)},
      last_{genesis},
      last_id_{chain::block_id(genesis)} {
  recent_.emplace(View{}, last_id_);
}

std::optional<Finding> FinalChain::add(const log::RecordPlace& place, ReadBlock block) {
  const Header& header = block.header;
  if (header.view <= last_.view) {
    const auto known = recent_.find(header.view);
    if (known == recent_.end() || known->second != block.id) ++left_behind_;
    return std::nullopt;
  }
  if (blocks_.size() >= kWaitingMax) return finding_at(Fault::too_much_not_final, place);
  const auto [entry, is_new] = blocks_.try_emplace(
      Key{header.view, block.id},
      Entry{place, header.height, header.parent_view, header.parent_id, std::nullopt});
  if (is_new && loaded_bytes_ + block.bytes <= kLoadedBytes) {
    loaded_bytes_ += block.bytes;
    entry->second.loaded = std::move(block);
  }
  return std::nullopt;
}

std::optional<Finding> FinalChain::add(const log::RecordPlace& place,
                                       const chain::Certificate& finalization) {
  const chain::Ballot& ballot = finalization.ballot;
  if (ballot.view <= last_.view) {
    if (contradicts(ballot.view, ballot.block_id)) return conflict(ballot.view, place);
    return std::nullopt;
  }
  if (finalizations_.size() >= kWaitingMax) return finding_at(Fault::too_much_not_final, place);
  const auto [entry, is_new] =
      finalizations_.try_emplace(ballot.view, std::pair{ballot.block_id, place});
  if (!is_new && entry->second.first != ballot.block_id) return conflict(ballot.view, place);
  return std::nullopt;
}

/// Whether the view is one that the final chain passed over, or has another block in.
bool FinalChain::contradicts(View view, const Hash& id) const {
  const auto known = recent_.find(view);
  if (known != recent_.end()) return known->second != id;
  return view > recent_.begin()->first;
}

std::optional<Finding> FinalChain::check_vote(const log::RecordPlace& place,
                                              const chain::Ballot& ballot) const {
  if (ballot.kind == chain::VoteKind::nullify || ballot.view <= last_.view) return std::nullopt;
  const Key key{ballot.view, ballot.block_id};
  if (blocks_.contains(key)) return std::nullopt;
  if (auto finding = altered(key)) return finding;
  Finding finding = finding_at(Fault::vote_without_block, place);
  finding.view = ballot.view;
  return finding;
}

FinalChain::Walk FinalChain::walk(Key from) const {
  Walk walk;
  Key at = std::move(from);
  std::optional<Height> above;
  for (;;) {
    if (at.second == last_id_) return walk;
    const auto found = blocks_.find(at);
    if (found == blocks_.end()) {
      walk.missing = at;
      return walk;
    }
    const Entry& entry = found->second;
    const bool forks =
        entry.height <= last_.height ||
        (entry.height == hansatsu::next(last_.height) && entry.parent_id != last_id_);
    const bool gap = above && hansatsu::next(entry.height) != *above;
    if (forks || gap) {
      walk.wrong = finding_at(gap ? Fault::bad_header : Fault::conflicting_final, entry.place,
                              gap ? "height" : "");
      walk.wrong->height = entry.height;
      walk.wrong->view = at.first;
      return walk;
    }
    walk.chain.push_back(at);
    above = entry.height;
    at = {entry.parent_view, entry.parent_id};
    if (at.second == last_id_) return walk;
  }
}

/// Tries the lowest FINALIZATION alone: those above it rest on its block, or contradict it.
std::optional<Finding> FinalChain::choose() {
  if (!chosen_.empty() || finalizations_.empty()) return std::nullopt;
  const auto& [view, ballot] = *finalizations_.begin();
  const bool is_stuck = stuck_ && stuck_->first == view && !blocks_.contains(stuck_->second);
  if (is_stuck) return std::nullopt;
  Walk found = walk({view, ballot.first});
  if (found.wrong) return std::move(found.wrong);
  if (found.missing) {
    stuck_ = std::pair{view, *found.missing};
  } else {
    chosen_ = std::move(found.chain);
  }
  return std::nullopt;
}

Result<std::optional<FinalChain::Next>, Finding> FinalChain::next() {
  if (auto wrong = choose()) return Err{*std::move(wrong)};
  if (chosen_.empty()) return std::optional<Next>{};
  Entry& entry = blocks_.at(chosen_.back());
  Next next{entry.place, chosen_.back().second, std::move(entry.loaded)};
  if (next.block) loaded_bytes_ -= next.block->bytes;
  entry.loaded.reset();
  return std::optional{std::move(next)};
}

std::optional<Finding> FinalChain::check(const log::RecordPlace& place,
                                         const Header& header) const {
  const bool has_content = !last_.is_empty() || last_.is_sealing();
  const Hash& content_parent = has_content ? last_id_ : last_.content_parent_id;
  const std::pair<bool, const char*> fields[] = {
      {header.chain_id == context_.chain_id, "chain_id"},
      {header.epoch == context_.epoch, "epoch"},
      {header.height.raw == last_.height.raw + 1, "height"},
      {header.view > last_.view && header.view <= consensus::kViewMax, "view"},
      {header.parent_view == last_.view, "parent_view"},
      {header.parent_id == last_id_, "parent_id"},
      {header.content_parent_id == content_parent, "content_parent_id"},
      {header.time > last_.time, "time"},
      {header.proposer == order_[header.view.raw % order_.size()], "proposer"},
      {header.validator_set_hash == set_hash_, "validator_set_hash"},
      // No epoch ends yet.
      {!header.is_sealing() && header.next_set_hash.is_zero(), "next_set_hash"},
  };
  for (const auto& [holds, field] : fields) {
    if (holds) continue;
    Finding finding = finding_at(Fault::bad_header, place, field);
    finding.height = header.height;
    finding.view = header.view;
    return finding;
  }
  return std::nullopt;
}

std::optional<Finding> FinalChain::advance(const Header& header) {
  ASSERT(!chosen_.empty());
  last_ = header;
  last_id_ = chosen_.back().second;
  blocks_.erase(chosen_.back());
  chosen_.pop_back();
  recent_.emplace(last_.view, last_id_);
  if (recent_.size() > kRecentMax) recent_.erase(recent_.begin());
  return chosen_.empty() ? settle() : std::nullopt;
}

/// What lies at or below the last final view and was not chosen never will be.
std::optional<Finding> FinalChain::settle() {
  const auto first_above = blocks_.lower_bound(Key{hansatsu::next(last_.view), Hash{}});
  for (auto it = blocks_.begin(); it != first_above; it = blocks_.erase(it)) {
    if (it->second.loaded) loaded_bytes_ -= it->second.loaded->bytes;
    ++left_behind_;
  }
  while (!finalizations_.empty() && finalizations_.begin()->first <= last_.view) {
    const auto [view, ballot] = *finalizations_.begin();
    finalizations_.erase(finalizations_.begin());
    if (contradicts(view, ballot.first)) return conflict(view, ballot.second);
  }
  return std::nullopt;
}

/// The block that stands in the log where the missing one should.
std::optional<Finding> FinalChain::altered(const Key& missing) const {
  const auto other = blocks_.lower_bound(Key{missing.first, Hash{}});
  if (other == blocks_.end() || other->first.first != missing.first) return std::nullopt;
  Finding finding = finding_at(Fault::block_altered, other->second.place);
  finding.height = other->second.height;
  finding.view = missing.first;
  return finding;
}

std::optional<Finding> FinalChain::judge_end() const {
  for (const auto& [view, ballot] : finalizations_) {
    const Walk found = walk({view, ballot.first});
    if (found.wrong) return found.wrong;
    // Its chain is whole, and yet was not chosen: it passes over a FINALIZATION below.
    if (!found.missing) {
      const auto& [passed, below] = *finalizations_.begin();
      return conflict(passed, below.second);
    }
    if (auto finding = altered(*found.missing)) return finding;
    // Only announced, as at the end of a log whose validator was behind.
    if (found.chain.empty()) continue;
    const Entry& child = blocks_.at(found.chain.back());
    const bool is_here = std::any_of(blocks_.begin(), blocks_.end(), [&](const auto& block) {
      return block.first.second == found.missing->second;
    });
    Finding finding = finding_at(is_here ? Fault::bad_header : Fault::block_missing, child.place,
                                 is_here ? "parent_view" : "");
    finding.height = is_here ? child.height : Height{child.height.raw - 1};
    finding.view = is_here ? found.chain.back().first : found.missing->first;
    return finding;
  }
  return std::nullopt;
}

}  // namespace hansatsu::audit
