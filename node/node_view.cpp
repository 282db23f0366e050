#include "node/node_view.h"

#include <spdlog/spdlog.h>

#include <filesystem>

#include "node/block_receipts.h"
#include "node/version.h"
#include "rpc/json/machine_time.h"

namespace hansatsu::node {
namespace {

constexpr std::size_t kKeyPlacesMax = 64;
constexpr std::chrono::seconds kDiskLookEvery{2};
constexpr std::uintmax_t kDirectoryBytesMax = 8U << 20U;
constexpr const char* kDirectoryFile = "shops.json";
constexpr const char* kStaffLogFile = "staff-reads.log";

using rpc::ViewError;

/// False also for who is frozen now: shops() lists where one can pay.
bool is_open_shop(const state::AccountIdentity& identity, Timestamp time) {
  if (identity.kind != state::AccountKind::shop) return false;
  if (identity.status == state::AccountStatus::frozen) return identity.frozen_until <= time;
  return identity.status == state::AccountStatus::active;
}

}  // namespace

NodeView::NodeView(Parts parts)
    : parts_{std::move(parts)},
      staff_log_{std::make_shared<StaffLog>(std::filesystem::path{parts_.data} / kStaffLogFile)} {}

rpc::NodeStatus NodeView::status() const {
  const CoreFigures figures = parts_.core.figures();
  const chain::Header tip = parts_.chain.tip();
  rpc::NodeStatus status;
  status.chain_id = parts_.chain_id;
  status.chain_name = parts_.charter->chain_name.text;
  status.node_name = parts_.node_name;
  status.version = kVersion;
  status.height = tip.height;
  status.block_id = chain::block_id(tip);
  status.state_root = tip.state_root;
  status.block_time = tip.time;
  status.view = figures.snapshot.view;
  status.serving = figures.snapshot.serves_reads && !figures.halted;
  status.syncing = figures.snapshot.syncing;
  status.voting = !figures.snapshot.voting_stopped;
  status.waiting_transactions = figures.waiting;
  status.disk_bytes = disk_bytes();
  for (std::size_t i = 0; i < parts_.charter->validators.size(); ++i) {
    if (i == parts_.self.raw) continue;
    const ValidatorIndex peer{static_cast<std::uint8_t>(i)};
    status.peers.push_back(
        {parts_.charter->validators[i].name.text, parts_.network.status(peer).up, Height{0}});
  }
  return status;
}

bool NodeView::is_serving() const {
  const CoreFigures figures = parts_.core.figures();
  return figures.snapshot.serves_reads && !figures.halted;
}

bool NodeView::takes_payments() const {
  const CoreFigures figures = parts_.core.figures();
  return figures.snapshot.takes_payments && !figures.halted;
}

Timestamp NodeView::now() const { return std::max(rpc::machine_time(), parts_.chain.tip().time); }

std::shared_ptr<const state::Charter> NodeView::charter() const { return parts_.charter; }

std::shared_ptr<const std::string> NodeView::shop_directory() const {
  const std::filesystem::path path = std::filesystem::path{parts_.data} / kDirectoryFile;
  std::error_code ec;
  const auto time = std::filesystem::last_write_time(path, ec);
  const auto bytes = ec ? 0 : std::filesystem::file_size(path, ec);
  if (ec || bytes > kDirectoryBytesMax) return nullptr;
  if (!directory_ || time != directory_time_) {
    std::ifstream in{path, std::ios::binary};
    directory_ =
        std::make_shared<const std::string>(std::string{std::istreambuf_iterator<char>{in}, {}});
    directory_time_ = time;
  }
  return directory_;
}

std::vector<rpc::ProgramRecord> NodeView::programs() const {
  return parts_.chain.read([](const state::State& state, const chain::Header&) {
    std::vector<rpc::ProgramRecord> programs;
    for (ProgramId id{0}; id < state.next<state::Program>(); ++id.raw) {
      programs.push_back({id, *state.find(id)});
    }
    return programs;
  });
}

std::vector<rpc::ShopRecord> NodeView::shops() const {
  const Timestamp time = now();
  return parts_.chain.read([time](const state::State& state, const chain::Header&) {
    std::vector<rpc::ShopRecord> shops;
    for (AccountId id{0}; id < state.next<state::Account>(); ++id.raw) {
      const state::AccountIdentity& identity = state.find(id)->identity;
      if (!is_open_shop(identity, time)) continue;
      shops.push_back({id, identity.category, identity.accepted_coins});
    }
    return shops;
  });
}

std::optional<rpc::AccountRecord> NodeView::account(AccountId account) const {
  return parts_.chain.read(
      [account](const state::State& state,
                const chain::Header& tip) -> std::optional<rpc::AccountRecord> {
        const state::Account* found = state.find(account);
        if (found == nullptr) return std::nullopt;
        return rpc::AccountRecord{account, tip.height, tip.time, *found};
      });
}

std::vector<block::KeyReference> NodeView::find_key(const PublicKey& key) const {
  return parts_.chain.read([&key](const state::State& state, const chain::Header&) {
    std::vector<block::KeyReference> places;
    for (const AccountId id : state.accounts_with_key(key)) {
      const state::Account& account = *state.find(id);
      const auto slots = static_cast<std::uint8_t>(account.keys.size());
      for (std::uint8_t slot = 0; slot < slots; ++slot) {
        const state::KeySlot& place = account.keys[slot];
        if (place.filled && place.grant.key == key && places.size() < kKeyPlacesMax) {
          places.push_back({id, slot, place.generation});
        }
      }
    }
    return places;
  });
}

std::vector<rpc::RedemptionRecord> NodeView::redemptions(const rpc::RedemptionQuery& query) const {
  return parts_.chain.read([&query](const state::State& state, const chain::Header&) {
    std::vector<rpc::RedemptionRecord> found;
    for (RedemptionId id = std::max(query.from, state.first<state::Redemption>());
         id < state.next<state::Redemption>() && found.size() < query.count; ++id.raw) {
      const state::Redemption& redemption = *state.find(id);
      if (redemption.coin == query.coin && redemption.state == query.state) {
        found.push_back({id, redemption});
      }
    }
    return found;
  });
}

rpc::PreviewAnswer NodeView::preview(const block::UnsignedTransaction& transaction) const {
  const Timestamp time = now();
  return parts_.chain.read([&](const state::State& state, const chain::Header& tip) {
    const state::Account* signer = state.find(transaction.signer.account);
    return rpc::PreviewAnswer{tip.height, time, block::preview(state, time, transaction),
                              signer == nullptr ? state::Account{} : *signer};
  });
}

void NodeView::history(const rpc::HistoryQuery& query, Callback<rpc::HistoryPart> answer) const {
  parts_.archive.read([query, answer](Archive& archive) { answer(archive.history(query)); },
                      [answer] { answer(Err{ViewError::busy}); });
}

void NodeView::block(Height height, Callback<std::optional<rpc::BlockRecord>> answer) const {
  using Found = std::optional<rpc::BlockRecord>;
  const Height newest = parts_.chain.tip().height;
  if (height.raw == 0 || height > newest) return answer(Found{});
  const auto read = [height, answer](Archive& archive) {
    const auto block = archive.block(height);
    if (!block) return answer(Err{ViewError::unreadable});
    if (!block->proof) return answer(Found{});
    answer(Found{rpc::BlockRecord{block->header, *block->proof, *block->body}});
  };
  parts_.archive.read(read, [answer] { answer(Err{ViewError::busy}); });
}

void NodeView::headers(Height from, std::uint32_t count,
                       Callback<std::vector<rpc::BlockRecord>> answer) const {
  const Height newest = parts_.chain.tip().height;
  const auto read = [from, count, newest, answer](Archive& archive) {
    std::vector<rpc::BlockRecord> records;
    for (Height height = std::max(from, Height{1}); height <= newest && records.size() < count;
         height = next(height)) {
      const auto block = archive.block(height);
      if (!block && records.empty()) return answer(Err{ViewError::unreadable});
      if (!block) break;
      if (block->proof) records.push_back({block->header, *block->proof, {}});
    }
    answer(std::move(records));
  };
  parts_.archive.read(read, [answer] { answer(Err{ViewError::busy}); });
}

void NodeView::find_transaction(const Hash& id, Callback<rpc::TransactionAnswer> answer) const {
  CoreEvent event{TransactionAsked{id, answer}};
  if (!parts_.queue.try_push(std::move(event))) answer(Err{ViewError::busy});
}

void NodeView::figures(Date from, Date to, Callback<rpc::FiguresAnswer> answer) const {
  const auto read = [from, to, answer](Archive& archive) {
    const auto told = archive.store().figures(from, to);
    if (!told) return answer(Err{ViewError::unreadable});
    rpc::FiguresAnswer figures{told->newest, {}};
    for (const auto& [key, figure] : told->figures) {
      if (key.side != store::FigureSide::concerned) continue;
      store::FigureKey other = key;
      other.side = store::FigureSide::other;
      const auto found = told->figures.find(other);
      figures.lines.push_back({key.day, key.coin, key.program, key.operation, figure.transactions,
                               figure.amount, figure.accounts,
                               found == told->figures.end() ? 0U : found->second.accounts});
    }
    answer(std::move(figures));
  };
  parts_.archive.read(read, [answer] { answer(Err{ViewError::busy}); });
}

void NodeView::on_final(std::function<void(std::span<const AccountId>)> listener) {
  parts_.archive.final_feed().listen(std::move(listener));
}

void NodeView::log_staff_read(const rpc::StaffRead& read, Callback<void> answer) {
  const auto added = staff_log_->add(read, std::move(answer));
  // Readers of other things can't keep it out, and of its jobs one waits at most. A queue that is
  // closed drops it: then the node stops.
  if (added == StaffLog::Added::first) {
    (void)parts_.archive.post_urgent([log = staff_log_](Archive&) { log->write_waiting(); });
  }
}

std::uint64_t NodeView::disk_bytes() const {
  const std::lock_guard lock{disk_mutex_};
  // This runs on the network's thread: whoever asks often gets the last figure.
  const auto now = std::chrono::steady_clock::now();
  if (disk_looked_at_ && now < *disk_looked_at_ + kDiskLookEvery) return disk_bytes_;
  disk_looked_at_ = now;
  std::uint64_t bytes = 0;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator entry{parts_.data, failed};
  // Files come and go meanwhile; increment() does not throw.
  for (; !failed && entry != std::filesystem::end(entry); entry.increment(failed)) {
    std::error_code gone;
    const std::uint64_t size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  disk_bytes_ = bytes;
  return bytes;
}

}  // namespace hansatsu::node
