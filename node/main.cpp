#include <malloc.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "node/daemon.h"
#include "node/founding.h"
#include "node/version.h"
#include "rpc/json/json.h"

namespace {

using namespace hansatsu;

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr std::uintmax_t kCharterBytesMax = 4U << 20U;

int fail(const std::string& why) {
  std::cerr << "hansatsud: " << why << "\n";
  return kExitFailed;
}

int init(const std::string& data, const std::string& name, const std::string& address) {
  const auto identity = node::create_identity(data, name, address);
  if (!identity) return fail(std::string{node::text(identity.error())});
  std::cout << rpc::to_json(node::public_part(*identity), UtcOffset{}, rpc::JsonLayout::indented)
            << "\n";
  return kExitOk;
}

int found(const std::string& data, const std::string& path) {
  std::error_code ec;
  if (std::filesystem::file_size(path, ec) > kCharterBytesMax || ec) {
    return fail(path + ": not a readable charter of at most 4 MiB");
  }
  std::ifstream in{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto charter = rpc::from_json<state::Charter>(text);
  if (!charter) return fail(path + ": " + rpc::to_string(charter.error()));
  const auto chain = node::found_chain(data, *charter);
  if (!chain) return fail(chain.error());
  std::cout << to_hex(chain->view()) << "\n";
  return kExitOk;
}

/// Blocks and batches of some hundred KiB come and go all the time. Giving their memory back to the
/// system after each, to be handed fresh pages for the next, costs more than keeping it.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
  ::mallopt(M_TOP_PAD, 1 << 20);
}

int run(const std::string& data) {
  const auto config = node::load_config(data);
  if (!config) return fail(config.error().text);
  const auto level = spdlog::level::from_str(config->log_level);
  if (level == spdlog::level::off && config->log_level != "off") {
    return fail("log_level: trace, debug, info, warn, error or off");
  }
  spdlog::set_level(level);
  keep_freed_memory();
  const auto ran = node::run_node(*config);
  spdlog::shutdown();
  return ran ? kExitOk : fail(ran.error());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"hansatsud: a validator of a town's ledger"};
  app.set_version_flag("--version", node::kVersion);
  app.require_subcommand(1);
  app.footer(
      "First start of a new chain:\n"
      "  hansatsud init --data DIR --name hall --address 10.0.0.1:7400 > hall.json\n"
      "  (the charter names all validators' public parts)\n"
      "  hansatsud found --data DIR --charter charter.json\n"
      "  hansatsud run --data DIR\n"
      "Settings: DIR/hansatsud.toml. Exit codes: 0 ended in order, 1 failed.");
  std::string data;
  std::string name;
  std::string address;
  std::string charter;
  CLI::App* init_command = app.add_subcommand("init", "Make this validator's keys");
  init_command->add_option("--data", data, "data folder")->required();
  init_command->add_option("--name", name, "name in the charter")->required();
  init_command->add_option("--address", address, "host:port for peers")->required();
  CLI::App* found_command = app.add_subcommand("found", "Begin the chain of a charter");
  found_command->add_option("--data", data, "data folder")->required();
  found_command->add_option("--charter", charter, "charter as JSON")->required();
  CLI::App* run_command = app.add_subcommand("run", "Run until told to stop (SIGTERM)");
  run_command->add_option("--data", data, "data folder")->required();
  CLI11_PARSE(app, argc, argv);

  spdlog::set_default_logger(spdlog::stderr_logger_mt("hansatsud"));
  spdlog::flush_on(spdlog::level::info);
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  if (!initialize_crypto()) return fail("no source of randomness");
  if (*init_command) return init(data, name, address);
  if (*found_command) return found(data, charter);
  return run(data);
}
