#include "tests/simulation/villain.h"

#include <algorithm>

#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {

using chain::VoteKind;
using consensus::Message;
using consensus::Status;

const char* name_of(Attack attack) {
  constexpr std::array<const char*, kAttackCount> kNames{
      "twins",       "clone",   "equivocate",     "skip",
      "misdate",     "spoil",   "withhold",       "garble",
      "counterfeit", "accuse",  "vote both ways", "never finalize",
      "favour",      "give up", "silence",        "stale",
      "lie",         "confuse", "remind",         "forge",
      "mislead"};
  static_assert(kNames.back() != nullptr, "an attack has no name");
  return kNames[static_cast<std::size_t>(attack)];
}

void Villain::outgoing(std::uint32_t to, const SharedParcel& parcel) {
  leaves(parcel->message());
  world_.put_on_wire(index_, to, parcel);
}

/// Its own forged votes would stop its honest node: they are taken out of what it is shown.
SharedParcel Villain::incoming(std::uint32_t from, const SharedParcel& parcel) {
  const auto* status = std::get_if<Status>(&parcel->message());
  if (status == nullptr || status->yours.empty()) return parcel;
  Status cleared = *status;
  cleared.yours = {};
  const consensus::Setup setup = world_.setup(from);
  cleared.signature =
      fake_signature(setup.set.keys[from], consensus::status_message(setup.context, cleared));
  return pack(std::move(cleared));
}

bool Villain::faces(bool second_life, std::uint32_t) const { return !second_life; }

void Villain::send(std::uint32_t to, Message message) {
  leaves(message);
  world_.put_on_wire(index_, to, pack(std::move(message)));
}

void Villain::send_false(std::uint32_t to, Message message) {
  mark();
  send(to, std::move(message));
}

void Villain::mark() const { world_.mark(index_, attack_); }

void Villain::mark_contradiction(const Message& message) {
  const auto* vote = std::get_if<chain::Vote>(&message);
  if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) vote = &proposal->vote;
  if (vote == nullptr || vote->signer.raw != index_) return;
  auto& said = said_[vote->ballot.view];
  const auto denies = [vote](const chain::Ballot& earlier) {
    return chain::contradict(earlier, vote->ballot);
  };
  if (said.insert(vote->ballot).second && std::ranges::any_of(said, denies)) mark();
}

chain::Vote Villain::vote(VoteKind kind, View view, const Hash& id) const {
  const consensus::Setup setup = world_.setup(index_);
  const chain::Ballot ballot{kind, view, kind == VoteKind::nullify ? Hash{} : id};
  return {setup.context.epoch, ballot, setup.self,
          fake_signature(setup.set.keys[index_], chain::vote_message(setup.context, ballot))};
}

void Villain::sign(Status& status) const {
  const consensus::Setup setup = world_.setup(index_);
  status.signature =
      fake_signature(setup.set.keys[index_], consensus::status_message(setup.context, status));
}

std::unique_ptr<Villain> make_villain(Attack attack, World& world, std::uint32_t index) {
  for (const auto make : {make_lying_leader, make_false_author, make_lying_voter, make_lying_peer,
                          make_false_witness}) {
    if (auto villain = make(attack, world, index)) return villain;
  }
  return nullptr;
}

}  // namespace hansatsu::simulation
