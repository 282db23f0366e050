#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <thread>

#include "rpc/client/client.h"
#include "rpc/client/transaction_builder.h"
#include "rpc/http/message_signature.h"
#include "rpc/server/server.h"
#include "tests/rpc/test_ledger.h"

namespace test_rpc {

using HttpAnswer = boost::beast::http::response<boost::beast::http::string_body>;

/// The real server on a free port of loopback, with its own I/O thread, over a TestLedger of a
/// Market's town.
class TestServer {
 public:
  explicit TestServer(const rpc::ServerLimits& limits = {});
  ~TestServer();

  [[nodiscard]] TestLedger& ledger() { return ledger_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t metrics_port() const { return metrics_port_; }
  [[nodiscard]] rpc::Client client(std::string language = "en") const;
  /// Stops in order; true if the server called back in time.
  [[nodiscard]] bool stop();

 private:
  TestLedger ledger_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  rpc::Server server_;
  std::uint16_t port_ = 0;
  std::uint16_t metrics_port_ = 0;
  std::thread thread_;
  bool stopped_ = false;
};

/// One connection, whose bytes the test writes itself. Reads have a bound.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);
  void send(std::string_view bytes);
  /// The next whole answer; absent if the connection ends first.
  [[nodiscard]] std::optional<HttpAnswer> read();
  /// True if the server has sent what is not read yet.
  [[nodiscard]] bool has_bytes();
  /// True if the server has closed without another byte.
  [[nodiscard]] bool is_closed();

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

/// A request as text, signed if a key is given.
struct RawRequest {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::string headers;  ///< more lines, each with its end
  [[nodiscard]] std::string text() const;
  RawRequest& sign(const rpc::RequestKey& name, const KeyPair& key, Timestamp created,
                   std::string nonce = "0123456789abcdef");
};
/// Sends one request over a connection of its own.
[[nodiscard]] HttpAnswer ask(const TestServer& server, const RawRequest& request);
/// GET /metrics, where it is answered.
[[nodiscard]] HttpAnswer ask_metrics(const TestServer& server, const std::string& headers = {});
[[nodiscard]] std::string code_of(const HttpAnswer& answer);

/// Slot 0 of the account with its founding key.
[[nodiscard]] rpc::Signer signer_of(AccountId account);
/// A town with a charge program, a person with 5,000 and a shop. Every one is the same, so that a
/// test's own knows what the server's holds.
struct Market {
  Market();
  Town town;
  AccountId person;
  AccountId other;
  AccountId shop;
  ProgramId program;
  /// From slot 0 of `signer`, with its next sequence.
  [[nodiscard]] block::UnsignedTransaction unsigned_from(AccountId signer,
                                                         rules::OperationVariant operation);
  /// The same, signed.
  [[nodiscard]] rpc::BuiltTransaction build(AccountId signer, rules::OperationVariant operation);
  [[nodiscard]] rpc::BuiltTransaction pay(std::uint64_t units);
};

}  // namespace test_rpc
