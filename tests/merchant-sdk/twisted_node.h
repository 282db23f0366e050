#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace test_cluster {

/// Stands between a till and a real node, and twists what it says. Its own thread; one request a
/// connection.
class TwistedNode {
 public:
  /// Gets the target and the node's whole reply; gives the reply that the till gets. Not asked for
  /// event streams: those are refused.
  using Twist = std::function<std::string(const std::string& target, std::string reply)>;

  TwistedNode(const std::string& node_url, Twist twist);
  ~TwistedNode();
  TwistedNode(const TwistedNode&) = delete;
  TwistedNode& operator=(const TwistedNode&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Requests whose target has this in it.
  [[nodiscard]] std::size_t asked(const std::string& part) const;

 private:
  void serve();
  [[nodiscard]] std::string answer(const std::string& request);

  std::uint16_t node_port_;
  Twist twist_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> asked_;  ///< by target
  std::thread thread_;
};

/// A reply of its own making.
[[nodiscard]] std::string reply_with(unsigned status, const std::string& json);
[[nodiscard]] std::string body_of(const std::string& reply);

}  // namespace test_cluster
