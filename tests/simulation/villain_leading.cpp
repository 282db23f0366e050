#include "tests/simulation/villain_forger.h"
#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using consensus::Block;
using consensus::Message;
using consensus::Proposal;

/// Blocks at other times, with the roots that their bodies have then.
class Restamper : public BlockForger {
 public:
  using BlockForger::BlockForger;

 protected:
  [[nodiscard]] Block restamped(Block block, Timestamp time) const {
    block.header.time = time;
    return with_roots(std::move(block));
  }
};

/// Another block, as valid as the first, to every second peer.
class Equivocator final : public Restamper {
 public:
  using Restamper::Restamper;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    return restamped(honest, plus_ms(honest.header.time, 1));
  }
  [[nodiscard]] bool deceives(std::uint32_t peer) const override { return peer % 2 == 1; }
  // Either block alone is as good as the other.
  void show(std::uint32_t to, Message message) override { send(to, std::move(message)); }
  void leaves(const Message& message) override { mark_contradiction(message); }
};

/// Blocks of another day, or of another century.
class Misdater final : public Restamper {
 public:
  using Restamper::Restamper;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    constexpr std::uint64_t kDayMs = 86'400'000;
    constexpr std::uint64_t kYear2100Ms = 4'102'444'800'000;
    const std::uint64_t time = honest.header.time.raw;
    const std::array<std::uint64_t, 3> times{(time / kDayMs + 1) * kDayMs, kYear2100Ms,
                                             time - kDayMs};
    return restamped(honest, Timestamp{times.at(turn(honest.header) % times.size())});
  }
};

/// Blocks whose headers are not valid, each in one way.
class Spoiler final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    Block spoilt = honest;
    consensus::Header& header = spoilt.header;
    switch (turn(header) % 6) {
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
    return spoilt;
  }
};

/// Shows its proposals to all and their blocks to nobody, to one, or to just as many as can
/// notarize it with its own vote; and answers no question.
class Withholder final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    const auto* block = std::get_if<Block>(&message);
    if (std::holds_alternative<consensus::Response>(message) ||
        (block != nullptr && !is_favoured(to, block->header.view))) {
      return mark();
    }
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
class Skipper final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    const Block* parent = application().find(honest.header.parent_id);
    if (parent == nullptr) return std::nullopt;
    const consensus::Setup setup = world_.setup(index_);
    const bool is_anchor = parent->header.parent_id == setup.context.anchor_id;
    const Block* older = application().find(parent->header.parent_id);
    if (older == nullptr && !is_anchor) return std::nullopt;
    const consensus::Header& base = is_anchor ? setup.anchor : older->header;
    Block changed = honest;
    consensus::Header& header = changed.header;
    header.height = next(base.height);
    header.parent_view = is_anchor ? View{} : base.view;
    header.parent_id = parent->header.parent_id;
    header.content_parent_id =
        is_anchor || !base.is_empty() ? header.parent_id : base.content_parent_id;
    return application().execute_on_parent(std::move(changed));
  }
  void dress(Proposal& proposal) const override {
    proposal.parent.reset();
    proposal.gap.clear();
    proposal.final_tip.reset();
  }
};

}  // namespace

std::unique_ptr<Villain> make_lying_leader(Attack attack, World& world, std::uint32_t index) {
  switch (attack) {
    case Attack::equivocate:
      return std::make_unique<Equivocator>(attack, world, index);
    case Attack::skip:
      return std::make_unique<Skipper>(attack, world, index);
    case Attack::misdate:
      return std::make_unique<Misdater>(attack, world, index);
    case Attack::spoil:
      return std::make_unique<Spoiler>(attack, world, index);
    case Attack::withhold:
      return std::make_unique<Withholder>(attack, world, index);
    default:
      return nullptr;
  }
}

}  // namespace hansatsu::simulation
