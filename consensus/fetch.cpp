#include <algorithm>
#include <bit>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

/// Answers later than this no longer hold a place among the outstanding requests.
constexpr Duration kRequestLife = 2 * kFetchMax;
constexpr std::size_t kCertificateWantsMax = 4;
constexpr std::size_t kBlockWantsMax = 16;
/// A range is asked for while fewer of its blocks than this wait to be executed.
constexpr std::size_t kRangeAhead = kRangeBlocksMax / 2;
/// And while fewer groups than this wait for the disk: a slow one is not buried by a fast network.
constexpr std::size_t kUnsyncedMax = 2;
/// And so many blocks on only once all so far are in the log.
constexpr std::uint64_t kLevelEvery = 256;

void need(Step& step, const Want& want, View hint, Duration grace) {
  const auto [fetching, is_new] = step.state.wants.try_emplace(want);
  fetching->second.needed = true;
  if (!is_new) return;
  fetching->second.hint = hint;
  fetching->second.next_at = step.at() + grace;
}

void need_block(Step& step, const Hash& id, View hint, Duration grace) {
  Want want;
  want.kind = RequestKind::block;
  want.block_id = id;
  need(step, want, hint, grace);
}

void need_certificate(Step& step, View view, VoteKind kind) {
  Want want;
  want.kind = RequestKind::certificate;
  want.view = view;
  want.vote_kind = kind;
  need(step, want, view, Duration{0});
}

/// The leader pushes its body on the slow lane; asking at once would fetch most bodies twice.
Duration grace_of(const Step& step, View view, const Hash& id) {
  const ViewState* found = find_view(step.state, view);
  if (found == nullptr || !found->proposal || found->proposal->block_id != id) return Duration{0};
  const Instant due = found->proposal->arrived + step.state.timing.body_grace;
  return std::max(Duration{0}, due - step.at());
}

/// What certificates name and is not here: their blocks and these blocks' ancestors.
void need_certified_blocks(Step& step) {
  const State& state = step.state;
  std::size_t count = 0;
  for (auto view = state.views.rbegin(); view != state.views.rend(); ++view) {
    if (view->first <= state.last_final.view || count >= kBlockWantsMax) return;
    for (const VoteKind kind : {VoteKind::finalize, VoteKind::notarize}) {
      const auto& held = view->second.certificates[slot(kind)];
      if (!held) continue;
      const Hash& id = held->certificate.ballot.block_id;
      // Of a validated block all ancestors are here: many unfinalized views must cost no walk each.
      if (find_base(state, id)) continue;
      const Chain chain = chain_of(state, id);
      if (!chain.missing) continue;
      const Duration grace = *chain.missing == id ? grace_of(step, view->first, id) : Duration{0};
      need_block(step, *chain.missing, view->first, grace);
      ++count;
    }
  }
}

/// What stands between the current proposal and a vote on it.
void need_for_proposal(Step& step) {
  const State& state = step.state;
  const ViewState* view = find_view(state, state.cur);
  if (view == nullptr || !view->proposal) return;
  const OwnVotes* own = find_own(state, state.cur);
  if (own != nullptr && (own->noted || own->nulled)) return;
  const Header& header = view->proposal->header;
  if (header.parent_view < state.last_final.view) return;

  const Hash& id = view->proposal->block_id;
  const Chain chain = chain_of(state, id);
  if (chain.missing) need_block(step, *chain.missing, state.cur, grace_of(step, state.cur, id));
  // The chain's walk ends at the first gap: behind a body under way, the parent may be missing too.
  if (chain.missing && *chain.missing == id) {
    const Chain above = chain_of(state, header.parent_id);
    if (above.missing) need_block(step, *above.missing, header.parent_view, Duration{0});
  }
  std::size_t count = 0;
  for (View at{header.view.raw - 1}; at > header.parent_view && count < kCertificateWantsMax;) {
    const View start = state.nullified.run_start(at);
    if (start > at) {
      need_certificate(step, at, VoteKind::nullify);
      ++count;
      at = View{at.raw - 1};
    } else {
      at = View{start.raw - 1};
    }
  }
  const bool has_parent = header.parent_view == state.last_final.view ||
                          find_certificate(state, header.parent_view, VoteKind::notarize) ||
                          find_certificate(state, header.parent_view, VoteKind::finalize);
  if (!has_parent) need_certificate(step, header.parent_view, VoteKind::notarize);
}

