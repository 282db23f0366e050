#include "node/waiters.h"

namespace hansatsu::node {

void Waiters::add(const Hash& id, SubmitAnswerer answer) {
  std::vector<SubmitAnswerer>& of_one = waiting_[id];
  SubmitAnswerer replaced;
  if (of_one.size() == kOfOneMax) {
    replaced = std::move(of_one.front());
    of_one.erase(of_one.begin());
  }
  of_one.push_back(std::move(answer));
  if (!replaced) return;
  rpc::SubmitAnswer accepted;
  accepted.state = rpc::SubmitState::accepted;
  accepted.id = id;
  replaced(std::move(accepted));
}

std::vector<SubmitAnswerer> Waiters::take(const Hash& id) {
  auto found = waiting_.extract(id);
  return found ? std::move(found.mapped()) : std::vector<SubmitAnswerer>{};
}

}  // namespace hansatsu::node
