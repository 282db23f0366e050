#include "tests/simulation/node.h"
#include "tests/simulation/world.h"

/// A node's part in the run's coverage.
namespace hansatsu::simulation {

void Node::mark_rise(const consensus::Snapshot& snapshot) {
  if (snapshot.syncing && !was_syncing_) world_.mark(Mark::syncing);
  was_syncing_ = snapshot.syncing;
  constexpr std::uint32_t kPatient = 4;  // 1.5^4 is five
  const bool is_patient = snapshot.backoff >= kPatient;
  if (is_patient && !was_patient_) world_.mark(Mark::timeouts_grown);
  was_patient_ = is_patient;
}

/// Before the state takes it over.
void Node::mark_final(const consensus::FinalBlock& block) const {
  const chain::Header& header = block.block.header;
  if (header.view > next(header.parent_view)) world_.mark(Mark::views_skipped);
  if (block.proof && !block.proof->descendants.empty()) world_.mark(Mark::final_by_child);
  if (header.is_empty()) world_.mark(Mark::empty_block);
  if (!header.evidence_root.is_zero()) check_accusations(block.block);
  if (application_->header().time.raw < kUtcMidnight && header.time.raw >= kUtcMidnight) {
    world_.mark(Mark::midnight_passed);
  }
}

/// C9 also for what others found, and a quorum agreed to.
void Node::check_accusations(const consensus::Block& block) const {
  if (!world_.is_honest(index_)) return;
  world_.mark(Mark::evidence_final);
  const auto body = application_->parse(block);
  ASSERT(body.has_value());
  for (const block::Evidence& bytes : body->evidence) {
    const auto pair = decode<chain::VotePair>(bytes);
    if (!pair) {
      world_.checkers().violation("C9: evidence in a final block that nobody can read");
      continue;
    }
    world_.checkers().evidence({pair->first, pair->second});
  }
}

/// Its own votes in views that are not final by what its log has.
void Node::mark_promises(const consensus::Recovered& recovered) const {
  View decided = recovered.base.view;
  for (const consensus::Record& record : recovered.records) {
    const auto* certificate = std::get_if<chain::Certificate>(&record);
    if (certificate != nullptr && certificate->ballot.kind == chain::VoteKind::finalize) {
      decided = std::max(decided, certificate->ballot.view);
    }
  }
  for (const consensus::Record& record : recovered.records) {
    const auto* vote = std::get_if<chain::Vote>(&record);
    if (vote == nullptr || vote->ballot.view <= decided) continue;
    switch (vote->ballot.kind) {
      case chain::VoteKind::notarize:
        world_.mark(world_.leader(vote->ballot.view).raw == index_
                        ? Mark::restarted_after_proposing
                        : Mark::restarted_after_notarize);
        break;
      case chain::VoteKind::nullify:
        world_.mark(Mark::restarted_after_nullify);
        break;
      case chain::VoteKind::finalize:
        world_.mark(Mark::restarted_after_finalize);
        break;
    }
  }
}

void Node::mark_synced(const consensus::Record& record) const {
  const auto* certificate = std::get_if<chain::Certificate>(&record);
  if (certificate != nullptr && certificate->ballot.kind == chain::VoteKind::nullify) {
    world_.mark(Mark::view_nullified);
  }
}

}  // namespace hansatsu::simulation
