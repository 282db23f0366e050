#include "tests/simulation/node.h"

#include "node/log/reader.h"
#include "node/log/records.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

constexpr std::size_t kGroupRecordsMax = 256;

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
}

void Node::halt(std::string why) {
  must_not("halted, " + why);
  halted_ = std::move(why);
  engine_.reset();
}

void Node::must_not(const std::string& what) {
  if (!world_.is_honest(index_)) return;
  world_.checkers().violation("node " + std::to_string(index_) + " " + what);
}

std::vector<consensus::Record> Node::recover() {
  std::vector<consensus::Record> records;
  auto cursor = log::Cursor::from_start(disk_);
  ASSERT(cursor.has_value());
  for (;;) {
    auto group = cursor->next();
    ASSERT(group.has_value());
    if (!group->has_value()) return records;
    for (const log::Record& record : (*group)->records) {
      auto decoded = log::from_record(record);
      ASSERT(decoded.has_value());
      remember(*decoded);
      records.push_back(std::move(*decoded));
    }
  }
}

void Node::start() {
  const consensus::Setup setup = world_.setup(index_);
  ++life_;
  requests_.clear();
  inputs_.clear();
  syncing_ = false;
  level_ = false;
  certificates_.clear();
  halted_.reset();
  disk_.set_sync_at_once(true);
  auto opened = log::Log::open(disk_, {setup.context.chain_id, setup.set.keys[setup.self.raw]},
                               {world_.settings().segment_bytes});
  if (!opened) return halt("log: " + log::describe(opened.error()));
  log_.emplace(std::move(*opened));
  disk_.set_sync_at_once(false);
  application_ = std::make_unique<Application>(setup.anchor);
  engine_ = std::make_unique<consensus::Engine>(setup, signer_);
  consensus::Start start;
  start.recovered.base = setup.anchor;
  start.recovered.records = recover();
  world_.checkers().recovered(index_, start.recovered.records);
  start.nonce = world_.random().next() | 1U;
  feed(std::move(start));
}

void Node::stop(bool power_loss) {
  engine_.reset();
  log_.reset();
  crash_plan_.reset();
  ++life_;
  if (power_loss) disk_.crash(world_.random(), world_.settings().crash);
}

void Node::crash_after(std::uint32_t count, bool in_persist, bool power_loss) {
  if (engine_) crash_plan_ = CrashPlan{count, in_persist, power_loss};
}

void Node::maybe_crash(bool in_persist) {
  if (!crash_plan_ || crash_plan_->in_persist != in_persist || crash_plan_->count-- > 0) return;
  world_.crash(index_, crash_plan_->power_loss);
}

std::int64_t Node::rate() const {
  const auto place = static_cast<std::int64_t>(index_);
  const auto last = static_cast<std::int64_t>(world_.size()) - 1;
  return world_.settings().clock_rate_per_mille * (2 * place - last) / last;
}

/// Each node's clocks have a rate and an offset of their own, fixed for the run.
consensus::Now Node::now() const {
  const auto place = static_cast<std::int64_t>(index_);
  const auto last = static_cast<std::int64_t>(world_.size()) - 1;
  const std::int64_t monotonic = world_.now() + world_.now() / 1'000 * rate();
  const std::int64_t skew = world_.settings().clock_skew_ms * place / last;
  constexpr std::int64_t kUtcStart = 1'780'000'000'000;
  return {{monotonic},
          Timestamp{static_cast<std::uint64_t>(kUtcStart + world_.now() / kMillisecond + skew)}};
}

void Node::feed(consensus::Input input) {
  inputs_.push_back(std::move(input));
  if (feeding_) return;
  feeding_ = true;
  while (!inputs_.empty() && engine_) {
    consensus::Input next_input = std::move(inputs_.front());
    inputs_.pop_front();
    run_effects(engine_->step(now(), std::move(next_input)));
    if (engine_ && inputs_.empty()) refresh_pending();
  }
  feeding_ = false;
}

/// The level follows every change of tip and mempool.
void Node::refresh_pending() {
  const bool level = application_->is_pending_on(engine_->snapshot().tip_id);
  if (level == level_) return;
  level_ = level;
  inputs_.push_back(consensus::Pending{level});
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
  inputs_.push_back(consensus::Built{build.view, application_->build(build)});
}

void Node::carry(const consensus::Validate& validate) {
  inputs_.push_back(consensus::Validated{validate.block_id, application_->validate(validate)});
}

void Node::carry(const consensus::Commit& commit) {
  for (const consensus::CommittedBlock& block : commit.blocks) {
    world_.tell(index_, [&] {
      return "commits h" + std::to_string(block.block.block.header.height.raw) + " " +
             short_id(block.block_id);
    });
    // A4: no honest quorum took it for timely if it is this far ahead of every clock.
    constexpr std::uint64_t kAheadMs = consensus::kTimelyMs + 10'000;
    if (block.block.block.header.time.raw > now().utc.raw + kAheadMs) {
      must_not("commits a block of the future");
    }
    application_->commit(block);
    world_.checkers().committed(index_, block);
    world_.note(fingerprint(block.block_id));
  }
}

