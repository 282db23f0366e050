#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace test_cluster {

/// Where the head of an HTTP message ends.
inline constexpr std::string_view kHeadEnd = "\r\n\r\n";

/// Stands between a client and a real node: a small HTTP server of its own thread, one request a
/// connection, so that the client opens another for the next.
class Between {
 public:
  /// Gets a whole request and gives the whole reply; with an empty one it hangs up. Runs on the
  /// server's thread: what it uses must be there before, and stay until this is gone.
  using Answer = std::function<std::string(const std::string& request)>;

  Between(const std::string& node_url, Answer answer);
  ~Between();
  Between(const Between&) = delete;
  Between& operator=(const Between&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The node's whole reply; empty when it gives none.
  [[nodiscard]] std::string ask_node(const std::string& request) const;

 private:
  void serve();

  std::uint16_t node_port_;
  Answer answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace test_cluster
