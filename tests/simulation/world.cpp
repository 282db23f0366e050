#include "tests/simulation/world.h"

#include <algorithm>
#include <bit>
#include <iomanip>

namespace hansatsu::simulation {
namespace {

constexpr std::int64_t kRedial = 200 * kMillisecond;
constexpr std::uint64_t kUtcStart = 1'780'000'000'000;

chain::ValidatorSet make_set(std::uint32_t count) {
  chain::ValidatorSet set;
  for (std::uint32_t i = 0; i < count; ++i) set.keys.push_back(fake_key(i));
  return set;
}

consensus::Header make_anchor(const chain::ValidatorSet& set) {
  consensus::Header anchor;
  anchor.chain_id = hash(HashTag::charter, as_bytes("simulation"));
  anchor.validator_set_hash = chain::hash_of_set(set);
  anchor.time = Timestamp{kUtcStart - 60'000};
  return anchor;
}

std::vector<bool> honesty(std::uint32_t count, const std::optional<Attack>& attack,
                          std::uint32_t villain) {
  std::vector<bool> honest(count, true);
  if (attack) honest[villain] = false;
  return honest;
}

}  // namespace

World::World(std::uint64_t seed, const Settings& settings, std::optional<Attack> attack,
             std::uint32_t villain)
    : settings_{settings},
      random_{seed},
      set_{make_set(settings.validators)},
      anchor_{make_anchor(set_)},
      checkers_{settings.validators, honesty(settings.validators, attack, villain),
                chain::block_id(anchor_)},
      villain_index_{villain},
      links_(std::size_t{settings.validators} * settings.validators),
      groups_(settings.validators, 0) {
  context_ = {anchor_.chain_id, anchor_.epoch, chain::block_id(anchor_)};
  order_of_leaders_ = consensus::leader_order(context_, set_);
  checker_ = std::make_unique<FakeChecker>(context_, set_);
  for (std::uint32_t i = 0; i < size(); ++i) nodes_.push_back(std::make_unique<Node>(*this, i));
  if (!attack) return;
  if (*attack == Attack::twins) twin_ = std::make_unique<Node>(*this, villain);
  villain_ = make_villain(*attack, *this, villain);
}

World::~World() = default;

consensus::Setup World::setup(std::uint32_t node) const {
  return {context_, set_, ValidatorIndex{static_cast<std::uint8_t>(node)}, anchor_,
          settings_.parameters};
}

ValidatorIndex World::leader(View view) const {
  return order_of_leaders_[view.raw % order_of_leaders_.size()];
}

// ---- Time -------------------------------------------------------------------------------------

void World::after(std::int64_t span, std::function<void()> action) {
  events_.push_back({now_ + std::max<std::int64_t>(span, 0), order_++, std::move(action)});
  std::push_heap(events_.begin(), events_.end());
}

bool World::step_one(std::int64_t until) {
  if (events_.empty() || events_.front().when > until) return false;
  std::pop_heap(events_.begin(), events_.end());
  const Event event = std::move(events_.back());
  events_.pop_back();
  now_ = event.when;
  ++steps_;
  event.action();
  return true;
}

void World::run_for(std::int64_t span_ns) {
  const std::int64_t until = now_ + span_ns;
  while (step_one(until)) continue;
  now_ = until;
}

bool World::run_until(const std::function<bool()>& condition, std::int64_t span_ns) {
  const std::int64_t until = now_ + span_ns;
  while (!condition()) {
    if (!step_one(until)) return false;
  }
  return true;
}

/// -ln(u) by halvings and a polynomial in integers: floating point differs between machines.
std::int64_t World::exponential(std::int64_t mean_ns) {
  const std::uint64_t draw = random_.next() | 1U;
  const auto zeros = static_cast<std::uint64_t>(std::countl_zero(draw));
  // draw = 2^(63-zeros) * (1 + part/2^20): -ln = (zeros+1) ln 2 - ln(1+part).
  const std::uint64_t part = zeros == 63 ? 0 : (draw << (zeros + 1)) >> 44U;
  const std::uint64_t ln_part = part * ((1U << 20U) - (part * 321'806 >> 20U)) >> 20U;
  const std::uint64_t ln = (zeros + 1) * 726'817 - std::min<std::uint64_t>(ln_part, 726'817);
  const auto mean_us = static_cast<std::uint64_t>(std::max<std::int64_t>(mean_ns / 1'000, 1));
  return static_cast<std::int64_t>((mean_us * ln >> 20U) * 1'000) + 1'000;
}

// ---- Nodes ------------------------------------------------------------------------------------

bool World::is_up(std::uint32_t index) const { return nodes_[index]->is_running(); }

void World::start(std::uint32_t index) {
  if (is_up(index)) return;
  tell(index, [] { return std::string{"starts"}; });
  nodes_[index]->start();
  if (twin_ && index == villain_index_) twin_->start();
  for (std::uint32_t peer = 0; peer < size(); ++peer) {
    if (peer != index) plan_connect(index, peer);
  }
}

void World::start_all() {
  for (std::uint32_t i = 0; i < size(); ++i) start(i);
}

void World::crash(std::uint32_t index, bool power_loss) {
  if (!is_up(index)) return;
  tell(index, [&] { return std::string{power_loss ? "loses power" : "is killed"}; });
  note(index);
  nodes_[index]->stop(power_loss);
  if (twin_ && index == villain_index_) twin_->stop(power_loss);
  for (std::uint32_t peer = 0; peer < size(); ++peer) {
    if (peer == index) continue;
    ++link(index, peer).change;
    end_of(index, peer) = false;
    // A killed process's connections are reset; a machine without power just says nothing more.
    plan_disconnect(peer, index, power_loss ? settings_.peer_down_ns : settings_.delay_ns);
  }
}

void World::crash_all() {
  for (std::uint32_t i = 0; i < size(); ++i) crash(i);
}

void World::submit(std::uint32_t index, Payment payment, bool gossips) {
  if (!is_up(index)) return;
  tell(index, [&] { return "is handed payment " + std::to_string(payment); });
  nodes_[index]->submit(payment);
  if (gossips) gossip(index, payment);
}

void World::lapse(Payment payment) {
  lapsed_.insert(payment);
  for (const auto& node : nodes_) node->lapse(payment);
}

void World::gossip(std::uint32_t from, Payment payment) {
  for (std::uint32_t to = 0; to < size(); ++to) {
    if (to != from) offer(from, to, payment);
  }
}

/// Transactions travel on a connection that repeats what is lost; who is away for long is offered
/// them again when it is back.
void World::offer(std::uint32_t from, std::uint32_t to, Payment payment) {
  std::int64_t span = exponential(settings_.delay_ns);
  for (int tries = 0; tries < 10 && random_.chance(settings_.loss_per_mille); ++tries) {
    span += kRedial;
  }
  after(span, [this, from, to, payment, life = nodes_[from]->life()] {
    if (nodes_[from]->life() != life || !is_up(to)) return;
    if (!are_joined(from, to)) return;
    nodes_[to]->submit(payment);
    if (twin_ && to == villain_index_) twin_->submit(payment);
  });
}

bool World::all_paid(const std::set<Payment>& payments) const {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    const auto& paid = nodes_[i]->application().paid();
    if (paid.size() < payments.size()) return false;
    for (const Payment payment : payments) {
      if (!paid.contains(payment)) return false;
    }
  }
  return true;
}

bool World::are_level() const {
  std::optional<Hash> tip;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i)) continue;
    if (tip && *tip != nodes_[i]->application().tip()) return false;
    tip = nodes_[i]->application().tip();
  }
  return true;
}

std::uint64_t World::syncs() const {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (is_honest(i)) count += nodes_[i]->disk().syncs();
  }
  return count;
}

// ---- The network ------------------------------------------------------------------------------

bool World::are_joined(std::uint32_t a, std::uint32_t b) const { return groups_[a] == groups_[b]; }

World::Link& World::link(std::uint32_t a, std::uint32_t b) {
  return links_[std::size_t{std::min(a, b)} * size() + std::max(a, b)];
}

bool& World::end_of(std::uint32_t at, std::uint32_t peer) {
  Link& both = link(at, peer);
  return at < peer ? both.up_at_lower : both.up_at_higher;
}

template <class Action>
void World::for_each_life(std::uint32_t at, std::uint32_t peer, Action action) {
  const bool faces_first = !twin_ || at != villain_index_ || villain_->faces(false, peer);
  const bool faces_twin = twin_ && at == villain_index_ && villain_->faces(true, peer);
  if (faces_first) action(*nodes_[at]);
  if (faces_twin) action(*twin_);
}

void World::tell_up(std::uint32_t at, std::uint32_t peer) {
  if (end_of(at, peer)) tell_down(at, peer);
  end_of(at, peer) = true;
  for_each_life(at, peer, [&](Node& node) { node.peer_up(peer); });
}

void World::tell_down(std::uint32_t at, std::uint32_t peer) {
  if (!end_of(at, peer)) return;
  end_of(at, peer) = false;
  for_each_life(at, peer, [&](Node& node) { node.peer_down(peer); });
}

void World::plan_connect(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t change = ++link(a, b).change;
  after(exponential(settings_.delay_ns) * 2, [this, a, b, change] {
    if (link(a, b).change != change || !is_up(a) || !is_up(b) || !are_joined(a, b)) return;
    tell_up(a, b);
    tell_up(b, a);
  });
}

void World::plan_disconnect(std::uint32_t a, std::uint32_t b, std::int64_t span) {
  after(span, [this, a, b, change = link(a, b).change] {
    if (link(a, b).change == change) tell_down(a, b);
  });
}

void World::partition(std::vector<std::uint32_t> group_of_node) {
  const std::vector<std::uint32_t> before = groups_;
  if (group_of_node.empty()) group_of_node.assign(size(), 0);
  groups_ = std::move(group_of_node);
  for (std::uint32_t a = 0; a < size(); ++a) {
    for (std::uint32_t b = a + 1; b < size(); ++b) {
      const bool were_joined = before[a] == before[b];
      if (were_joined == are_joined(a, b)) continue;
      if (!were_joined) {
        plan_connect(a, b);
        continue;
      }
      ++link(a, b).change;
      plan_disconnect(a, b, settings_.peer_down_ns);
      plan_disconnect(b, a, settings_.peer_down_ns);
    }
  }
}

void World::transmit(const Node& from, std::uint32_t to, const SharedParcel& parcel) {
  if (!villain_ || from.index() != villain_index_) return put_on_wire(from.index(), to, parcel);
  if (villain_->faces(&from == twin_.get(), to)) villain_->outgoing(to, parcel);
}

void World::put_on_wire(std::uint32_t from, std::uint32_t to, const SharedParcel& parcel) {
  checkers_.sent(from, parcel->message());
  note(mix(from, to) ^ fingerprint(parcel->message()));
  if (filter_ && !filter_(from, to, parcel->message())) return;
  if (!are_joined(from, to)) return;
  tell(from, [&] { return "-> " + std::to_string(to) + " " + describe(parcel->message()); });
  const int copies = random_.chance(settings_.duplicate_per_mille) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    if (random_.chance(settings_.loss_per_mille)) continue;
    after(exponential(settings_.delay_ns), [this, from, to, parcel] { deliver(from, to, parcel); });
  }
}

void World::deliver(std::uint32_t from, std::uint32_t to, const SharedParcel& parcel) {
  if (!is_up(to) || !are_joined(from, to)) return;
  const bool is_villain = villain_ && to == villain_index_;
  const SharedParcel seen = is_villain ? villain_->incoming(from, parcel) : parcel;
  for_each_life(to, from, [&](Node& node) { node.receive(from, seen); });
}

void World::write_trace(std::uint32_t node, const std::string& text) {
  *trace_ << std::setw(14) << std::fixed << std::setprecision(6)
          << static_cast<double>(now_) / static_cast<double>(kSecond) << "  node " << node << "  "
          << text << '\n';
}

}  // namespace hansatsu::simulation