void need_to_propose(Step& step) {
  const State& state = step.state;
  if (!state.working || !may_propose(state, state.cur)) return;
  const ParentSearch search = find_parent(state, state.cur);
  if (!search.parent) need_certificate(step, search.missing, VoteKind::nullify);
}

/// Now and then a catch-up waits until all that it has is in the log: only then can a checkpoint be
/// made, and what it holds be let go of.
bool is_level_enough(Step& step) {
  State& state = step.state;
  const Height height = state.last_final.header.height;
  if (is_all_logged(step) || state.durable_final >= height) state.level = height;
  if (height.raw < state.level.raw + kLevelEvery) return true;
  if (!state.lazy.empty() && state.in_flight.empty()) state.lazy_flush_at = step.at();
  return false;
}

void need_range(Step& step) {
  const State& state = step.state;
  const bool has_room = is_level_enough(step) && state.in_flight.size() < kUnsyncedMax;
  std::size_t waiting = 0;
  Height top = state.last_final.header.height;
  for (const auto& [id, entry] : state.blocks) {
    if (!entry.final) continue;
    ++waiting;
    top = std::max(top, entry.block.header.height);
  }
  if (waiting >= kRangeAhead || top >= state.best_tip->header.height) return;
  Want want;
  want.kind = RequestKind::range;
  want.from_height = next(top);
  // What was asked for already is on its way: forgotten, it would be asked of a second peer.
  if (!has_room && !state.wants.contains(want)) return;
  need(step, want, state.best_tip->header.view, Duration{0});
}

bool can_ask(const State& state, ValidatorIndex index, const Want& want) {
  if (index == state.setup.self) return false;
  const Peer& peer = state.peers[index.raw];
  if (!peer.connected || peer.outstanding >= kOutstandingPerPeer) return false;
  if (want.kind == RequestKind::range && peer.final_height < want.from_height) return false;
  for (const auto& [id, outstanding] : state.requests) {
    if (outstanding.peer == index && outstanding.want == want) return false;
  }
  return true;
}

std::optional<ValidatorIndex> next_peer(const State& state, const Want& want,
                                        const Fetching& fetching) {
  const auto count = static_cast<std::uint64_t>(state.peers.size());
  for (std::uint64_t turn = 0; turn < count; ++turn) {
    const std::uint64_t place = fetching.hint.raw + fetching.attempts + turn;
    const ValidatorIndex index = state.order[place % count];
    if (can_ask(state, index, want)) return index;
  }
  return std::nullopt;
}

std::optional<ValidatorIndex> voter_for(const State& state, const Want& want,
                                        const Fetching& fetching) {
  const CertificateEntry* held = find_certificate(state, fetching.hint, VoteKind::notarize);
  if (held == nullptr) return std::nullopt;
  for (std::size_t place = 0; place < state.peers.size(); ++place) {
    const ValidatorIndex index{static_cast<std::uint8_t>(place)};
    const bool signed_it = (held->certificate.signers >> place & 1U) != 0;
    if (signed_it && can_ask(state, index, want)) return index;
  }
  return std::nullopt;
}

void ask(Step& step, ValidatorIndex peer, const Want& want) {
  State& state = step.state;
  Request request;
  request.id = state.next_request++;
  request.kind = want.kind;
  request.epoch = state.setup.context.epoch;
  request.view = want.view;
  request.vote_kind = want.vote_kind;
  request.block_id = want.block_id;
  request.from_height = want.from_height;
  request.count = want.kind == RequestKind::range ? kRangeBlocksMax : 0;
  state.requests.emplace(request.id, Outstanding{peer, want, step.at() + kRequestLife});
  ++state.peers[peer.raw].outstanding;
  step.effects.push_back(Send{peer, request});
}

