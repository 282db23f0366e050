#include "tests/consensus/solo.h"

#include <catch2/catch.hpp>

namespace hansatsu::consensus::test {

Solo::Solo(const Genesis& genesis, std::uint8_t self, Recovered recovered, bool heard)
    : genesis_{genesis},
      self_{self},
      signer_{self_},
      checker_{genesis.context, genesis.set},
      engine_{genesis.setup(self), signer_} {
  for (const Record& record : recovered.records) log_.push_back(record);
  (void)step(Start{std::move(recovered), kNonce});
  (void)execute();
  for (std::uint8_t peer = 0; peer < genesis.set.size(); ++peer) {
    if (peer == self) continue;
    (void)step(PeerUp{ValidatorIndex{peer}});
    if (heard) (void)receive(peer, status(peer));
  }
}

Effects Solo::note(Effects effects) {
  for (const Effect& effect : effects) {
    if (const auto* persist = std::get_if<Persist>(&effect)) {
      tickets_.push_back(persist->ticket);
      log_.insert(log_.end(), persist->records.begin(), persist->records.end());
    }
    if (const auto* validate = std::get_if<Validate>(&effect)) validates_.push_back(*validate);
  }
  return effects;
}

Effects Solo::step(Input input) { return note(engine_.step(now_at(ms_), std::move(input))); }

Effects Solo::receive(std::uint8_t from, Message message) {
  auto verified = checker_.check(std::move(message));
  REQUIRE(verified.has_value());
  return step(Received{ValidatorIndex{from}, *std::move(verified)});
}

Effects Solo::tick_after(std::int64_t ms) {
  ms_ += ms;
  return step(Tick{});
}

Effects Solo::sync() {
  Effects effects;
  while (!tickets_.empty()) {
    const Ticket ticket = tickets_.front();
    tickets_.erase(tickets_.begin());
    for (Effect& effect : step(Persisted{ticket, true})) effects.push_back(std::move(effect));
  }
  return effects;
}

Effects Solo::execute() {
  Effects effects;
  while (!validates_.empty()) {
    const Validate validate = validates_.front();
    validates_.erase(validates_.begin());
    const bool ok = !as_text(*validate.block.body).starts_with("invalid");
    for (Effect& effect : step(Validated{validate.block_id, ok})) {
      effects.push_back(std::move(effect));
    }
  }
  return effects;
}

Effects Solo::propose(const Block& block, std::optional<Certificate> parent,
                      std::vector<Certificate> gap) {
  Proposal proposal = genesis_.proposal(block);
  proposal.parent = std::move(parent);
  for (Certificate& skipped : gap) proposal.gap.push_back(std::move(skipped));
  const std::uint8_t leader = block.header.proposer.raw;
  Effects effects = receive(leader, block);
  for (Effect& effect : receive(leader, proposal)) effects.push_back(std::move(effect));
  for (Effect& effect : execute()) effects.push_back(std::move(effect));
  return effects;
}

Status Solo::status(std::uint8_t from) const {
  Status status;
  status.epoch = genesis_.context.epoch;
  status.sender = ValidatorIndex{from};
  status.view = engine_.snapshot().view;
  status.nonce = std::uint64_t{100} + from;
  status.echo = kNonce;
  return sign(status);
}

Status Solo::sign(Status status) const {
  status.signature = FakeSigner{status.sender}.sign(status_message(genesis_.context, status));
  return status;
}

std::vector<Vote> logged_votes(const Effects& effects, VoteKind kind) {
  std::vector<Vote> votes;
  for (const Persist& persist : all<Persist>(effects)) {
    for (const Record& record : persist.records) {
      const auto* vote = std::get_if<Vote>(&record);
      if (vote != nullptr && vote->ballot.kind == kind) votes.push_back(*vote);
    }
  }
  return votes;
}

std::vector<Vote> sent_votes(const Effects& effects, VoteKind kind) {
  std::vector<Vote> votes = sent<Vote>(effects);
  std::erase_if(votes, [&](const Vote& vote) { return vote.ballot.kind != kind; });
  return votes;
}

}  // namespace hansatsu::consensus::test
