#include "tests/consensus/scenario.h"

#include <catch2/catch.hpp>

namespace hansatsu::consensus::test {

void check_goes_on(Town& town, int payment) {
  town.loses = nullptr;
  for (auto& node : town.nodes) node.disk_works = true;
  town.start_all();
  town.pay(payment);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(payment); }, 30'000));
  town.run_ms(8'000);
  town.check_agreement();
}

std::uint8_t leader_now(const Town& town, std::uint8_t asked) {
  return town.nodes[asked].engine->snapshot().leader.raw;
}

}  // namespace hansatsu::consensus::test
