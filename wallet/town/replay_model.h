#pragma once

#include <map>

#include "wallet/town/replay_file.h"

namespace hansatsu::town {

/// What a history should have come to: names and numbers, and nothing of the ledger.
class ReplayModel {
 public:
  /// Applies a row that the ledger accepted; in order of time, or the answer means nothing. False
  /// when it gives more than is there (the balance then stands below zero).
  [[nodiscard]] bool apply(const HistoryRow& row);

  [[nodiscard]] std::int64_t balance(NameIndex name) const;
  [[nodiscard]] std::int64_t granted() const { return granted_; }
  [[nodiscard]] std::int64_t charged() const { return charged_; }
  [[nodiscard]] std::int64_t redeemed() const { return redeemed_; }

 private:
  std::map<NameIndex, std::int64_t> balances_;
  std::int64_t granted_ = 0;
  std::int64_t charged_ = 0;
  std::int64_t redeemed_ = 0;
};

}  // namespace hansatsu::town
