#include "tests/cluster/network.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <iostream>

#include "rpc/json/json.h"

namespace test_cluster {
namespace {

constexpr std::size_t kLogLinesShown = 30;
constexpr std::uint64_t kChargeUnits = 5'000'000;

std::string program() { return std::string{HANSATSU_BIN_DIR} + "/hansatsud"; }

Timestamp clock_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count())};
}

void print_tail(const std::string& name, const std::string& text) {
  std::size_t begin = text.size();
  for (std::size_t lines = 0; begin > 0 && lines <= kLogLinesShown; ++lines) {
    begin = text.rfind('\n', begin - 1);
    if (begin == std::string::npos) begin = 0;
  }
  std::cerr << "--- " << name << text.substr(begin) << "\n";
}

}  // namespace

rpc::BuiltTransaction Holder::sign(const Hash& chain_id, Timestamp now,
                                   rules::OperationVariant operation) {
  const rpc::Envelope envelope{chain_id, reference(), next_sequence(), plus_ms(now, kValidMs)};
  return rpc::build_transaction(envelope, rules::Operation{std::move(operation)}, key_);
}

state::Charter wide_charter(std::vector<state::Validator> validators) {
  std::sort(validators.begin(), validators.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  state::Charter charter = test_town::charter();
  charter.validators.clear();
  for (state::Validator& validator : validators) charter.validators.push_back(validator);
  charter.founded = clock_now();
  for (state::Quota& quota : charter.limits.quotas) {
    quota.transactions = 1'000'000;
    quota.refusals = 100'000;
  }
  return charter;
}

Network::Network(std::size_t validators, const std::string& settings, const Change& change) {
  REQUIRE(initialize_crypto());
  nodes_.resize(validators);
  for (Node& node : nodes_) {
    node.peer_port = free_port();
    node.api_port = free_port();
  }
  make_folders(settings);
  if (change) change(charter_);
  found();
}

Network::~Network() {
  if (std::uncaught_exceptions() > 0) {
    for (std::size_t i = 0; i < size(); ++i) {
      print_tail("validator " + std::to_string(i), read_text(output(i)));
    }
  }
}

std::filesystem::path Network::data(std::size_t node) const {
  return folder() / ("validator-" + std::to_string(node));
}
std::filesystem::path Network::output(std::size_t node) const {
  return folder() / ("validator-" + std::to_string(node) + ".log");
}
std::string Network::url(std::size_t node) const {
  return "http://127.0.0.1:" + std::to_string(nodes_.at(node).api_port);
}

void Network::make_folders(const std::string& settings) {
  std::vector<state::Validator> validators;
  for (std::size_t i = 0; i < size(); ++i) {
    const auto answer = folder() / ("init-" + std::to_string(i) + ".json");
    const Ended ended =
        run({program(), "init", "--data", data(i), "--name", "validator-" + std::to_string(i),
             "--address", "127.0.0.1:" + std::to_string(nodes_[i].peer_port)},
            answer);
    INFO(read_text(answer));
    REQUIRE(ended.exit_code == 0);
    const auto validator = rpc::from_json<state::Validator>(read_text(answer));
    REQUIRE(validator.has_value());
    validators.push_back(*validator);
    std::ofstream{data(i) / "hansatsud.toml"} << "api_listen = \"127.0.0.1:" << nodes_[i].api_port
                                              << "\"\n"
                                              << settings;
  }
  charter_ = wide_charter(std::move(validators));
}

void Network::found() {
  chain_id_ = state::chain_id(charter_);
  trust_ = block::trust_of(charter_);
  const auto file = folder() / "charter.json";
  std::ofstream{file} << rpc::to_json(charter_, charter_.utc_offset, rpc::JsonLayout::indented);
  for (std::size_t i = 0; i < size(); ++i) {
    const auto answer = folder() / ("found-" + std::to_string(i) + ".txt");
    const Ended ended = run({program(), "found", "--data", data(i), "--charter", file}, answer);
    INFO(read_text(answer));
    REQUIRE(ended.exit_code == 0);
    REQUIRE(read_text(answer) == to_hex(chain_id_.view()) + "\n");
  }
}

void Network::start(std::size_t node) {
  nodes_.at(node).process = std::make_unique<Process>(
      std::vector<std::string>{program(), "run", "--data", data(node)}, output(node));
}

void Network::start_all() {
  for (std::size_t i = 0; i < size(); ++i) start(i);
  for (std::size_t i = 0; i < size(); ++i) wait_serving(i);
}

void Network::wait_serving(std::size_t node) {
  rpc::Client one = only(node);
  bool ended = false;
  const bool answered = wait_until(kStartMax, [&] {
    ended = process(node).wait(std::chrono::milliseconds{0}).has_value();
    const auto status = one.status();
    return ended || (status && status->serving);
  });
  CAPTURE(node);
  REQUIRE_FALSE(ended);
  REQUIRE(answered);
}

void Network::kill(std::size_t node) { nodes_.at(node).process.reset(); }

void Network::kill_all() {
  for (const Node& node : nodes_) {
    if (node.process) node.process->send(SIGKILL);
  }
  for (std::size_t i = 0; i < size(); ++i) kill(i);
}

void Network::stop(std::size_t node) {
  process(node).send(SIGTERM);
  const auto ended = process(node).wait(kStartMax);
  REQUIRE(ended.has_value());
  CHECK(ended->signal == 0);
  REQUIRE(ended->exit_code == 0);
  nodes_[node].process.reset();
}

rpc::Client Network::client(std::size_t first) const {
  rpc::ClientOptions options;
  for (std::size_t i = 0; i < size(); ++i) {
    options.endpoints.push_back({"127.0.0.1", nodes_[(first + i) % size()].api_port});
  }
  return rpc::Client{std::move(options)};
}

rpc::Client Network::only(std::size_t node) const {
  rpc::ClientOptions options;
  options.endpoints.push_back({"127.0.0.1", nodes_.at(node).api_port});
  return rpc::Client{std::move(options)};
}

rpc::SubmitAnswer submit_until_final(rpc::Client& client, const Bytes& transaction) {
  std::optional<rpc::Answer<rpc::SubmitAnswer>> answer;
  const bool answered = wait_until(kAgreeMax, [&] {
    answer.emplace(client.submit(transaction, true));
    const bool refused = !*answer && answer->error().failure == rpc::CallFailure::refused;
    if (!*answer) return refused && answer->error().status < 429;
    return (*answer)->state != rpc::SubmitState::accepted &&
           (*answer)->state != rpc::SubmitState::overloaded;
  });
  if (!*answer) FAIL(answer->error().code << " " << answer->error().text);
  REQUIRE(answered);
  return **answer;
}

rpc::NodeStatus Network::agree(Height least) {
  rpc::NodeStatus first;
  std::string seen;
  const bool agreed = wait_until(kAgreeMax, [&] {
    bool is_first = true;
    bool same = true;
    seen.clear();
    for (std::size_t i = 0; i < size(); ++i) {
      if (!is_running(i)) continue;
      const auto status = only(i).status();
      if (!status) {
        seen += " -";
        same = false;
        continue;
      }
      seen += " " + std::to_string(status->height.raw) + ":" +
              to_hex(status->state_root.view()).substr(0, 8);
      if (is_first) first = *status;
      is_first = false;
      same = same && status->height == first.height && status->state_root == first.state_root;
    }
    return same && !is_first && first.height >= least;
  });
  INFO("height:root of each:" << seen);
  REQUIRE(agreed);
  return first;
}

People::People(rpc::Client client, const state::Charter& charter, std::size_t count)
    : chain_id_{state::chain_id(charter)} {
  rules::OpenProgram program_terms;
  program_terms.terms.name.text = "charge";
  program_terms.terms.kind = state::ProgramKind::charge;
  program_terms.terms.paid = true;
  program_terms.terms.sendable = true;
  program_terms.terms.budget = Amount::of(1'000'000'000'000);
  program_terms.terms.opens = local_date(charter.founded, charter.utc_offset);
  program_terms.terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
  must(client, staff, program_terms);
  must(client, staff, rules::SetFloat{agent.account(), Amount::of(900'000'000'000)});

  AccountId next{static_cast<std::uint32_t>(charter.accounts.size())};
  const auto open = [&](rules::OpenAccount account) {
    account.salt.bytes.fill(static_cast<std::uint8_t>(next.raw + 1));
    account.keys.push_back(test_town::grant_all(test_town::key_of(next.raw).public_key()));
    const auto opened = must(client, staff, account);
    REQUIRE(opened.outcome.subject == next);
    return std::exchange(next, AccountId{next.raw + 1});
  };
  rules::OpenAccount shop_account;
  shop_account.kind = state::AccountKind::shop;
  shop_account.receives_sends = false;
  shop_account.category = 1;
  for (std::uint16_t coin = 0; coin < charter.coins.size(); ++coin) {
    shop_account.accepted_coins.push_back(CoinId{coin});
  }
  shop_account.related_persons.push_back(PersonId{77});
  shop_account.payee_digest.bytes.fill(1);
  shop = Holder{open(shop_account)};
  for (std::size_t i = 0; i < count; ++i) {
    persons.emplace_back(open(rules::OpenAccount{}));
    must(client, agent,
         rules::Charge{persons.back().account(), ProgramId{0}, Amount::of(kChargeUnits), {}});
  }
}

rpc::BuiltTransaction People::sign(rpc::Client& client, Holder& holder,
                                   rules::OperationVariant operation) const {
  return holder.sign(chain_id_, client.now(), std::move(operation));
}

rpc::FinalTransaction People::must(rpc::Client& client, Holder& holder,
                                   rules::OperationVariant operation) {
  const auto built = sign(client, holder, std::move(operation));
  const auto answer = submit_until_final(client, built.bytes);
  CAPTURE(answer.code);
  REQUIRE(answer.state == rpc::SubmitState::final);
  CAPTURE(answer.result->transaction.outcome.code);
  REQUIRE(answer.result->transaction.outcome.code == 0);
  return answer.result->transaction;
}

rules::Pay People::payment(std::uint64_t units) const {
  rules::Pay pay;
  pay.shop = shop.account();
  pay.amount = Amount::of(units);
  fill_random(pay.order.bytes);
  return pay;
}

}  // namespace test_cluster
