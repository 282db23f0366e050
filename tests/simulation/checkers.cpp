#include "tests/simulation/checkers.h"

#include <algorithm>
#include <numeric>

#include "node/recovered_log.h"
#include "tests/simulation/describe.h"
#include "tests/simulation/memory.h"

namespace hansatsu::simulation {
Checkers::Checkers(std::uint32_t validators, std::vector<bool> honest, const Hash& anchor)
    : faults_{(validators - 1) / 3},
      anchor_{anchor},
      honest_{std::move(honest)},
      nodes_(validators) {}

void Checkers::violation(std::string text) {
  if (!is_overrun_ || text.starts_with("C9")) violations_.push_back(std::move(text));
}

void Checkers::check_syncs() {
  constexpr std::size_t kBlocksMin = 20;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    std::vector<std::uint32_t> counts = nodes_[i].groups_each;
    claim(counts.size() >= kBlocksMin, "C11", [&] {
      return "node " + std::to_string(i) + " has only " + std::to_string(counts.size()) +
             " blocks to be judged by";
    });
    if (counts.size() < kBlocksMin) continue;
    std::sort(counts.begin(), counts.end());
    const std::uint64_t sum = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    claim(counts[counts.size() / 2] <= 2 && sum * 10 <= counts.size() * 22, "C11", [&] {
      return "node " + std::to_string(i) + " synced " + std::to_string(sum) + " groups for " +
             std::to_string(counts.size()) + " blocks";
    });
  }
}

void Checkers::keep(PerNode& own, const consensus::Record& record) {
  if (const auto* vote = std::get_if<chain::Vote>(&record)) {
    own.durable_votes.insert(vote->ballot);
  } else if (const auto* block = std::get_if<consensus::Block>(&record)) {
    const Hash id = chain::block_id(block->header);
    own.durable_blocks.insert(id);
    parents_[id] = block->header.parent_id;
  }
}

void Checkers::durable(std::uint32_t node, std::uint64_t group, const consensus::Record& record) {
  PerNode& own = nodes_[node];
  if (own.durable_log.empty() || own.durable_log.back().group != group) ++own.groups;
  own.durable_log.push_back({group, fingerprint(record), node::done_at(record)});
  keep(nodes_[node], record);
}

void Checkers::written(std::uint32_t node, const consensus::Record& record) {
  if (!honest_[node]) nodes_[node].written.insert(fingerprint(record));
}

/// A damaged disk may have lost anything; it must not be believed what nobody wrote there.
void Checkers::check_is_own(std::uint32_t node, const std::vector<consensus::Record>& records) {
  const auto& written = nodes_[node].written;
  claim(std::ranges::all_of(
            records, [&](const auto& record) { return written.contains(fingerprint(record)); }),
        "C7", [&] {
          return "node " + std::to_string(node) + " took from its damaged log what was never in it";
        });
}

void Checkers::recovered(std::uint32_t node, std::uint64_t from_group, const chain::Header& base,
                         const std::vector<consensus::Record>& records,
                         const std::function<std::vector<std::uint64_t>()>& groups) {
  PerNode& own = nodes_[node];
  own.height = base.height;
  if (!honest_[node]) return check_is_own(node, records);
  const auto known = final_ids_.find(base.height);
  claim(known == final_ids_.end() || known->second == chain::block_id(base), "C2", [&] {
    return "node " + std::to_string(node) + " starts from another block than is final at height " +
           std::to_string(base.height.raw);
  });
  auto expected = std::lower_bound(
      own.durable_log.begin(), own.durable_log.end(), from_group,
      [](const DurableRecord& record, std::uint64_t group) { return record.group < group; });
  std::size_t found = 0;
  bool is_kept = true;
  for (; expected != own.durable_log.end(); ++expected) {
    if (expected->done_at <= base.view) continue;
    is_kept =
        is_kept && found < records.size() && fingerprint(records[found]) == expected->fingerprint;
    ++found;
  }
  claim(is_kept, "C7", [&] {
    return "node " + std::to_string(node) + " lost something of what was synced in its log";
  });
  // What was written and never reported as synced may have survived: it counts from here on.
  if (!is_kept || found == records.size()) return;
  for (const std::vector<std::uint64_t> of_record = groups(); found < records.size(); ++found) {
    own.durable_log.push_back(
        {of_record[found], fingerprint(records[found]), node::done_at(records[found])});
    keep(own, records[found]);
  }
}

