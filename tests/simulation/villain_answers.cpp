#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::Certificate;
using chain::VoteKind;
using consensus::Answer;
using consensus::Block;
using consensus::Range;
using consensus::Response;

/// Answers what it is asked, and helps who is behind, with something in it changed. What it can't
/// change it sends as it is.
class Misleader final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const consensus::Message& message = parcel->message();
    if (const auto* certificate = std::get_if<Certificate>(&message)) {
      const Answer changed = falsified(*certificate);
      if (changed != Answer{*certificate}) return send_false(to, std::get<Certificate>(changed));
    }
    if (const auto* response = std::get_if<Response>(&message)) {
      Answer changed = falsified(response->answer);
      if (changed != response->answer) {
        return send_false(to, Response{response->id, std::move(changed)});
      }
    }
    Villain::outgoing(to, parcel);
  }

 private:
  [[nodiscard]] Answer falsified(Answer answer) {
    const Answer genuine = answer;
    std::visit([this](auto& one) { falsify(one); }, answer);
    if (answer == genuine) return answer;
    if (std::holds_alternative<Certificate>(answer)) world_.mark(Mark::certificate_falsified);
    if (std::holds_alternative<Block>(answer)) world_.mark(Mark::block_falsified);
    return answer;
  }

  void falsify(consensus::Absent&) {}
  void falsify(Certificate& certificate) {
    chain::Ballot& ballot = certificate.ballot;
    switch (world_.random().below(4)) {
      case 0:
        certificate.signatures.back().bytes.back() ^= 1;
        break;
      case 1:
        ballot.view = next(ballot.view);
        break;
      case 2:
        ballot = {VoteKind::finalize, ballot.view, world_.setup(index_).context.anchor_id};
        break;
      default:
        ballot = {VoteKind::nullify, ballot.view, Hash{}};
        break;
    }
  }
  void falsify(Block& block) {
    switch (world_.random().below(3)) {
      case 0:
        block.header.state_root = block.header.parent_id;
        break;
      case 1:
        block.body = lengthened(*block.body);
        break;
      default:
        block.body = std::make_shared<const Bytes>(block::encode_body(block::Body{}));
        break;
    }
  }
  void falsify(Range& range) {
    const auto place = static_cast<std::ptrdiff_t>(world_.random().below(range.blocks.size()));
    consensus::FinalBlock& victim = *(range.blocks.begin() + place);
    switch (world_.random().below(6)) {
      case 0:
      case 1:
        falsify(victim.block);
        break;
      case 2:
        if (range.blocks.size() > 1) range.blocks.erase(range.blocks.begin() + place);
        break;
      case 3:
        if (victim.proof) falsify(victim.proof->finalization);
        break;
      case 4:
        range.links.clear();
        break;
      default:
        falsify(range.finalization);
        break;
    }
  }
  [[nodiscard]] static consensus::Body lengthened(Bytes bytes) {
    bytes.push_back(0);
    return std::make_shared<const Bytes>(std::move(bytes));
  }
};

}  // namespace

std::unique_ptr<Villain> make_false_witness(Attack attack, World& world, std::uint32_t index) {
  if (attack != Attack::mislead) return nullptr;
  return std::make_unique<Misleader>(attack, world, index);
}

}  // namespace hansatsu::simulation
