#include "tests/consensus/town.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

namespace hansatsu::consensus::test {
namespace {

constexpr std::int64_t kSyncUs = 500;

std::vector<int> payments_in(const Bytes& body) {
  std::istringstream text{std::string{as_text(body)}};
  std::vector<int> payments;
  for (int payment = 0; text >> payment;) payments.push_back(payment);
  return payments;
}

const char* name_of(const Message& message) {
  constexpr std::array kNames{"vote",    "certificate", "proposal", "status",
                              "request", "block",       "response"};
  return kNames[message.index()];
}

}  // namespace

Town::Town(std::uint32_t count, std::uint64_t delay_ms)
    : genesis{count}, nodes(count), delay_ms_{delay_ms}, checker_{genesis.context, genesis.set} {
  for (std::uint8_t i = 0; i < count; ++i) signers_.emplace_back(ValidatorIndex{i});
}

void Town::start(std::uint8_t index) {
  Node& node = nodes[index];
  REQUIRE(node.engine == nullptr);
  ++node.life;
  node.content.clear();
  node.content[anchor_id()];
  node.store.clear();
  node.acknowledged = {};
  node.engine = std::make_unique<Engine>(genesis.setup(index), signers_[index]);
  feed(index, Start{{genesis.anchor, {}, node.disk}, 1'000 * node.life + index + 1});
  for (std::uint8_t peer = 0; peer < nodes.size(); ++peer) {
    if (peer == index || nodes[peer].engine == nullptr) continue;
    feed(index, PeerUp{ValidatorIndex{peer}});
    feed(peer, PeerUp{ValidatorIndex{index}});
  }
  offer(index);
}

void Town::start_all() {
  for (std::uint8_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].engine == nullptr) start(i);
  }
}

void Town::kill(std::uint8_t index, bool keeps_group_under_way) {
  Node& node = nodes[index];
  if (keeps_group_under_way) end_group(node);
  node.engine.reset();
  node.unsynced.clear();
  node.group_size = 0;
  for (std::uint8_t peer = 0; peer < nodes.size(); ++peer) {
    if (nodes[peer].engine != nullptr) feed(peer, PeerDown{ValidatorIndex{index}});
  }
}

void Town::pay(int payment, std::vector<std::uint8_t> at) {
  for (std::uint8_t i = 0; i < nodes.size(); ++i) {
    if (!at.empty() && std::find(at.begin(), at.end(), i) == at.end()) continue;
    nodes[i].mempool.insert(payment);
    offer(i);
  }
}

void Town::forget_payment(int payment) {
  for (std::uint8_t i = 0; i < nodes.size(); ++i) {
    nodes[i].mempool.erase(payment);
    offer(i);
  }
}

void Town::run_ms(std::int64_t span) {
  (void)run_until([] { return false; }, span);
}

bool Town::run_until(std::function<bool()> condition, std::int64_t ms_max) {
  const std::int64_t end_us = us_ + ms_max * 1'000;
  while (!condition()) {
    if (events_.empty() || events_.begin()->first.first > end_us) {
      us_ = end_us;
      ms = us_ / 1'000;
      return condition();
    }
    auto next_event = events_.extract(events_.begin());
    us_ = std::max(us_, next_event.key().first);
    ms = us_ / 1'000;
    Event& event = next_event.mapped();
    const Node& node = nodes[event.node];
    if (node.engine == nullptr || node.life != event.life) continue;
    feed(event.node, std::move(event.input));
  }
  return true;
}

bool Town::is_paid(int payment, std::uint8_t at) const {
  for (const FinalBlock& final : nodes[at].store) {
    const auto payments = payments_in(*final.block.body);
    if (std::find(payments.begin(), payments.end(), payment) != payments.end()) return true;
  }
  return false;
}

bool Town::is_paid_everywhere(int payment) const {
  for (std::uint8_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].engine != nullptr && !is_paid(payment, i)) return false;
  }
  return true;
}

std::uint64_t Town::view(std::uint8_t index) const {
  return nodes[index].engine->snapshot().view.raw;
}

void Town::check_agreement() const {
  std::set<Hash> ids;
  for (const Node& node : nodes) {
    CHECK_FALSE(node.halted.has_value());
    if (node.engine != nullptr) ids.insert(node.engine->snapshot().final_id);
  }
  CHECK(ids.size() == 1);
}

void Town::inject(std::uint8_t from, std::uint8_t to, Message message) { send(from, to, message); }

void Town::schedule(std::int64_t at_us, Event event) {
  events_.emplace(std::pair{std::max(at_us, us_), next_event_++}, std::move(event));
}