void Node::carry(const consensus::Acknowledge& acknowledge) {
  world_.checkers().acknowledged(index_, acknowledge.height);
}

void Node::carry(const consensus::Discard& discard) { application_->discard(discard.block_id); }

void Node::carry(const consensus::Evidence& evidence) { world_.checkers().evidence(evidence); }

void Node::carry(const consensus::Punish& punish) {
  if (world_.is_honest(punish.peer.raw)) {
    must_not("punishes honest node " + std::to_string(punish.peer.raw));
  }
}

void Node::carry(const consensus::VotingStopped& stopped) {
  must_not("stopped voting over " + describe(consensus::Message{stopped.unknown}));
}

void Node::carry(const consensus::Halt& over) {
  halt("engine reason " + std::to_string(static_cast<int>(over.reason)));
}

void Node::write_next_group() {
  std::vector<Request> group;
  std::vector<log::Record> records;
  while (!requests_.empty() && records.size() < kGroupRecordsMax) {
    for (const consensus::Record& record : requests_.front().records) {
      records.push_back(log::to_record(record));
    }
    group.push_back(std::move(requests_.front()));
    requests_.pop_front();
  }
  if (group.empty()) return;
  syncing_ = true;
  if (!records.empty()) {
    const auto written = log_->append(records);
    ASSERT(written.has_value());
  }
  const Settings& settings = world_.settings();
  std::int64_t span = world_.exponential(settings.sync_ns);
  if (world_.random().chance(settings.slow_sync_per_mille)) {
    span += static_cast<std::int64_t>(world_.random().below(2 * kSecond));
  }
  world_.after(span, [this, life = life_, group = std::move(group)]() mutable {
    group_synced(life, std::move(group));
  });
  if (crash_plan_ && crash_plan_->in_persist) {
    world_.after(static_cast<std::int64_t>(world_.random().below(static_cast<std::uint64_t>(span))),
                 [this, life = life_] {
                   if (life == life_) maybe_crash(true);
                 });
  }
}

void Node::group_synced(std::uint32_t life, std::vector<Request> group) {
  if (life != life_) return;
  disk_.finish_sync();
  syncing_ = false;
  for (Request& request : group) {
    for (const consensus::Record& record : request.records) {
      remember(record);
      world_.note(fingerprint(record));
      world_.tell(index_, [&] { return "has synced " + describe(record); });
    }
    world_.checkers().durable(index_, request.records);
  }
  for (const Request& request : group) {
    feed(consensus::Persisted{request.ticket, true});
    if (!engine_) return;
  }
  if (!syncing_) write_next_group();
}

void Node::carry(const consensus::WakeAt& wake) {
  const std::uint64_t number = ++wake_;
  if (wake.at == consensus::Instant::never()) return;
  // Rounded up: the engine must not be woken before its own clock says so.
  const std::int64_t local = std::max<std::int64_t>(wake.at.ns - now().monotonic.ns, 0);
  const std::int64_t span = local / (1'000 + rate()) * 1'000 + 3'000;
  world_.after(span, [this, number, life = life_] {
    if (life == life_ && number == wake_ && engine_) feed(consensus::Tick{});
  });
}

void Node::remember(const consensus::Record& record) {
  if (const auto* certificate = std::get_if<chain::Certificate>(&record)) {
    certificates_[{certificate->ballot.view, certificate->ballot.kind}] = *certificate;
  }
}

void Node::carry(const consensus::Serve& serve) {
  world_.transmit(*this, serve.to.raw,
                  pack(consensus::Response{serve.request.id, answer(serve.request)}));
}

consensus::Answer Node::answer(const consensus::Request& request) const {
  if (request.kind == consensus::RequestKind::certificate) {
    const auto found = certificates_.find({request.view, request.vote_kind});
    if (found == certificates_.end()) return consensus::Absent{};
    return found->second;
  }
  if (request.kind == consensus::RequestKind::block) {
    const consensus::Block* block = application_->find(request.block_id);
    if (block == nullptr) return consensus::Absent{};
    return *block;
  }
  return answer_range(request);
}

consensus::Answer Node::answer_range(const consensus::Request& request) const {
  const auto& chain = application_->chain();
  consensus::Range range;
  auto at = chain.find(request.from_height);
  for (; at != chain.end() && range.blocks.size() < request.count; ++at) {
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

void Node::submit(Payment payment) {
  if (!engine_ || world_.has_lapsed(payment)) return;
  application_->submit(payment);
  offer_pending();
}

void Node::lapse(Payment payment) {
  if (!engine_) return;
  application_->lapse(payment);
  offer_pending();
}

void Node::offer_pending() {
  const bool level = application_->is_pending_on(engine_->snapshot().tip_id);
  if (level == level_) return;
  level_ = level;
  feed(consensus::Pending{level});
}

void Node::peer_up(std::uint32_t peer) {
  if (!engine_) return;
  feed(consensus::PeerUp{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
  // What waits here is offered again to who was away.
  if (!engine_) return;
  for (const Payment payment : application_->waiting()) world_.offer(index_, peer, payment);
}

void Node::peer_down(std::uint32_t peer) {
  if (engine_) feed(consensus::PeerDown{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
}

}  // namespace hansatsu::simulation
