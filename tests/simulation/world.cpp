#include "tests/simulation/world.h"

#include <algorithm>
#include <bit>
#include <iomanip>

namespace hansatsu::simulation {
namespace {

constexpr std::int64_t kRedial = 200 * kMillisecond;
/// What lasts longer outlives every patience of the engine but its timeouts at their cap.
constexpr std::int64_t kLong = 5 * kSecond;
/// And those too.
constexpr std::int64_t kLongest = 20 * kSecond;

std::vector<bool> honesty(std::uint32_t count, const Cast& cast) {
  std::vector<bool> honest(count, true);
  for (const auto& [villain, attack] : cast.villains) honest[villain] = false;
  for (const std::uint32_t node : cast.damaged) honest[node] = false;
  return honest;
}

Cast cast_of(const std::optional<Attack>& attack, std::uint32_t villain) {
  Cast cast;
  if (attack) cast.villains[villain] = *attack;
  return cast;
}

}  // namespace

World::World(std::uint64_t seed, const Settings& settings, std::optional<Attack> attack,
             std::uint32_t villain)
    : World{seed, settings, cast_of(attack, villain)} {}

World::World(std::uint64_t seed, const Settings& settings, const Cast& cast)
    : settings_{settings},
      random_{seed},
      town_{Town::of(settings.validators)},
      payments_{town_},
      set_{state::validator_set(town_.charter())},
      checkers_{settings.validators, honesty(settings.validators, cast),
                chain::block_id(town_.anchor())},
      villains_(settings.validators),
      twins_(settings.validators),
      links_(std::size_t{settings.validators} * settings.validators),
      groups_(settings.validators, 0),
      arrivals_(std::size_t{settings.validators} * settings.validators) {
  const consensus::Header& anchor = town_.anchor();
  context_ = {anchor.chain_id, anchor.epoch, chain::block_id(anchor)};
  order_of_leaders_ = consensus::leader_order(context_, set_);
  checker_ = std::make_unique<FakeChecker>(context_, set_, town_.charter().limits);
  for (std::uint32_t i = 0; i < size(); ++i) nodes_.push_back(std::make_unique<Node>(*this, i));
  for (const auto& [villain, attack] : cast.villains) {
    if (lives_twice(attack)) twins_[villain] = std::make_unique<Node>(*this, villain);
    villains_[villain] = make_villain(attack, *this, villain);
  }
}

World::~World() = default;

consensus::Setup World::setup(std::uint32_t node) const {
  return {context_, set_, ValidatorIndex{static_cast<std::uint8_t>(node)}, town_.anchor(),
          settings_.parameters};
}

ValidatorIndex World::leader(View view) const {
  return order_of_leaders_[view.raw % order_of_leaders_.size()];
}

void World::mark(std::uint32_t villain, Attack attack) {
  coverage_.add(attack);
  const std::size_t faults = (size() - 1) / 3;
  if (lied_.insert(villain).second && lied_.size() == faults + 1) mark(Mark::more_than_f_lie);
}

// ---- Time -------------------------------------------------------------------------------------

template <class What>
std::uint32_t World::Pool<What>::put(What what) {
  if (free.empty()) {
    places.push_back(std::move(what));
    return static_cast<std::uint32_t>(places.size() - 1);
  }
  const std::uint32_t place = free.back();
  free.pop_back();
  places[place] = std::move(what);
  return place;
}

template <class What>
What World::Pool<What>::take(std::uint32_t place) {
  free.push_back(place);
  return std::exchange(places[place], What{});
}

void World::plan(std::int64_t span, std::uint32_t place, bool is_delivery) {
  events_.push_back({now_ + std::max<std::int64_t>(span, 0), order_++, place, is_delivery});
  std::push_heap(events_.begin(), events_.end());
}

void World::after(std::int64_t span, std::function<void()> action) {
  plan(span, actions_.put(std::move(action)), false);
}

void World::plan_delivery(std::int64_t span, Delivery delivery) {
  plan(span, deliveries_.put(std::move(delivery)), true);
}

bool World::step_one(std::int64_t until) {
  if (events_.empty() || events_.front().when > until) return false;
  std::pop_heap(events_.begin(), events_.end());
  const Event event = events_.back();
  events_.pop_back();
  now_ = event.when;
  ++steps_;
  if (event.is_delivery) {
    deliver(deliveries_.take(event.place));
  } else {
    actions_.take(event.place)();
  }
  return true;
}

Timestamp World::utc() const {
  return Timestamp{settings_.utc_start + static_cast<std::uint64_t>(now_ / kMillisecond)};
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
  ++lives_;
  nodes_[index]->start();
  if (twins_[index]) twins_[index]->start();
  for (std::uint32_t peer = 0; peer < size(); ++peer) {
    if (peer != index) plan_connect(index, peer);
  }
}

void World::start_all() {
  for (std::uint32_t i = 0; i < size(); ++i) start(i);
}

void World::crash(std::uint32_t index, bool power_loss) {
  if (!is_up(index)) {
    // No process to end, but a page cache to lose.
    if (!power_loss) return;
    mark(Mark::lost_power_after_kill);
    nodes_[index]->stop(true);
    return;
  }
  tell(index, [&] { return std::string{power_loss ? "loses power" : "is killed"}; });
  note(index);
  mark(power_loss ? Mark::lost_power : Mark::killed);
  ++lives_;
  nodes_[index]->stop(power_loss);
  if (twins_[index]) twins_[index]->stop(power_loss);
  for (std::uint32_t peer = 0; peer < size(); ++peer) {
    if (peer == index) continue;
    ++link(index, peer).change;
    end_of(index, peer) = false;
    // A killed process's connections are reset; a machine without power just says nothing more.
    plan_disconnect(peer, index, power_loss ? settings_.peer_down_ns : settings_.delay_ns);
  }
  const bool is_any_up =
      std::ranges::any_of(nodes_, [](const auto& node) { return node->is_running(); });
  if (!is_any_up) mark(Mark::all_down);
}

void World::crash_all() {
  for (std::uint32_t i = 0; i < size(); ++i) crash(i);
}

void World::submit(std::uint32_t index, Payment payment, bool gossips, std::int64_t valid_ns) {
  if (!is_up(index) || lapsed_.contains(payment)) return;
  tell(index, [&] { return "is handed payment " + std::to_string(payment); });
  const Timestamp valid_until = plus_ms(utc(), static_cast<std::uint64_t>(valid_ns / kMillisecond));
  const block::TransactionPointer transaction = payments_.make(payment, valid_until);
  nodes_[index]->submit(transaction, true);
  if (gossips) gossip(index, transaction);
}

void World::lapse(Payment payment) {
  if (!lapsed_.insert(payment).second) return;
  payments_.make(payment, utc());
  for (const auto& node : nodes_) node->lapse(payment);
}

void World::pause(std::uint32_t index, std::int64_t span_ns) {
  tell(index, [&] { return "pauses for " + std::to_string(span_ns / kMillisecond) + " ms"; });
  nodes_[index]->pause_until(now_ + span_ns);
  const auto mark_after = [&](std::int64_t span, Mark reached) {
    if (span_ns <= span) return;
    after(span, [this, index, reached, life = nodes_[index]->life()] {
      const Node& node = *nodes_[index];
      if (node.life() == life && node.pause_left() > 0) mark(reached);
    });
  };
  mark_after(kLong, Mark::paused_long);
  mark_after(kLongest, Mark::paused_longest);
}

void World::gossip(std::uint32_t from, const block::TransactionPointer& transaction) {
  for (std::uint32_t to = 0; to < size(); ++to) {
    if (to != from) offer(from, to, transaction);
  }
}

/// Transactions travel on a connection that repeats what is lost; who is away for long is offered
/// them again when it is back.
void World::offer(std::uint32_t from, std::uint32_t to,
                  const block::TransactionPointer& transaction) {
  std::int64_t span = exponential(settings_.delay_ns);
  for (int tries = 0; tries < 10 && random_.chance(settings_.loss_per_mille); ++tries) {
    span += kRedial;
  }
  after(span, [this, from, to, transaction, life = nodes_[from]->life()] {
    if (nodes_[from]->life() != life || !is_up(to)) return;
    if (!are_joined(from, to)) return;
    const auto number = payments_.number_of(transaction->id());
    if (number && lapsed_.contains(*number)) return;
    for_each_life(to, from, [&](Node& node) { node.submit(transaction, false); });
  });
}

bool World::has_paid(const Node& node, const std::set<Payment>& payments) const {
  const auto& paid = node.application().paid();
  if (paid.size() < payments.size()) return false;
  return std::all_of(payments.begin(), payments.end(),
                     [&paid](Payment payment) { return paid.contains(payment); });
}

bool World::all_paid(const std::set<Payment>& payments) const {
  const Denied now{&payments, payments.size(), commits_, lives_};
  if (denied_ == now) return false;
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!is_honest(i) || !is_up(i) || has_paid(*nodes_[i], payments)) continue;
    denied_ = now;
    return false;
  }
  return true;
}

