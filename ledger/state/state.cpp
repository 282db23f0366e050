#include "ledger/state/state.h"

#include "ledger/state/overlay.h"

namespace hansatsu::state {

Hash state_root(const Commitments& commitments) {
  Encoder encoder;
  for (std::size_t i = 0; i < kTableCount; ++i) {
    encoder(static_cast<TableId>(i + 1), commitments[i]);
  }
  return hash(HashTag::state_root, encoder.view());
}

void Indexes::absorb(Indexes&& newer) {
  const auto take = [](auto& mine, const auto& theirs) {
    for (const auto& [key, id] : theirs) mine.insert_or_assign(key, id);
  };
  take(persons, newer.persons);
  take(households, newer.households);
  take(batches, newer.batches);
  take(claims, newer.claims);
  take(payments, newer.payments);
  take(refunded, newer.refunded);
  for (const auto& [shop, asked] : newer.redemptions) {
    std::vector<RedemptionId>& mine = redemptions[shop];
    mine.insert(mine.end(), asked.begin(), asked.end());
  }
  for (const auto& [charge, programs] : newer.premiums) {
    std::vector<ProgramId>& mine = premiums[charge];
    mine.insert(mine.end(), programs.begin(), programs.end());
  }
}

const Charter& State::charter() const {
  const Charter* charter = find(CharterRow{0});
  ASSERT(charter != nullptr);
  return *charter;
}

const Chronicle& State::chronicle() const {
  const Chronicle* chronicle = find(ChronicleRow{0});
  ASSERT(chronicle != nullptr);
  return *chronicle;
}

std::vector<AccountId> State::accounts_with_key(const PublicKey& key) const {
  std::vector<AccountId> accounts;
  for (auto at = keys_.lower_bound({key, AccountId{0}}); at != keys_.end() && at->first == key;
       ++at) {
    accounts.push_back(at->second);
  }
  return accounts;
}

void State::index_keys(const Account* before, const Account& after, AccountId id) {
  if (before != nullptr) {
    if (before->keys == after.keys) return;
    for (const KeySlot& slot : before->keys) keys_.erase({slot.grant.key, id});
  }
  for (const KeySlot& slot : after.keys) {
    if (slot.filled) keys_.emplace(slot.grant.key, id);
  }
}

template <class Row>
void State::merge_table(TableLayer<Row>& layer) {
  Table<Row>& table = std::get<kTablePosition<Row>>(tables_);
  while (table.first() < layer.first && table.first() < table.next()) {
    const IdOf<Row> id{static_cast<typename IdOf<Row>::Raw>(table.first())};
    indexes_.remove(table.find(table.first())->row, id);
    table.drop_first();
  }
  // Rows that were appended and pruned within one block never were in the table.
  if (table.first() < layer.first) table.load_bounds(layer.first);
  for (const auto& entry : layer.entries()) {
    if constexpr (std::same_as<Row, Account>) {
      const StoredRow<Row>* before = table.find(entry->index);
      index_keys(before == nullptr ? nullptr : &before->row, entry->stored.row,
                 AccountId{static_cast<AccountId::Raw>(entry->index)});
    }
    table.put(entry->index, std::move(entry->stored));
  }
  table.apply_tree(layer.nodes);
}

void State::merge(Overlay& overlay) {
  ASSERT(overlay.base_ == this && overlay.sealed_ && !overlay.merged_);
  ASSERT(overlay.parent_ == nullptr || overlay.parent_->merged_);
  std::apply([this](auto&... layer) { (merge_table(layer), ...); }, overlay.layers_);
  indexes_.absorb(std::move(overlay.indexes_));
  commitments_ = overlay.commitments_;
  root_ = overlay.root_;
  std::apply([](auto&... layer) { (layer.clear(), ...); }, overlay.layers_);
  overlay.indexes_.clear();
  overlay.parent_ = nullptr;
  overlay.keep_.reset();
  overlay.merged_ = true;
}

}  // namespace hansatsu::state
