#pragma once

#include <vector>

#include "ledger/crypto/keys.h"

namespace hansatsu::audit {

/// Keys whose points were found before: people pay more than once, and validators sign everything.
/// A key that meets another in its place takes it, so whoever chooses keys can make it no slower
/// than parsing each. Threads: one.
class KeyCache {
 public:
  static constexpr std::size_t kPlaces = 2'048;  ///< 200 KB: stays near its core

  KeyCache() : places_(kPlaces) {}

  [[nodiscard]] bool verify(const PublicKey& key, const Hash& message, const Signature& signature) {
    Place& place = places_[(key.bytes[0] * 256U + key.bytes[1]) % kPlaces];
    if (!place.parsed || place.key != key) place = {key, ParsedKey::parse(key)};
    return place.parsed && place.parsed->verify(message, signature);
  }

 private:
  struct Place {
    PublicKey key;
    std::optional<ParsedKey> parsed;
  };
  std::vector<Place> places_;
};

}  // namespace hansatsu::audit
