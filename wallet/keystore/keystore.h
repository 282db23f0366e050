#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/crypto/keys.h"
#include "ledger/types/codec.h"
#include "wallet/keystore/derivation.h"

namespace hansatsu::wallet {

enum class KeystoreError : std::uint8_t {
  not_found = 1,     ///< no file there
  exists,            ///< a new keystore was asked for, and a file is there
  io,                ///< the file could not be read or written
  open_to_others,    ///< the file's mode lets others than its owner read it
  changed,           ///< another process changed the file since it was opened: open it again
  malformed,         ///< no keystore, or a damaged one
  too_costly,        ///< asks for more memory or time than a keystore of ours ever does
  wrong_passphrase,  ///< or the file was altered: the two can't be told apart
  name_taken,        ///< a key of that name is there
  name_unknown,      ///< no key of that name
  bad_name,          ///< empty, longer than 64 bytes, or not UTF-8
  full,              ///< 4,096 keys
  no_words,          ///< the key was not made from recovery words
  no_key,            ///< the words give no valid key for this coin (once in 2^127)
};

/// What opening costs: Argon2id's passes and memory. The file names its own, within kKdfMax.
struct KdfCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 64 * 1024;
  bool operator==(const KdfCost&) const = default;
};
template <class C, FieldsOf<KdfCost> K>
void fields(C& c, K& cost) {
  c(cost.passes, cost.memory_kib);
}
/// RFC 9106's second recommended choice: about 0.15 s and 64 MiB.
inline constexpr KdfCost kKdfStandard{3, 64 * 1024};
inline constexpr KdfCost kKdfMax{16, 1024 * 1024};

/// What a key was made from. In keystore files: DO NOT RENUMBER.
enum class KeyOrigin : std::uint8_t {
  words = 1,  ///< 24 recovery words, at m/44'/coin'/0'/0/0
  random,     ///< a random secret of its own; only the file holds it
};
constexpr bool known(KeyOrigin origin) {
  return origin == KeyOrigin::words || origin == KeyOrigin::random;
}

/// What anyone who may read the file sees without the passphrase; sealed against change.
struct KeyEntry {
  BoundedText<64> name;
  KeyOrigin origin = KeyOrigin::words;
  WordLanguage language = WordLanguage::english;
  std::uint32_t coin_index = kCoinIndexUnregistered;
  PublicKey public_key;
  bool operator==(const KeyEntry&) const = default;
};
template <class C, FieldsOf<KeyEntry> K>
void fields(C& c, K& entry) {
  c(entry.name, entry.origin, entry.language, entry.coin_index, entry.public_key);
}

/// Named keys in one file under one passphrase: Argon2id, then XChaCha20-Poly1305 with everything
/// public as associated data. The file is replaced whole or not at all and has mode 0600.
/// Source: docs/protocol/keystore.md. Threads: one at a time.
class Keystore {
 public:
  static constexpr std::size_t kKeysMax = 4'096;
  static constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;

  /// A new, empty keystore on disk.
  [[nodiscard]] static Result<Keystore, KeystoreError> create(const std::filesystem::path& path,
                                                              std::string_view passphrase,
                                                              KdfCost cost = kKdfStandard);
  [[nodiscard]] static Result<Keystore, KeystoreError> open(const std::filesystem::path& path,
                                                            std::string_view passphrase);
  /// Names and public keys, as the file says them; not proven until it is opened.
  [[nodiscard]] static Result<std::vector<KeyEntry>, KeystoreError> list(
      const std::filesystem::path& path);

  [[nodiscard]] const std::vector<KeyEntry>& entries() const { return entries_; }

  /// Each writes the file before it returns; on an error nothing has changed.
  [[nodiscard]] Result<PublicKey, KeystoreError> add_words(
      std::string_view name, const Words& words, std::uint32_t coin_index = kCoinIndexUnregistered);
  [[nodiscard]] Result<PublicKey, KeystoreError> add_secret(std::string_view name,
                                                            const KeyPair& key);
  [[nodiscard]] Result<void, KeystoreError> remove(std::string_view name);
  [[nodiscard]] Result<void, KeystoreError> change_passphrase(std::string_view passphrase,
                                                              KdfCost cost = kKdfStandard);

  [[nodiscard]] Result<KeyPair, KeystoreError> key(std::string_view name) const;
  /// The key of holder 0, 1, 2, ... of the words of `name`.
  [[nodiscard]] Result<KeyPair, KeystoreError> holder(std::string_view name,
                                                      std::uint32_t holder) const;
  [[nodiscard]] Result<Words, KeystoreError> words(std::string_view name) const;

 private:
  Keystore() = default;
  [[nodiscard]] Result<std::size_t, KeystoreError> find(std::string_view name) const;
  [[nodiscard]] Result<PublicKey, KeystoreError> add(KeyEntry entry, SecretBytes<32> secret);
  [[nodiscard]] Bytes sealed() const;
  [[nodiscard]] Result<void, KeystoreError> save();

  std::filesystem::path path_;
  Bytes on_disk_;  ///< what the file held when last read or written
  KdfCost cost_;
  Salt salt_;
  SecretBytes<32> sealing_key_;
  std::vector<KeyEntry> entries_;
  std::vector<SecretBytes<32>> secrets_;  ///< as entries_: the words' entropy, or the secret
};

}  // namespace hansatsu::wallet
