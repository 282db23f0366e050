#include "node/recovery.h"

#include <spdlog/spdlog.h>

#include "ledger/block/genesis.h"
#include "node/rebuild.h"

namespace hansatsu::node {
namespace {

using Failure = Err<std::string>;

struct Loaded {
  std::unique_ptr<store::Store> store;
  std::optional<store::LoadedCheckpoint> checkpoint;
};

std::string sentence(store::StoreError error) {
  switch (error) {
    case store::StoreError::io:
      return "the database can't be read or written, or another process holds it";
    case store::StoreError::corrupt:
      return "the database is damaged";
    case store::StoreError::foreign:
      return "the database is another chain's";
  }
  return "";
}

Result<Loaded, store::StoreError> open_store(const std::string& path, const Hash& chain_id) {
  auto store = store::Store::open(path, chain_id);
  if (!store) return Err{store.error()};
  auto checkpoint = (*store)->load();
  if (!checkpoint) return Err{checkpoint.error()};
  return Loaded{*std::move(store), *std::move(checkpoint)};
}

Result<Loaded, std::string> load_store(const std::string& path, const Hash& chain_id) {
  auto loaded = open_store(path, chain_id);
  if (loaded) return *std::move(loaded);
  if (loaded.error() != store::StoreError::corrupt) return Failure{sentence(loaded.error())};
  spdlog::warn("store_damaged action=\"made again from the log\"");
  if (const auto gone = store::destroy_store(path); !gone) return Failure{sentence(gone.error())};
  auto again = open_store(path, chain_id);
  if (!again) return Failure{sentence(again.error())};
  return *std::move(again);
}

/// Bytes of the log from there to its end, about.
std::uint64_t log_bytes_from(const std::optional<log::GroupPlace>& from,
                             const log::GroupPlace& last, const log::Options& options) {
  const auto at = [&](const log::GroupPlace& place) {
    return std::uint64_t{place.segment} * options.segment_bytes + place.offset;
  };
  return from ? at(last) - at(*from) : at(last);
}

}  // namespace

Result<Recovery, std::string> recover(const std::string& store_path, log::Disk& disk,
                                      const state::Charter& charter, const PublicKey& validator,
                                      const log::Options& options) {
  const Hash chain_id = state::chain_id(charter);
  auto loaded = load_store(store_path, chain_id);
  if (!loaded) return Failure{loaded.error()};

  std::optional<log::GroupPlace> from;
  if (loaded->checkpoint) from = loaded->checkpoint->record.replay_from;
  // Recovery makes the last group durable before anything of the log is used.
  auto log = log::Log::open(disk, {chain_id, validator}, options, from);
  if (!log) return Failure{log::describe(log.error())};
  if (!loaded->checkpoint || log_bytes_from(from, log->last(), options) > kReplayBytesMax) {
    auto rebuilt = rebuild_store(*loaded->store, disk, charter, std::move(loaded->checkpoint));
    if (!rebuilt) return Failure{rebuilt.error()};
    spdlog::info("store_rebuilt height={} checkpoints={}", rebuilt->height.raw,
                 rebuilt->checkpoints);
    auto checkpoint = loaded->store->load();
    if (!checkpoint) return Failure{sentence(checkpoint.error())};
    loaded->checkpoint = *std::move(checkpoint);
  }

  RecoveredLog recovered;
  std::unique_ptr<Chain> chain;
  if (loaded->checkpoint) {
    store::CheckpointRecord& record = loaded->checkpoint->record;
    from = record.replay_from;
    recovered.recovered.base = record.header;
    recovered.recovered.final_tip = record.final_tip;
    chain = std::make_unique<Chain>(std::move(loaded->checkpoint->state), record.header);
  } else {
    state::State genesis = state::genesis_state(charter);
    recovered.recovered.base = block::genesis_header(charter, genesis.root());
    recovered.changed.add_all(genesis);
    chain = std::make_unique<Chain>(std::move(genesis), recovered.recovered.base);
  }

  if (const auto read = read_log(disk, from, recovered); !read) return Failure{read.error()};
  spdlog::info("recovered height={} records={}", recovered.recovered.base.height.raw,
               recovered.recovered.records.size());
  return Recovery{std::move(loaded->store), *std::move(log), std::move(chain),
                  std::move(recovered)};
}

}  // namespace hansatsu::node
