#pragma once

#include <filesystem>
#include <string>

#include "ledger/crypto/keys.h"
#include "ledger/state/charter.h"

namespace hansatsu::node {

/// The keys of one validator: it votes with one, speaks TLS with another. The operator's key stays
/// with the operator: its public half alone is kept here, for the charter.
struct Identity {
  std::string name;
  std::string address;  ///< host:port of the peer listener
  KeyPair key;
  SecretBytes<32> tls_seed;  ///< Ed25519
  PublicKey operator_key;
};

enum class IdentityError : std::uint8_t {
  exists = 1,      ///< the folder has keys already: they are never overwritten
  missing = 2,     ///< no key file
  unreadable = 3,  ///< malformed, or the file can't be read
  exposed = 4,     ///< others than the owner may read the file
  io = 5,          ///< it could not be written and synced
};
[[nodiscard]] std::string_view text(IdentityError error);

/// Makes new keys in data/validator.key (mode 0600, synced) and the operator's secret in
/// data/operator.key, which the operator takes away to a safe place.
[[nodiscard]] Result<Identity, IdentityError> create_identity(const std::filesystem::path& data,
                                                              const std::string& name,
                                                              const std::string& address);
[[nodiscard]] Result<Identity, IdentityError> load_identity(const std::filesystem::path& data);

/// What the charter says of this validator.
[[nodiscard]] state::Validator public_part(const Identity& identity);

/// Writes a file so that after a power loss it is there whole or not at all. Fails when it exists.
[[nodiscard]] bool write_new_file(const std::filesystem::path& path, ByteView bytes);

}  // namespace hansatsu::node
