#include "tests/simulation/node.h"

#include "node/log/reader.h"
#include "node/log_records.h"
#include "tests/simulation/world.h"

namespace hansatsu::simulation {
namespace {

/// Small segments, so that runs roll through several.
constexpr log::Options kLogOptions{.segment_bytes = 4U << 20U};
constexpr std::int64_t kPeerDownDelay = 2 * kSecond;

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
  const auto made = log::Log::create(disk_, log_identity(world_.setup(index_)), kLogOptions);
  ASSERT(made.has_value());
}

void Node::halt(std::string why) {
  halted_ = std::move(why);
  engine_.reset();
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
      auto decoded = node::from_log(record);
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
  halted_.reset();
  disk_.set_sync_at_once(true);
  auto opened =
      log::Log::open(disk_, {setup.context.chain_id, setup.set.keys[setup.self.raw]}, kLogOptions);
  if (!opened) return halt("log: " + log::describe(opened.error()));
  log_.emplace(std::move(*opened));
  disk_.set_sync_at_once(false);
  application_ = std::make_unique<Application>(setup.anchor);
  world_.checkers().restarted(index_);
  engine_ = std::make_unique<consensus::Engine>(setup, signer_);
  consensus::Start start;
  start.recovered.base = setup.anchor;
  start.recovered.records = recover();
  start.nonce = world_.random().next() | 1U;
  feed(std::move(start));
}

void Node::stop(bool power_loss) {
  engine_.reset();
  log_.reset();
  ++life_;
  if (power_loss) disk_.crash(world_.random(), world_.settings().crash);
}

consensus::Now Node::now() const {
  const Settings& settings = world_.settings();
  // Each node's clocks have a rate and an offset of their own, fixed for the run.
  const auto place = static_cast<std::int64_t>(index_);
  const auto count = static_cast<std::int64_t>(world_.size());
  const std::int64_t rate =
      settings.clock_rate_per_mille * (2 * place - count + 1) / std::max<std::int64_t>(count, 1);
  const std::int64_t skew = settings.clock_skew_ms * place / std::max<std::int64_t>(count - 1, 1);
  const std::int64_t monotonic = world_.now() + world_.now() / 1'000 * rate;
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
    if (!engine_ || !inputs_.empty()) continue;
    // The level follows every change of tip and mempool.
    const bool pending = application_->is_pending_on(engine_->snapshot().tip_id);
    run_effects(engine_->step(now(), consensus::Pending{pending}));
  }
  feeding_ = false;
}

void Node::run_effects(consensus::Effects effects) {
  for (consensus::Effect& effect : effects) {
    if (!engine_) return;
    run_effect(effect);
  }
}

void Node::run_effect(consensus::Effect& effect) {
  using namespace consensus;
  if (auto* send = std::get_if<consensus::Send>(&effect)) {
    world_.transmit(index_, send->to.raw, send->message);
  } else if (auto* broadcast = std::get_if<Broadcast>(&effect)) {
    for (std::uint32_t peer = 0; peer < world_.size(); ++peer) {
      const bool skipped = broadcast->except && broadcast->except->raw == peer;
      if (peer != index_ && !skipped) world_.transmit(index_, peer, broadcast->message);
    }
  } else if (auto* persist = std::get_if<Persist>(&effect)) {
    requests_.push_back({persist->ticket, std::move(persist->records)});
    if (!syncing_) write_next_group();
  } else if (auto* build = std::get_if<consensus::Build>(&effect)) {
    inputs_.push_back(Built{build->view, application_->build(*build)});
  } else if (auto* validate = std::get_if<consensus::Validate>(&effect)) {
    inputs_.push_back(Validated{validate->block_id, application_->validate(*validate)});
  } else if (auto* commit = std::get_if<Commit>(&effect)) {
    for (const CommittedBlock& block : commit->blocks) {
      application_->commit(block);
      world_.checkers().committed(index_, block);
      world_.note(block.block_id.view());
    }
  } else if (auto* acknowledge = std::get_if<Acknowledge>(&effect)) {
    world_.checkers().acknowledged(index_, acknowledge->height);
    for (const auto& [payment, height] : application_->paid()) {
      if (height <= acknowledge->height) acknowledged_.insert(payment);
    }
  } else if (auto* discard = std::get_if<Discard>(&effect)) {
    application_->discard(discard->block_id);
  } else if (auto* serve_effect = std::get_if<Serve>(&effect)) {
    serve(*serve_effect);
  } else if (auto* wake = std::get_if<WakeAt>(&effect)) {
    wake_at(wake->at);
  } else if (auto* evidence = std::get_if<Evidence>(&effect)) {
    world_.checkers().evidence(*evidence);
  } else if (auto* stopped = std::get_if<VotingStopped>(&effect)) {
    world_.checkers().violation("node " + std::to_string(index_) + " stopped voting over view " +
                                std::to_string(stopped->unknown.ballot.view.raw));
  } else if (auto* over = std::get_if<Halt>(&effect)) {
    halt("engine: reason " + std::to_string(static_cast<int>(over->reason)));
  }
}

