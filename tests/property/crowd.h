#pragma once

#include <map>
#include <ostream>
#include <vector>

#include "ledger/block/execution.h"
#include "ledger/state/genesis.h"

/// A town where everybody tries anything at any time.
namespace hansatsu::property {

/// What somebody tries, in dice. What they come to hangs on the town at that moment, so that a
/// list of steps stays sensible whatever is left out of it; small numbers are the plain cases.
struct Step {
  std::uint8_t pause = 0;   ///< how long nothing happens before; 0 = in the same block
  std::uint8_t deed = 0;    ///< which operation
  std::uint8_t who = 0;     ///< does it
  std::uint8_t whom = 0;    ///< is it done to
  std::uint8_t which = 0;   ///< coin, program, order, ...
  std::uint8_t manner = 0;  ///< high numbers: something about it is wrong
  std::uint16_t amount = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step);

/// "14 pays 19: 500 of coin 0, order 3 (with 7)": readable, and all that matters of it.
[[nodiscard]] std::string describe(const block::UnsignedTransaction& transaction);

class Crowd {
 public:
  /// Founds a town of two coins, their programs, 12 people, 4 shops and a card desk.
  Crowd();

  [[nodiscard]] const state::State& town() const { return town_; }
  [[nodiscard]] const Hash& chain_id() const { return chain_id_; }
  [[nodiscard]] Timestamp now() const { return now_; }

  /// How long the step waits.
  [[nodiscard]] static std::uint64_t pause_ms(const Step& step, Timestamp now, UtcOffset offset);
  /// To be called at the start of each block: sequences go on from what the state says.
  void begin_block() { signed_.clear(); }
  /// What the step is in a block at `now` on `state`.
  [[nodiscard]] block::TransactionPointer attempt(const state::State& state, Timestamp now,
                                                  const Step& step);

 private:
  void furnish();
  void must(AccountId signer, rules::OperationVariant operation);
  [[nodiscard]] block::TransactionPointer sign(const block::UnsignedTransaction& transaction,
                                               const state::State& state, bool forged) const;

  state::State town_;
  Hash chain_id_;
  Timestamp now_;
  std::map<PublicKey, KeyPair> keys_;
  std::map<std::pair<AccountId, std::uint8_t>, std::uint64_t> signed_;  ///< in this block, by key
};

}  // namespace hansatsu::property
