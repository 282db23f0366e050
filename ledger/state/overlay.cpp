#include "ledger/state/overlay.h"

namespace hansatsu::state {
namespace {

/// Requires: ascending.
const MerkleNode* find_node(const MerkleChanges& changes, std::uint32_t level,
                            std::uint64_t index) {
  if (level >= changes.size()) return nullptr;
  const std::vector<MerkleNode>& nodes = changes[level];
  const auto found = std::lower_bound(
      nodes.begin(), nodes.end(), index,
      [](const MerkleNode& node, std::uint64_t wanted) { return node.index < wanted; });
  return found != nodes.end() && found->index == index ? &*found : nullptr;
}

}  // namespace

Overlay::Overlay(const State& base) : base_{&base} { copy_bounds(); }

Overlay::Overlay(std::shared_ptr<const Overlay> parent) : base_{parent->base_} {
  ASSERT(parent->sealed_);
  if (!parent->merged_) {
    parent_ = parent.get();
    keep_ = std::move(parent);
  }
  copy_bounds();
}

Overlay::Overlay(const Overlay* below) : base_{below->base_}, parent_{below} { copy_bounds(); }

void Overlay::copy_bounds() {
  const auto copy = [this]<class Row>(TableLayer<Row>& own) {
    own.first = parent_ != nullptr ? parent_->layer<Row>().first : base_->table<Row>().first();
    own.next = parent_ != nullptr ? parent_->layer<Row>().next : base_->table<Row>().next();
  };
  std::apply([&copy](auto&... own) { (copy(own), ...); }, layers_);
}

const Charter& Overlay::charter() const {
  const Charter* charter = find(CharterRow{0});
  ASSERT(charter != nullptr);
  return *charter;
}

const Chronicle& Overlay::chronicle() const {
  const Chronicle* chronicle = find(ChronicleRow{0});
  ASSERT(chronicle != nullptr);
  return *chronicle;
}

template <class Map, class Id>
std::optional<Id> Overlay::look_up(Map Indexes::* map, const typename Map::key_type& key,
                                   Id first) const {
  std::optional<Id> result;
  for (const Overlay* overlay = this; overlay != nullptr && !result; overlay = overlay->parent_) {
    const Map& own = overlay->indexes_.*map;
    const auto found = own.find(key);
    if (found != own.end()) result = found->second;
  }
  if (!result) {
    const Map& base = base_->indexes().*map;
    const auto found = base.find(key);
    if (found != base.end()) result = found->second;
  }
  // Rows are pruned in order: if the newest row of a key is gone, so are all older ones.
  if (result && *result < first) result.reset();
  return result;
}

std::optional<PersonRow> Overlay::person_row(PersonId person) const {
  return look_up(&Indexes::persons, person, first<Person>());
}
std::optional<HouseholdRow> Overlay::household_row(HouseholdId household) const {
  return look_up(&Indexes::households, household, first<Household>());
}
std::optional<BatchRow> Overlay::batch_row(ProgramId program, const BatchId& batch,
                                           std::uint16_t part) const {
  return look_up(&Indexes::batches, {program, batch, part}, first<Batch>());
}
std::optional<ClaimRow> Overlay::claim_row(CoinId coin, const ClaimId& claim) const {
  return look_up(&Indexes::claims, {coin, claim}, first<Claim>());
}
std::optional<PaymentId> Overlay::newest_payment(AccountId payer, AccountId shop,
                                                 const OrderReference& order) const {
  return look_up(&Indexes::payments, {payer, shop, order}, first<Payment>());
}
std::optional<RefundedRow> Overlay::refunded_row(PaymentId payment) const {
  return look_up(&Indexes::refunded, payment, first<Refunded>());
}

std::vector<ProgramId> Overlay::premium_programs(ProgramId charge_program) const {
  std::vector<ProgramId> programs;
  const auto take = [&](const Indexes& indexes) {
    const auto found = indexes.premiums.find(charge_program);
    if (found == indexes.premiums.end()) return;
    programs.insert(programs.end(), found->second.begin(), found->second.end());
  };
  for (const Overlay* overlay = this; overlay != nullptr; overlay = overlay->parent_) {
    take(overlay->indexes_);
  }
  take(base_->indexes());
  std::sort(programs.begin(), programs.end());
  return programs;
}

std::vector<RedemptionId> Overlay::newest_redemptions(AccountId shop, std::size_t count_max) const {
  std::vector<RedemptionId> newest;
  const auto take = [&](const Indexes& indexes) {
    const auto found = indexes.redemptions.find(shop);
    if (found == indexes.redemptions.end()) return;
    const std::size_t wanted = std::min(count_max - newest.size(), found->second.size());
    newest.insert(newest.end(), found->second.rbegin(),
                  found->second.rbegin() + static_cast<std::ptrdiff_t>(wanted));
  };
  for (const Overlay* overlay = this; overlay != nullptr; overlay = overlay->parent_) {
    take(overlay->indexes_);
  }
  take(base_->indexes());
  return newest;
}

std::size_t Overlay::changed_rows() const {
  return std::apply([](const auto&... own) { return (own.size() + ...); }, layers_);
}

void Overlay::absorb(Overlay& trial) {
  ASSERT(!sealed_ && !trial.sealed_ && trial.parent_ == this);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (std::get<I>(layers_).absorb(std::move(std::get<I>(trial.layers_))), ...);
  }(std::make_index_sequence<kTableCount>{});
  indexes_.absorb(std::move(trial.indexes_));
  trial.indexes_.clear();
}

