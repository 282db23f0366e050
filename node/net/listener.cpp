#include "node/net/listener.h"

#include "rpc/asio/token.h"

namespace hansatsu::net {
namespace {

using asio::ip::tcp;
/// After a failed accept, most likely for want of file descriptors.
constexpr milliseconds kAcceptPause{100};

/// Gives the place at the gate back on every way out.
struct GatePass {
  NetworkCore& core;
  std::string address;
  bool succeeded = false;
  bool given_back = false;

  void give_back() {
    if (!std::exchange(given_back, true)) core.gate().ended(address, succeeded, Clock::now());
  }
  ~GatePass() { give_back(); }
};

asio::awaitable<void> serve(std::shared_ptr<NetworkCore> core, tcp::socket socket,
                            std::string address) {
  GatePass pass{*core, address};
  Notice notice{std::nullopt, address, CloseReason::internal_failure};
  boost::system::error_code ignored;  // without it the lane is slower, not wrong
  socket.set_option(tcp::no_delay{true}, ignored);
  const auto connection = core->make_connection(std::move(socket));
  if (connection == nullptr) co_return;
  connection->close_after(core->limits().handshake_max);
  auto greeted = co_await greet_as_acceptor(connection, core->greeting_terms());
  if (!greeted) {
    connection->close();
    notice.reason = greeted.error();
    core->notice(notice);
    co_return;
  }
  pass.succeeded = !greeted->peer->is_banned();
  pass.give_back();
  co_await NetworkCore::run_session(core, connection, *std::move(greeted), false);
}

}  // namespace

asio::awaitable<void> keep_accepting(std::shared_ptr<NetworkCore> core) {
  asio::steady_timer pause{core->io()};
  while (!core->is_stopping()) {
    auto [failed, socket] = co_await core->acceptor().async_accept(kToken);
    if (core->is_stopping()) break;
    if (failed) {
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kToken);
      continue;
    }
    boost::system::error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) continue;
    const std::string address = remote.address().to_string();
    if (!core->gate().admit(address, Clock::now())) continue;  // closes the socket
    core->spawn(serve(core, std::move(socket), address));
  }
}

}  // namespace hansatsu::net
