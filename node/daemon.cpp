#include "node/daemon.h"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <thread>

#include "node/daemon_setup.h"
#include "node/founding.h"
#include "node/log/posix_disk.h"
#include "node/node_view.h"
#include "node/peer_gateway.h"
#include "node/version.h"
#include "rpc/json/machine_time.h"
#include "rpc/server/server.h"

namespace hansatsu::node {
namespace {

using Failure = Err<std::string>;

constexpr std::size_t kCoreQueueMax = 16'384;
constexpr std::size_t kCoreQueueExtra = 16'384;
constexpr std::chrono::milliseconds kNetworkStopMax{3'000};
/// What is over is dropped: its sender offers it again, or proposes it itself.
constexpr std::size_t kForwardedBytesMax = 8U << 20U;

/// Everything that runs, in the order in which it must come to be; it goes in reverse.
class Daemon {
 public:
  Daemon(const Config& config, Identity identity, state::Charter charter, ValidatorIndex self,
         log::Disk& disk, Recovery recovery)
      : config_{config},
        charter_{std::make_shared<const state::Charter>(std::move(charter))},
        chain_id_{state::chain_id(*charter_)},
        self_{self},
        setup_{make_setup(*charter_, self)},
        identity_{std::move(identity)},
        signer_{identity_.key.clone()},
        store_{std::move(recovery.store)},
        chain_{std::move(recovery.chain)},
        recovered_{std::move(recovery.recovered)},
        checker_{setup_.context, setup_.set, *chain_, signatures_, times_},
        archive_{*store_, disk, *charter_},
        log_{std::move(recovery.log),
             [this](PersistResult result) { queue_.push(std::move(result)); }},
        pool_{std::make_unique<VerifyPool>(config.verify_threads)} {}

  ~Daemon() {
    pool_.reset();  // its jobs speak to everything below
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  Result<void, std::string> run() {
    auto network = net::PeerNetwork::open(io_, network_config(config_, *charter_, self_),
                                          {identity_.key.clone(), tls_seed()}, callbacks());
    if (!network) return Failure{std::string{sentence(network.error())}};
    network_ = *std::move(network);
    core_ = std::make_unique<Core>(
        Core::Parts{setup_, signer_, checker_, *chain_, signatures_, *pool_, archive_, log_,
                    *network_, queue_, times_, config_.mempool_transactions_max,
                    config_.checkpoint_interval, [this](std::string why) { stop(std::move(why)); }},
        std::move(recovered_));
    view_ = std::make_unique<NodeView>(
        NodeView::Parts{charter_, chain_id_, identity_.name, self_, *chain_, *core_, queue_, *pool_,
                        checker_, archive_, *network_, times_, config_.data.string()});
    const auto api = api_config(config_);
    if (!api) return Failure{api.error()};
    server_ = std::make_unique<rpc::Server>(io_, *view_, *api);
    if (const auto started = server_->start(); !started) {
      return Failure{"api_listen " + config_.api_listen + ", metrics_listen " +
                     config_.metrics_listen + ": " + rpc::to_string(started.error())};
    }
    announce(*api);
    network_->start();
    serve();
    return failure_.empty() ? Result<void, std::string>{} : Failure{failure_};
  }

 private:
  SecretBytes<32> tls_seed() const {
    return SecretBytes<32>{std::span<const std::uint8_t, 32>{identity_.tls_seed.view()}};
  }

  net::Callbacks callbacks() {
    net::Callbacks callbacks;
    callbacks.on_message = [this](ValidatorIndex peer, net::Channel channel,
                                  const net::Message& bytes) { receive(peer, channel, bytes); };
    callbacks.on_peer_up = [this](ValidatorIndex peer, Height) {
      spdlog::info("peer_up name={}", charter_->validators[peer.raw].name.text);
      queue_.push(PeerChanged{peer, true});
    };
    callbacks.on_peer_down = [this](ValidatorIndex peer) {
      spdlog::info("peer_down name={}", charter_->validators[peer.raw].name.text);
      queue_.push(PeerChanged{peer, false});
    };
    callbacks.on_notice = [](const net::Notice& notice) {
      spdlog::debug("peer_notice address={} why={}", notice.address, net::text_of(notice.reason));
    };
    return callbacks;
  }

  void receive(ValidatorIndex peer, net::Channel channel, const net::Message& bytes) {
    if (channel == net::Channel::transactions) {
      std::atomic<std::size_t>& waiting = forwarded_bytes_[peer.raw];
      const bool fits = waiting + bytes->size() <= kForwardedBytesMax;
      const auto on_malformed = [this, peer, channel] { punish_malformed(peer, channel); };
      if (!fits ||
          !take_forwarded(*pool_, queue_, checker_, chain_id_, *bytes, waiting, on_malformed)) {
        spdlog::debug("forwarded_dropped peer={}", peer.raw);
      }
      return;
    }
    auto message = decode_from(channel, *bytes);
    if (!message) return punish_malformed(peer, channel);
    CoreEvent event{MessageArrived{peer, *std::move(message), rpc::machine_time(), bytes}};
    if (!queue_.try_push(std::move(event), kCoreQueueExtra)) {
      spdlog::debug("core_queue_full peer={}", peer.raw);
    }
  }

  /// Of what no correct peer sends. Threads: any; the workers end before the network does.
  void punish_malformed(ValidatorIndex peer, net::Channel channel) {
    spdlog::warn("peer_fault peer={} why=malformed channel={}", peer.raw,
                 static_cast<int>(channel));
    network_->punish(peer);
  }

  /// In brackets if it has colons of its own.
  static std::string host_port(const std::string& host, std::uint16_t port) {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  }

  void announce(const rpc::ServerConfig& api) {
    const std::string address = host_port(api.address, server_->port());
    const std::string metrics = host_port(api.metrics_address, server_->metrics_port());
    std::ofstream{config_.data / kApiAddressFile, std::ios::trunc} << address << "\n";
    std::ofstream{config_.data / kMetricsAddressFile, std::ios::trunc} << metrics << "\n";
    spdlog::info("running version={} name={} chain={} api={} metrics={} height={}", kVersion,
                 identity_.name, to_hex(chain_id_.view()).substr(0, 16), address, metrics,
                 chain_->tip().height.raw);
  }

  void serve() {
    boost::asio::signal_set signals{io_, SIGTERM, SIGINT};
    signals.async_wait([this](const boost::system::error_code& ec, int) {
      if (!ec) stop({});
    });
    std::thread io_thread{[this] {
      name_this_thread("network");
      io_.run();
    }};
    core_->run();
    queue_.close();
    // A core that gave up has not waited for the API's end.
    server_stopped_.get_future().wait();
    if (!network_->stop(kNetworkStopMax)) spdlog::warn("network_stop_slow");
    pool_.reset();
    io_.stop();
    io_thread.join();
    spdlog::info("stopped height={}", chain_->tip().height.raw);
  }

  /// Begun requests get their answers while the core still runs; then it ends.
  void stop(std::string why) {
    boost::asio::post(io_, [this, why = std::move(why)] {
      if (failure_.empty()) failure_ = why;  // the core may give up on the way out
      if (stopping_) return;
      stopping_ = true;
      server_->stop([this] {
        queue_.push(Stopping{});
        server_stopped_.set_value();
      });
    });
  }

  const Config& config_;
  std::shared_ptr<const state::Charter> charter_;
  Hash chain_id_;
  ValidatorIndex self_;
  consensus::Setup setup_;
  Identity identity_;
  consensus::KeySigner signer_;
  boost::asio::io_context io_{1};
  CoreQueue queue_{kCoreQueueMax};
  SignatureCache signatures_;
  StageTimes times_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Chain> chain_;
  RecoveredLog recovered_;
  MessageChecker checker_;
  /// Of each peer's forwarded payments that the workers have not looked at yet.
  std::array<std::atomic<std::size_t>, chain::kValidatorsMax> forwarded_bytes_{};
  std::unique_ptr<net::PeerNetwork> network_;  ///< the archive's last jobs answer peers
  Archive archive_;
  LogWriter log_;
  std::unique_ptr<VerifyPool> pool_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<NodeView> view_;
  std::unique_ptr<rpc::Server> server_;
  bool stopping_ = false;  ///< on the io thread
  std::promise<void> server_stopped_;
  std::string failure_;
};

}  // namespace

Result<void, std::string> run_node(const Config& config) {
  const auto lock = log::FolderLock::take(config.data.string());
  if (!lock) return Failure{"another process runs on this data folder, or it can't be locked"};
  auto identity = load_identity(config.data);
  if (!identity) return Failure{std::string{text(identity.error())}};
  auto charter = load_charter(config.data);
  if (!charter) return Failure{charter.error()};
  const auto self = state::validator_set(*charter).index_of(identity->key.public_key());
  if (!self) return Failure{"the charter does not name this validator's key"};
  auto disk = log::PosixDisk::open_folder((config.data / kLogFolder).string(),
                                          log::PosixDisk::Access::read_write);
  if (!disk) return Failure{"the log's folder can't be opened"};
  auto recovery =
      recover((config.data / kStoreFolder).string(), *disk, *charter, identity->key.public_key(),
              log::Options{.segment_bytes = config.log_segment_bytes});
  if (!recovery) return Failure{recovery.error()};
  Daemon daemon{config, *std::move(identity), *std::move(charter), *self,
                *disk,  *std::move(recovery)};
  return daemon.run();
}

}  // namespace hansatsu::node
