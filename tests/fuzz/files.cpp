#include <fstream>

#include "ledger/block/transaction.h"
#include "node/config.h"
#include "node/identity.h"
#include "wallet/cli/opened_accounts.h"
#include "wallet/cli/settings.h"
#include "wallet/cli/submitted_rows.h"

using namespace hansatsu;

namespace {

/// A folder of this process alone.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name = root() / "hansatsu-fuzz-XXXXXX";
    ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Replaces the file; its owner alone may read it.
  [[nodiscard]] std::filesystem::path write(const char* name, std::string_view text) const {
    auto file = path_ / name;
    std::ofstream{file, std::ios::binary | std::ios::trunc} << text;
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file;
  }

 private:
  /// In memory where the system has such a place: a disk takes milliseconds for each file.
  static std::filesystem::path root() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  }

  std::filesystem::path path_;
};

void read_validator_key(const OwnFolder& folder, std::string_view text) {
  (void)folder.write("validator.key", text);
  const auto identity = node::load_identity(folder.path());
  if (!identity) {
    ASSERT(identity.error() == node::IdentityError::unreadable);
    return;
  }
  ASSERT(!identity->name.empty() && !identity->address.empty());
  ASSERT(node::public_part(*identity).key == identity->key.public_key());
}

void read_node_settings(const OwnFolder& folder, std::string_view text) {
  (void)folder.write("hansatsud.toml", text);
  const auto config = node::load_config(folder.path());
  if (!config) {
    ASSERT(!config.error().text.empty());
    return;
  }
  ASSERT(config->verify_threads <= 256 && config->api_requests_per_second > 0);
  ASSERT(config->mempool_transactions_max >= 64);
  ASSERT(config->checkpoint_interval >= std::chrono::milliseconds{100});
}

void read_wallet_settings(const OwnFolder& folder, std::string_view text) {
  wallet::Settings settings;
  const auto read =
      wallet::complete_settings(settings, folder.write("wallet.toml", text), /*must_exist=*/true);
  if (!read) {
    ASSERT(read.error().exit == wallet::ExitCode::wrong_input && !read.error().text.empty());
    return;
  }
  ASSERT(settings.wait_seconds > 0 && settings.wait_seconds <= 0x7fff'ffffU);
}

void read_opened(const OwnFolder& folder, std::string_view text) {
  const wallet::Console console{{}};
  const auto opened = wallet::OpenedAccounts::load(console, folder.write("opened.csv", text));
  if (!opened) {
    ASSERT(!opened.error().text.empty());
    return;
  }
  for (const wallet::Json& each : opened->json()) {
    const auto key = fixed_from_hex<PublicKey>(each["key"].get<std::string>());
    ASSERT(key && opened->holds(*key));
    ASSERT(parse_account_number(each["account"].get<std::string>()).has_value());
  }
}

void read_submitted(const OwnFolder& folder, std::string_view text) {
  const wallet::Console console{{}};
  const auto submitted = wallet::SubmittedRows::load(console, folder.write("submitted.csv", text));
  if (!submitted) {
    ASSERT(!submitted.error().text.empty());
    return;
  }
  for (const wallet::SubmittedRow& row : submitted->rows()) {
    const auto transaction = decode<block::Transaction>(row.transaction);
    ASSERT(transaction && encode(*transaction) == row.transaction);
    const auto* opening =
        std::get_if<rules::OpenAccount>(&transaction->unsigned_part.operation.value);
    ASSERT(opening != nullptr && !opening->keys.empty());
  }
}

}  // namespace

/// What stands in a person's folder, and what an editor or a disk made of it: the first byte says
/// which file. It is understood whole, or refused with a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const OwnFolder folder;
  static const bool is_ready = initialize_crypto();
  ASSERT(is_ready);
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  switch (data[0]) {
    case 'v':
      read_validator_key(folder, text);
      break;
    case 'n':
      read_node_settings(folder, text);
      break;
    case 'w':
      read_wallet_settings(folder, text);
      break;
    case 'o':
      read_opened(folder, text);
      break;
    case 's':
      read_submitted(folder, text);
      break;
    default:
      break;
  }
  return 0;
}
