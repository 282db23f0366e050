#include "node/founding.h"

#include <fstream>

#include "node/log/log.h"
#include "node/log/posix_disk.h"
#include "node/recovery.h"

namespace hansatsu::node {

Result<state::Charter, std::string> load_charter(const std::filesystem::path& data) {
  std::ifstream in{data / kCharterFile, std::ios::binary};
  if (!in) return Err<std::string>{"no charter in this folder: run `hansatsud found` first"};
  const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  auto charter = decode<state::Charter>(as_bytes(bytes));
  if (!charter || !state::check_charter(*charter))
    return Err<std::string>{"charter.bin is damaged"};
  return *std::move(charter);
}

Result<Hash, std::string> found_chain(const std::filesystem::path& data,
                                      const state::Charter& charter) {
  const auto identity = load_identity(data);
  if (!identity) return Err<std::string>{std::string{text(identity.error())}};
  if (const auto checked = state::check_charter(charter); !checked) {
    return Err<std::string>{"the charter's parts don't fit each other: fault " +
                            std::to_string(static_cast<int>(checked.error()))};
  }
  const auto self = state::validator_set(charter).index_of(identity->key.public_key());
  if (!self || charter.validators[self->raw] != public_part(*identity)) {
    return Err<std::string>{"the charter does not name this validator's keys and address"};
  }
  auto disk =
      log::PosixDisk::open_folder((data / kLogFolder).string(), log::PosixDisk::Access::read_write);
  if (!disk) return Err<std::string>{"the log's folder can't be made"};
  log::Identity log_identity;
  log_identity.chain_id = state::chain_id(charter);
  log_identity.validator = identity->key.public_key();
  fill_random(log_identity.log_id.bytes);
  fill_random(log_identity.salt.bytes);
  if (const auto made = log::Log::create(*disk, log_identity, kLogOptions); !made) {
    return Err<std::string>{log::describe(made.error())};
  }
  if (!write_new_file(data / kCharterFile, encode(charter))) {
    return Err<std::string>{"charter.bin could not be written, or is there already"};
  }
  return log_identity.chain_id;
}

}  // namespace hansatsu::node
