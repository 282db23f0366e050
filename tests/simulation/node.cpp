#include "tests/simulation/node.h"

#include <algorithm>

#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

/// A payment that only this node has is work for nobody else.
constexpr std::int64_t kOfferAgain = 2 * kSecond;

log::Identity log_identity(const consensus::Setup& setup) {
  log::Identity identity;
  identity.chain_id = setup.context.chain_id;
  identity.validator = setup.set.keys[setup.self.raw];
  identity.log_id = hash(HashTag::record, identity.validator.view());
  identity.salt.bytes = hash(HashTag::record, identity.log_id.view()).bytes;
  return identity;
}

}  // namespace

Node::Node(World& world, std::uint32_t index)
    : world_{world}, index_{index}, signer_{world.setup(index).set.keys[index]} {
  const auto made = log::Log::create(disk_, log_identity(world_.setup(index_)),
                                     {world_.settings().segment_bytes});
  ASSERT(made.has_value());
  disk_.watch(world_.coverage());
}

/// What an honest node must never come to.
void Node::halt(std::string why) {
  must_not("halted, " + why);
  halted_ = std::move(why);
  engine_.reset();
}

/// Its disk gave up: the process ends, as it should, and the operator looks after the disk.
void Node::fail(std::string why) {
  world_.tell(index_, [&] { return "gives up, " + why; });
  halted_ = std::move(why);
  world_.crash(index_, false);
}

void Node::must_not(const std::string& what) {
  if (!world_.is_honest(index_)) return;
  world_.checkers().violation("node " + std::to_string(index_) + " " + what);
}

void Node::start() {
  ++life_;
  requests_.clear();
  inputs_.clear();
  syncing_ = false;
  level_ = false;
  was_syncing_ = false;
  was_patient_ = false;
  checkpoint_running_ = false;
  halted_.reset();
  disk_.repair();
  disk_.set_sync_at_once(true);
  auto log = recover();
  disk_.set_sync_at_once(false);
  if (!log) return;
  engine_ = std::make_unique<consensus::Engine>(world_.setup(index_), signer_);
  application_->changed() = std::move(log->changed);
  points_ = std::move(log->points);
  final_tip_ = log->recovered.final_tip;
  acknowledged_ = log->recovered.base.height;
  checkpointed_ = acknowledged_;
  checkpoint_due_ = world_.now() + world_.settings().checkpoint_ns;
  paused_until_ = 0;
  consensus::Start start;
  start.recovered = std::move(log->recovered);
  start.nonce = world_.random().next() | 1U;
  feed(std::move(start));
}

/// A pause may be lifted before its time.
std::int64_t Node::pause_left() const {
  constexpr std::int64_t kLook = kSecond;
  return std::clamp<std::int64_t>(paused_until_ - world_.now(), 0, kLook);
}

void Node::restore(const Image& image) {
  ASSERT(!engine_);
  disk_ = image.disk;
  store_ = image.store;
  world_.mark(Mark::put_back);
}

void Node::stop(bool power_loss) {
  engine_.reset();
  log_.reset();
  crash_plan_.reset();
  ++life_;
  if (!power_loss) return;
  disk_.crash(world_.random(), world_.settings().crash);
  if (world_.random().chance(world_.settings().store_loss_per_mille) &&
      store_.lose_tail(world_.random()) > 0) {
    world_.mark(Mark::checkpoint_lost);
  }
}

void Node::crash_after(std::uint32_t count, bool in_persist, bool power_loss) {
  if (engine_) crash_plan_ = CrashPlan{count, in_persist, power_loss};
}

void Node::maybe_crash(bool in_persist) {
  if (!crash_plan_ || crash_plan_->in_persist != in_persist || crash_plan_->count-- > 0) return;
  world_.mark(in_persist ? Mark::crashed_in_persist : Mark::crashed_between_effects);
  world_.crash(index_, crash_plan_->power_loss);
}

Clock Node::clock() const {
  const auto own = world_.settings().clocks.find(index_);
  return own == world_.settings().clocks.end() ? Clock{} : own->second;
}

consensus::Now Node::now() const {
  const Clock own = clock();
  const std::int64_t monotonic = world_.now() + world_.now() / 1'000 * own.rate_per_mille;
  return {{monotonic},
          Timestamp{world_.settings().utc_start +
                    static_cast<std::uint64_t>(world_.now() / kMillisecond + own.ahead_ms)}};
}

void Node::feed(consensus::Input input) {
  inputs_.push_back(std::move(input));
  pump();
}

