#pragma once

#include <openssl/types.h>

#include <memory>
#include <vector>

#include "node/net/hello.h"
#include "node/net/key_certificate.h"

namespace hansatsu::net {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const;
};

/// The rules of every connection between nodes: TLS 1.3 only, our certificate shown on either side,
/// the other's key one of the pinned ones, ALPN `hansatsu-p2p/1`, no session resumption.
/// Source: docs/protocol/peers.md "TLS". Must outlive the connections made from it.
class TlsContext {
 public:
  /// Absent only if OpenSSL refuses a setting.
  [[nodiscard]] static std::unique_ptr<TlsContext> make(const KeyCertificate& own,
                                                        std::vector<TlsKey> pinned);

  [[nodiscard]] SSL_CTX* handle() const { return handle_.get(); }
  [[nodiscard]] bool is_pinned(const TlsKey& key) const;

 private:
  explicit TlsContext(std::vector<TlsKey> pinned) : pinned_{std::move(pinned)} {}
  [[nodiscard]] bool configure(const KeyCertificate& own);

  std::vector<TlsKey> pinned_;
  std::unique_ptr<SSL_CTX, FreeTlsContext> handle_;
};

/// What a finished handshake tells. All take a connection of a TlsContext.
[[nodiscard]] bool agreed_on_protocol(const SSL* connection);
[[nodiscard]] std::optional<TlsKey> peer_key(const SSL* connection);
[[nodiscard]] std::optional<ChannelBinding> channel_binding(SSL* connection);

}  // namespace hansatsu::net