void Node::write_next_group() {
  std::vector<Request> group;
  std::vector<log::Record> records;
  while (!requests_.empty() && records.size() < log::kRecordsMax / 2) {
    for (const consensus::Record& record : requests_.front().records) {
      records.push_back(node::to_log(record));
    }
    group.push_back(std::move(requests_.front()));
    requests_.pop_front();
  }
  if (group.empty()) return;
  syncing_ = true;
  const auto written = records.empty() ? Result<log::GroupPlace, log::LogError>{log_->last()}
                                       : log_->append(records);
  ASSERT(written.has_value());
  world_.after(world_.exponential(world_.settings().sync_ns),
               [this, life = life_, group = std::move(group)]() mutable {
                 group_synced(life, std::move(group));
               });
}

void Node::group_synced(std::uint32_t life, std::vector<Request> group) {
  if (life != life_) return;
  disk_.finish_sync();
  syncing_ = false;
  for (Request& request : group) {
    for (const consensus::Record& record : request.records) remember(record);
    world_.checkers().durable(index_, request.records);
    feed(consensus::Persisted{request.ticket, true});
    if (!engine_) return;
  }
  if (!syncing_) write_next_group();
}

void Node::wake_at(consensus::Instant at) {
  const std::uint64_t wake = ++wake_;
  const std::int64_t span = std::max<std::int64_t>(at.ns - now().monotonic.ns, 0);
  if (at == consensus::Instant::never()) return;
  // A slow clock needs longer, by true time, to get there.
  const std::int64_t true_span = span + span / 10 + 1;
  const bool exact = world_.settings().clock_rate_per_mille == 0;
  world_.after(exact ? span : true_span, [this, wake, life = life_] {
    if (life == life_ && wake == wake_ && engine_) feed(consensus::Tick{});
  });
}

void Node::remember(const consensus::Record& record) {
  if (const auto* certificate = std::get_if<chain::Certificate>(&record)) {
    certificates_[{certificate->ballot.view, certificate->ballot.kind}] = *certificate;
  }
}

void Node::serve(const consensus::Serve& serve) {
  world_.transmit(index_, serve.to.raw,
                  consensus::Response{serve.request.id, answer(serve.request)});
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

void Node::receive(std::uint32_t from, const consensus::Message& message) {
  if (!engine_) return;
  const ValidatorIndex sender{static_cast<std::uint8_t>(from)};
  if (!engine_->wants(sender, message)) return;
  auto checked = world_.checker().check(message);
  if (!checked) return;
  feed(consensus::Received{sender, std::move(*checked)});
}

void Node::submit(Payment payment) {
  if (!engine_) return;
  application_->submit(payment);
  feed(consensus::Pending{application_->is_pending_on(engine_->snapshot().tip_id)});
}

void Node::lapse(Payment payment) {
  if (!engine_) return;
  application_->lapse(payment);
  feed(consensus::Pending{application_->is_pending_on(engine_->snapshot().tip_id)});
}

void Node::peer_up(std::uint32_t peer) {
  if (!engine_) return;
  feed(consensus::PeerUp{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
  // What waits here is offered again to who was away.
  if (!engine_) return;
  for (const Payment payment : application_->waiting()) world_.gossip(index_, payment);
}

void Node::peer_down(std::uint32_t peer) {
  if (engine_) feed(consensus::PeerDown{ValidatorIndex{static_cast<std::uint8_t>(peer)}});
}

}  // namespace hansatsu::simulation
