#include "tests/simulation/villain.h"

#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {

using chain::VoteKind;
using consensus::Message;
using consensus::Status;

const char* name_of(Attack attack) {
  constexpr std::array<const char*, kAttackCount> kNames{
      "twins",          "clone",          "equivocate", "skip",    "misdate", "spoil", "withhold",
      "vote both ways", "never finalize", "favour",     "give up", "silence", "stale", "lie",
      "confuse",        "remind",         "forge"};
  return kNames[static_cast<std::size_t>(attack)];
}

void Villain::outgoing(std::uint32_t to, const SharedParcel& parcel) {
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
  world_.put_on_wire(index_, to, pack(std::move(message)));
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
  for (const auto make : {make_lying_leader, make_lying_voter, make_lying_peer}) {
    if (auto villain = make(attack, world, index)) return villain;
  }
  return nullptr;
}

}  // namespace hansatsu::simulation
