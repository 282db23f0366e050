#include "wallet/audit/final_chain.h"

#include <algorithm>

#include "consensus/engine.h"

namespace hansatsu::audit {
namespace {

using chain::Header;

/// Validators take no certificate that is older than some 64 views, so an honest log holds none
/// that is further back than this.
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
  if (blocks_.size() >= kWaitingMax) return too_much(place);
  const Key parent{header.parent_view, header.parent_id};
  const auto [entry, is_new] = blocks_.try_emplace(
      Key{header.view, block.id}, Entry{place, header.height, parent, parent, false, nullptr});
  if (is_new && loaded_bytes_ + block.bytes <= kLoadedBytes) {
    loaded_bytes_ += block.bytes;
    entry->second.loaded = std::make_unique<ReadBlock>(std::move(block));
  }
  return std::nullopt;
}

std::optional<Finding> FinalChain::add(const log::RecordPlace& place,
                                       const chain::Certificate& finalization) {
  const chain::Ballot& ballot = finalization.ballot;
  if (ballot.view <= last_.view) {
    if (contradicts(ballot.view, ballot.block_id)) return conflict(ballot.view, place);
    if (ballot.view >= recent_.begin()->first) return std::nullopt;
    Finding finding = finding_at(Fault::late_certificate, place);
    finding.view = ballot.view;
    return finding;
  }
  if (finalizations_.size() >= kWaitingMax) return too_much(place);
  const auto [entry, is_new] =
      finalizations_.try_emplace(ballot.view, std::pair{ballot.block_id, place});
  if (!is_new && entry->second.first != ballot.block_id) return conflict(ballot.view, place);
  return std::nullopt;
}

/// What so much waits for may be altered or missing here: that is the first thing wrong.
std::optional<Finding> FinalChain::too_much(const log::RecordPlace& place) {
  if (auto finding = judge_end()) return finding;
  return finding_at(Fault::too_much_not_final, place);
}

/// Whether the view is one that the final chain passed over, or has another block in.
bool FinalChain::contradicts(View view, const Hash& id) const {
  const auto known = recent_.find(view);
  if (known != recent_.end()) return known->second != id;
  return view > recent_.begin()->first;
}

std::optional<Finding> FinalChain::check_vote(const log::RecordPlace& place,
                                              const chain::Ballot& ballot) {
  if (ballot.kind == chain::VoteKind::nullify || ballot.view <= last_.view) return std::nullopt;
  const Key key{ballot.view, ballot.block_id};
  if (const auto voted = blocks_.find(key); voted != blocks_.end()) {
    voted->second.is_noted = ballot.kind == chain::VoteKind::notarize;
    return std::nullopt;
  }
  if (auto finding = altered(key)) return finding;
  Finding finding = finding_at(Fault::vote_without_block, place);
  finding.view = ballot.view;
  return finding;
}

/// The lowest block that is here of those under `top`. Each walk leaves shortcuts behind for the
/// next: a log may hold blocks and FINALIZATIONs in the order that makes the most walks.
/// Requires: `top` is here. Errors: bad_header, conflicting_final.
Result<FinalChain::Key, Finding> FinalChain::lowest_under(const Key& top) {
  const auto wrong = [](Fault fault, const Key& key, const Entry& entry, const char* field) {
    Finding finding = finding_at(fault, entry.place, field);
    finding.height = entry.height;
    finding.view = key.first;
    return Err{std::move(finding)};
  };
  std::vector<Entry*> passed;
  auto at = blocks_.find(top);
  for (;;) {
    Entry& entry = at->second;
    auto below = blocks_.find(entry.below);
    // What the shortcut led to is final by now, or was left behind.
    if (below == blocks_.end()) below = blocks_.find(entry.parent);
    if (below == blocks_.end()) break;
    if (below->first == entry.parent) {
      if (hansatsu::next(below->second.height) != entry.height) {
        return wrong(Fault::bad_header, below->first, below->second, "height");
      }
      if (below->first.first >= at->first.first) {
        return wrong(Fault::bad_header, at->first, entry, "parent_view");
      }
    }
    passed.push_back(&entry);
    at = below;
  }
  const Entry& lowest = at->second;
  const bool forks = lowest.height <= last_.height ||
                     (lowest.height == hansatsu::next(last_.height) && !is_whole(at->first));
  if (forks) return wrong(Fault::conflicting_final, at->first, lowest, "");
  for (Entry* entry : passed) entry->below = at->first;
  return at->first;
}

/// Whether nothing is missing between the last final block and this one.
bool FinalChain::is_whole(const Key& lowest) const {
  return blocks_.at(lowest).parent.second == last_id_;
}

/// Tries the lowest FINALIZATION alone: those above it rest on its block, or contradict it.
std::optional<Finding> FinalChain::choose() {
  if (!chosen_.empty() || finalizations_.empty()) return std::nullopt;
  const auto& [view, ballot] = *finalizations_.begin();
  const Key top{view, ballot.first};
  if (!blocks_.contains(top)) return std::nullopt;
  const auto lowest = lowest_under(top);
  if (!lowest) return lowest.error();
  if (!is_whole(*lowest)) return std::nullopt;
  for (Key at = top;; at = blocks_.at(at).parent) {
    chosen_.push_back(at);
    if (at == *lowest) return std::nullopt;
  }
}

Result<std::optional<FinalChain::Next>, Finding> FinalChain::next() {
  if (auto wrong = choose()) return Err{*std::move(wrong)};
  if (chosen_.empty()) return std::optional<Next>{};
  Entry& entry = blocks_.at(chosen_.back());
  Next next{entry.place, chosen_.back().second, std::nullopt};
  if (entry.loaded) {
    loaded_bytes_ -= entry.loaded->bytes;
    next.block = std::move(*entry.loaded);
    entry.loaded.reset();
  }
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

/// The block that stands in the log where the missing one should. One that this validator voted for
/// and did not finalize is as it was: its leader made two, and the log ends before the other came.
std::optional<Finding> FinalChain::altered(const Key& missing) const {
  auto other = blocks_.lower_bound(Key{missing.first, Hash{}});
  while (other != blocks_.end() && other->first.first == missing.first && other->second.is_noted)
    ++other;
  if (other == blocks_.end() || other->first.first != missing.first) return std::nullopt;
  Finding finding = finding_at(Fault::block_altered, other->second.place);
  finding.height = other->second.height;
  finding.view = missing.first;
  return finding;
}

std::optional<Finding> FinalChain::judge_end() {
  for (const auto& [view, ballot] : finalizations_) {
    const Key top{view, ballot.first};
    if (!blocks_.contains(top)) {
      if (auto finding = altered(top)) return finding;
      continue;  // only announced, as at the end of a log whose validator was behind
    }
    const auto lowest = lowest_under(top);
    if (!lowest) return lowest.error();
    // Its chain is whole, and yet was not chosen: it passes over a FINALIZATION below.
    if (is_whole(*lowest)) {
      const auto& [passed, below] = *finalizations_.begin();
      return conflict(passed, below.second);
    }
    const Entry& child = blocks_.at(*lowest);
    if (auto finding = altered(child.parent)) return finding;
    const bool is_here = std::any_of(blocks_.begin(), blocks_.end(), [&](const auto& block) {
      return block.first.second == child.parent.second;
    });
    Finding finding = finding_at(is_here ? Fault::bad_header : Fault::block_missing, child.place,
                                 is_here ? "parent_view" : "");
    finding.height = is_here ? child.height : Height{child.height.raw - 1};
    finding.view = is_here ? lowest->first : child.parent.first;
    return finding;
  }
  return std::nullopt;
}

}  // namespace hansatsu::audit
