#include "tests/simulation/villain_kinds.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Message;
using consensus::Response;
using consensus::Status;

class Stale final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    remember(parcel);
    const std::uint64_t draw = world_.random().below(1'000);
    if (draw < 400) return Villain::outgoing(to, parcel);
    mark();
    if (draw < 600) return;
    world_.after(world_.exponential(kSecond),
                 [this, to, parcel] { world_.put_on_wire(index_, to, parcel); });
  }
  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    remember(parcel);
    if (!kept_.empty() && world_.random().chance(100)) {
      const auto to = static_cast<std::uint32_t>(world_.random().below(world_.size()));
      const SharedParcel old = kept_[world_.random().below(kept_.size())];
      if (to != index_) {
        mark();
        world_.put_on_wire(index_, to, old);
      }
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

/// Hears everything and says nothing, while its connections stand.
class Mute final : public Villain {
 public:
  using Villain::Villain;
  void outgoing(std::uint32_t, const SharedParcel&) override { mark(); }
};

/// Tells absurd things of itself, and has nothing that it is asked for.
class Liar final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const Message& message = parcel->message();
    if (const auto* status = std::get_if<Status>(&message)) return send_false(to, absurd(*status));
    const auto* response = std::get_if<Response>(&message);
    if (response != nullptr && !std::holds_alternative<consensus::Absent>(response->answer)) {
      return send_false(to, Response{response->id, consensus::Absent{}});
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
        status.nonce = world_.random().next();
        break;
    }
    sign(status);
    return status;
  }
};

/// Answers every question with the answer to another, twice, and before it was asked.
class Confuser final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const auto* response = std::get_if<Response>(&parcel->message());
    if (response == nullptr) return Villain::outgoing(to, parcel);
    if (answers_.size() < kAnswersMax) answers_.push_back(response->answer);
    const consensus::Answer& other = answers_[world_.random().below(answers_.size())];
    send_false(to, Response{response->id + 1, response->answer});
    send_false(to, Response{response->id, other});
    send(to, Response{response->id, response->answer});
  }

 private:
  static constexpr std::size_t kAnswersMax = 64;
  std::vector<consensus::Answer> answers_;
};

/// Shows others their own genuine votes, however old, as if it had just heard them.
class Reminder final : public Villain {
 public:
  using Villain::Villain;

  void outgoing(std::uint32_t to, const SharedParcel& parcel) override {
    const auto* status = std::get_if<Status>(&parcel->message());
    if (status == nullptr) return Villain::outgoing(to, parcel);
    Status reminding = *status;
    reminding.yours = {};
    const std::vector<chain::Vote>& votes = votes_[to];
    for (std::size_t i = 0; i < consensus::kStatusVotesMax && !votes.empty(); ++i) {
      reminding.yours.push_back(votes[world_.random().below(votes.size())]);
    }
    if (reminding.yours == status->yours) return Villain::outgoing(to, parcel);
    sign(reminding);
    send_false(to, reminding);
  }
  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    if (const auto* theirs = std::get_if<chain::Vote>(&parcel->message())) {
      if (theirs->signer.raw == from) votes_[from].push_back(*theirs);
    }
    return Villain::incoming(from, parcel);
  }

 private:
  std::map<std::uint32_t, std::vector<chain::Vote>> votes_;
};

/// Sends spoiled copies of what it hears: signatures that are none, signers there are not, other
/// epochs, views at the end of numbers.
class Forger final : public Villain {
 public:
  using Villain::Villain;

  SharedParcel incoming(std::uint32_t from, const SharedParcel& parcel) override {
    if (world_.random().chance(300)) {
      const auto to = static_cast<std::uint32_t>(world_.random().below(world_.size()));
      if (to != index_) std::visit([&](const auto& one) { forge(to, one); }, parcel->message());
    }
    return Villain::incoming(from, parcel);
  }

 private:
  static constexpr View kLastView{~std::uint64_t{0} - 1};

  template <class T>
  void forge(std::uint32_t, const T&) {}
  void forge(std::uint32_t to, chain::Vote vote) {
    switch (world_.random().below(5)) {
      case 0:
        vote.signature.bytes[0] ^= 1;
        break;
      case 1:
        vote.signer = world_.setup(index_).self;
        break;
      case 2:
        vote.epoch = Epoch{vote.epoch.raw + 1};
        break;
      case 3:
        vote.signer = ValidatorIndex{static_cast<std::uint8_t>(world_.size())};
        break;
      default:
        vote.ballot.view = kLastView;
        break;
    }
    send_false(to, vote);
  }
  void forge(std::uint32_t to, chain::Certificate certificate) {
    switch (world_.random().below(7)) {
      case 0:
        certificate.signatures[0] = certificate.signatures[1];
        break;
      case 1:
        certificate.signers |= 1U << world_.size();
        break;
      case 2:
        certificate.signers &= certificate.signers - 1;
        break;
      case 3:
        certificate.epoch = Epoch{certificate.epoch.raw + 1};
        break;
      case 4:
        certificate.ballot.view = kLastView;
        break;
      case 5:
        certificate.ballot.block_id.bytes[0] ^= 1;
        break;
      default:
        certificate.ballot.kind =
            certificate.ballot.kind == VoteKind::finalize ? VoteKind::nullify : VoteKind::finalize;
        break;
    }
    send_false(to, certificate);
  }
  void forge(std::uint32_t to, consensus::Proposal proposal) {
    switch (world_.random().below(3)) {
      case 0:
        proposal.header.time = Timestamp{proposal.header.time.raw + 1};
        break;
      case 1:
        proposal.vote.signature.bytes[32] ^= 1;
        break;
      default:
        if (!proposal.parent) return;
        proposal.parent->ballot.block_id.bytes[0] ^= 1;
        proposal.header.parent_id = proposal.parent->ballot.block_id;
        break;
    }
    send_false(to, proposal);
  }
  void forge(std::uint32_t to, Status status) {
    if (world_.random().chance(500)) {
      status.signature.bytes[0] ^= 1;
    } else {
      status.view = kLastView;
      status.sender = world_.setup(index_).self;
      sign(status);
    }
    send_false(to, status);
  }
};

}  // namespace

std::unique_ptr<Villain> make_lying_peer(Attack attack, World& world, std::uint32_t index) {
  switch (attack) {
    case Attack::silence:
      return std::make_unique<Mute>(attack, world, index);
    case Attack::stale:
      return std::make_unique<Stale>(attack, world, index);
    case Attack::lie:
      return std::make_unique<Liar>(attack, world, index);
    case Attack::confuse:
      return std::make_unique<Confuser>(attack, world, index);
    case Attack::remind:
      return std::make_unique<Reminder>(attack, world, index);
    case Attack::forge:
      return std::make_unique<Forger>(attack, world, index);
    default:
      return nullptr;
  }
}

}  // namespace hansatsu::simulation