void Node::pump() {
  if (feeding_) return;
  feeding_ = true;
  while (!inputs_.empty() && engine_) {
    consensus::Input next_input = std::move(inputs_.front());
    inputs_.pop_front();
    run_effects(engine_->step(now(), std::move(next_input)));
    if (engine_ && inputs_.empty()) refresh_pending();
  }
  feeding_ = false;
  if (!engine_) return;
  offer_pending_again();
  checkpoint_if_due();
}

/// The level follows every change of tip, mempool and time.
void Node::refresh_pending() {
  const consensus::Snapshot snapshot = engine_->snapshot();
  mark_rise(snapshot);
  const bool level = application_->is_pending_on(snapshot.tip_id, now().utc);
  if (level == level_) return;
  level_ = level;
  offer_due_ = world_.now() + kOfferAgain;
  inputs_.push_back(consensus::Pending{level});
}

void Node::offer_pending() {
  refresh_pending();
  pump();
}

void Node::offer_pending_again() {
  if (!level_ || world_.now() < offer_due_) return;
  offer_due_ = world_.now() + kOfferAgain;
  world_.gossip(index_, application_->pending());
}

void Node::run_effects(consensus::Effects effects) {
  for (consensus::Effect& effect : effects) {
    if (engine_) maybe_crash(false);
    if (!engine_) return;
    std::visit([this](auto& one) { carry(one); }, effect);
  }
}

void Node::carry(consensus::Send& send) {
  world_.transmit(*this, send.to.raw, pack(std::move(send.message)));
}

void Node::carry(consensus::Broadcast& broadcast) {
  const SharedParcel parcel = pack(std::move(broadcast.message));
  for (std::uint32_t peer = 0; peer < world_.size(); ++peer) {
    const bool skipped = broadcast.except && broadcast.except->raw == peer;
    if (peer != index_ && !skipped) world_.transmit(*this, peer, parcel);
  }
}

void Node::carry(consensus::Persist& persist) {
  requests_.push_back({persist.ticket, std::move(persist.records)});
  if (!syncing_) write_next_group();
}

void Node::carry(const consensus::Build& build) {
  auto block = application_->build(build);
  const bool is_work = block && !block->header.is_empty();
  answer_engine(consensus::Built{build.view, std::move(block)}, is_work);
}

void Node::carry(const consensus::Validate& validate) {
  const bool ok = application_->validate(validate);
  answer_engine(consensus::Validated{validate.block_id, ok}, !validate.block.header.is_empty());
}

/// As the product's core, the process does nothing else meanwhile.
void Node::answer_engine(consensus::Input found, bool is_work) {
  const auto own = world_.settings().work_ns_of.find(index_);
  if (!is_work || own == world_.settings().work_ns_of.end()) {
    return inputs_.push_back(std::move(found));
  }
  paused_until_ = std::max(paused_until_, world_.now()) + own->second;
  world_.after(paused_until_ - world_.now(), [this, found = std::move(found), life = life_] {
    if (life == life_ && engine_) feed(found);
  });
}

void Node::carry(const consensus::Commit& commit) {
  for (const consensus::CommittedBlock& block : commit.blocks) {
    const consensus::FinalBlock& final_block = block.block;
    const chain::Header& header = final_block.block.header;
    world_.tell(index_, [&] {
      return "commits h" + std::to_string(header.height.raw) + " " + short_id(block.block_id);
    });
    // A4: no honest quorum took it for timely if it is this far ahead of every clock.
    constexpr std::uint64_t kAheadMs = consensus::kTimelyMs + 10'000;
    if (header.time.raw > now().utc.raw + kAheadMs) must_not("commits a block of the future");
    mark_final(final_block);
    application_->commit(block);
    if (final_block.proof && final_block.proof->descendants.empty()) {
      final_tip_ = consensus::FinalTip{header, final_block.proof->finalization};
    }
    world_.checkers().committed(index_, block, application_->state().root());
    world_.note(fingerprint(block.block_id));
    if (world_.is_honest(index_)) world_.note_commit(store_.payments().at(header.height));
  }
  offer_due_ = world_.now() + kOfferAgain;
  application_->retry_early(engine_->snapshot().tip_id, now().utc);
}

void Node::carry(const consensus::Acknowledge& acknowledge) {
  acknowledged_ = acknowledge.height;
  world_.checkers().acknowledged(index_, acknowledge.height);
}

void Node::carry(const consensus::Discard& discard) { application_->discard(discard.block_id); }

void Node::carry(const consensus::Evidence& evidence) {
  world_.mark(Mark::evidence_given);
  world_.checkers().evidence(evidence);
  application_->add_evidence(evidence);
}

