#include "wallet/keystore/keystore.h"

#include <sodium.h>

#include <algorithm>

#include "ledger/types/assert.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::wallet {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSecretBytes = 32;
using Magic = FixedBytes<struct MagicKind, 12>;
using Nonce = FixedBytes<struct NonceKind, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
constexpr Magic kMagic{{'H', 'A', 'N', 'S', 'A', 'T', 'S', 'U', 'K', 'E', 'Y', 'S'}};

/// The file: this, then the sealed secrets, 32 bytes for each key in order, and a tag of 16.
struct FileHead {
  Magic magic = kMagic;
  std::uint32_t version = kVersion;
  KdfCost cost;
  Salt salt;  ///< its first 16 bytes are Argon2id's salt
  Nonce nonce;
  BoundedVector<KeyEntry, Keystore::kKeysMax> keys;
};
template <class C, FieldsOf<FileHead> H>
void fields(C& c, H& head) {
  c(head.magic, head.version, head.cost, head.salt, head.nonce, head.keys);
  c.require(head.magic == kMagic && head.version == kVersion);
}
static_assert(crypto_pwhash_SALTBYTES <= Salt::kSize);

KeystoreError translate(FileError error) {
  switch (error) {
    case FileError::not_found:
      return KeystoreError::not_found;
    case FileError::exists:
      return KeystoreError::exists;
    case FileError::too_large:
      return KeystoreError::malformed;
    case FileError::changed:
      return KeystoreError::changed;
    case FileError::open_to_others:
      return KeystoreError::open_to_others;
    case FileError::io:
      return KeystoreError::io;
  }
  return KeystoreError::io;
}

bool is_affordable(const KdfCost& cost) {
  return cost.passes >= crypto_pwhash_OPSLIMIT_MIN && cost.passes <= kKdfMax.passes &&
         cost.memory_kib >= crypto_pwhash_MEMLIMIT_MIN / 1024 &&
         cost.memory_kib <= kKdfMax.memory_kib;
}

Result<SecretBytes<32>, KeystoreError> stretch(std::string_view passphrase, const KdfCost& cost,
                                               const Salt& salt) {
  if (!is_affordable(cost)) return Err{KeystoreError::too_costly};
  SecretBytes<32> key;
  if (crypto_pwhash(key.writable().data(), key.writable().size(), passphrase.data(),
                    passphrase.size(), salt.bytes.data(), cost.passes,
                    std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Err{KeystoreError::too_costly};  // libsodium's only reason: not enough memory
  return key;
}

struct FileParts {
  FileHead head;
  ByteView public_part;
  ByteView sealed_part;
};

Result<FileParts, KeystoreError> parse(ByteView bytes) {
  FileParts parts;
  Decoder decoder{bytes};
  decoder(parts.head);
  if (decoder.failed()) return Err{KeystoreError::malformed};
  parts.public_part = bytes.first(decoder.position());
  parts.sealed_part = bytes.subspan(decoder.position());
  const std::size_t sealed_bytes =
      parts.head.keys.size() * kSecretBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (parts.sealed_part.size() != sealed_bytes) return Err{KeystoreError::malformed};
  return parts;
}

}  // namespace

Result<Keystore, KeystoreError> Keystore::create(const std::filesystem::path& path,
                                                 std::string_view passphrase, KdfCost cost) {
  Keystore made;
  made.path_ = path;
  made.cost_ = cost;
  fill_random(made.salt_.bytes);
  auto key = stretch(passphrase, cost, made.salt_);
  if (!key) return Err{key.error()};
  made.sealing_key_ = std::move(*key);
  made.on_disk_ = made.sealed();
  if (const auto written = write_new_file(path, made.on_disk_); !written)
    return Err{translate(written.error())};
  return made;
}

Result<Keystore, KeystoreError> Keystore::open(const std::filesystem::path& path,
                                               std::string_view passphrase) {
  auto bytes = read_file(path, kFileBytesMax, true);
  if (!bytes) return Err{translate(bytes.error())};
  const auto parts = parse(*bytes);
  if (!parts) return Err{parts.error()};
  auto key = stretch(passphrase, parts->head.cost, parts->head.salt);
  if (!key) return Err{key.error()};

  Bytes plain(parts->head.keys.size() * kSecretBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, parts->sealed_part.data(), parts->sealed_part.size(),
          parts->public_part.data(), parts->public_part.size(), parts->head.nonce.bytes.data(),
          key->view().data()) != 0)
    return Err{KeystoreError::wrong_passphrase};

  Keystore opened;
  opened.path_ = path;
  opened.cost_ = parts->head.cost;
  opened.salt_ = parts->head.salt;
  opened.sealing_key_ = std::move(*key);
  opened.entries_ = parts->head.keys;
  for (std::size_t i = 0; i < opened.entries_.size(); ++i)
    opened.secrets_.emplace_back(
        std::span<const std::uint8_t, kSecretBytes>{plain.data() + i * kSecretBytes, kSecretBytes});
  wipe(plain);
  opened.on_disk_ = std::move(*bytes);
  return opened;
}

Result<std::vector<KeyEntry>, KeystoreError> Keystore::list(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kFileBytesMax);
  if (!bytes) return Err{translate(bytes.error())};
  auto parts = parse(*bytes);
  if (!parts) return Err{parts.error()};
  return std::vector<KeyEntry>{std::move(parts->head.keys)};
}

