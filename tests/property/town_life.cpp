#include "tests/property/town_life.h"

#include "tests/property/deeds.h"

namespace hansatsu::property {

bool RememberingChecker::valid(const Hash& /*envelope*/, const Hash& transaction_id,
                               const PublicKey& key, const Signature& signature) {
  const std::tuple check{transaction_id, key, signature};
  if (known_.contains(check)) return true;
  if (!verify(key, transaction_id, signature)) return false;
  known_.insert(check);
  return true;
}

void Leader::live(const std::vector<Step>& steps,
                  const std::function<void(const LivedBlock&)>& after) {
  std::vector<block::TransactionPointer> tried;
  const auto close = [&] {
    const LivedBlock block = close_block(tried);
    if (!block.transactions.empty()) after(block);
    tried.clear();
    crowd_.begin_block();
  };
  now_ = plus_ms(now_, 1);
  for (const Step& step : steps) {
    const std::uint64_t pause = Crowd::pause_ms(step, now_, state_.charter().utc_offset);
    if (pause != 0) {
      close();
      now_ = plus_ms(now_, pause);
    }
    tried.push_back(crowd_.attempt(state_, now_, step));
  }
  close();
}

LivedBlock Leader::close_block(const std::vector<block::TransactionPointer>& tried) {
  story_.tell("block at " + to_string(now_, state_.charter().utc_offset));
  auto built = block::build_block(std::make_shared<state::Overlay>(state_), now_, tried, {},
                                  block::build_limits(state_.charter().limits), checker_);
  for (std::size_t i = 0; i < built.included.size(); ++i) {
    const rules::PublicOutcome& outcome = built.execution.outcomes[i].public_part;
    const auto refusal = rules::refusal_of(outcome.code);
    story_.tell("  " + describe(tried[built.included[i]]->unsigned_part()) +
                (refusal ? " -- " + std::string{rules::name(*refusal)} : ""));
    story_.count(refusal ? kRefused : accepted_count(outcome.operation));
  }
  for (const block::Dropped& dropped : built.dropped) {
    story_.tell("  left out: " + describe(tried[dropped.candidate]->unsigned_part()) + " -- " +
                std::string{rules::name(dropped.refusal)});
    story_.count(kLeftOut);
  }
  LivedBlock lived{now_, std::make_shared<const Bytes>(block::encode_body(built.body)),
                   built.body.transactions, built.execution.outcomes};
  state_.merge(*built.execution.overlay);
  return lived;
}

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << int{step.pause} << "." << int{step.deed} << "." << int{step.who} << "."
             << int{step.whom} << "." << int{step.which} << "." << int{step.manner} << "."
             << step.amount;
}

rc::Gen<std::vector<Step>> some_steps() {
  using rc::gen::inRange;
  using rc::gen::just;
  using rc::gen::weightedElement;
  const auto die = [] { return inRange<std::uint8_t>(0, 240); };
  const auto manner = rc::gen::oneOf(just<std::uint8_t>(0), just<std::uint8_t>(0),
                                     just<std::uint8_t>(0), inRange<std::uint8_t>(0, 13));
  const auto pause = weightedElement<std::uint8_t>({{40, 0},
                                                    {20, 1},
                                                    {6, 2},
                                                    {6, 3},
                                                    {3, 4},
                                                    {3, 5},
                                                    {3, 6},
                                                    {1, 7},
                                                    {1, 8},
                                                    {1, 9},
                                                    {1, 10},
                                                    {1, 11}});
  const auto amount = rc::gen::weightedOneOf<std::uint16_t>({{12, inRange<std::uint16_t>(0, 1'500)},
                                                             {6, inRange<std::uint16_t>(0, 20'000)},
                                                             {1, just<std::uint16_t>(0xffff)}});
  const auto step = rc::gen::build<Step>(
      rc::gen::set(&Step::pause, pause),
      rc::gen::set(&Step::deed, inRange<std::uint8_t>(0, kDeeds)), rc::gen::set(&Step::who, die()),
      rc::gen::set(&Step::whom, die()), rc::gen::set(&Step::which, die()),
      rc::gen::set(&Step::manner, manner), rc::gen::set(&Step::amount, amount));
  return rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(step));
}

}  // namespace hansatsu::property
