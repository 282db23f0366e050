#pragma once

#include <map>
#include <mutex>

#include "tests/cluster/between.h"

namespace test_cluster {

/// Stands between a till and a real node, and twists what it says.
class TwistedNode {
 public:
  /// Gets the target and the node's whole reply; gives the reply that the till gets. Not asked for
  /// event streams: those are refused.
  using Twist = std::function<std::string(const std::string& target, std::string reply)>;

  TwistedNode(const std::string& node_url, Twist twist);

  [[nodiscard]] std::string url() const { return between_.url(); }
  /// Requests whose target has this in it.
  [[nodiscard]] std::size_t asked(const std::string& part) const;

 private:
  [[nodiscard]] std::string answer(const std::string& request);

  Twist twist_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> asked_;  ///< by target
  Between between_;                           ///< the last: it calls `answer`
};

/// A reply of its own making.
[[nodiscard]] std::string reply_with(unsigned status, const std::string& json);
[[nodiscard]] std::string body_of(const std::string& reply);

}  // namespace test_cluster