void Node::carry(const consensus::Punish& punish) {
  world_.mark(Mark::peer_punished);
  if (world_.is_honest(punish.peer.raw)) {
    must_not("punishes honest node " + std::to_string(punish.peer.raw));
  }
}

void Node::carry(const consensus::VotingStopped& stopped) {
  world_.mark(Mark::voting_stopped);
  must_not("stopped voting over " + describe(consensus::Message{stopped.unknown}));
}

void Node::carry(const consensus::Halt& over) {
  if (over.reason == consensus::HaltReason::persist_failed && append_failed_) {
    return fail("a write or sync of its log failed");
  }
  halt("engine reason " + std::to_string(static_cast<int>(over.reason)));
}

void Node::carry(const consensus::WakeAt& wake) {
  const std::uint64_t number = ++wake_;
  if (wake.at == consensus::Instant::never()) return;
  // Rounded up: the engine must not be woken before its own clock says so.
  const std::int64_t local = std::max<std::int64_t>(wake.at.ns - now().monotonic.ns, 0);
  const std::int64_t span = local / (1'000 + clock().rate_per_mille) * 1'000 + 3'000;
  world_.after(span, [this, number, life = life_] { tick(life, number); });
}

void Node::tick(std::uint32_t life, std::uint64_t number) {
  if (life != life_ || number != wake_ || !engine_) return;
  if (pause_left() > 0) {
    return world_.after(pause_left(), [this, life, number] { tick(life, number); });
  }
  offer_pending();
  if (engine_ && number == wake_) feed(consensus::Tick{});
}

void Node::carry(const consensus::Serve& serve) {
  consensus::Answer found = answer(serve.request);
  if (std::holds_alternative<consensus::Range>(found)) world_.mark(Mark::range_served);
  world_.transmit(*this, serve.to.raw,
                  pack(consensus::Response{serve.request.id, std::move(found)}));
}

/// As the product's archive answers.
consensus::Answer Node::answer(const consensus::Request& request) const {
  if (request.kind == consensus::RequestKind::range) return answer_range(request);
  if (request.kind == consensus::RequestKind::block) {
    const consensus::Block* block = application_->find(request.block_id);
    if (block != nullptr && block->header.height <= application_->header().height) return *block;
  }
  return consensus::Absent{};  // the engine has all certificates that still matter
}

consensus::Answer Node::answer_range(const consensus::Request& request) const {
  constexpr std::size_t kRangeBytesMax = 768U << 10U;
  const auto& chain = application_->chain();
  consensus::Range range;
  std::size_t bytes = 0;
  auto at = chain.find(request.from_height);
  for (; at != chain.end() && range.blocks.size() < request.count; ++at) {
    bytes += at->second.block.body->size() + chain::Header::kEncodedBytes + 1'024;
    if (!range.blocks.empty() && bytes > kRangeBytesMax) break;
    range.blocks.push_back(at->second);
  }
  if (range.blocks.empty()) return consensus::Absent{};
  // From the last block on, header by header, to the next one with a finalization of its own.
  const consensus::FinalBlock* last = &range.blocks.back();
  for (;;) {
    if (last->proof && last->proof->descendants.empty()) {
      range.finalization = last->proof->finalization;
      return range;
    }
    if (at == chain.end() || range.links.is_full()) return consensus::Absent{};
    last = &at->second;
    range.links.push_back(last->block.header);
    ++at;
  }
}

void Node::receive(std::uint32_t from, const SharedParcel& parcel) {
  if (!engine_) return;
  const ValidatorIndex sender{static_cast<std::uint8_t>(from)};
  if (!engine_->wants(sender, parcel->message())) return;
  const auto& verified = parcel->verified(world_.checker());
  if (verified) {
    feed(consensus::Received{sender, *verified});
  } else if (world_.is_honest(from)) {
    must_not("refuses what honest node " + std::to_string(from) +
             " sent: " + describe(parcel->message()));
  }
}

void Node::submit(const block::TransactionPointer& transaction, bool by_client) {
  if (!engine_) return;
  application_->submit(transaction, engine_->snapshot().tip_id, now().utc, by_client);
  offer_pending();
}

void Node::lapse(Payment payment) {
  if (!engine_) return;
  application_->lapse(payment);
  offer_pending();
}

void Node::peer_up(std::uint32_t peer) {
  if (!engine_) return;
  feed(consensus::PeerUp{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
  // What waits here is offered again to who was away.
  if (!engine_) return;
  for (const auto& transaction : application_->waiting()) world_.offer(index_, peer, transaction);
}

void Node::peer_down(std::uint32_t peer) {
  if (engine_) feed(consensus::PeerDown{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
}

}  // namespace hansatsu::simulation
