#include "tests/simulation/memory.h"
#include "tests/simulation/world.h"

/// What a world looks at in all its nodes at once.
namespace hansatsu::simulation {

bool World::are_level() const {
  std::optional<Hash> tip;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    // What was acknowledged before a crash may have to be found final again.
    if (nodes_[i]->application().header().height < checkers_.acknowledged_height()) return false;
    if (tip && *tip != nodes_[i]->application().tip()) return false;
    tip = nodes_[i]->application().tip();
  }
  return true;
}

void World::check_agreement() {
  std::vector<Checkers::Standing> standings;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    const Application& application = nodes_[i]->application();
    checkers_.check_kept(i, application.chain());
    standings.push_back({i, application.tip(), application.state().root()});
  }
  checkers_.check_states(standings);
}

void World::check_memory() {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    const consensus::Footprint footprint = nodes_[i]->footprint();
    memory_peak_ = higher(memory_peak_, footprint);
    checkers_.check_memory(i, footprint);
  }
}

std::uint64_t World::syncs() const {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (is_honest(i)) count += nodes_[i]->disk().syncs();
  }
  return count;
}

}  // namespace hansatsu::simulation