void World::note_commit(const std::vector<Payment>& payments) {
  ++commits_;
  final_.insert(payments.begin(), payments.end());
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
  const bool has_twin = twins_[at] != nullptr;
  if (!has_twin || villains_[at]->faces(false, peer)) action(*nodes_[at]);
  if (has_twin && villains_[at]->faces(true, peer)) action(*twins_[at]);
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
  ++partitions_;
  if (std::ranges::adjacent_find(groups_, std::not_equal_to{}) != groups_.end()) {
    mark(Mark::partitioned);
    const auto mark_after = [&](std::int64_t span, Mark reached) {
      after(span, [this, reached, number = partitions_] {
        if (number == partitions_) mark(reached);
      });
    };
    mark_after(kLong, Mark::partitioned_long);
    mark_after(kLongest, Mark::partitioned_longest);
  }
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

bool World::is_twin(const Node& node) const { return twins_[node.index()].get() == &node; }

void World::transmit(const Node& from, std::uint32_t to, const SharedParcel& parcel) {
  Villain* const villain = villains_[from.index()].get();
  if (villain == nullptr) return put_on_wire(from.index(), to, parcel);
  if (villain->faces(is_twin(from), to)) villain->outgoing(to, parcel);
}

void World::put_on_wire(std::uint32_t from, std::uint32_t to, const SharedParcel& parcel) {
  checkers_.sent(from, parcel->message());
  note(mix(from, to) ^ fingerprint(parcel->message()));
  if (!are_joined(from, to)) return;
  if (filter_ && !filter_(from, to, parcel->message())) return;
  tell(from, [&] { return "-> " + std::to_string(to) + " " + describe(parcel->message()); });
  const int copies = random_.chance(settings_.duplicate_per_mille) ? 2 : 1;
  if (copies == 2) mark(Mark::message_doubled);
  for (int copy = 0; copy < copies; ++copy) {
    if (random_.chance(settings_.loss_per_mille)) {
      mark(Mark::message_lost);
      continue;
    }
    const std::int64_t span = exponential(settings_.delay_ns);
    std::int64_t& latest = arrivals_[std::size_t{from} * size() + to];
    if (copy == 0 && now_ + span < latest) mark(Mark::message_overtaken);
    latest = std::max(latest, now_ + span);
    plan_delivery(span, {from, to, parcel});
  }
}

void World::deliver(Delivery delivery) {
  const std::uint32_t from = delivery.from;
  const std::uint32_t to = delivery.to;
  if (!is_up(to) || !are_joined(from, to)) return;
  const std::int64_t paused = nodes_[to]->pause_left();
  if (paused > 0) return plan_delivery(paused, std::move(delivery));
  Villain* const villain = villains_[to].get();
  const SharedParcel seen =
      villain == nullptr ? std::move(delivery.parcel) : villain->incoming(from, delivery.parcel);
  for_each_life(to, from, [&](Node& node) { node.receive(from, seen); });
}

void World::write_trace(std::uint32_t node, const std::string& text) {
  *trace_ << std::setw(14) << std::fixed << std::setprecision(6)
          << static_cast<double>(now_) / static_cast<double>(kSecond) << "  node " << node << "  "
          << text << '\n';
}

}  // namespace hansatsu::simulation