Bytes Keystore::sealed() const {
  FileHead head;
  head.cost = cost_;
  head.salt = salt_;
  fill_random(head.nonce.bytes);
  head.keys.assign(entries_.begin(), entries_.end());
  Bytes file = encode(head);
  const std::size_t public_bytes = file.size();

  Bytes plain;
  plain.reserve(secrets_.size() * kSecretBytes);
  for (const auto& secret : secrets_)
    plain.insert(plain.end(), secret.view().begin(), secret.view().end());
  file.resize(public_bytes + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(
             file.data() + public_bytes, nullptr, plain.data(), plain.size(), file.data(),
             public_bytes, nullptr, head.nonce.bytes.data(), sealing_key_.view().data()) == 0);
  wipe(plain);
  return file;
}

Result<void, KeystoreError> Keystore::save() {
  Bytes file = sealed();
  if (const auto written = replace_file(path_, on_disk_, file); !written)
    return Err{translate(written.error())};
  on_disk_ = std::move(file);
  return {};
}

Result<std::size_t, KeystoreError> Keystore::find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [name](const KeyEntry& entry) {
    return entry.name.text == name;
  });
  if (found == entries_.end()) return Err{KeystoreError::name_unknown};
  return static_cast<std::size_t>(found - entries_.begin());
}

Result<PublicKey, KeystoreError> Keystore::add(KeyEntry entry, SecretBytes<32> secret) {
  if (entry.name.text.empty() || entry.name.text.size() > decltype(entry.name)::kMax ||
      !is_utf8(entry.name.text))
    return Err{KeystoreError::bad_name};
  if (find(entry.name.text)) return Err{KeystoreError::name_taken};
  if (entries_.size() >= kKeysMax) return Err{KeystoreError::full};
  const PublicKey public_key = entry.public_key;
  entries_.push_back(std::move(entry));
  secrets_.push_back(std::move(secret));
  if (const auto saved = save(); !saved) {
    entries_.pop_back();
    secrets_.pop_back();
    return Err{saved.error()};
  }
  return public_key;
}

Result<PublicKey, KeystoreError> Keystore::add_words(std::string_view name, const Words& words,
                                                     std::uint32_t coin_index) {
  const auto seed = seed_of(words_of(words.entropy.view(), words.language).view(), "");
  ASSERT(seed.has_value());
  const auto pair = holder_key(*seed, coin_index);
  if (!pair) return Err{KeystoreError::no_key};
  return add(
      {{std::string{name}}, KeyOrigin::words, words.language, coin_index, pair->public_key()},
      SecretBytes<32>{std::span<const std::uint8_t, 32>{words.entropy.view()}});
}

Result<PublicKey, KeystoreError> Keystore::add_secret(std::string_view name, const KeyPair& key) {
  return add({{std::string{name}},
              KeyOrigin::random,
              WordLanguage::english,
              kCoinIndexUnregistered,
              key.public_key()},
             SecretBytes<32>{std::span<const std::uint8_t, 32>{key.secret()}});
}

Result<void, KeystoreError> Keystore::remove(std::string_view name) {
  const auto place = find(name);
  if (!place) return Err{place.error()};
  const auto offset = static_cast<std::ptrdiff_t>(*place);
  KeyEntry entry = std::move(entries_[*place]);
  SecretBytes<32> secret = std::move(secrets_[*place]);
  entries_.erase(entries_.begin() + offset);
  secrets_.erase(secrets_.begin() + offset);
  if (const auto saved = save(); !saved) {
    entries_.insert(entries_.begin() + offset, std::move(entry));
    secrets_.insert(secrets_.begin() + offset, std::move(secret));
    return Err{saved.error()};
  }
  return {};
}

Result<void, KeystoreError> Keystore::change_passphrase(std::string_view passphrase, KdfCost cost) {
  Salt salt;
  fill_random(salt.bytes);
  auto key = stretch(passphrase, cost, salt);
  if (!key) return Err{key.error()};
  std::swap(sealing_key_, *key);
  std::swap(salt_, salt);
  std::swap(cost_, cost);
  if (const auto saved = save(); !saved) {
    std::swap(sealing_key_, *key);
    std::swap(salt_, salt);
    std::swap(cost_, cost);
    return Err{saved.error()};
  }
  return {};
}

Result<KeyPair, KeystoreError> Keystore::key(std::string_view name) const {
  const auto place = find(name);
  if (!place) return Err{place.error()};
  if (entries_[*place].origin == KeyOrigin::words) return holder(name, 0);
  auto pair = KeyPair::from_secret(
      SecretBytes<32>{std::span<const std::uint8_t, 32>{secrets_[*place].view()}});
  if (!pair || pair->public_key() != entries_[*place].public_key)
    return Err{KeystoreError::malformed};
  return std::move(*pair);
}

Result<KeyPair, KeystoreError> Keystore::holder(std::string_view name, std::uint32_t holder) const {
  const auto found = words(name);
  if (!found) return Err{found.error()};
  const auto seed = seed_of(words_of(found->entropy.view(), found->language).view(), "");
  ASSERT(seed.has_value());
  auto pair = holder_key(*seed, entries_[*find(name)].coin_index, holder);
  if (!pair) return Err{KeystoreError::no_key};
  return std::move(*pair);
}

Result<Words, KeystoreError> Keystore::words(std::string_view name) const {
  const auto place = find(name);
  if (!place) return Err{place.error()};
  if (entries_[*place].origin != KeyOrigin::words) return Err{KeystoreError::no_words};
  Words words;
  words.entropy = Entropy{std::span<const std::uint8_t, 32>{secrets_[*place].view()}};
  words.language = entries_[*place].language;
  return words;
}

}  // namespace hansatsu::wallet
