#include "wallet/town/found.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "rpc/json/json.h"
#include "rpc/json/machine_time.h"
#include "wallet/keystore/keystore.h"
#include "wallet/town/child_process.h"

namespace hansatsu::town {
namespace {

using nlohmann::json;

constexpr const char* kFoundingMark = ".founding";
constexpr const char* kStaffNames[] = {"registrar", "issuer", "treasurer", "auditor"};
/// Cheap on purpose: a demo opens its keystores all day long.
constexpr wallet::KdfCost kDemoCost{1, 8 * 1024};

/// Ports of the loopback that are free now; all are held until all are known.
Attempt<std::vector<std::uint16_t>> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < count; ++i) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (socket < 0 || ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      break;
    }
    sockets.push_back(socket);
    ports.push_back(ntohs(address.sin_port));
  }
  for (const int socket : sockets) ::close(socket);
  if (ports.size() != count) return Err{std::string{"no free ports on the loopback"}};
  return ports;
}

/// Nothing of the demo's is overwritten unless an interrupted founding left it.
Attempt<void> prepare_folder(const Path& dir) {
  std::error_code ec;
  if (std::filesystem::exists(dir / "town.json", ec)) {
    return Err{dir.string() + " holds a town already"};
  }
  const bool interrupted = std::filesystem::exists(dir / kFoundingMark, ec);
  for (const char* name : {"validators", "keys", "charter.json", "programs.json", "shops.csv",
                           "town.toml", "accounts.json"}) {
    if (!std::filesystem::exists(dir / name, ec)) continue;
    if (!interrupted) {
      return Err{(dir / name).string() + " is in the way: choose another --dir"};
    }
    std::filesystem::remove_all(dir / name, ec);
  }
  std::filesystem::create_directories(dir / "validators", ec);
  std::filesystem::create_directories(keys_folder(dir), ec);
  if (ec) return Err{dir.string() + ": " + ec.message()};
  return write_text(dir / kFoundingMark, "a founding that did not come to its end\n");
}

Attempt<void> copy_data(const Path& from, const Path& to) {
  for (const char* name : {"programs.json", "shops.csv", "town.toml"}) {
    const auto text = read_text(from / name);
    if (!text) return Err{text.error()};
    if (const auto written = write_text(to / name, *text); !written) return Err{written.error()};
  }
  return {};
}

Attempt<std::string> make_passphrase(const Path& dir) {
  std::array<std::uint8_t, 16> random{};
  fill_random(random);
  const std::string passphrase = to_hex(random);
  const auto written = write_text(passphrase_file(dir), passphrase + "\n");
  if (!written) return Err{written.error()};
  return passphrase;
}

/// A keystore of fresh random keys under these names; the public halves in their order.
Attempt<std::vector<PublicKey>> make_keys(const Path& path, const std::string& passphrase,
                                          const std::vector<std::string>& names) {
  auto keystore = wallet::Keystore::create(path, passphrase, kDemoCost);
  std::vector<PublicKey> keys;
  for (const std::string& name : names) {
    if (!keystore) break;
    const auto added = keystore->add_secret(name, KeyPair::generate());
    if (!added) break;
    keys.push_back(*added);
  }
  if (keys.size() != names.size()) return Err{path.string() + ": the keystore can't be written"};
  return keys;
}

Attempt<void> make_seed(const Path& path, const std::string& passphrase, const std::string& name) {
  auto keystore = wallet::Keystore::create(path, passphrase, kDemoCost);
  wallet::Words words;
  fill_random(words.entropy.writable());
  words.language = wallet::WordLanguage::japanese;
  if (!keystore || !keystore->add_words(name, words)) {
    return Err{path.string() + ": the keystore can't be written"};
  }
  return {};
}

Attempt<void> make_people_keys(const Path& dir, const std::string& passphrase) {
  const auto plan = load_plan(dir);
  if (!plan) return Err{plan.error()};
  const auto shops = load_shops(dir);
  if (!shops) return Err{shops.error()};
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= shops->size(); ++i) names.push_back("shop-" + std::to_string(i));
  for (std::size_t i = 1; i <= plan->agents.size(); ++i) {
    names.push_back("agent-" + std::to_string(i));
  }
  names.push_back("replay-agent");
  names.push_back("replay-shop");
  const auto places = make_keys(keys_folder(dir) / kPlaceKeys, passphrase, names);
  if (!places) return Err{places.error()};
  for (const char* name : {"residents", "resident-a", "resident-b", "replay"}) {
    const auto made = make_seed(keys_folder(dir) / (std::string{name} + ".keys"), passphrase, name);
    if (!made) return Err{made.error()};
  }
  return {};
}

