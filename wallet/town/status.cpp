#include "wallet/town/status.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <thread>

#include "rpc/client/client.h"

namespace hansatsu::town {
namespace {

constexpr std::chrono::milliseconds kRootsAgreeMax{3'000};
constexpr std::chrono::milliseconds kStatusPoll{30};

using Statuses = std::vector<std::optional<rpc::NodeStatus>>;

Statuses ask_all(std::vector<rpc::Client>& clients) {
  Statuses statuses;
  for (rpc::Client& client : clients) {
    const auto status = client.status();
    statuses.push_back(status ? std::optional{*status} : std::nullopt);
  }
  return statuses;
}

bool is_same_chain_everywhere(const Statuses& statuses) {
  const rpc::NodeStatus* first = nullptr;
  for (const auto& status : statuses) {
    if (!status) continue;
    if (first == nullptr) first = &*status;
    if (status->height != first->height || status->state_root != first->state_root) return false;
  }
  return first != nullptr;
}

nlohmann::ordered_json as_json_value(const TownFile& town, const Statuses& statuses, bool agree) {
  nlohmann::ordered_json value;
  value["chain"] = to_hex(town.chain_id.view());
  value["validators"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    nlohmann::ordered_json one;
    one["name"] = town.validators[i].name;
    one["alive"] = statuses[i].has_value();
    one["height"] = statuses[i] ? nlohmann::ordered_json(statuses[i]->height.raw) : nullptr;
    one["state_root"] =
        statuses[i] ? nlohmann::ordered_json(to_hex(statuses[i]->state_root.view())) : nullptr;
    if (statuses[i]) {
      one["voting"] = statuses[i]->voting;
      one["view"] = statuses[i]->view.raw;
      one["peers"] = std::count_if(statuses[i]->peers.begin(), statuses[i]->peers.end(),
                                   [](const rpc::PeerStatus& peer) { return peer.connected; });
      one["waiting"] = statuses[i]->waiting_transactions;
      one["disk_bytes"] = statuses[i]->disk_bytes;
      one["api"] = town.validators[i].api;
    }
    value["validators"].push_back(one);
  }
  value["agree"] = agree;
  return value;
}

void print_table(const TownFile& town, const Statuses& statuses) {
  std::cout << std::left << std::setw(14) << "validator" << std::setw(7) << "alive" << std::right
            << std::setw(9) << "height" << std::setw(9) << "view" << "  " << std::left
            << std::setw(18) << "state root" << std::right << std::setw(6) << "peers"
            << std::setw(10) << "disk MiB" << "  api\n";
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    std::cout << std::left << std::setw(14) << town.validators[i].name;
    if (!statuses[i]) {
      std::cout << "no\n";
      continue;
    }
    const rpc::NodeStatus& status = *statuses[i];
    const auto peers = std::count_if(status.peers.begin(), status.peers.end(),
                                     [](const rpc::PeerStatus& peer) { return peer.connected; });
    std::cout << std::setw(7) << "yes" << std::right << std::setw(9) << status.height.raw
              << std::setw(9) << status.view.raw << "  " << std::left << std::setw(18)
              << to_hex(status.state_root.view()).substr(0, 16) << std::right << std::setw(6)
              << peers << std::setw(10) << (status.disk_bytes >> 20U) << "  "
              << town.validators[i].api << "\n";
  }
}

}  // namespace

Attempt<bool> show_status(const Path& dir, bool as_json) {
  const auto town = load_town(dir);
  if (!town) return Err{town.error()};
  std::vector<rpc::Client> clients;
  for (const ValidatorPlace& place : town->validators) {
    rpc::ClientOptions options;
    const auto endpoint = rpc::parse_endpoint(place.api);
    if (!endpoint) return Err{"town.json: " + place.api + " is no address"};
    options.endpoints.push_back(*endpoint);
    clients.emplace_back(options);
  }
  // Under load each may be a block ahead of the other at the moment it is asked.
  const auto deadline = std::chrono::steady_clock::now() + kRootsAgreeMax;
  Statuses statuses = ask_all(clients);
  while (!is_same_chain_everywhere(statuses) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kStatusPoll);
    statuses = ask_all(clients);
  }
  const auto alive = static_cast<std::size_t>(
      std::count_if(statuses.begin(), statuses.end(), [](const auto& s) { return s.has_value(); }));
  const std::size_t quorum = statuses.size() - (statuses.size() - 1) / 3;
  const bool agree = is_same_chain_everywhere(statuses) && alive >= quorum;
  if (as_json) {
    std::cout << as_json_value(*town, statuses, agree).dump() << "\n";
    return agree;
  }
  print_table(*town, statuses);
  std::cout << (agree ? "OK: " : "FAILED: ") << alive << " of " << statuses.size()
            << " validators alive, " << (agree ? "they agree" : "no quorum of them agrees") << "\n";
  return agree;
}

}  // namespace hansatsu::town
