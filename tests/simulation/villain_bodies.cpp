#include "tests/simulation/villain_forger.h"
#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Block;

consensus::Body share(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

/// Bodies that nobody can read, or that are not what their header commits to.
class Garbler final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    Bytes bytes = *honest.body;
    switch (turn(honest.header) % 5) {
      case 0:
        bytes.push_back(0);
        break;
      case 1:
        bytes.pop_back();
        break;
      case 2:
        bytes.assign(bytes.size(), 0xff);
        break;
      case 3:
        bytes.clear();
        break;
      default:
        bytes = other_body(honest);
        break;
    }
    return Block{honest.header, share(std::move(bytes))};
  }
  /// Sound, and without its last payment; of an empty block a body that is not.
  [[nodiscard]] Bytes other_body(const Block& honest) {
    auto body = application().parse(honest);
    ASSERT(body.has_value());
    if (body->transactions.empty()) return last_content_.empty() ? Bytes{} : last_content_;
    last_content_ = *honest.body;
    body->transactions.pop_back();
    return block::encode_body(*body);
  }
  Bytes last_content_;
};

/// Payments that their signers never signed so, in blocks that are right in all else: a node that
/// looked at the roots alone would take them.
class Counterfeiter final : public BlockForger {
 public:
  using BlockForger::BlockForger;

 private:
  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    auto body = application().parse(honest);
    ASSERT(body.has_value());
    if (body->transactions.empty()) return std::nullopt;
    const std::uint64_t number = turn(honest.header);
    block::TransactionPointer& victim = body->transactions[number % body->transactions.size()];
    if (number % 4 == 3) {
      body->transactions.push_back(victim);
    } else {
      victim = counterfeit(*victim, number % 4);
    }
    return with_roots(Block{honest.header, share(block::encode_body(*body))});
  }
  [[nodiscard]] block::TransactionPointer counterfeit(const block::ParsedTransaction& genuine,
                                                      std::uint64_t way) const {
    const Hash& chain_id = world_.setup(index_).context.chain_id;
    block::Transaction transaction = genuine.transaction();
    if (way == 0) transaction.signature.bytes.back() ^= 1;
    // Another payment than was signed.
    if (way == 1) {
      transaction.unsigned_part.valid_until = plus_ms(transaction.unsigned_part.valid_until, 1);
    }
    // Signed by somebody else.
    if (way == 2) {
      transaction.signature =
          fake_signature(world_.town().key_of(world_.town().shop(0)), genuine.id());
    }
    auto parsed = block::ParsedTransaction::parse(chain_id, encode(transaction));
    ASSERT(parsed.has_value());
    return std::make_shared<const block::ParsedTransaction>(*std::move(parsed));
  }
};

/// Blocks that carry evidence against one who voted once: a vote of its own beside one that was
/// made up, or two that don't contradict each other.
class Accuser final : public BlockForger {
 public:
  using BlockForger::BlockForger;

  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    const auto* heard = std::get_if<chain::Vote>(&parcel->message());
    if (const auto* proposal = std::get_if<consensus::Proposal>(&parcel->message())) {
      heard = &proposal->vote;
    }
    if (heard != nullptr && heard->signer.raw == from && world_.is_honest(from)) {
      if (heard_.size() >= kHeardMax) heard_.pop_front();
      heard_.push_back(*heard);
    }
    return BlockForger::incoming(from, parcel);
  }

 private:
  static constexpr std::size_t kHeardMax = 64;

  [[nodiscard]] std::optional<Block> instead_of(const Block& honest) override {
    auto body = application().parse(honest);
    ASSERT(body.has_value());
    if (heard_.empty() || body->evidence.is_full()) return std::nullopt;
    const Bytes bytes = encode(accusation(turn(honest.header) % 4));
    block::Evidence evidence;
    evidence.assign(bytes.begin(), bytes.end());
    body->evidence.push_back(std::move(evidence));
    return with_roots(Block{honest.header, share(block::encode_body(*body))});
  }
  [[nodiscard]] chain::VotePair accusation(std::uint64_t way) const {
    const chain::Vote& genuine = heard_.back();
    chain::VotePair pair{genuine, genuine};
    if (way == 0) return pair;
    if (way == 1) {
      // Each is right, and the two may well stand together.
      for (const chain::Vote& other : heard_) {
        if (other.signer == genuine.signer && other.ballot != genuine.ballot) pair.second = other;
      }
      return pair;
    }
    const consensus::Setup setup = world_.setup(index_);
    pair.second.ballot = {VoteKind::finalize, genuine.ballot.view, setup.context.anchor_id};
    if (way == 2) return pair;
    pair.second.signature = fake_signature(setup.set.keys[index_],
                                           chain::vote_message(setup.context, pair.second.ballot));
    return pair;
  }
  std::deque<chain::Vote> heard_;  ///< of honest validators
};

}  // namespace

std::unique_ptr<Villain> make_false_author(Attack attack, World& world, std::uint32_t index) {
  switch (attack) {
    case Attack::garble:
      return std::make_unique<Garbler>(attack, world, index);
    case Attack::counterfeit:
      return std::make_unique<Counterfeiter>(attack, world, index);
    case Attack::accuse:
      return std::make_unique<Accuser>(attack, world, index);
    default:
      return nullptr;
  }
}

}  // namespace hansatsu::simulation
