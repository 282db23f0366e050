#include <algorithm>

#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Block;
using consensus::Message;
using consensus::Proposal;

/// As leader shows other blocks than its honest node made: a proposal and its block change in the
/// same way.
class BlockForger : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
      if (proposal->header.proposer.raw == index_) return send(to, changed(*proposal, to));
    }
    if (const auto* block = std::get_if<Block>(&message)) {
      if (block->header.proposer.raw == index_) {
        return send(to, Block{changed(block->header, to), block->body});
      }
    }
    Villain::outgoing(to, parcel);
  }

 protected:
  [[nodiscard]] virtual consensus::Header changed(consensus::Header header, std::uint32_t to) = 0;

  /// The same block at another time, with the roots that its body has then.
  [[nodiscard]] consensus::Header restamped(const consensus::Header& header, Timestamp time) {
    const auto [known, is_new] = restamped_.try_emplace({chain::block_id(header), time}, header);
    if (!is_new) return known->second;
    known->second.time = time;
    const Application& application = world_.node(index_).application();
    if (const Block* own = application.find(known->first.first)) {
      const auto whole = application.execute_on_parent(Block{known->second, own->body});
      if (whole) known->second = whole->header;
    }
    return known->second;
  }

 private:
  [[nodiscard]] Proposal changed(Proposal proposal, std::uint32_t to) {
    proposal.header = changed(proposal.header, to);
    proposal.vote =
        vote(VoteKind::notarize, proposal.header.view, chain::block_id(proposal.header));
    return proposal;
  }
  std::map<std::pair<Hash, Timestamp>, consensus::Header> restamped_;
};

/// Another block, as valid as the first, to every second peer.
class Equivocator final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] consensus::Header changed(consensus::Header header, std::uint32_t to) override {
    return to % 2 == 1 ? restamped(header, Timestamp{header.time.raw + 1}) : header;
  }
};

/// Blocks of another day, or of another century.
class Misdater final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] consensus::Header changed(consensus::Header header, std::uint32_t) override {
    constexpr std::uint64_t kDayMs = 86'400'000;
    constexpr std::uint64_t kYear2100Ms = 4'102'444'800'000;
    const std::array<std::uint64_t, 3> times{(header.time.raw / kDayMs + 1) * kDayMs, kYear2100Ms,
                                             header.time.raw - kDayMs};
    const std::uint64_t turn = header.view.raw / world_.size();
    return restamped(header, Timestamp{times.at(turn % times.size())});
  }
};

/// Blocks that are not valid, each in one way.
class Spoiler final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] consensus::Header changed(consensus::Header header, std::uint32_t) override {
    switch (header.view.raw / world_.size() % 6) {
      case 0:
        header.state_root = header.parent_id;
        break;
      case 1:
        header.parent_view = View{header.parent_view.raw / 2};
        break;
      case 2:
        header.height = next(header.height);
        break;
      case 3:
        header.flags ^= chain::kFlagEmpty;
        break;
      case 4:
        header.flags |= chain::kFlagSealing;
        break;
      default:
        header.outcomes_root = header.parent_id;
        break;
    }
    return header;
  }
};

/// Shows its proposals to all and their blocks to nobody, to one, or to just as many as can
/// notarize it with its own vote; and answers no question.
class Withholder final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (std::holds_alternative<consensus::Response>(message)) return;
    const auto* block = std::get_if<Block>(&message);
    if (block != nullptr && !is_favoured(to, block->header.view)) return;
    Villain::outgoing(to, parcel);
  }

 private:
  [[nodiscard]] bool is_favoured(std::uint32_t to, View view) const {
    const std::uint32_t needed = world_.setup(index_).set.quorum() - 1;
    const std::uint64_t turn = view.raw / world_.size();
    const std::array<std::uint32_t, 3> counts{0, 1, needed};
    const auto place = (to + world_.size() - index_ - 1 + turn) % (world_.size() - 1);
    return place < counts[turn % counts.size()];
  }
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
    Block changed = block;
    consensus::Header& header = changed.header;
    header.height = next(base.height);
    header.parent_view = is_anchor ? View{} : base.view;
    header.parent_id = parent->header.parent_id;
    header.content_parent_id =
        is_anchor || !base.is_empty() ? header.parent_id : base.content_parent_id;
    return application().execute_on_parent(std::move(changed));
  }
  [[nodiscard]] Proposal about(const consensus::Header& header) const {
    Proposal proposal;
    proposal.header = header;
    proposal.vote = vote(VoteKind::notarize, header.view, chain::block_id(header));
    return proposal;
  }
  std::map<Hash, Block> skipping_;  ///< by the honest block it stands for
};

}  // namespace

std::unique_ptr<Villain> make_lying_leader(Attack attack, World& world, std::uint32_t index) {
  switch (attack) {
    case Attack::equivocate:
      return std::make_unique<Equivocator>(world, index);
    case Attack::skip:
      return std::make_unique<Skipper>(world, index);
    case Attack::misdate:
      return std::make_unique<Misdater>(world, index);
    case Attack::spoil:
      return std::make_unique<Spoiler>(world, index);
    case Attack::withhold:
      return std::make_unique<Withholder>(world, index);
    default:
      return nullptr;
  }
}

}  // namespace hansatsu::simulation