void Overlay::reset() {
  ASSERT(!sealed_);
  std::apply([](auto&... own) { (own.clear(), ...); }, layers_);
  indexes_.clear();
  copy_bounds();
}

template <class Row>
Hash Overlay::node_below(std::uint32_t level, std::uint64_t index) const {
  for (const Overlay* below = parent_; below != nullptr; below = below->parent_) {
    if (const MerkleNode* node = find_node(below->layer<Row>().nodes, level, index)) {
      return node->hash;
    }
  }
  return base_->table<Row>().tree().node(level, index);
}

template <class Row>
void Overlay::seal_table() {
  TableLayer<Row>& own = layer<Row>();
  for (const auto& entry : own.entries()) {
    if (entry->index >= own.first) continue;
    indexes_.remove(entry->stored.row,
                    IdOf<Row>{static_cast<typename IdOf<Row>::Raw>(entry->index)});
  }
  own.sort();
  constexpr std::size_t kAt = kTablePosition<Row>;
  const TableCommitment& below =
      parent_ != nullptr ? parent_->commitments_[kAt] : base_->commitments()[kAt];
  commitments_[kAt] = {own.first, own.next, below.root};
  if (own.size() == 0 && own.first == below.first && own.next == below.next) return;

  std::vector<MerkleNode> leaves;
  leaves.reserve(own.size() + (own.first - below.first));
  // Rows that were appended and pruned in one block never had a leaf: they are zero as well.
  for (std::uint64_t pruned = below.first; pruned < own.first; ++pruned) {
    leaves.push_back({pruned, Hash{}});
  }
  for (const auto& entry : own.entries()) {
    const StoredRow<Row>* earlier =
        entry->index < below.next ? find_below<Row>(entry->index) : nullptr;
    leaves.push_back({entry->index, leaf_of(entry->stored, earlier)});
  }
  own.nodes = merkle_changes(
      std::move(leaves), own.next,
      [this](std::uint32_t level, std::uint64_t index) { return node_below<Row>(level, index); });
  commitments_[kAt].root = own.nodes.back().empty() ? Hash{} : own.nodes.back().front().hash;
}

void Overlay::seal() {
  ASSERT(!sealed_ && (parent_ == nullptr || parent_->sealed_));
  std::apply([this]<class... Row>(TableLayer<Row>&... /*own*/) { (seal_table<Row>(), ...); },
             layers_);
  root_ = state_root(commitments_);
  sealed_ = true;
}

const Hash& Overlay::root() const {
  ASSERT(sealed_);
  return root_;
}

const Commitments& Overlay::commitments() const {
  ASSERT(sealed_);
  return commitments_;
}

}  // namespace hansatsu::state