Attempt<state::Validator> make_validator(const FoundOptions& options, const std::string& name,
                                         std::uint16_t peer_port, std::uint16_t api_port) {
  const Path folder = options.dir / "validators" / name;
  const auto printed =
      run_program({options.hansatsud.string(), "init", "--data", folder.string(), "--name", name,
                   "--address", "127.0.0.1:" + std::to_string(peer_port)});
  if (!printed) return Err{printed.error()};
  auto validator = rpc::from_json<state::Validator>(*printed);
  if (!validator) return Err{name + ": hansatsud init: " + rpc::to_string(validator.error())};
  const auto written = write_text(folder / "hansatsud.toml",
                                  "api_listen = \"127.0.0.1:" + std::to_string(api_port) + "\"\n");
  if (!written) return Err{written.error()};
  return *std::move(validator);
}

/// The example's charter with this town's keys, salts and addresses in it.
Attempt<state::Charter> fill_charter(const FoundOptions& options,
                                     const std::vector<PublicKey>& staff, TownFile& town) {
  const auto text = read_text(options.example / "charter.json");
  if (!text) return Err{text.error()};
  auto charter =
      rpc::from_json<state::Charter>(resolve_dates(*text, rpc::machine_time(), UtcOffset{540}));
  if (!charter) return Err{"charter.json: " + rpc::to_string(charter.error())};
  if (charter->accounts.size() != staff.size()) {
    return Err{std::string{"charter.json: the demo town founds with four staff accounts"}};
  }
  for (std::size_t i = 0; i < staff.size(); ++i) {
    fill_random(charter->accounts[i].salt.bytes);
    for (state::KeyGrant& grant : charter->accounts[i].keys) grant.key = staff[i];
  }
  const auto ports = free_ports(std::size_t{options.validators} * 2);
  if (!ports) return Err{ports.error()};
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < options.validators; ++i) {
    names.push_back(i < charter->validators.size() ? charter->validators[i].name.text
                                                   : "validator-" + std::to_string(i + 1));
  }
  charter->validators.clear();
  for (std::size_t i = 0; i < options.validators; ++i) {
    const std::uint16_t api = (*ports)[i * 2 + 1];
    auto validator = make_validator(options, names[i], (*ports)[i * 2], api);
    if (!validator) return Err{validator.error()};
    charter->validators.push_back(*std::move(validator));
    town.validators.push_back({names[i], "http://127.0.0.1:" + std::to_string(api)});
  }
  std::sort(charter->validators.begin(), charter->validators.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return *std::move(charter);
}

}  // namespace

Attempt<std::string> found(const FoundOptions& options) {
  if (options.validators != 1 &&
      (options.validators < 4 || options.validators > chain::kValidatorsMax)) {
    return Err{std::string{"--validators: 1, or 4 to 31"}};
  }
  if (auto ready = prepare_folder(options.dir); !ready) return Err{ready.error()};
  if (auto copied = copy_data(options.example, options.dir); !copied) return Err{copied.error()};
  const auto passphrase = make_passphrase(options.dir);
  if (!passphrase) return Err{passphrase.error()};
  const auto staff = make_keys(keys_folder(options.dir) / kStaffKeys, *passphrase,
                               {std::begin(kStaffNames), std::end(kStaffNames)});
  if (!staff) return Err{staff.error()};
  if (auto made = make_people_keys(options.dir, *passphrase); !made) return Err{made.error()};

  TownFile town;
  fill_random({reinterpret_cast<std::uint8_t*>(&town.seed), sizeof town.seed});
  town.seed >>= 12U;  // so that every JSON reader keeps it exact
  const auto charter = fill_charter(options, *staff, town);
  if (!charter) return Err{charter.error()};
  const Path charter_path = options.dir / "charter.json";
  if (auto written =
          write_text(charter_path,
                     rpc::to_json(*charter, charter->utc_offset, rpc::JsonLayout::indented) + "\n");
      !written) {
    return Err{written.error()};
  }
  for (const ValidatorPlace& validator : town.validators) {
    const auto founded = run_program({options.hansatsud.string(), "found", "--data",
                                      (options.dir / "validators" / validator.name).string(),
                                      "--charter", charter_path.string()});
    if (!founded) return Err{founded.error()};
  }
  town.chain_id = state::chain_id(*charter);
  if (auto saved = save_town(options.dir, town); !saved) return Err{saved.error()};
  std::error_code ec;
  std::filesystem::remove(options.dir / kFoundingMark, ec);
  return "founded " + charter->chain_name.text + ": " + std::to_string(town.validators.size()) +
         " validators, chain " + to_hex(town.chain_id.view()).substr(0, 16);
}

}  // namespace hansatsu::town
