#include "wallet/keystore/keystore.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "wallet/keystore/atomic_file.h"
#include "wallet/keystore/passphrase.h"

using namespace hansatsu;
using namespace hansatsu::wallet;
namespace fs = std::filesystem;

namespace {

constexpr KdfCost kCheap{1, 8};  // the tests are not about the cost

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "hansatsu-keystore-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

Words random_words() {
  Words words;
  fill_random(words.entropy.writable());
  words.language = WordLanguage::japanese;
  return words;
}

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

void overwrite(const fs::path& path, ByteView bytes) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << as_text(bytes);
}

}  // namespace

TEST_CASE("keystore: named keys come back after it is closed", "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  const Words words = random_words();
  const KeyPair secret = KeyPair::generate();
  PublicKey from_words;
  {
    auto made = Keystore::create(path, "correct horse", kCheap);
    REQUIRE(made);
    from_words = *made->add_words("花子", words);
    CHECK(*made->add_secret("till", secret) == secret.public_key());
    CHECK(made->add_secret("till", secret).error() == KeystoreError::name_taken);
    CHECK(made->add_secret("", secret).error() == KeystoreError::bad_name);
    CHECK(made->add_secret(std::string(65, 'a'), secret).error() == KeystoreError::bad_name);
  }
  CHECK(mode_of(path) == 0600);
  const auto opened = Keystore::open(path, "correct horse");
  REQUIRE(opened);
  CHECK(opened->entries().size() == 2);
  CHECK(opened->key("花子")->public_key() == from_words);
  CHECK(opened->holder("花子", 7)->public_key() != from_words);
  CHECK(to_hex(opened->words("花子")->entropy.view()) == to_hex(words.entropy.view()));
  CHECK(to_hex(opened->key("till")->secret()) == to_hex(secret.secret()));
  CHECK(opened->words("till").error() == KeystoreError::no_words);
  CHECK(opened->key("nobody").error() == KeystoreError::name_unknown);
  CHECK(Keystore::list(path)->at(0).public_key == from_words);
}

TEST_CASE("keystore: neither a wrong passphrase nor any altered byte opens it",
          "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  REQUIRE(Keystore::create(path, "right", kCheap)->add_words("a", random_words()));
  CHECK(Keystore::open(path, "wrong").error() == KeystoreError::wrong_passphrase);
  CHECK(Keystore::open(path, "").error() == KeystoreError::wrong_passphrase);
  const Bytes file = *read_file(path, Keystore::kFileBytesMax);
  for (std::size_t i = 0; i < file.size(); ++i) {
    if (i >= 16 && i < 24) continue;  // the cost: bounded by another test, slow here
    Bytes altered = file;
    altered[i] ^= 1;
    overwrite(path, altered);
    CAPTURE(i);
    CHECK_FALSE(Keystore::open(path, "right"));
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, file.size() - 1}) {
    overwrite(path, ByteView{file}.first(size));
    CHECK(Keystore::open(path, "right").error() == KeystoreError::malformed);
  }
  overwrite(path, file);
  CHECK(Keystore::open(path, "right"));
}

TEST_CASE("keystore: a file that asks for too much is refused before anything is spent",
          "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  REQUIRE(Keystore::create(path, "right", kCheap));
  Bytes file = *read_file(path, Keystore::kFileBytesMax);
  SECTION("memory") { file[20] = 0x7f; }
  SECTION("passes") { file[16] = 0x7f; }
  SECTION("no passes") { file[19] = 0; }
  overwrite(path, file);
  CHECK(Keystore::open(path, "right").error() == KeystoreError::too_costly);
  CHECK(Keystore::create(folder.path / "b", "x", {1, kKdfMax.memory_kib + 1}).error() ==
        KeystoreError::too_costly);
}

TEST_CASE("keystore: never overwrites a file, nor another process's change", "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  auto first = Keystore::create(path, "p", kCheap);
  REQUIRE(first);
  CHECK(Keystore::create(path, "p", kCheap).error() == KeystoreError::exists);
  auto second = Keystore::open(path, "p");
  REQUIRE(second);
  REQUIRE(second->add_words("theirs", random_words()));
  CHECK(first->add_words("mine", random_words()).error() == KeystoreError::changed);
  CHECK(first->entries().empty());
  CHECK(Keystore::open(path, "p")->entries().size() == 1);
  // Nothing but the keystore is left in the folder.
  CHECK(std::distance(fs::directory_iterator{folder.path}, fs::directory_iterator{}) == 1);
}

TEST_CASE("keystore: keys are removed and the passphrase changed", "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  auto keys = Keystore::create(path, "old", kCheap);
  REQUIRE(keys->add_words("a", random_words()));
  const PublicKey kept = *keys->add_words("b", random_words());
  REQUIRE(keys->remove("a"));
  CHECK(keys->remove("a").error() == KeystoreError::name_unknown);
  REQUIRE(keys->change_passphrase("new", kCheap));
  CHECK(Keystore::open(path, "old").error() == KeystoreError::wrong_passphrase);
  const auto opened = Keystore::open(path, "new");
  REQUIRE(opened);
  CHECK(opened->entries().size() == 1);
  CHECK(opened->key("b")->public_key() == kept);
}

TEST_CASE("keystore: a file that others may read is refused", "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "keys";
  REQUIRE(Keystore::create(path, "p", kCheap));
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(Keystore::open(path, "p").error() == KeystoreError::open_to_others);
  CHECK(Keystore::open(folder.path / "none", "p").error() == KeystoreError::not_found);
  CHECK(Keystore::create(folder.path / "no" / "folder", "p", kCheap).error() == KeystoreError::io);
}

TEST_CASE("passphrase: the first line of a file that is its owner's alone", "[wallet][keystore]") {
  const Folder folder;
  const fs::path path = folder.path / "passphrase";
  const auto holds = [&](std::string_view text) {
    overwrite(path, as_bytes(text));
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    return passphrase_from_file(path);
  };
  CHECK(holds("secret words\r\nrest")->view() == "secret words");
  CHECK(holds("no newline")->view() == "no newline");
  CHECK(holds("\n").error() == PassphraseError::empty);
  CHECK(holds(std::string(1'025, 'a')).error() == PassphraseError::too_long);
  CHECK(holds(std::string(70'000, 'a')).error() == PassphraseError::too_long);
  CHECK(passphrase_from_file(folder.path / "none").error() == PassphraseError::no_file);
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(passphrase_from_file(path).error() == PassphraseError::open_to_others);
}
