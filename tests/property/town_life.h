#pragma once

#include <rapidcheck.h>

#include <functional>
#include <set>

#include "tests/property/child.h"
#include "tests/property/crowd.h"

/// A town's blocks, made by a leader from what its people try.
namespace hansatsu::property {

/// Up to some hundred steps, most of them plain.
[[nodiscard]] rc::Gen<std::vector<Step>> some_steps();

/// What to look up in a child's counts.
inline constexpr std::size_t kRefused = 0;
inline constexpr std::size_t kLeftOut = 1;  ///< inadmissible
[[nodiscard]] constexpr std::size_t accepted_count(rules::OperationCode code) {
  return 16 + static_cast<std::size_t>(code);
}
inline constexpr std::array kAllOperations = {
    rules::OperationCode::open_account, rules::OperationCode::add_key,
    rules::OperationCode::remove_key,   rules::OperationCode::set_receive,
    rules::OperationCode::freeze,       rules::OperationCode::unfreeze,
    rules::OperationCode::open_program, rules::OperationCode::charge,
    rules::OperationCode::grant,        rules::OperationCode::pay,
    rules::OperationCode::send,         rules::OperationCode::refund,
    rules::OperationCode::redeem,       rules::OperationCode::file,
    rules::OperationCode::settle,       rules::OperationCode::set_float,
    rules::OperationCode::hand_in};
static_assert(kAllOperations.size() == std::variant_size_v<rules::OperationVariant>);

/// Verifies each signature once.
class RememberingChecker final : public block::SignatureChecker {
 public:
  [[nodiscard]] bool valid(const Hash& envelope, const Hash& transaction_id, const PublicKey& key,
                           const Signature& signature) override;

 private:
  std::set<std::tuple<Hash, PublicKey, Signature>> known_;
};

struct LivedBlock {
  Timestamp time;
  std::shared_ptr<const Bytes> body;
  std::vector<block::TransactionPointer> transactions;
  std::vector<rules::Outcome> outcomes;
};

/// Builds blocks of steps and merges each at once.
class Leader {
 public:
  Leader(Crowd& crowd, Story& story)
      : crowd_{crowd}, story_{story}, state_{crowd.town()}, now_{crowd.now()} {}

  [[nodiscard]] const state::State& state() const { return state_; }
  void live(const std::vector<Step>& steps, const std::function<void(const LivedBlock&)>& after);

 private:
  [[nodiscard]] LivedBlock close_block(const std::vector<block::TransactionPointer>& tried);

  Crowd& crowd_;
  Story& story_;
  state::State state_;
  Timestamp now_;
  RememberingChecker checker_;
};

}  // namespace hansatsu::property
