#include "node/identity.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <vector>

namespace hansatsu::node {
namespace {

constexpr std::size_t kKeyFileBytesMax = 4'096;
constexpr const char* kKeyFile = "validator.key";
constexpr const char* kOperatorFile = "operator.key";

state::TlsKey tls_public_key(ByteView seed) {
  state::TlsKey key;
  SecretBytes<crypto_sign_SECRETKEYBYTES> secret;
  crypto_sign_seed_keypair(key.bytes.data(), secret.writable().data(), seed.data());
  return key;
}

void append(std::string& text, std::string_view label, std::string_view value) {
  text.append(label).append(" ").append(value).append("\n");
}

/// The value after `label` on the line that must come next.
std::optional<std::string> take_line(std::istringstream& in, std::string_view label) {
  std::string line;
  if (!std::getline(in, line) || !line.starts_with(label) || line.size() <= label.size() + 1) {
    return std::nullopt;
  }
  return line.substr(label.size() + 1);
}

std::optional<Identity> parse(const std::string& file) {
  std::istringstream in{file};
  const auto name = take_line(in, "name");
  const auto address = take_line(in, "address");
  auto secret = take_line(in, "secret");
  auto seed = take_line(in, "tls-seed");
  const auto operator_key = take_line(in, "operator");
  if (!name || !address || !secret || !seed || !operator_key) return std::nullopt;
  auto secret_bytes = from_hex(*secret);
  auto seed_bytes = from_hex(*seed);
  const auto operator_bytes = fixed_from_hex<PublicKey>(*operator_key);
  std::optional<Identity> identity;
  if (secret_bytes && secret_bytes->size() == 32 && seed_bytes && seed_bytes->size() == 32 &&
      operator_bytes) {
    auto key = KeyPair::from_secret(
        SecretBytes<32>{std::span<const std::uint8_t, 32>{secret_bytes->data(), 32}});
    if (key) {
      identity.emplace(
          Identity{*name, *address, std::move(*key),
                   SecretBytes<32>{std::span<const std::uint8_t, 32>{seed_bytes->data(), 32}},
                   *operator_bytes});
    }
  }
  if (secret_bytes) wipe(*secret_bytes);
  if (seed_bytes) wipe(*seed_bytes);
  wipe({reinterpret_cast<std::uint8_t*>(secret->data()), secret->size()});
  wipe({reinterpret_cast<std::uint8_t*>(seed->data()), seed->size()});
  return identity;
}

}  // namespace

std::string_view text(IdentityError error) {
  switch (error) {
    case IdentityError::exists:
      return "this folder has a validator's keys already";
    case IdentityError::missing:
      return "no validator.key in this folder: run `hansatsud init` first";
    case IdentityError::unreadable:
      return "validator.key is malformed or can't be read";
    case IdentityError::exposed:
      return "validator.key can be read by others: chmod 600 it";
    case IdentityError::io:
      return "the key file could not be written";
  }
  return "";
}

bool write_new_file(const std::filesystem::path& path, ByteView bytes) {
  const std::filesystem::path temporary = path.string() + ".new";
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) return false;
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool written =
      ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  if (!written || ::link(temporary.c_str(), path.c_str()) != 0) return false;
  ::unlink(temporary.c_str());
  const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced;
}

Result<Identity, IdentityError> create_identity(const std::filesystem::path& data,
                                                const std::string& name,
                                                const std::string& address) {
  std::error_code ec;
  std::filesystem::create_directories(data, ec);
  if (std::filesystem::exists(data / kKeyFile, ec)) return Err{IdentityError::exists};
  const KeyPair operator_pair = KeyPair::generate();
  Identity identity{name, address, KeyPair::generate(), SecretBytes<32>{},
                    operator_pair.public_key()};
  fill_random(identity.tls_seed.writable());

  std::string operator_file;
  append(operator_file, "secret", to_hex(operator_pair.secret()));
  std::string file;
  append(file, "name", name);
  append(file, "address", address);
  append(file, "secret", to_hex(identity.key.secret()));
  append(file, "tls-seed", to_hex(identity.tls_seed.view()));
  append(file, "operator", to_hex(identity.operator_key.view()));
  const bool written = write_new_file(data / kOperatorFile, as_bytes(operator_file)) &&
                       write_new_file(data / kKeyFile, as_bytes(file));
  wipe({reinterpret_cast<std::uint8_t*>(file.data()), file.size()});
  wipe({reinterpret_cast<std::uint8_t*>(operator_file.data()), operator_file.size()});
  if (!written) return Err{IdentityError::io};
  return identity;
}

Result<Identity, IdentityError> load_identity(const std::filesystem::path& data) {
  const std::filesystem::path path = data / kKeyFile;
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return Err{IdentityError::missing};
  if ((info.st_mode & 077U) != 0) return Err{IdentityError::exposed};
  if (info.st_size > static_cast<off_t>(kKeyFileBytesMax)) return Err{IdentityError::unreadable};
  std::ifstream in{path, std::ios::binary};
  std::string file{std::istreambuf_iterator<char>{in}, {}};
  auto identity = parse(file);
  wipe({reinterpret_cast<std::uint8_t*>(file.data()), file.size()});
  if (!identity) return Err{IdentityError::unreadable};
  return std::move(*identity);
}

state::Validator public_part(const Identity& identity) {
  state::Validator validator;
  validator.name.text = identity.name;
  validator.key = identity.key.public_key();
  validator.tls_key = tls_public_key(identity.tls_seed.view());
  validator.operator_key = identity.operator_key;
  validator.address.text = identity.address;
  return validator;
}

}  // namespace hansatsu::node
