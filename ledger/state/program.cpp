#include "ledger/state/program.h"

namespace hansatsu::state {

Amount held_total(const ProgramCounters& counters) {
  Amount total;
  for (const HeldUntil& held : counters.held) total.add(held.amount);
  return total;
}

bool is_conserved(const ProgramCounters& counters) {
  // Ten terms of at most kMax each stay far below 2^64.
  std::uint64_t sum = held_total(counters).units();
  for (const Amount part : {counters.takings, counters.pending, counters.settled, counters.repaid,
                            counters.expired, counters.withdrawn, counters.voided}) {
    sum += part.units();
  }
  return sum == counters.issued.units();
}

}  // namespace hansatsu::state
