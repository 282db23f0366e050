#include "tests/simulation/scenario.h"

/// S24 and S37: more comes than a node can use.
namespace hansatsu::simulation {
namespace {

using consensus::Message;

constexpr std::uint32_t kForger = 3;

/// The vote with a signature that is broken, another's, or of another chain; and of an epoch to be.
std::vector<Message> forgeries_of(const World& world, const chain::Vote& vote) {
  std::vector<Message> forged;
  const auto add = [&](const Signature& signature) {
    chain::Vote bad = vote;
    bad.signature = signature;
    forged.emplace_back(bad);
  };
  for (std::size_t at = 0; at < vote.signature.bytes.size(); at += 4) {
    Signature broken = vote.signature;
    broken.bytes.at(at) ^= 1;
    add(broken);
  }
  const consensus::Setup setup = world.setup(kForger);
  const PublicKey& other = setup.set.keys[(vote.signer.raw + 1U) % setup.set.keys.size()];
  add(fake_signature(other, chain::vote_message(setup.context, vote.ballot)));
  chain::EpochContext elsewhere = setup.context;
  elsewhere.chain_id.bytes[0] ^= 1;
  add(fake_signature(setup.set.keys[vote.signer.raw], chain::vote_message(elsewhere, vote.ballot)));
  chain::Vote later = vote;
  later.epoch = Epoch{vote.epoch.raw + 1};
  forged.emplace_back(later);
  return forged;
}

/// The certificate with one signature broken or there twice, one signer too many, and other
/// signers.
std::vector<Message> forgeries_of(const chain::Certificate& certificate) {
  chain::Certificate broken = certificate;
  broken.signatures[1].bytes[40] ^= 1;
  chain::Certificate doubled = certificate;
  doubled.signatures[1] = doubled.signatures[0];
  chain::Certificate crowded = certificate;
  crowded.signers = 0b1111;
  crowded.signatures.push_back(crowded.signatures[0]);
  chain::Certificate shifted = certificate;
  shifted.signers ^= 0b1111;
  return {broken, doubled, crowded, shifted};
}

/// The proposal with a vote that its leader did not sign, or with such a certificate.
std::vector<Message> forgeries_of(const consensus::Proposal& proposal) {
  consensus::Proposal unsigned_one = proposal;
  unsigned_one.vote.signature.bytes[40] ^= 1;
  std::vector<Message> forged{unsigned_one};
  if (proposal.parent) {
    consensus::Proposal unproved = proposal;
    unproved.parent->signatures[0].bytes[40] ^= 1;
    forged.emplace_back(unproved);
  }
  return forged;
}

/// Votes are heard from their signer only: the forger's own come with theirs before them.
std::vector<Message> forgeries_of(const World& world, const Message& message) {
  if (const auto* vote = std::get_if<chain::Vote>(&message)) return forgeries_of(world, *vote);
  if (const auto* known = std::get_if<chain::Certificate>(&message)) return forgeries_of(*known);
  if (const auto* offer = std::get_if<consensus::Proposal>(&message)) return forgeries_of(*offer);
  return {};
}

}  // namespace

TEST_CASE("S24 bad signatures by the thousand reach every node, and no good one loses its place") {
  Cast cast;
  cast.damaged = {kForger};  // not honest; but for what is sent in its name it does what it should
  World world{24, lan(), cast};
  std::vector<SharedParcel> forged;
  bool is_forging = false;
  world.set_filter([&](std::uint32_t, std::uint32_t to, const Message& message) {
    if (is_forging || to == kForger) return true;
    is_forging = true;
    for (Message& bad : forgeries_of(world, message)) {
      forged.push_back(pack(std::move(bad)));
      world.put_on_wire(kForger, to, forged.back());
    }
    is_forging = false;
    return true;
  });
  settle(world);
  for (Payment payment = 1; payment <= 50; ++payment) pay(world, payment, payment, kSecond);
  // Some came when nobody had a use for them any more; of the others none was believed.
  const auto refused = std::ranges::count_if(
      forged, [](const SharedParcel& parcel) { return parcel->is_refused(); });
  CHECK(refused >= 1'000);
  CHECK(std::ranges::none_of(forged, [&](const SharedParcel& parcel) {
    return parcel->verified(world.checker()).has_value();
  }));
  CHECK(world.checkers().final_height().raw == 50);
  CHECK(world.node(0).snapshot().view.raw == 51);
  world.check_memory();
  require_clean(world);
}

namespace {

/// A treasurer's file of as many lines as there may be, about redemptions that nobody asked for: in
/// a block it is refused, and takes as much room there as any.
Payment add_large(World& world, std::uint64_t number) {
  const AccountId founder{0};
  block::UnsignedTransaction transaction;
  transaction.signer = {founder, 0, 1};
  const auto& window = world.town().state().find(founder)->keys[0].window;
  transaction.sequence = window.highest + 1 + number;
  transaction.valid_until = plus_ms(world.utc(), 600'000);
  rules::File file;
  for (std::size_t i = 0; i < rules::kFileLinesMax; ++i) {
    rules::FileLine line;
    line.redemption = RedemptionId{i + 1};
    line.payee_digest.bytes.fill(static_cast<std::uint8_t>(number + 1));
    line.payout = Amount::of(1);
    file.lines.push_back(line);
  }
  transaction.operation.value = file;
  return world.add(world.town().sign(transaction, world.town().key_of(founder)));
}

}  // namespace

TEST_CASE("S37 blocks as large as they may be go through a whole town, and into its logs") {
  Settings settings = lan();
  settings.segment_bytes = 4U << 20U;
  World world{370, settings};
  std::size_t largest = 0;
  world.set_filter([&](std::uint32_t, std::uint32_t, const Message& message) {
    const auto* block = std::get_if<consensus::Block>(&message);
    if (block != nullptr) largest = std::max(largest, block->body->size());
    return true;
  });
  settle(world);
  world.crash(2);
  std::set<Payment> files;
  std::size_t each = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    files.insert(add_large(world, number));
    each = world.payments().at(*files.rbegin())->bytes().size();
    world.submit(0, *files.rbegin());
  }
  CHECK(world.run_until([&] { return world.all_paid(files); }, 10 * kSecond));
  CHECK(largest + each > consensus::kBodyBytesMax);
  CHECK(largest <= consensus::kBodyBytesMax);
  world.start(2);  // who was away has to fetch them
  CHECK(world.run_until([&] { return world.all_paid(files); }, 30 * kSecond));
  require_clean(world);
}

}  // namespace hansatsu::simulation