void Town::feed(std::uint8_t index, Input input) {
  Node& node = nodes[index];
  const Now now{Instant{us_ * 1'000},
                Timestamp{kUtcStart + static_cast<std::uint64_t>(us_ / 1'000)}};
  if (const auto* received = std::get_if<Received>(&input)) {
    if (!node.engine->wants(received->from, received->message.message())) return;
  }
  const bool synced = std::holds_alternative<Persisted>(input);
  if (synced && node.group_size > 0) end_group(node);
  Effects effects = node.engine->step(now, std::move(input));
  for (Effect& effect : effects) carry_out(index, effect);
  if (synced) begin_group(index);
  offer(index);
}

void Town::carry_out(std::uint8_t index, Effect& effect) {
  Node& node = nodes[index];
  const auto soon = [&](Input input) { schedule(us_, {index, node.life, std::move(input)}); };
  if (const auto* one = std::get_if<Send>(&effect)) {
    observe(index, one->message);
    send(index, one->to.raw, one->message);
  } else if (const auto* many = std::get_if<Broadcast>(&effect)) {
    observe(index, many->message);
    for (std::uint8_t peer = 0; peer < nodes.size(); ++peer) {
      const bool skipped = many->except && many->except->raw == peer;
      if (peer != index && !skipped) send(index, peer, many->message);
    }
  } else if (auto* persist = std::get_if<Persist>(&effect)) {
    node.unsynced.push_back(std::move(*persist));
    begin_group(index);
  } else if (const auto* asked = std::get_if<Build>(&effect)) {
    build(index, *asked);
  } else if (const auto* validate = std::get_if<Validate>(&effect)) {
    REQUIRE(node.content.contains(validate->block.header.parent_id));
    learn(node, validate->block_id, validate->block);
    soon(Validated{validate->block_id, !as_text(*validate->block.body).starts_with("invalid")});
  } else if (const auto* commit = std::get_if<Commit>(&effect)) {
    take(index, *commit);
  } else if (const auto* durable = std::get_if<Acknowledge>(&effect)) {
    CHECK(durable->height > node.acknowledged);
    node.acknowledged = durable->height;
  } else if (const auto* asked_for = std::get_if<Serve>(&effect)) {
    serve(index, *asked_for);
  } else if (const auto* wake = std::get_if<WakeAt>(&effect)) {
    // An engine takes spurious ticks in its stride: earlier ones are simply left in.
    if (wake->at != Instant::never()) {
      schedule(wake->at.ns / 1'000 + 1, {index, node.life, Tick{}});
    }
  } else if (std::holds_alternative<Evidence>(effect)) {
    ++node.evidence;
  } else if (std::holds_alternative<VotingStopped>(effect)) {
    node.voting_stopped = true;
  } else if (const auto* halted = std::get_if<Halt>(&effect)) {
    node.halted = halted->reason;
  }
}

void Town::send(std::uint8_t from, std::uint8_t to, const Message& message) {
  if (nodes[to].engine == nullptr) return;
  if (loses && loses(from, to, message)) return;
  ++wire[name_of(message)];
  // What is sent is what was encoded: the codec takes part in every test.
  auto decoded = decode_message(encode_message(message));
  REQUIRE(decoded.has_value());
  auto verified = checker_.check(std::move(*decoded));
  REQUIRE(verified.has_value());
  schedule(us_ + static_cast<std::int64_t>(delay_ms_) * 1'000,
           {to, nodes[to].life, Received{ValidatorIndex{from}, *std::move(verified)}});
}

void Town::observe(std::uint8_t from, const Message& message) {
  if (watch) watch(from, message);
  const Vote* vote = std::get_if<Vote>(&message);
  if (const auto* proposal = std::get_if<Proposal>(&message)) vote = &proposal->vote;
  if (vote == nullptr || vote->signer.raw != from) return;
  const auto& disk = nodes[from].disk;
  CHECK(std::find(disk.begin(), disk.end(), Record{*vote}) != disk.end());
  auto& promises = promised_[{from, vote->ballot.view.raw}];
  const auto [promise, is_new] = promises.try_emplace(vote->ballot.kind, vote->ballot.block_id);
  CHECK(promise->second == vote->ballot.block_id);
  const bool gave_up_and_kept =
      promises.contains(VoteKind::nullify) && promises.contains(VoteKind::finalize);
  CHECK_FALSE(gave_up_and_kept);
}

void Town::learn(Node& node, const Hash& id, const Block& block) const {
  std::set<int> content = node.content.at(block.header.parent_id);
  for (const int payment : payments_in(*block.body)) content.insert(payment);
  node.content[id] = std::move(content);
}

bool Town::is_pending(const Node& node) const {
  const auto tip = node.content.find(node.engine->snapshot().tip_id);
  if (tip == node.content.end()) return false;
  return std::any_of(node.mempool.begin(), node.mempool.end(),
                     [&](int payment) { return !tip->second.contains(payment); });
}

void Town::offer(std::uint8_t index) {
  Node& node = nodes[index];
  if (node.engine == nullptr || node.halted) return;
  const Now now{Instant{us_ * 1'000},
                Timestamp{kUtcStart + static_cast<std::uint64_t>(us_ / 1'000)}};
  Effects effects = node.engine->step(now, Pending{is_pending(node)});
  for (Effect& effect : effects) carry_out(index, effect);
}

void Town::build(std::uint8_t index, const Build& build) {
  Node& node = nodes[index];
  const auto& taken = node.content.at(build.draft.parent_id);
  std::string text;
  for (const int payment : node.mempool) {
    if (build.with_content && !taken.contains(payment)) text += std::to_string(payment) + " ";
  }
  Block block{build.draft, body_of(text)};
  block.header.transactions_root = root_of(*block.body);
  std::optional<Block> built;
  if (!build.with_content || !text.empty()) {
    learn(node, chain::block_id(block.header), block);
    built = block;
  }
  schedule(us_, {index, node.life, Built{build.view, built}});
}

void Town::take(std::uint8_t index, const Commit& commit) {
  Node& node = nodes[index];
  for (const CommittedBlock& committed : commit.blocks) {
    const Header& header = committed.block.block.header;
    REQUIRE(header.height.raw == node.store.size() + 1);
    REQUIRE(node.content.contains(committed.block_id));
    const auto [final, is_new] = final_ids_.try_emplace(header.height.raw, committed.block_id);
    CHECK(final->second == committed.block_id);
    if (!header.is_empty()) REQUIRE(committed.block.proof.has_value());
    if (committed.block.proof) {
      CHECK(chain::check_finality_links(genesis.context, genesis.set, header,
                                        *committed.block.proof));
    }
    node.store.push_back(committed.block);
  }
}

/// One group at a time; what came meanwhile becomes the next. Its records are on the disk when its
/// sync is reported.
void Town::begin_group(std::uint8_t index) {
  Node& node = nodes[index];
  if (!node.disk_works || node.group_size > 0 || node.unsynced.empty()) return;
  node.group_size = node.unsynced.size();
  ++node.syncs;
  for (const Persist& persist : node.unsynced) {
    schedule(us_ + kSyncUs, {index, node.life, Persisted{persist.ticket, true}});
  }
}

void Town::end_group(Node& node) {
  for (; node.group_size > 0; --node.group_size) {
    const auto& records = node.unsynced.front().records;
    node.disk.insert(node.disk.end(), records.begin(), records.end());
    node.unsynced.pop_front();
  }
}

void Town::serve(std::uint8_t index, const Serve& serve) {
  const Node& node = nodes[index];
  const Request& request = serve.request;
  Response response{request.id, Absent{}};
  for (const Record& record : node.disk) {
    if (request.kind != RequestKind::certificate) break;
    const auto* held = std::get_if<Certificate>(&record);
    if (held != nullptr && held->ballot.view == request.view) response.answer = *held;
  }
  Range range;
  for (const FinalBlock& final : node.store) {
    const Header& header = final.block.header;
    if (request.kind == RequestKind::block && chain::block_id(header) == request.block_id) {
      response.answer = final.block;
    }
    if (request.kind != RequestKind::range || header.height < request.from_height) continue;
    if (range.blocks.size() < request.count) {
      range.blocks.push_back(final);
      range.links.clear();
    } else {
      range.links.push_back(header);
    }
    const bool direct = final.proof && final.proof->descendants.empty();
    if (direct) range.finalization = final.proof->finalization;
    if (direct && range.blocks.size() >= request.count) break;
  }
  // A range ends where a certificate is: what follows the last one is left out.
  const auto last_id = [&] {
    const Header& last =
        range.links.empty() ? range.blocks.back().block.header : range.links.back();
    return chain::block_id(last);
  };
  while (!range.blocks.empty() && last_id() != range.finalization.ballot.block_id) {
    if (range.links.empty()) {
      range.blocks.pop_back();
    } else {
      range.links.pop_back();
    }
  }
  if (!range.blocks.empty()) response.answer = range;
  send(index, serve.to.raw, response);
}

}  // namespace hansatsu::consensus::test
