#pragma once

#include "node/store/column.h"
#include "node/store/day_book.h"
#include "node/store/entries.h"

namespace hansatsu::store {

/// All key ranges. Tags: DO NOT RENUMBER.
struct Columns {
  explicit Columns(leveldb::DB& db)
      : checkpoint{db},
        rows{db},
        blocks{db},
        heights{db},
        proofs{db},
        outcomes{db},
        transactions{db},
        history{db},
        figures{db},
        figure_accounts{db} {}

  Column<1, Nothing, CheckpointRecord> checkpoint;
  Column<2, state::RowKey, RowBytes> rows;
  Column<3, Height, BlockEntry> blocks;
  Column<4, Hash, Height> heights;                 ///< by block id
  Column<5, Height, chain::FinalityProof> proofs;  ///< empty blocks may have none
  Column<6, Height, Outcomes> outcomes;            ///< blocks without transactions have none
  Column<7, Hash, TransactionPlace> transactions;  ///< by transaction id
  Column<8, HistoryKey, Nothing> history;
  // 9 and 10 were figures that counted one side only.
  Column<11, FigureKey, Figure> figures;
  Column<12, FigureAccount, Nothing> figure_accounts;  ///< of the newest day
};

}  // namespace hansatsu::store
