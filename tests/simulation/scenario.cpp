#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {

Settings lan(std::uint32_t validators) {
  Settings settings;
  settings.validators = validators;
  settings.parameters.message_delay = std::chrono::milliseconds{5};
  return settings;
}

void settle(World& world) {
  world.start_all();
  world.run_for(kSecond);
}

void pay(World& world, Payment first, Payment last, std::int64_t within_ns) {
  std::set<Payment> payments;
  for (Payment payment = first; payment <= last; ++payment) {
    payments.insert(payment);
    auto node = static_cast<std::uint32_t>(payment % world.size());
    while (!world.node(node).is_running() || !world.is_honest(node)) {
      node = (node + 1) % world.size();
    }
    world.submit(node, payment);
  }
  REQUIRE(world.run_until([&] { return world.all_paid(payments); }, within_ns));
}

void require_clean(World& world) {
  CHECK(world.run_until([&] { return world.are_level(); }, 30 * kSecond));
  world.check_agreement();
  CHECK(world.checkers().violations() == std::vector<std::string>{});
}

bool is_vote(const consensus::Message& message, chain::VoteKind kind, std::uint64_t view) {
  const auto* vote = std::get_if<chain::Vote>(&message);
  return vote != nullptr && vote->ballot.kind == kind &&
         (view == 0 || vote->ballot.view.raw == view);
}

bool is_certificate(const consensus::Message& message, chain::VoteKind kind, std::uint64_t view) {
  const auto* certificate = std::get_if<chain::Certificate>(&message);
  return certificate != nullptr && certificate->ballot.kind == kind &&
         (view == 0 || certificate->ballot.view.raw == view);
}

Activity activity(const World& world) {
  const Checkers& checkers = world.checkers();
  return {checkers.votes_sent(), checkers.proposals_sent(), checkers.messages_sent(),
          world.syncs()};
}

}  // namespace hansatsu::simulation
