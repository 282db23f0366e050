#include "node/store/store.h"

#include <leveldb/options.h>

namespace hansatsu::store {
namespace {

constexpr std::size_t kCacheBytes = 32U << 20U;
constexpr std::size_t kWriteBufferBytes = 32U << 20U;
constexpr int kFilterBitsPerKey = 10;

}  // namespace

Result<std::unique_ptr<Store>, StoreError> Store::open(const std::string& path,
                                                       const Hash& chain_id) {
  std::unique_ptr<leveldb::Cache> cache{leveldb::NewLRUCache(kCacheBytes)};
  std::unique_ptr<const leveldb::FilterPolicy> filter{
      leveldb::NewBloomFilterPolicy(kFilterBitsPerKey)};
  leveldb::Options options;
  options.create_if_missing = true;
  // Without it a damaged file is cut short and what it held is silently missing.
  options.paranoid_checks = true;
  options.write_buffer_size = kWriteBufferBytes;
  options.block_cache = cache.get();
  options.filter_policy = filter.get();
  leveldb::DB* opened = nullptr;
  const leveldb::Status status = leveldb::DB::Open(options, path, &opened);
  std::unique_ptr<leveldb::DB> db{opened};
  if (!status.ok()) return Err{store_error(status)};
  return std::unique_ptr<Store>{
      new Store{chain_id, std::move(cache), std::move(filter), std::move(db)}};
}

Store::Store(const Hash& chain_id, std::unique_ptr<leveldb::Cache> cache,
             std::unique_ptr<const leveldb::FilterPolicy> filter, std::unique_ptr<leveldb::DB> db)
    : chain_id_{chain_id},
      cache_{std::move(cache)},
      filter_{std::move(filter)},
      db_{std::move(db)},
      columns_{*db_} {}

Store::~Store() = default;

std::optional<Height> Store::checkpoint_height() const {
  const std::uint64_t height = checkpoint_height_;
  if (height == kNoHeight) return std::nullopt;
  return Height{height};
}

Result<std::optional<BlockEntry>, StoreError> Store::written_block(Height height) const {
  const auto written = checkpoint_height();
  // Genesis has no block; above the checkpoint there is nothing, whatever LevelDB says.
  if (!written || height.raw == 0 || height > *written) return std::optional<BlockEntry>{};
  auto entry = columns_.blocks.get(height);
  if (!entry) return entry;
  const bool sound = *entry && (*entry)->header.height == height;
  if (!sound) return Err{StoreError::corrupt};
  return entry;
}

// A block leaves memory after it is in the database: looking in this order never misses it.
Result<std::optional<chain::Header>, StoreError> Store::header(Height height) const {
  if (const auto block = recent_.at(height)) return std::optional{block->header};
  auto entry = written_block(height);
  if (!entry) return Err{entry.error()};
  if (!*entry) return std::optional<chain::Header>{};
  return std::optional{(*entry)->header};
}

Result<std::optional<log::RecordPlace>, StoreError> Store::place(Height height) const {
  auto entry = written_block(height);
  if (!entry) return Err{entry.error()};
  if (!*entry) return std::optional<log::RecordPlace>{};
  return std::optional{(*entry)->place};
}

Result<std::optional<Height>, StoreError> Store::height_of(const Hash& block_id) const {
  if (const auto height = recent_.height_of(block_id)) return height;
  return columns_.heights.get(block_id);
}

Result<std::optional<chain::FinalityProof>, StoreError> Store::proof(Height height) const {
  if (const auto block = recent_.at(height)) return block->proof;
  const auto entry = written_block(height);
  if (!entry) return Err{entry.error()};
  if (!*entry) return std::optional<chain::FinalityProof>{};
  auto proof = columns_.proofs.get(height);
  if (proof && !*proof && !(*entry)->header.is_empty()) return Err{StoreError::corrupt};
  return proof;
}

Result<Outcomes, StoreError> Store::outcomes(Height height) const {
  if (const auto block = recent_.at(height)) return block->outcomes;
  const auto entry = written_block(height);
  if (!entry) return Err{entry.error()};
  if (!*entry || (*entry)->header.outcomes_root.is_zero()) return Outcomes{};
  auto outcomes = columns_.outcomes.get(height);
  if (!outcomes) return Err{outcomes.error()};
  if (!*outcomes) return Err{StoreError::corrupt};
  return **std::move(outcomes);
}

Result<std::optional<TransactionPlace>, StoreError> Store::find_transaction(const Hash& id) const {
  if (const auto place = recent_.find_transaction(id)) return place;
  return columns_.transactions.get(id);
}

Result<std::vector<TransactionPlace>, StoreError> Store::history(const HistoryQuery& query) const {
  std::vector<TransactionPlace> places;
  if (query.count == 0) return places;
  // What is recent is newer than all that is written. Taken first: a block that a checkpoint moves
  // meanwhile is then met twice, and never missed.
  const std::vector<TransactionPlace> recent = recent_.history(query);
  const auto is_recent = [&](const TransactionPlace& place) {
    return !recent.empty() && place >= (query.newest_first ? recent.back() : recent.front());
  };
  const auto take = [&](const HistoryKey& key, Nothing) {
    if (key.account != query.account) return false;
    if (query.newest_first ? query.after && key.place <= *query.after
                           : query.before && key.place >= *query.before) {
      return false;
    }
    const bool excluded = query.newest_first ? query.before && key.place >= *query.before
                                             : query.after && key.place <= *query.after;
    if (!excluded && !is_recent(key.place)) places.push_back(key.place);
    return places.size() < query.count;
  };
  if (query.newest_first) {
    places = recent;
    if (places.size() >= query.count) return places;
    const HistoryKey before = query.before ? HistoryKey{query.account, *query.before}
                                           : HistoryKey{AccountId{query.account.raw + 1}, {}};
    if (const auto walked = columns_.history.descend(before, take); !walked) {
      return Err{walked.error()};
    }
    return places;
  }
  const HistoryKey from{query.account, query.after.value_or(TransactionPlace{})};
  if (const auto walked = columns_.history.ascend(from, take); !walked) {
    return Err{walked.error()};
  }
  for (const TransactionPlace& place : recent) {
    if (places.size() < query.count) places.push_back(place);
  }
  return places;
}

Result<DayBook::Told, StoreError> Store::figures(Date from, Date to) const {
  // What the book has dropped since is in the database by now.
  DayBook::Told told = days_.read(from, to);
  const auto walked =
      columns_.figures.ascend({from, {}, {}, {}}, [&](const FigureKey& key, const Figure& figure) {
        if (key.day > to || key.day >= told.newest) return false;
        told.figures.try_emplace(key, figure);
        return true;
      });
  if (!walked) return Err{walked.error()};
  return told;
}

std::uint64_t Store::disk_bytes() const {
  const std::string first(1, '\0');
  const std::string last(1, '\xff');
  const leveldb::Range all{first, last};
  std::uint64_t bytes = 0;
  db_->GetApproximateSizes(&all, 1, &bytes);
  return bytes;
}

Result<void, StoreError> destroy_store(const std::string& path) {
  const leveldb::Status status = leveldb::DestroyDB(path, leveldb::Options{});
  if (!status.ok()) return Err{store_error(status)};
  return {};
}

}  // namespace hansatsu::store
