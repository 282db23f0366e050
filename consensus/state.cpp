#include "consensus/state.h"

#include <algorithm>
#include <utility>

namespace hansatsu::consensus {

std::vector<ValidatorIndex> leader_order(const chain::EpochContext& context,
                                         const chain::ValidatorSet& set) {
  std::vector<std::pair<Hash, ValidatorIndex>> keyed;
  const auto count = static_cast<std::uint8_t>(set.size());
  for (std::uint8_t index = 0; index < count; ++index) {
    Encoder encoder;
    encoder(context.anchor_id, index);
    keyed.emplace_back(hash(HashTag::leader_order, encoder.view()), ValidatorIndex{index});
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<ValidatorIndex> order;
  order.reserve(keyed.size());
  for (const auto& [key, index] : keyed) order.push_back(index);
  return order;
}

State::State(Setup setup_in, const Signer& signer_in)
    : setup{std::move(setup_in)},
      signer{signer_in},
      timing{setup.parameters},
      order{leader_order(setup.context, setup.set)},
      set_hash{chain::hash_of_set(setup.set)},
      quorum{setup.set.quorum()},
      faults{setup.set.faults()},
      peers(setup.set.size()) {
  ASSERT(setup.self.raw < setup.set.size());
  ASSERT(chain::block_id(setup.anchor) == setup.context.anchor_id);
}

const ViewState* find_view(const State& state, View view) {
  const auto found = state.views.find(view);
  return found == state.views.end() ? nullptr : &found->second;
}

const OwnVotes* find_own(const State& state, View view) {
  const auto found = state.own.find(view);
  return found == state.own.end() ? nullptr : &found->second;
}

const BlockEntry* find_block(const State& state, const Hash& id) {
  const auto found = state.blocks.find(id);
  return found == state.blocks.end() ? nullptr : &found->second;
}

const CertificateEntry* find_certificate(const State& state, View view, VoteKind kind) {
  const ViewState* found = find_view(state, view);
  if (found == nullptr || !found->certificates[slot(kind)]) return nullptr;
  return &*found->certificates[slot(kind)];
}

ValidatorIndex leader_of(const State& state, View view) {
  return state.order[view.raw % state.order.size()];
}

}  // namespace hansatsu::consensus
