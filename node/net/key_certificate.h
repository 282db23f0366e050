#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>

#include "ledger/crypto/keys.h"
#include "ledger/state/charter.h"

namespace hansatsu::net {

using state::TlsKey;

struct FreeCertificate {
  void operator()(X509* certificate) const;
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using CertificateHandle = std::unique_ptr<X509, FreeCertificate>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeKey>;

/// A node's Ed25519 key and the certificate around it. The certificate is a mere envelope that TLS
/// asks for: it is made in memory at each start, and peers look at the key in it only.
struct KeyCertificate {
  KeyHandle key;
  CertificateHandle certificate;
  TlsKey public_key;
};

/// Self-signed certificate around the Ed25519 key that the 32-byte seed (RFC 8032) gives.
/// Absent only if OpenSSL fails. Cost: about 200 us.
[[nodiscard]] std::optional<KeyCertificate> make_key_certificate(const SecretBytes<32>& seed);

/// The public key of a seed, for whoever writes a charter.
[[nodiscard]] std::optional<TlsKey> tls_key_of(const SecretBytes<32>& seed);

/// The raw Ed25519 key in a certificate; absent for any other kind of key.
[[nodiscard]] std::optional<TlsKey> key_in(const X509* certificate);

}  // namespace hansatsu::net
