#include "tests/merchant-sdk/twisted_node.h"

namespace test_cluster {

std::string reply_with(unsigned status, const std::string& json) {
  return "HTTP/1.1 " + std::to_string(status) +
         " As\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
         std::to_string(json.size()) + std::string{kHeadEnd} + json;
}

std::string body_of(const std::string& reply) {
  const std::size_t head = reply.find(kHeadEnd);
  return head == std::string::npos ? std::string{} : reply.substr(head + kHeadEnd.size());
}

TwistedNode::TwistedNode(const std::string& node_url, Twist twist)
    : twist_{std::move(twist)},
      between_{node_url, [this](const std::string& request) { return answer(request); }} {}

std::string TwistedNode::answer(const std::string& request) {
  const std::size_t begin = request.find(' ') + 1;
  const std::string target = request.substr(begin, request.find(' ', begin) - begin);
  {
    const std::lock_guard lock{mutex_};
    ++asked_[target];
  }
  if (target == "/v1/events") return reply_with(404, R"({"code":"E-API-21","title":"none"})");
  return twist_(target, between_.ask_node(request));
}

std::size_t TwistedNode::asked(const std::string& part) const {
  const std::lock_guard lock{mutex_};
  std::size_t sum = 0;
  for (const auto& [target, count] : asked_)
    if (target.find(part) != std::string::npos) sum += count;
  return sum;
}

}  // namespace test_cluster
