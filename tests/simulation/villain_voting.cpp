#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Message;
using consensus::Proposal;

/// Says nothing that is false by itself, but two things of one view.
class TwoTongued : public Villain {
 public:
  using Villain::Villain;

 protected:
  void leaves(const Message& message) override { mark_contradiction(message); }
};

class Twins final : public TwoTongued {
 public:
  Twins(Attack attack, World& world, std::uint32_t index) : TwoTongued{attack, world, index} {
    for (std::uint32_t peer = 0; peer < world.size(); ++peer) {
      sides_.push_back(static_cast<std::uint32_t>(world.random().between(1, 2)));
      if (world.random().chance(150)) sides_.back() = 3;
    }
  }
  [[nodiscard]] bool faces(bool second_life, std::uint32_t peer) const override {
    return (sides_[peer] & (second_life ? 2U : 1U)) != 0;
  }

 private:
  std::vector<std::uint32_t> sides_;  ///< bit 0: sees the first, bit 1: sees the second
};

/// Nobody means harm: a machine was copied, and both copies run. Each is shown everything, what it
/// is said to have voted too.
class Clone final : public TwoTongued {
 public:
  using TwoTongued::TwoTongued;

  SharedParcel incoming(std::uint32_t, const SharedParcel& parcel) override { return parcel; }
  [[nodiscard]] bool faces(bool, std::uint32_t) const override { return true; }
};

class TwoFaced final : public TwoTongued {
 public:
  using TwoTongued::TwoTongued;

  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    if (const auto* proposal = std::get_if<Proposal>(&parcel->message())) {
      scatter(proposal->header.view, proposal->vote.ballot.block_id);
    }
    if (const auto* vote = std::get_if<chain::Vote>(&parcel->message())) {
      scatter(vote->ballot.view, vote->ballot.block_id);
    }
    return Villain::incoming(from, parcel);
  }

 private:
  void scatter(View view, const Hash& id) {
    if (!done_.emplace(view, id).second) return;
    for (std::uint32_t peer = 0; peer < world_.size(); ++peer) {
      if (peer == index_) continue;
      if (!id.is_zero() && world_.random().chance(600)) {
        send(peer, vote(VoteKind::notarize, view, id));
      }
      if (world_.random().chance(500)) send(peer, vote(VoteKind::nullify, view, {}));
      if (!id.is_zero() && world_.random().chance(500)) {
        send(peer, vote(VoteKind::finalize, view, id));
      }
    }
  }
  std::set<std::pair<View, Hash>> done_;
};

/// Notarizes, and never finalizes.
class NeverFinal final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const auto* own = std::get_if<chain::Vote>(&parcel->message());
    if (own != nullptr && own->ballot.kind == VoteKind::finalize) return mark();
    Villain::outgoing(to, parcel);
  }
};

/// Gives every vote to one peer only, each view's to another.
class Favourer final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const auto* own = std::get_if<chain::Vote>(&parcel->message());
    if (own != nullptr && (to + own->ballot.view.raw) % world_.size() != index_) return mark();
    Villain::outgoing(to, parcel);
  }
};

/// Nullifies every view as soon as it is there, most of all its own.
class Quitter final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    Villain::outgoing(to, parcel);
    const auto* own = std::get_if<chain::Vote>(&parcel->message());
    // What its honest node has given up is not its own doing.
    if (own != nullptr && own->ballot.kind == VoteKind::nullify) done_.insert(own->ballot.view);
    give_up(world_.node(index_).snapshot().view);
  }
  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    if (const auto* ended = std::get_if<chain::Certificate>(&parcel->message())) {
      give_up(next(ended->ballot.view));
    }
    return Villain::incoming(from, parcel);
  }

 private:
  void give_up(View view) {
    if (!done_.insert(view).second) return;
    for (std::uint32_t peer = 0; peer < world_.size(); ++peer) {
      if (peer != index_) send_false(peer, vote(VoteKind::nullify, view, {}));
    }
  }
  std::set<View> done_;
};

}  // namespace

std::unique_ptr<Villain> make_lying_voter(Attack attack, World& world, std::uint32_t index) {
  switch (attack) {
    case Attack::twins:
      return std::make_unique<Twins>(attack, world, index);
    case Attack::clone:
      return std::make_unique<Clone>(attack, world, index);
    case Attack::vote_both_ways:
      return std::make_unique<TwoFaced>(attack, world, index);
    case Attack::never_finalize:
      return std::make_unique<NeverFinal>(attack, world, index);
    case Attack::favour:
      return std::make_unique<Favourer>(attack, world, index);
    case Attack::give_up:
      return std::make_unique<Quitter>(attack, world, index);
    default:
      return nullptr;
  }
}

}  // namespace hansatsu::simulation
