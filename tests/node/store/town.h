#pragma once

#include <filesystem>
#include <string>

#include "ledger/state/genesis.h"
#include "node/store/store.h"

/// A town small enough to follow by eye, whose blocks change, add and prune rows at random, beside
/// a store that is told of each.
namespace hansatsu::store::test {

/// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string store() const { return (path_ / "state").string(); }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] Hash chain_id();
[[nodiscard]] std::unique_ptr<Store> open_store(const TemporaryFolder& folder);

class Town {
 public:
  Town();

  /// One block of four transactions, or an empty one; the store is told unless null.
  void commit(Store* store, bool empty = false);
  [[nodiscard]] Checkpoint checkpoint();

  state::State state;
  ChangedRows changed;
  chain::Header header;                ///< of the newest block
  std::uint64_t clock_ms = 0;          ///< later blocks' times are this and their height
  std::vector<CommittedBlock> blocks;  ///< all so far; height i + 1

 private:
  [[nodiscard]] CommittedBlock block_of(bool empty) const;
};

/// Where the town's block of this height is said to be in the log.
[[nodiscard]] log::RecordPlace place_of(Height height);

}  // namespace hansatsu::store::test
