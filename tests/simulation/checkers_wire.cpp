#include "tests/simulation/checkers.h"

/// What the checkers hold against everything that honest nodes put on the wire.
namespace hansatsu::simulation {
namespace {

std::string at_view(std::uint32_t node, View view) {
  return "node " + std::to_string(node) + " view " + std::to_string(view.raw);
}

}  // namespace

void Checkers::sent(std::uint32_t node, const consensus::Message& message) {
  if (!honest_[node]) return;
  see_in(message);
  if (!std::holds_alternative<consensus::Status>(message)) ++messages_sent_;
  if (std::holds_alternative<chain::Vote>(message)) ++votes_sent_;
  if (std::holds_alternative<consensus::Proposal>(message)) ++proposals_sent_;
}

/// An honest node passes on only what it has checked: whose signature stands there, did vote so.
void Checkers::check_vote(const chain::Vote& vote) {
  if (honest_[vote.signer.raw]) check_cast(vote.signer.raw, vote.ballot);
}

void Checkers::check_cast(std::uint32_t node, const chain::Ballot& ballot) {
  const auto where = [&](const char* what) {
    return [&, what] { return at_view(node, ballot.view) + what; };
  };
  Cast& cast = nodes_[node].cast[ballot.view];
  switch (ballot.kind) {
    case chain::VoteKind::notarize:
      claim(!cast.notarize || *cast.notarize == ballot.block_id, "C5",
            where(" notarized two blocks"));
      cast.notarize = ballot.block_id;
      break;
    case chain::VoteKind::nullify:
      cast.nullify = true;
      break;
    case chain::VoteKind::finalize:
      claim(!cast.finalize || *cast.finalize == ballot.block_id, "C5",
            where(" finalized two blocks"));
      cast.finalize = ballot.block_id;
      check_finalize_is_durable(node, ballot);
      break;
  }
  claim(!(cast.nullify && cast.finalize), "C5", where(" nullified and finalized"));
  claim(!cast.notarize || !cast.finalize || *cast.notarize == *cast.finalize, "C5",
        where(" notarized one block and finalized another"));
  claim(nodes_[node].durable_votes.contains(ballot), "C6",
        where(" sent a vote before it was durable"));
}

void Checkers::check_finalize_is_durable(std::uint32_t node, const chain::Ballot& ballot) {
  PerNode& own = nodes_[node];
  std::vector<Hash> walked;
  for (Hash id = ballot.block_id; id != anchor_ && !own.durable_chains.contains(id);) {
    const bool is_durable = own.durable_blocks.contains(id);
    claim(is_durable, "C6", [&] {
      return at_view(node, ballot.view) + " finalized a block whose chain is not on its disk";
    });
    if (!is_durable) return;
    walked.push_back(id);
    id = parents_.at(id);
  }
  own.durable_chains.insert(walked.begin(), walked.end());
}

/// Its signatures are votes on the wire, whether or not their signers have sent them alone.
void Checkers::see(const chain::Certificate& certificate) {
  const chain::Ballot& ballot = certificate.ballot;
  const auto [judged, is_first] = judged_.emplace(ballot, 0);
  if (is_first) see_certified(ballot);
  const std::uint32_t fresh = certificate.signers & ~judged->second;
  if (fresh == 0) return;
  judged->second |= fresh;
  for (std::uint32_t signer = 0; signer < nodes_.size(); ++signer) {
    if ((fresh >> signer & 1U) != 0 && honest_[signer]) check_cast(signer, ballot);
  }
}

void Checkers::see_certified(const chain::Ballot& ballot) {
  Cast& cast = certified_[ballot.view];
  const auto where = [&](const char* what) {
    return [&, what] { return "view " + std::to_string(ballot.view.raw) + what; };
  };
  if (ballot.kind == chain::VoteKind::nullify) cast.nullify = true;
  if (ballot.kind == chain::VoteKind::finalize) {
    claim(!cast.finalize || *cast.finalize == ballot.block_id, "C1",
          where(" has two finalizations"));
    cast.finalize = ballot.block_id;
  }
  if (ballot.kind == chain::VoteKind::notarize) {
    claim(!cast.notarize || *cast.notarize == ballot.block_id, "C4",
          where(" has two notarizations"));
    cast.notarize = ballot.block_id;
  }
  claim(!(cast.nullify && cast.finalize), "C3", where(" is nullified and finalized"));
}

void Checkers::see_in(const consensus::Range& range) {
  see(range.finalization);
  for (const consensus::FinalBlock& block : range.blocks) {
    if (block.proof) see(block.proof->finalization);
  }
}

void Checkers::see_in(const consensus::Message& message) {
  if (const auto* vote = std::get_if<chain::Vote>(&message)) check_vote(*vote);
  if (const auto* certificate = std::get_if<chain::Certificate>(&message)) see(*certificate);
  if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    check_vote(proposal->vote);
    if (proposal->parent) see(*proposal->parent);
    for (const auto& certificate : proposal->gap) see(certificate);
    if (proposal->final_tip) see(proposal->final_tip->finalization);
  }
  if (const auto* status = std::get_if<consensus::Status>(&message)) {
    if (status->final_tip) see(status->final_tip->finalization);
    if (status->highest) see(*status->highest);
    for (const chain::Vote& vote : status->yours) check_vote(vote);
  }
  if (const auto* response = std::get_if<consensus::Response>(&message)) {
    if (const auto* certificate = std::get_if<chain::Certificate>(&response->answer)) {
      see(*certificate);
    }
    if (const auto* range = std::get_if<consensus::Range>(&response->answer)) see_in(*range);
  }
}

}  // namespace hansatsu::simulation