void Checkers::committed(std::uint32_t node, const consensus::CommittedBlock& block,
                         const Hash& state_root) {
  if (!honest_[node]) return;
  const Height height = block.block.block.header.height;
  const auto where = [&](const char* what) {
    return [&, what] {
      return "node " + std::to_string(node) + " height " + std::to_string(height.raw) + what;
    };
  };
  claim(height == next(nodes_[node].height), "C2", where(" does not follow its last block"));
  nodes_[node].height = height;
  nodes_[node].groups_each.push_back(std::exchange(nodes_[node].groups, 0));
  claim(state_root == block.block.block.header.state_root, "C14",
        where(" has another state than its header says"));
  const auto [final_id, is_first] = final_ids_.emplace(height, block.block_id);
  claim(final_id->second == block.block_id, "C1", where(" is another block than elsewhere"));
  if (!is_first) return;
  std::uint32_t holders = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (honest_[i] && nodes_[i].durable_blocks.contains(block.block_id)) ++holders;
  }
  claim(holders >= faults_ + 1, "C7", where(" is final on fewer than f+1 honest disks"));
}

void Checkers::acknowledged(std::uint32_t node, Height height) {
  if (!honest_[node]) return;
  const auto id = final_ids_.find(height);
  claim(id != final_ids_.end(), "C7", [] { return "acknowledged a height that is not final"; });
  if (id == final_ids_.end()) return;
  claim(nodes_[node].durable_blocks.contains(id->second), "C7", [&] {
    return "node " + std::to_string(node) + " acknowledged what its disk does not hold";
  });
  acknowledged_[height] = id->second;
}

void Checkers::check_kept(std::uint32_t node,
                          const std::map<Height, consensus::FinalBlock>& chain) {
  for (const auto& [height, id] : acknowledged_) {
    const auto found = chain.find(height);
    const bool is_kept = found != chain.end() && chain::block_id(found->second.block.header) == id;
    claim(is_kept, "C7", [&, at = height] {
      return "node " + std::to_string(node) + " lost acknowledged height " + std::to_string(at.raw);
    });
  }
}

void Checkers::check_memory(std::uint32_t node, const consensus::Footprint& footprint) {
  const auto over = excess(footprint, static_cast<std::uint32_t>(nodes_.size()));
  claim(!over, "C8", [&] { return "node " + std::to_string(node) + " remembers " + *over; });
}

void Checkers::check_states(const std::vector<Standing>& standings) {
  std::map<Hash, Hash> roots;
  for (const Standing& standing : standings) {
    const auto [first, is_first] = roots.emplace(standing.tip, standing.state_root);
    claim(is_first || first->second == standing.state_root, "C14", [&] {
      return "node " + std::to_string(standing.node) + " has another state than others";
    });
  }
}

void Checkers::evidence(const consensus::Evidence& evidence) {
  claim(!honest_[evidence.first.signer.raw], "C9", [&] {
    return "evidence against honest node " + std::to_string(evidence.first.signer.raw);
  });
  claim(evidence.first.signer == evidence.second.signer &&
            evidence.first.ballot.view == evidence.second.ballot.view,
        "C9", [] { return "evidence of two votes that do not belong together"; });
  ++evidence_;
}

Height Checkers::final_height() const {
  return final_ids_.empty() ? Height{0} : final_ids_.rbegin()->first;
}

}  // namespace hansatsu::simulation
