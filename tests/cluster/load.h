#pragma once

#include <atomic>
#include <thread>

#include "tests/cluster/network.h"

namespace test_cluster {

/// A payment that a node said is final.
struct Acknowledged {
  Hash id;
  rules::PublicOutcome outcome;
};

/// Payments by several client threads until told to stop: a payer each, one payment after the
/// other. A payment without an answer is offered again, the same bytes, to any node.
class Load {
 public:
  explicit Load(RunningTown& town);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  [[nodiscard]] std::size_t acknowledged() const { return count_.load(); }
  /// Waits until `more` payments beyond those of now are acknowledged; fails after kAgreeMax.
  void wait_for_more(std::size_t more);
  /// Ends the clients; gives everything acknowledged.
  std::vector<Acknowledged> stop();

 private:
  struct Client {
    std::thread thread;
    std::vector<Acknowledged> acknowledged;
    std::string trouble;  ///< an answer that no payment of these may get
  };
  void pay_on(RunningTown& town, std::size_t number);
  [[nodiscard]] bool settle(rpc::Client& client, const rpc::BuiltTransaction& built, Client& mine);

  std::vector<Client> clients_;
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> stopping_{false};
};

/// Every acknowledged payment is final with the outcome that was told, at every node.
void require_all_there(RunningTown& town, const std::vector<Acknowledged>& acknowledged);

}  // namespace test_cluster
