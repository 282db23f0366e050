#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "node/daemon_setup.h"
#include "node/identity.h"
#include "tests/node/town_in_process.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kFaulty = TownInProcess::kValidators - 1;

/// A validator of the town with a network and nothing behind it: it says what the test wants.
class FaultyPeer {
 public:
  explicit FaultyPeer(const TownInProcess& town) {
    auto identity = node::load_identity(town.data(kFaulty));
    REQUIRE(identity.has_value());
    const auto self = state::validator_set(town.charter()).index_of(identity->key.public_key());
    REQUIRE(self.has_value());
    self_ = *self;
    net::Callbacks callbacks;
    callbacks.on_peer_down = [this](ValidatorIndex peer) { ++downs_.at(peer.raw); };
    auto network = net::PeerNetwork::open(
        io_, node::network_config({}, town.charter(), self_),
        {identity->key.clone(),
         SecretBytes<32>{std::span<const std::uint8_t, 32>{identity->tls_seed.view()}}},
        std::move(callbacks));
    REQUIRE(network.has_value());
    network_ = *std::move(network);
    thread_ = std::thread{[this] { io_.run(); }};
    network_->start();
  }
  ~FaultyPeer() {
    CHECK(network_->stop(net::milliseconds{kAgreeMax}));
    guard_.reset();
    thread_.join();
  }
  FaultyPeer(const FaultyPeer&) = delete;
  FaultyPeer& operator=(const FaultyPeer&) = delete;

  /// The other validators, from the next one on.
  [[nodiscard]] ValidatorIndex other(std::size_t number) const {
    return ValidatorIndex{
        static_cast<std::uint8_t>((self_.raw + number) % TownInProcess::kValidators)};
  }
  [[nodiscard]] bool wait_all_up() const {
    return wait_until(kStartMax, [this] { return network_->peers_up() == kFaulty; });
  }
  [[nodiscard]] bool is_up(ValidatorIndex peer) const { return network_->status(peer).up; }
  /// Whether that one ends the connection and takes no new one for a while: where only one of two
  /// dials was given up, the other is up at once. What comes meanwhile may be lost, so it is said
  /// again.
  [[nodiscard]] bool is_sent_away(ValidatorIndex by, net::Channel channel, Bytes saying) {
    const auto bytes = std::make_shared<const Bytes>(std::move(saying));
    const int before = downs_.at(by.raw);
    return wait_until(std::chrono::milliseconds{10'000}, [&] {
      network_->send(by, channel, bytes);
      return downs_.at(by.raw) > before &&
             !wait_until(std::chrono::milliseconds{1'000}, [&] { return is_up(by); });
    });
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  ValidatorIndex self_;
  std::array<std::atomic<int>, TownInProcess::kValidators> downs_{};
  std::unique_ptr<net::PeerNetwork> network_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a validator that says what does not decode is sent away, on every channel",
          "[node][forwarded]") {
  TownInProcess town;
  town.start(0, kFaulty);
  FaultyPeer faulty{town};
  REQUIRE(faulty.wait_all_up());
  CHECK(faulty.is_sent_away(faulty.other(1), net::Channel::status, Bytes(9, 0xee)));
  CHECK(faulty.is_sent_away(faulty.other(2), net::Channel::transactions, Bytes{0, 0, 0, 9, 1}));
  CHECK(faulty.is_up(faulty.other(3)));
}
