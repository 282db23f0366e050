#pragma once

#include <map>

#include "ledger/rules/books.h"
#include "ledger/state/overlay.h"

namespace hansatsu::audit {

/// The books from the records, block by block: what lots, takings and redemptions add up to in each
/// program, compared with what the program's counters say. rules::check_books adds up all records;
/// this adds up only what a block changed, and so can do it after each.
/// Source: docs/protocol/ledger.md, rule 11. Threads: one.
class RunningBooks {
 public:
  explicit RunningBooks(const state::State& state);

  /// `block` lies directly on `before`, and neither is merged yet. The first thing that does not
  /// balance after it. Cost: the rows it changed, and their old versions.
  [[nodiscard]] std::optional<rules::Discrepancy> take(const state::State& before,
                                                       const state::Overlay& block);

 private:
  /// Sums wrap: they are compared with amounts, which are far below.
  struct Sums {
    std::map<Date, std::uint64_t> held;
    std::uint64_t takings = 0;
    std::uint64_t pending = 0;
    std::uint64_t settled = 0;
    std::uint64_t received = 0;
  };
  void expire(Date today);
  /// sign: 1 adds, -1 (all bits set) takes away.
  void add(const state::Account& account, std::uint64_t sign);
  void add(const state::Redemption& row, std::uint64_t sign);
  Sums& touch(ProgramId program);
  [[nodiscard]] std::optional<rules::Discrepancy> compare(ProgramId id,
                                                          const state::Program* program) const;

  std::vector<Sums> sums_;
  std::vector<ProgramId> touched_;
  Date today_;
};

}  // namespace hansatsu::audit
