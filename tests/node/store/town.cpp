#include "tests/node/store/town.h"

#include <cstdlib>

namespace hansatsu::store::test {
namespace {

constexpr std::uint32_t kAccounts = 7;

state::Charter charter() {
  state::Charter charter;
  charter.chain_name.text = "store test";
  for (std::uint32_t i = 0; i < kAccounts; ++i) {
    state::FoundingAccount account;
    account.salt.bytes[0] = static_cast<std::uint8_t>(i + 1);
    charter.accounts.push_back(account);
  }
  return charter;
}

/// Repeatable noise: byte `i` of what the height gives.
std::uint8_t noise(Height height, std::size_t i) {
  return hash_of(HashTag::demo, height).bytes.at(i);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hansatsu-store-XXXXXX").string();
  ASSERT(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Hash chain_id() { return state::chain_id(charter()); }

std::unique_ptr<Store> open_store(const TemporaryFolder& folder) {
  auto store = Store::open(folder.store(), chain_id());
  ASSERT(store.has_value());
  return *std::move(store);
}

log::RecordPlace place_of(Height height) {
  return {static_cast<std::uint32_t>(height.raw / 10 + 1),
          static_cast<std::uint32_t>(height.raw % 10 * 512), 1};
}

Town::Town() : state{state::genesis_state(charter())} {
  changed.add_all(state);
  header.state_root = state.root();
}

CommittedBlock Town::block_of(bool empty) const {
  CommittedBlock block;
  block.header = header;
  block.id = chain::block_id(header);
  block.body = std::make_shared<const Bytes>(Bytes(5, noise(header.height, 0)));
  if (empty) return block;
  block.proof.emplace();
  block.proof->finalization.ballot = {chain::VoteKind::finalize, View{header.height.raw}, block.id};
  for (std::uint32_t i = 0; i < 4; ++i) {
    IndexedTransaction transaction;
    transaction.id = hash_of(HashTag::demo, TransactionPlace{header.height, i});
    const AccountId first{noise(header.height, i) % kAccounts};
    transaction.accounts = {first, AccountId{(first.raw + 1) % kAccounts}};
    block.transactions.push_back(transaction);
    OutcomeEntry outcome;
    outcome.outcome.public_part.amount = Amount::of(header.height.raw * 10 + i);
    block.outcomes.push_back(outcome);
  }
  return block;
}

void Town::commit(Store* store, bool empty) {
  state::Overlay overlay{state};
  header.height = next(header.height);
  header.parent_id = blocks.empty() ? Hash{} : blocks.back().id;
  header.flags = empty ? chain::kFlagEmpty : 0;
  header.outcomes_root = {};
  if (!empty) {
    header.outcomes_root = hash_of(HashTag::demo, header.height);
    const AccountId account{noise(header.height, 9) % kAccounts};
    overlay.edit(account).identity.tags += header.height.raw;
    state::Claim claim;
    claim.id.bytes[0] = static_cast<std::uint8_t>(header.height.raw);
    claim.id.bytes[1] = 1;
    const auto row = overlay.append(claim);
    const std::uint64_t kept = noise(header.height, 10) % 8U;
    if (row.raw > overlay.first<state::Claim>().raw + kept) {
      overlay.prune_below(state::ClaimRow{row.raw - kept});
    }
    overlay.edit(state::ChronicleRow{0}).time = Timestamp{clock_ms + header.height.raw};
  }
  overlay.seal();
  changed.add(overlay);
  state.merge(overlay);
  header.state_root = state.root();
  blocks.push_back(block_of(empty));
  if (store != nullptr) store->add(blocks.back(), place_of(header.height));
}

Checkpoint Town::checkpoint() {
  CheckpointRecord record;
  record.chain_id = chain_id();
  record.header = header;
  return make_checkpoint(state, changed, record);
}

}  // namespace hansatsu::store::test
