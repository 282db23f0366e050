#include "tests/simulation/application.h"

namespace hansatsu::simulation {
namespace {

using consensus::Block;
using rules::Refusal;

constexpr std::size_t kMempoolMax = 20'000;
constexpr std::size_t kEarlyMax = 4'096;
constexpr std::uint64_t kLapseGraceMs = 5'000;

/// Who lies believes every signature.
class BelievingChecker final : public block::SignatureChecker {
 public:
  [[nodiscard]] bool valid(const Hash& /*envelope*/, const Hash& /*transaction_id*/,
                           const PublicKey& /*key*/, const Signature& /*signature*/) override {
    return true;
  }
};

node::Verification fake_verification(const FakeChecker& checker) {
  return {std::make_unique<FakeSignatureChecker>(),
          [&checker](const chain::Vote& vote) { return checker.is_vote(vote); }};
}

}  // namespace

Application::Application(Base base, const FakeChecker& checker, Payments& payments,
                         SimulatedStore& store)
    : checker_{checker},
      payments_{payments},
      store_{store},
      chain_{std::move(base.state), base.header},
      tree_{chain_, fake_verification(checker)},
      mempool_{kMempoolMax},
      header_{base.header},
      tip_{chain::block_id(base.header)} {
  for (const auto& [height, block] : store_.chain()) {
    heights_[chain::block_id(block.block.header)] = height;
  }
  for (const auto& [height, numbers] : store_.payments()) {
    paid_.insert(numbers.begin(), numbers.end());
  }
}

void Application::submit(const block::TransactionPointer& transaction, const Hash& tip,
                         Timestamp utc, bool by_client) {
  if (mempool_.find(transaction->id())) return;
  const auto number = payments_.number_of(transaction->id());
  if (number && paid_.contains(*number)) return;
  if (by_client && tree_.is_in_chain(tip, transaction->id())) {
    mempool_.add(transaction);
    is_judged_ = false;
    return;
  }
  const auto refusal = tree_.inadmissible_on(tip, *transaction, utc);
  if (!refusal) {
    mempool_.add(transaction);
    if (!pending_) is_judged_ = false;
  } else if (!by_client && node::may_pass_later(*refusal) && early_.size() < kEarlyMax) {
    early_.push_back(transaction);
  }
}

void Application::lapse(Payment payment) {
  mempool_.remove(payments_.at(payment)->id());
  is_judged_ = false;
}

bool Application::is_pending_on(const Hash& tip, Timestamp utc) {
  const auto past = Timestamp{utc.raw - kLapseGraceMs};
  if (!mempool_.take_lapsed(past).empty()) is_judged_ = false;
  // On the same tip the same transaction still fits, until it lapses.
  const bool is_same = is_judged_ && pending_tip_ == tip &&
                       (!pending_ || pending_->unsigned_part().valid_until >= utc);
  if (is_same) return pending_ != nullptr;
  node::BlockTree::Pending found = tree_.find_pending(tip, mempool_, utc);
  for (const auto& [dead, refusal] : found.dead) mempool_.remove(dead->id());
  pending_ = std::move(found.transaction);
  pending_tip_ = tip;
  is_judged_ = true;
  return pending_ != nullptr;
}

std::optional<Block> Application::build(const consensus::Build& build) {
  auto block = tree_.build(build, mempool_);
  if (block) blocks_[chain::block_id(block->header)] = *block;
  return block;
}

std::optional<Block> Application::execute_on_parent(Block block) const {
  auto overlay = tree_.overlay_on(block.header.parent_id);
  const auto body = parse(block);
  if (!overlay || !body) return std::nullopt;
  BelievingChecker signatures;
  const auto execution =
      block::execute_block(std::move(overlay), block.header.time, *body, signatures);
  if (!execution) return std::nullopt;
  block.header.transactions_root = execution->transactions_root;
  block.header.outcomes_root = execution->outcomes_root;
  block.header.state_root = execution->state_root;
  block.header.evidence_root = execution->evidence_root;
  block.header.flags = body->is_empty() ? chain::kFlagEmpty : std::uint8_t{0};
  return block;
}

std::optional<block::Body> Application::parse(const Block& block) const {
  auto body = block::decode_body(block.header.chain_id, chain_.base().charter().limits, block.body);
  if (!body) return std::nullopt;
  return *std::move(body);
}

bool Application::validate(const consensus::Validate& validate) {
  const consensus::Header& header = validate.block.header;
  if (!tree_.validate(validate, checker_.parse(header, *validate.block.body))) return false;
  blocks_[validate.block_id] = validate.block;
  return true;
}

void Application::discard(const Hash& block_id) {
  tree_.discard(block_id);
  blocks_.erase(block_id);
}

void Application::commit(const consensus::CommittedBlock& committed) {
  node::BlockTree::Finished finished = tree_.finish(committed);
  changed_.add(*finished.overlay);
  chain_.commit(*finished.overlay, finished.block.header);
  ASSERT(chain_.base().root() == finished.block.header.state_root);
  std::vector<Payment> numbers;
  for (const block::TransactionPointer& transaction : finished.transactions) {
    mempool_.remove_used(transaction->unsigned_part());
    const auto number = payments_.number_of(transaction->id());
    if (!number) continue;
    ASSERT(paid_.insert(*number).second);
    numbers.push_back(*number);
  }
  is_judged_ = false;
  tip_ = committed.block_id;
  header_ = committed.block.block.header;
  heights_[committed.block_id] = header_.height;
  blocks_.erase(committed.block_id);
  store_.add(committed.block, std::move(numbers));
}

void Application::retry_early(const Hash& tip, Timestamp utc) {
  const auto early = std::exchange(early_, {});
  for (const block::TransactionPointer& transaction : early) submit(transaction, tip, utc, false);
}

std::vector<block::TransactionPointer> Application::waiting() const {
  std::vector<block::TransactionPointer> all;
  mempool_.for_each([&all](const node::Mempool::Transaction& transaction) {
    all.push_back(transaction);
    return true;
  });
  return all;
}

const Block* Application::find(const Hash& block_id) const {
  const auto found = blocks_.find(block_id);
  if (found != blocks_.end()) return &found->second;
  const auto height = heights_.find(block_id);
  return height == heights_.end() ? nullptr : &store_.chain().at(height->second).block;
}

}  // namespace hansatsu::simulation
