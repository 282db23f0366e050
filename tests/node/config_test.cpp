#include "node/config.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "node/identity.h"
#include "tests/cluster/process.h"

using namespace hansatsu;  // NOLINT: a test
using test_cluster::TemporaryFolder;

namespace {

/// Sets a variable of the environment for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_{name} { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

Result<node::Config, node::ConfigError> load(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream{folder.path() / "hansatsud.toml"} << text;
  return node::load_config(folder.path());
}

std::string reason(const std::string& text) {
  const auto config = load(text);
  REQUIRE_FALSE(config.has_value());
  return config.error().text;
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("without a file a node runs on its defaults", "[node][config]") {
  const TemporaryFolder folder;
  const auto config = node::load_config(folder.path());
  REQUIRE(config.has_value());
  CHECK(config->data == folder.path());
  CHECK(config->api_listen == "127.0.0.1:0");
  CHECK(config->metrics_listen == "127.0.0.1:0");
  CHECK(config->peer_listen.empty());
  CHECK(config->log_level == "info");
}

TEST_CASE("every key of the file is read", "[node][config]") {
  const auto config = load(R"(
peer_listen = "10.0.0.1:7400"
api_listen = "127.0.0.1:8080"
metrics_listen = "10.0.0.1:9100"
log_level = "debug"
verify_threads = 3
mempool_transactions_max = 1000
checkpoint_interval_ms = 250
api_requests_per_second = 77
)");
  REQUIRE(config.has_value());
  CHECK(config->peer_listen == "10.0.0.1:7400");
  CHECK(config->api_listen == "127.0.0.1:8080");
  CHECK(config->metrics_listen == "10.0.0.1:9100");
  CHECK(config->log_level == "debug");
  CHECK(config->verify_threads == 3);
  CHECK(config->mempool_transactions_max == 1'000);
  CHECK(config->checkpoint_interval == std::chrono::milliseconds{250});
  CHECK(config->api_requests_per_second == 77);
}

TEST_CASE("the environment goes before the file", "[node][config]") {
  const Variable listen{"HANSATSUD_API_LISTEN", "127.0.0.1:9999"};
  const Variable threads{"HANSATSUD_VERIFY_THREADS", "5"};
  const auto config = load("api_listen = \"127.0.0.1:8080\"\nverify_threads = 3\n");
  REQUIRE(config.has_value());
  CHECK(config->api_listen == "127.0.0.1:9999");
  CHECK(config->verify_threads == 5);
}

TEST_CASE("a wrong setting is refused with file, key and reason", "[node][config]") {
  CHECK(says(reason("api_lisen = \"x\""), "hansatsud.toml: api_lisen: no such key"));
  CHECK(says(reason("api_listen = 80"), "api_listen: a text in quotes"));
  CHECK(says(reason("verify_threads = \"3\""), "verify_threads: a whole number"));
  CHECK(says(reason("verify_threads = 1.5"), "verify_threads: a whole number"));
  CHECK(says(reason("verify_threads = -1"), "verify_threads: out of range"));
  CHECK(says(reason("mempool_transactions_max = 63"), "out of range"));
  CHECK(says(reason("checkpoint_interval_ms = 99"), "out of range"));
  CHECK(says(reason("api_requests_per_second = 0"), "out of range"));
  CHECK(says(reason("log_level = \"info\"\napi_listen = "), "line 2"));
  CHECK(says(reason("[consensus]\ndelta_ms = 1"), "consensus: no such key"));

  const Variable threads{"HANSATSUD_VERIFY_THREADS", "many"};
  CHECK(says(reason(""), "HANSATSUD_VERIFY_THREADS: a whole number"));
}

TEST_CASE("a validator's keys are its owner's alone and are never overwritten",
          "[node][identity]") {
  const TemporaryFolder folder;
  const auto data = folder.path() / "hall";
  const auto made = node::create_identity(data, "hall", "127.0.0.1:7400");
  REQUIRE(made.has_value());
  for (const char* file : {"validator.key", "operator.key"}) {
    const auto mode = std::filesystem::status(data / file).permissions();
    CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
  const auto loaded = node::load_identity(data);
  REQUIRE(loaded.has_value());
  CHECK(node::public_part(*loaded) == node::public_part(*made));
  CHECK(loaded->name == "hall");

  const auto again = node::create_identity(data, "hall", "127.0.0.1:7400");
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error() == node::IdentityError::exists);
  CHECK(node::public_part(*node::load_identity(data)) == node::public_part(*made));
}

TEST_CASE("keys that others may read, or that are damaged, are not used", "[node][identity]") {
  using node::IdentityError;
  const TemporaryFolder folder;
  CHECK(node::load_identity(folder.path()).error() == IdentityError::missing);
  REQUIRE(node::create_identity(folder.path(), "hall", "127.0.0.1:7400").has_value());
  const auto file = folder.path() / "validator.key";
  std::filesystem::permissions(file, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  CHECK(node::load_identity(folder.path()).error() == IdentityError::exposed);
  std::filesystem::permissions(file, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::remove);
  std::filesystem::resize_file(file, 40);
  CHECK(node::load_identity(folder.path()).error() == IdentityError::unreadable);
}
