#include "tests/simulation/application.h"

namespace hansatsu::simulation {

using consensus::Block;
using consensus::Header;

Application::Application(const Header& anchor)
    : tip_{chain::block_id(anchor)}, tip_state_{anchor.state_root}, tip_height_{anchor.height} {}

void Application::submit(Payment payment) {
  if (!paid_.contains(payment)) waiting_.insert(payment);
}

consensus::Body Application::encode_body(const std::vector<Payment>& payments) {
  Encoder encoder;
  for (const Payment payment : payments) encoder(payment);
  return std::make_shared<const Bytes>(encoder.take());
}

std::optional<std::vector<Payment>> Application::decode_body(const Bytes& body) {
  if (body.size() % sizeof(Payment) != 0) return std::nullopt;
  if (body.size() / sizeof(Payment) > kBlockPaymentsMax) return std::nullopt;
  Decoder decoder{body};
  std::vector<Payment> payments(body.size() / sizeof(Payment));
  for (Payment& payment : payments) decoder(payment);
  return payments;
}

Hash Application::body_root(const Bytes& body) {
  return body.empty() ? Hash{} : hash(HashTag::record, body);
}

void Application::seal(Header& header, const Hash& parent_state,
                       const std::vector<Payment>& payments) {
  const consensus::Body body = encode_body(payments);
  header.transactions_root = body_root(*body);
  header.outcomes_root = header.transactions_root;
  header.state_root =
      Hasher{HashTag::state_root}.add(parent_state).add(header.transactions_root).finish();
  header.flags = payments.empty() ? chain::kFlagEmpty : 0;
}

std::optional<Hash> Application::state_of(const Hash& block_id) const {
  if (block_id == tip_) return tip_state_;
  const auto found = executed_.find(block_id);
  if (found == executed_.end()) return std::nullopt;
  return found->second.block.header.state_root;
}

bool Application::is_paid_in(const Hash& tip, Payment payment) const {
  if (paid_.contains(payment)) return true;
  for (Hash at = tip; at != tip_;) {
    const auto found = executed_.find(at);
    if (found == executed_.end()) return false;
    for (const Payment paid : found->second.payments) {
      if (paid == payment) return true;
    }
    at = found->second.block.header.parent_id;
  }
  return false;
}

bool Application::is_pending_on(const Hash& tip) const {
  for (const Payment payment : waiting_) {
    if (!is_paid_in(tip, payment)) return true;
  }
  return false;
}

std::optional<Block> Application::build(const consensus::Build& build) {
  const auto parent_state = state_of(build.draft.parent_id);
  ASSERT(parent_state.has_value());
  std::vector<Payment> payments;
  for (const Payment payment : waiting_) {
    if (!build.with_content || payments.size() >= kBlockPaymentsMax) break;
    if (!is_paid_in(build.draft.parent_id, payment)) payments.push_back(payment);
  }
  // Asked for content it has not got: the level of Pending was of an older tip.
  if (build.with_content && payments.empty()) return std::nullopt;
  Block block{build.draft, encode_body(payments)};
  seal(block.header, *parent_state, payments);
  executed_[chain::block_id(block.header)] = {block, payments};
  return block;
}

bool Application::validate(const consensus::Validate& validate) {
  const Header& header = validate.block.header;
  const auto parent_state = state_of(header.parent_id);
  ASSERT(parent_state.has_value());
  const auto payments = decode_body(*validate.block.body);
  if (!payments) return false;
  for (std::size_t i = 0; i < payments->size(); ++i) {
    if (i > 0 && (*payments)[i - 1] >= (*payments)[i]) return false;
    if (is_paid_in(header.parent_id, (*payments)[i])) return false;
  }
  Header expected = header;
  seal(expected, *parent_state, *payments);
  if (expected != header) return false;
  executed_[validate.block_id] = {validate.block, *payments};
  return true;
}

void Application::commit(const consensus::CommittedBlock& committed) {
  const auto found = executed_.find(committed.block_id);
  ASSERT(found != executed_.end());
  const Header& header = committed.block.block.header;
  ASSERT(header.parent_id == tip_ && header.height == next(tip_height_));
  for (const Payment payment : found->second.payments) {
    ASSERT(paid_.emplace(payment, header.height).second);
    waiting_.erase(payment);
  }
  tip_ = committed.block_id;
  tip_state_ = header.state_root;
  tip_height_ = header.height;
  chain_[header.height] = committed.block;
  heights_[committed.block_id] = header.height;
  executed_.erase(found);
}

const Block* Application::find(const Hash& block_id) const {
  const auto found = executed_.find(block_id);
  if (found != executed_.end()) return &found->second.block;
  const auto height = heights_.find(block_id);
  return height == heights_.end() ? nullptr : &chain_.at(height->second).block;
}

}  // namespace hansatsu::simulation
