#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ledger/rules/operation.h"
#include "ledger/state/account.h"

/// The days' figures, added up as blocks become final: no one reads the chain to tell them.
/// Source: docs/protocol/log.md "The store".
namespace hansatsu::store {

/// Which accounts a figure counts. DO NOT RENUMBER.
enum class FigureSide : std::uint8_t {
  concerned = 1,  ///< who charged, paid, was granted ...
  other = 2,      ///< who was paid or sent to, who paid back; such a figure counts accounts alone
};
constexpr bool known(FigureSide s) { return s >= FigureSide::concerned && s <= FigureSide::other; }

/// What a figure is of. Without a program: of all programs of the coin; without an operation: of
/// all that move value.
struct FigureKey {
  Date day;  ///< local
  CoinId coin;
  std::optional<ProgramId> program;
  std::optional<rules::OperationCode> operation;
  FigureSide side = FigureSide::concerned;
  auto operator<=>(const FigureKey&) const = default;
};
template <class C, FieldsOf<FigureKey> K>
void fields(C& c, K& k) {
  c(k.day, k.coin, k.program, k.operation, k.side);
}
struct Figure {
  std::uint64_t transactions = 0;
  Amount amount;               ///< stops at Amount::kMax
  std::uint32_t accounts = 0;  ///< different ones
  bool operator==(const Figure&) const = default;
};
template <class C, FieldsOf<Figure> F>
void fields(C& c, F& f) {
  c(f.transactions, f.amount, f.accounts);
}
/// An account that a figure of the newest day counts already.
struct FigureAccount {
  FigureKey figure;
  AccountId account;
  auto operator<=>(const FigureAccount&) const = default;
};
template <class C, FieldsOf<FigureAccount> F>
void fields(C& c, F& f) {
  c(f.figure, f.account);
}

/// What a transaction that was done adds to its day.
struct Movement {
  struct Part {
    ProgramId program;
    Amount amount;
    AccountId account;               ///< whom it concerns
    std::optional<AccountId> other;  ///< with whom; absent for what has one side
  };
  CoinId coin;
  rules::OperationCode operation = rules::OperationCode::pay;
  std::vector<Part> parts;  ///< a program may stand in several
};

/// What a checkpoint writes of the book.
struct DayChanges {
  Date newest;  ///< accounts of earlier days are needed no more
  std::vector<std::pair<FigureKey, Figure>> figures;
  std::vector<FigureAccount> accounts;  ///< new ones of the newest day
};

/// The newest day, and what no checkpoint holds yet of those before. A day is over, and its figures
/// stand, once there is a block with content of a later day; every node sees that at the same
/// height. Threads: any. Memory: the accounts that were active on the newest day.
class DayBook {
 public:
  /// At a start: the newest day of the checkpoint, then all that it holds of that day.
  void begin(Date newest);
  void restore(const FigureKey& key, const Figure& figure);
  void restore(const FigureAccount& account);

  /// For each block with content, also when it moves no value. Requires: `day` is not before the
  /// newest.
  void add(Date day, const std::vector<Movement>& movements);
  /// Everything changed since the last call. Requires: what that gave is written.
  [[nodiscard]] DayChanges take();

  /// The newest day, not over yet, and those of `from`..`to` before it that are still here.
  struct Told {
    Date newest;
    std::map<FigureKey, Figure> figures;
  };
  [[nodiscard]] Told read(Date from, Date to) const;

 private:
  struct Entry {
    Figure figure;
    std::unordered_set<std::uint32_t> accounts;  ///< of the newest day only
    std::vector<AccountId> unwritten;
    bool changed = false;
  };
  Entry& count(const FigureKey& key, AccountId account);

  mutable std::mutex mutex_;
  Date newest_;
  std::map<FigureKey, Entry> entries_;
};

}  // namespace hansatsu::store
