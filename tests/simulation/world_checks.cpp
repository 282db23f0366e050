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
  std::map<Hash, Hash> roots;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    const Application& application = nodes_[i]->application();
    checkers_.check_kept(i, application.chain());
    const Hash& root = application.state().root();
    if (roots.emplace(application.tip(), root).first->second == root) continue;
    checkers_.violation("C14: node " + std::to_string(i) + " has another state than others");
  }
}

void World::check_memory() {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    const consensus::Footprint footprint = nodes_[i]->footprint();
    memory_peak_ = higher(memory_peak_, footprint);
    if (const auto over = excess(footprint, size())) {
      checkers_.violation("C8: node " + std::to_string(i) + " remembers " + *over);
    }
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
