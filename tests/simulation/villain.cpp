#include "tests/simulation/villain.h"

#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Block;
using consensus::Message;
using consensus::Proposal;
using consensus::Status;

class Twins final : public Villain {
 public:
  Twins(World& world, std::uint32_t index) : Villain{world, index} {
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

class Equivocator final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (to % 2 == 0) return Villain::outgoing(to, parcel);
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
      if (proposal->header.proposer.raw == index_) return send(to, other(*proposal));
    }
    if (const auto* block = std::get_if<Block>(&message)) {
      if (block->header.proposer.raw == index_) {
        Block changed = *block;
        changed.header = other(block->header);
        return send(to, changed);
      }
    }
    Villain::outgoing(to, parcel);
  }

 private:
  /// As valid as the first one, and another.
  static consensus::Header other(consensus::Header header) {
    header.time = Timestamp{header.time.raw + 1};
    return header;
  }
  [[nodiscard]] Proposal other(const Proposal& proposal) const {
    Proposal changed = proposal;
    changed.header = other(proposal.header);
    changed.vote = vote(VoteKind::notarize, changed.header.view, chain::block_id(changed.header));
    return changed;
  }
};

class TwoFaced final : public Villain {
 public:
  using Villain::Villain;

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

class Stale final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    remember(parcel);
    const std::uint64_t draw = world_.random().below(1'000);
    if (draw < 400) return Villain::outgoing(to, parcel);
    if (draw < 600) return;
    world_.after(world_.exponential(kSecond),
                 [this, to, parcel] { world_.put_on_wire(index_, to, parcel); });
  }
  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    remember(parcel);
    if (!kept_.empty() && world_.random().chance(100)) {
      const auto to = static_cast<std::uint32_t>(world_.random().below(world_.size()));
      const SharedParcel old = kept_[world_.random().below(kept_.size())];
      if (to != index_) world_.put_on_wire(index_, to, old);
    }
    return Villain::incoming(from, parcel);
  }

 private:
  static constexpr std::size_t kKeptMax = 512;

  void remember(const SharedParcel& parcel) {
    if (kept_.size() < kKeptMax) {
      kept_.push_back(parcel);
    } else {
      kept_[world_.random().below(kKeptMax)] = parcel;
    }
  }
  std::vector<SharedParcel> kept_;
};

/// Tries to fork: its blocks stand on their parent's parent, and nothing shows that the view
/// between was given up.
class Skipper final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
      const auto block = skipping_.find(proposal->vote.ballot.block_id);
      if (block != skipping_.end()) return send(to, about(block->second.header));
      const Block* own = application().find(proposal->vote.ballot.block_id);
      if (own != nullptr && proposal->header.proposer.raw == index_) {
        if (const auto changed = on_grandparent(*own)) {
          skipping_[proposal->vote.ballot.block_id] = *changed;
          return send(to, about(changed->header));
        }
      }
    }
    if (const auto* block = std::get_if<Block>(&message)) {
      const auto changed = skipping_.find(chain::block_id(block->header));
      if (changed != skipping_.end()) return send(to, changed->second);
    }
    Villain::outgoing(to, parcel);
  }

 private:
  [[nodiscard]] const Application& application() const { return world_.node(index_).application(); }
  [[nodiscard]] std::optional<Block> on_grandparent(const Block& block) const {
    const Block* parent = application().find(block.header.parent_id);
    if (parent == nullptr) return std::nullopt;
    const consensus::Setup setup = world_.setup(index_);
    const bool is_anchor = parent->header.parent_id == setup.context.anchor_id;
    const Block* older = application().find(parent->header.parent_id);
    if (older == nullptr && !is_anchor) return std::nullopt;
    const consensus::Header& base = is_anchor ? setup.anchor : older->header;
    const auto payments = Application::decode_body(*block.body);
    if (!payments) return std::nullopt;
    Block changed = block;
    consensus::Header& header = changed.header;
    header.height = next(base.height);
    header.parent_view = is_anchor ? View{} : base.view;
    header.parent_id = parent->header.parent_id;
    header.content_parent_id =
        is_anchor || !base.is_empty() ? header.parent_id : base.content_parent_id;
    Application::seal(header, base.state_root, *payments);
    return changed;
  }
  [[nodiscard]] Proposal about(const consensus::Header& header) const {
    Proposal proposal;
    proposal.header = header;
    proposal.vote = vote(VoteKind::notarize, header.view, chain::block_id(header));
    return proposal;
  }
  std::map<Hash, Block> skipping_;  ///< by the honest block it stands for
};

class Liar final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (const auto* status = std::get_if<Status>(&message)) return send(to, absurd(*status));
    if (const auto* response = std::get_if<consensus::Response>(&message)) {
      return send(to, consensus::Response{response->id, consensus::Absent{}});
    }
    const auto* proposal = std::get_if<Proposal>(&message);
    if (proposal != nullptr && proposal->header.proposer.raw == index_) {
      return send(to, spoiled(*proposal));
    }
    const auto* block = std::get_if<Block>(&message);
    if (block != nullptr && block->header.proposer.raw == index_) {
      Block changed = *block;
      changed.header = spoiled(block->header);
      return send(to, changed);
    }
    Villain::outgoing(to, parcel);
  }

 private:
  Status absurd(Status status) {
    switch (world_.random().below(4)) {
      case 0:
        status.view = consensus::kViewMax;
        status.voted = consensus::kViewMax;
        break;
      case 1:
        status.view = View{};
        status.final_tip.reset();
        status.highest.reset();
        break;
      case 2:
        status.utc = Timestamp{0};
        break;
      default:
        break;
    }
    sign(status);
    return status;
  }
  /// What is wrong with it follows from its view, so that proposal and block fit together.
  static consensus::Header spoiled(consensus::Header header) {
    switch (header.view.raw / 3 % 5) {
      case 0:
        header.time = Timestamp{header.time.raw + 86'400'000};
        break;
      case 1:
        header.state_root = header.parent_id;
        break;
      case 2:
        header.parent_view = View{header.parent_view.raw / 2};
        break;
      case 3:
        header.height = next(header.height);
        break;
      default:
        break;
    }
    return header;
  }
  Proposal spoiled(Proposal proposal) const {
    proposal.header = spoiled(proposal.header);
    proposal.vote =
        vote(VoteKind::notarize, proposal.header.view, chain::block_id(proposal.header));
    return proposal;
  }
};

}  // namespace

const char* name_of(Attack attack) {
  switch (attack) {
    case Attack::twins:
      return "twins";
    case Attack::equivocate:
      return "equivocate";
    case Attack::vote_both_ways:
      return "vote both ways";
    case Attack::stale:
      return "stale";
    case Attack::skip:
      return "skip";
    case Attack::lie:
      return "lie";
  }
  return "?";
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
  switch (attack) {
    case Attack::twins:
      return std::make_unique<Twins>(world, index);
    case Attack::equivocate:
      return std::make_unique<Equivocator>(world, index);
    case Attack::vote_both_ways:
      return std::make_unique<TwoFaced>(world, index);
    case Attack::stale:
      return std::make_unique<Stale>(world, index);
    case Attack::skip:
      return std::make_unique<Skipper>(world, index);
    case Attack::lie:
      return std::make_unique<Liar>(world, index);
  }
  return nullptr;
}

}  // namespace hansatsu::simulation
