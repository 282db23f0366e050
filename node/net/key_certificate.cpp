#include "node/net/key_certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace hansatsu::net {
namespace {

/// Peers never look at the dates; a fixed span makes the certificate independent of the clock.
constexpr const char* kNotBefore = "20200101000000Z";
constexpr const char* kNotAfter = "99991231235959Z";

std::optional<TlsKey> raw_public_key(const EVP_PKEY* key) {
  TlsKey raw;
  std::size_t size = raw.bytes.size();
  if (key == nullptr || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) return std::nullopt;
  if (EVP_PKEY_get_raw_public_key(key, raw.bytes.data(), &size) != 1 || size != TlsKey::kSize)
    return std::nullopt;
  return raw;
}

KeyHandle key_from_seed(const SecretBytes<32>& seed) {
  return KeyHandle{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.view().data(),
                                                seed.view().size())};
}

bool describe_and_sign(X509* certificate, EVP_PKEY* key) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("hansatsu");
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         ASN1_TIME_set_string(X509_getm_notBefore(certificate), kNotBefore) == 1 &&
         ASN1_TIME_set_string(X509_getm_notAfter(certificate), kNotAfter) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, nullptr) > 0;  // Ed25519 takes no digest of its own
}

}  // namespace

void FreeCertificate::operator()(X509* certificate) const { X509_free(certificate); }
void FreeKey::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

std::optional<KeyCertificate> make_key_certificate(const SecretBytes<32>& seed) {
  KeyCertificate made{key_from_seed(seed), CertificateHandle{X509_new()}, TlsKey{}};
  const auto public_key = raw_public_key(made.key.get());
  if (!public_key || made.certificate == nullptr) return std::nullopt;
  if (!describe_and_sign(made.certificate.get(), made.key.get())) return std::nullopt;
  made.public_key = *public_key;
  return made;
}

std::optional<TlsKey> tls_key_of(const SecretBytes<32>& seed) {
  return raw_public_key(key_from_seed(seed).get());
}

std::optional<TlsKey> key_in(const X509* certificate) {
  if (certificate == nullptr) return std::nullopt;
  return raw_public_key(X509_get0_pubkey(certificate));
}

}  // namespace hansatsu::net
