#include "node/net/tls_context.h"

#include <openssl/ssl.h>

#include <algorithm>

namespace hansatsu::net {
namespace {

/// ALPN's list form: a length, then the name.
constexpr std::string_view kProtocolName = "hansatsu-p2p/1";
constexpr std::string_view kProtocolList = "\x0ehansatsu-p2p/1";
static_assert(std::size_t{static_cast<unsigned char>(kProtocolList.front())} ==
              kProtocolName.size());
constexpr std::string_view kExporterLabel = "EXPORTER-hansatsu-peer-hello";
/// A certificate of ours has about 250 bytes. Bounds what a stranger may send before it is known.
constexpr long kCertificateBytesMax = 4'096;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Stands in for OpenSSL's whole chain verification: keys are pinned, so who signed the
/// certificate, and when, does not matter. That the peer holds the key, TLS 1.3 itself proves.
int verify_by_pin(X509_STORE_CTX* store, void* context) {
  const auto key = key_in(X509_STORE_CTX_get0_cert(store));
  const bool pinned = key && static_cast<const TlsContext*>(context)->is_pinned(*key);
  X509_STORE_CTX_set_error(store, pinned ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return pinned ? 1 : 0;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  const std::string_view list{reinterpret_cast<const char*>(offered), offered_size};
  for (std::size_t i = 0; i < list.size();) {
    const auto size = static_cast<unsigned char>(list[i]);
    if (list.substr(i + 1, size) == kProtocolName) {
      *out = offered + i + 1;
      *out_size = size;
      return SSL_TLSEXT_ERR_OK;
    }
    i += 1U + size;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void FreeTlsContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

std::unique_ptr<TlsContext> TlsContext::make(const KeyCertificate& own,
                                             std::vector<TlsKey> pinned) {
  std::unique_ptr<TlsContext> context{new TlsContext{std::move(pinned)}};
  context->handle_.reset(SSL_CTX_new(TLS_method()));
  if (context->handle_ == nullptr || !context->configure(own)) return nullptr;
  return context;
}

bool TlsContext::configure(const KeyCertificate& own) {
  SSL_CTX* tls = handle_.get();
  SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(tls, kCertificateBytesMax);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(tls, &verify_by_pin, this);
  SSL_CTX_set_alpn_select_cb(tls, &select_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(tls, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_num_tickets(tls, 0) == 1 && SSL_CTX_set1_groups_list(tls, "X25519") == 1 &&
         SSL_CTX_set1_sigalgs_list(tls, "ed25519") == 1 &&
         SSL_CTX_set1_client_sigalgs_list(tls, "ed25519") == 1 &&
         SSL_CTX_set_alpn_protos(tls, raw(kProtocolList), kProtocolList.size()) == 0 &&
         SSL_CTX_use_certificate(tls, own.certificate.get()) == 1 &&
         SSL_CTX_use_PrivateKey(tls, own.key.get()) == 1 && SSL_CTX_check_private_key(tls) == 1;
}

bool TlsContext::is_pinned(const TlsKey& key) const {
  return std::find(pinned_.begin(), pinned_.end(), key) != pinned_.end();
}

bool agreed_on_protocol(const SSL* connection) {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(connection, &name, &size);
  const bool same_name = name != nullptr && std::string_view{reinterpret_cast<const char*>(name),
                                                             size} == kProtocolName;
  return same_name && SSL_version(connection) == TLS1_3_VERSION;
}

std::optional<TlsKey> peer_key(const SSL* connection) {
  return key_in(SSL_get0_peer_certificate(connection));
}

std::optional<ChannelBinding> channel_binding(SSL* connection) {
  ChannelBinding binding;
  const int exported =
      SSL_export_keying_material(connection, binding.bytes.data(), binding.bytes.size(),
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 0);
  if (exported != 1) return std::nullopt;
  return binding;
}

}  // namespace hansatsu::net
