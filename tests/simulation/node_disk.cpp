#include "node/log/records.h"
#include "tests/simulation/node.h"
#include "tests/simulation/world.h"

/// A node's part with its disk and store: recovery, the log's groups, checkpoints.
namespace hansatsu::simulation {
namespace {

constexpr std::size_t kGroupRecordsMax = 64;

}  // namespace

std::vector<std::uint64_t> Node::groups_of(const std::optional<log::GroupPlace>& from, View base) {
  std::vector<std::uint64_t> groups;
  auto cursor = from ? log::Cursor::from(disk_, *from) : log::Cursor::from_start(disk_);
  ASSERT(cursor.has_value());
  for (;;) {
    const auto group = cursor->next();
    ASSERT(group.has_value());
    if (!*group) return groups;
    for (const log::Record& record : (*group)->records) {
      const auto read = log::from_record(record);
      ASSERT(read.has_value());
      if (node::done_at(*read) > base) groups.push_back((*group)->place.sequence);
    }
  }
}

/// As the product's recovery, with the store's and the log's part.
std::optional<node::RecoveredLog> Node::recover() {
  const consensus::Setup setup = world_.setup(index_);
  store_.restart();
  auto loaded = store_.load();
  if (!loaded) return halt(loaded.error()), std::nullopt;
  node::RecoveredLog recovered;
  std::optional<log::GroupPlace> from;
  Application::Base base;
  if (*loaded) {
    world_.mark(Mark::checkpoint_loaded);
    store::LoadedCheckpoint& checkpoint = **loaded;
    from = checkpoint.record.replay_from;
    recovered.recovered.base = checkpoint.record.header;
    recovered.recovered.final_tip = checkpoint.record.final_tip;
    base = {std::move(checkpoint.state), checkpoint.record.header};
  } else {
    recovered.recovered.base = setup.anchor;
    base = {world_.town().state(), setup.anchor};
    recovered.changed.add_all(base.state);
  }
  auto opened = log::Log::open(disk_, {setup.context.chain_id, setup.set.keys[setup.self.raw]},
                               {world_.settings().segment_bytes}, from);
  if (!opened) {
    world_.mark(Mark::log_refused);
    return halt("log: " + log::describe(opened.error())), std::nullopt;
  }
  log_.emplace(std::move(*opened));
  if (const auto read = node::read_log(disk_, from, recovered); !read) {
    return halt(read.error()), std::nullopt;
  }
  mark_promises(recovered.recovered);
  world_.checkers().recovered(index_, from ? from->sequence : 1, base.header,
                              recovered.recovered.records,
                              [&] { return groups_of(from, base.header.view); });
  application_ =
      std::make_unique<Application>(std::move(base), world_.checker(), world_.payments(), store_);
  return recovered;
}

/// Too much for a segment goes into several groups, as the product's writer does it.
bool Node::append(Group& group) {
  std::vector<log::Record> records;
  std::size_t bytes = 0;
  under_way_ = {};
  const auto write = [&] {
    const std::uint32_t segment = log_->last().segment;
    const auto written = log_->append(records);
    if (!written) return false;
    if (segment != 0 && segment != written->segment) world_.mark(Mark::segment_rolled);
    group.places.insert(group.places.end(), records.size(), *written);
    records.clear();
    bytes = 0;
    return true;
  };
  for (const Request& request : group.requests) {
    for (const consensus::Record& record : request.records) {
      world_.checkers().written(index_, record);
      records.push_back(log::to_record(record));
      const auto* certificate = std::get_if<chain::Certificate>(&record);
      under_way_.vote |= std::holds_alternative<chain::Vote>(record);
      under_way_.finalization |=
          certificate != nullptr && certificate->ballot.kind == chain::VoteKind::finalize;
      bytes += records.back().bytes.size();
      const bool is_full = bytes > world_.settings().segment_bytes / 4;
      if ((is_full || records.size() >= kGroupRecordsMax) && !write()) return false;
    }
  }
  return records.empty() || write();
}

void Node::write_next_group() {
  Group group;
  while (!requests_.empty()) {
    group.requests.push_back(std::move(requests_.front()));
    requests_.pop_front();
  }
  if (group.requests.empty()) return;
  syncing_ = true;
  group.ok = append(group);
  append_failed_ = !group.ok;
  ASSERT(group.ok || disk_.has_failed());
  const Settings& settings = world_.settings();
  const auto own = settings.sync_ns_of.find(index_);
  std::int64_t span =
      world_.exponential(own == settings.sync_ns_of.end() ? settings.sync_ns : own->second);
  if (world_.random().chance(settings.slow_sync_per_mille)) {
    span += static_cast<std::int64_t>(world_.random().below(2 * kSecond));
  }
  if (span > kSecond) world_.mark(Mark::slow_sync);
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

void Node::note_durable(const Group& group) {
  auto place = group.places.begin();
  for (const Request& request : group.requests) {
    for (const consensus::Record& record : request.records) {
      points_.add(log::view_of(record), *place);
      points_.set_last(*place);
      world_.note(fingerprint(record));
      mark_synced(record);
      world_.tell(index_, [&] { return "has synced " + describe(record); });
      world_.checkers().durable(index_, (place++)->sequence, record);
    }
  }
}

void Node::group_synced(std::uint32_t life, Group group) {
  if (life != life_) return;
  if (pause_left() > 0) {
    return world_.after(pause_left(), [this, life, group = std::move(group)]() mutable {
      group_synced(life, std::move(group));
    });
  }
  syncing_ = false;
  if (group.ok) {
    disk_.finish_sync();
    note_durable(group);
  }
  for (const Request& request : group.requests) {
    feed(consensus::Persisted{request.ticket, group.ok});
    if (!engine_) return;
  }
  if (!syncing_) write_next_group();
}

void Node::checkpoint_if_due() {
  if (checkpoint_running_ || world_.now() < checkpoint_due_) return;
  const chain::Header& tip = application_->header();
  // What a checkpoint holds must be in the synced log already.
  if (tip.height > acknowledged_ || tip.height <= checkpointed_) return;
  store::CheckpointRecord record;
  record.chain_id = tip.chain_id;
  record.header = tip;
  record.final_tip = final_tip_;
  record.replay_from = points_.from(tip.view);
  auto checkpoint = std::make_shared<store::Checkpoint>(
      store::make_checkpoint(application_->state(), application_->changed(), std::move(record)));
  checkpoint_running_ = true;
  world_.after(
      world_.exponential(10 * world_.settings().sync_ns), [this, checkpoint, life = life_] {
        if (life != life_) return;
        const Height height = checkpoint->record.header.height;
        world_.tell(index_, [&] { return "has a checkpoint of h" + std::to_string(height.raw); });
        store_.write(std::move(*checkpoint));
        world_.mark(Mark::checkpoint_written);
        checkpoint_running_ = false;
        checkpointed_ = height;
        checkpoint_due_ = world_.now() + world_.settings().checkpoint_ns;
      });
  points_.forget_up_to(tip.view);
}

}  // namespace hansatsu::simulation
