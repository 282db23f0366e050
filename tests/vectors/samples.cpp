#include "tests/vectors/samples.h"

#include "tests/vectors/sample_values.h"

namespace hansatsu::vectors {

std::vector<Sample> samples() {
  std::vector<Sample> out;
  add_chain_samples(out);
  add_transaction_samples(out);
  add_state_samples(out);
  add_block_samples(out);
  return out;
}

}  // namespace hansatsu::vectors