void ask_next(Step& step, const Want& want, Fetching& fetching) {
  State& state = step.state;
  const bool is_first = fetching.attempts == 0;
  if (state.requests.size() < kOutstandingMax) {
    if (const auto peer = next_peer(state, want, fetching)) ask(step, *peer, want);
  }
  // The leader and a voter at once: either may be the faulty one.
  if (is_first && want.kind == RequestKind::block && state.requests.size() < kOutstandingMax) {
    if (const auto peer = voter_for(state, want, fetching)) ask(step, *peer, want);
  }
  ++fetching.attempts;
  fetching.next_at = step.at() + fetching.interval;
  fetching.interval = std::min(2 * fetching.interval, kFetchMax);
}

void forget_request(State& state, std::map<std::uint64_t, Outstanding>::iterator request) {
  --state.peers[request->second.peer.raw].outstanding;
  state.requests.erase(request);
}

}  // namespace

/// A9, by level: what is missing now is asked for, what is no longer missing is forgotten. A
/// request is never "done": its want ends when the thing is here.
void fetch_missing(Step& step) {
  State& state = step.state;
  for (auto request = state.requests.begin(); request != state.requests.end();) {
    const auto current = request++;
    if (current->second.deadline <= step.at()) forget_request(state, current);
  }
  for (auto& [want, fetching] : state.wants) fetching.needed = false;
  if (state.replay.empty()) {
    if (state.syncing) {
      need_range(step);
    } else {
      need_certified_blocks(step);
      need_for_proposal(step);
      need_to_propose(step);
    }
  }
  std::erase_if(state.wants, [](const auto& want) { return !want.second.needed; });
  for (auto& [want, fetching] : state.wants) {
    if (fetching.next_at <= step.at()) ask_next(step, want, fetching);
  }
}

void on_response(Step& step, ValidatorIndex from, const Response& response) {
  State& state = step.state;
  const auto request = state.requests.find(response.id);
  // Late and unasked answers are nobody's fault; they are just not looked at.
  if (request == state.requests.end() || request->second.peer != from) return;
  const Want want = request->second.want;
  forget_request(state, request);
  if (std::holds_alternative<Absent>(response.answer)) {
    const auto fetching = state.wants.find(want);
    const bool others_unasked =
        fetching != state.wants.end() && fetching->second.attempts < state.peers.size();
    if (others_unasked) fetching->second.next_at = step.at();
  }
  bool fits = true;
  if (const auto* certificate = std::get_if<Certificate>(&response.answer)) {
    fits = want.kind == RequestKind::certificate && certificate->ballot.view == want.view;
    // Another kind than asked for is recorded; the want stays until the view is settled.
    if (fits) admit_certificate(step, *certificate, from);
  }
  if (const auto* block = std::get_if<Block>(&response.answer)) {
    fits = want.kind == RequestKind::block && chain::block_id(block->header) == want.block_id;
    if (fits) admit_block(step, *block, false);
  }
  if (const auto* range = std::get_if<Range>(&response.answer)) {
    fits = want.kind == RequestKind::range &&
           range->blocks.front().block.header.height == want.from_height;
    if (fits) admit_range(step, *range);
  }
  if (!fits) step.effects.push_back(Punish{from, Fault::wrong_answer});
}

void drop_requests_to(Step& step, ValidatorIndex peer) {
  State& state = step.state;
  for (auto request = state.requests.begin(); request != state.requests.end();) {
    const auto current = request++;
    if (current->second.peer != peer) continue;
    const auto fetching = state.wants.find(current->second.want);
    if (fetching != state.wants.end()) fetching->second.next_at = step.at();
    forget_request(state, current);
  }
}

}  // namespace hansatsu::consensus
