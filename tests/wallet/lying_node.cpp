#include "tests/wallet/lying_node.h"

#include "rpc/http/submission.h"
#include "rpc/json/time_text.h"

namespace hansatsu::wallet::test {
namespace {

using test_cluster::kHeadEnd;

/// A problem with the code of a refusal, that hides the line before it and turns the text round.
constexpr std::string_view kTrouble =
    R"({"type":"about:blank","title":"\u001b[1A\u001b[2Kdone\u202eenod","status":400,)"
    R"("code":"E-GRT-06"})";

std::string message_of(const std::string& status, const std::string& type,
                       const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + std::string{kHeadEnd} + body;
}

std::string with_wrong_date(std::string reply) {
  constexpr std::string_view kDate = "Date: ";
  constexpr std::uint64_t kWrongByMs = 11 * 60'000;
  const std::size_t start = reply.find(kDate);
  const std::size_t end = reply.find("\r\n", start);
  if (start == std::string::npos || end > reply.find(kHeadEnd)) return reply;
  const std::size_t value = start + kDate.size();
  const auto date = rpc::parse_http_date(std::string_view{reply}.substr(value, end - value));
  if (!date) return reply;
  return reply.replace(value, end - value, rpc::to_http_date(plus_ms(*date, kWrongByMs)));
}

}  // namespace

LyingNode::LyingNode(const std::string& node_url, Lie lie)
    : lie_{lie},
      between_{node_url, [this](const std::string& request) { return answer(request); }} {}

std::string LyingNode::answer(const std::string& request) {
  if (lie_ == Lie::tells_wrong_time) return with_wrong_date(between_.ask_node(request));
  if (request.starts_with("POST /v1/transactions") && lie_ != Lie::tells_old_news) {
    return answer_submission(request);
  }
  const std::string target = request.substr(0, request.find(" HTTP/"));
  const bool of_account =
      target.starts_with("GET /v1/accounts/") &&
      target.find('/', std::string_view{"GET /v1/accounts/"}.size()) == std::string::npos;
  if (lie_ != Lie::tells_old_news || !of_account) return between_.ask_node(request);
  const std::lock_guard lock{mutex_};
  auto known = old_news_.find(target);
  if (known == old_news_.end()) known = old_news_.emplace(target, between_.ask_node(request)).first;
  return known->second;
}

std::string LyingNode::answer_submission(const std::string& request) {
  const auto batch =
      rpc::decode_batch(std::string_view{request}.substr(request.find(kHeadEnd) + 4));
  const std::size_t count = batch ? batch->size() : 0;
  {
    const std::lock_guard lock{mutex_};
    for (std::size_t i = 0; i < count; ++i) {
      const auto transaction = decode<block::Transaction>((*batch)[i]);
      if (transaction) seen_.insert(encode(transaction->unsigned_part));
    }
    held_back_.push_back(request);
  }
  if (lie_ == Lie::passes_on || lie_ == Lie::keeps_silent) release();
  if (lie_ == Lie::keeps_silent) {
    ++kept_silent_;
    return {};
  }
  if (lie_ == Lie::never_answers) {
    is_gone_.wait();
    return {};
  }
  if (lie_ == Lie::names_trouble) {
    return message_of("400 Bad Request", "application/problem+json", std::string{kTrouble});
  }
  return message_of("200 OK", "application/octet-stream", lie_about(count));
}

std::string LyingNode::lie_about(std::size_t transactions) const {
  rpc::SubmitAnswer no;
  no.state = rpc::SubmitState::inadmissible;
  no.code = static_cast<std::uint16_t>(lie_ == Lie::says_closed ? rules::Refusal::signer_closed
                                                                : rules::Refusal::sequence_used);
  if (lie_ == Lie::says_lapsed) {
    no.state = rpc::SubmitState::lapsed;
    no.code = 0;
  } else if (lie_ == Lie::forges_receipt) {
    no.state = rpc::SubmitState::final;
    no.code = 0;
    rpc::ProvenTransaction nothing;
    nothing.transaction.outcome.operation = rules::OperationCode::send;
    no.result = std::make_shared<const rpc::ProvenTransaction>(std::move(nothing));
  }
  return rpc::encode_answers(std::vector<rpc::SubmitAnswer>(transactions, no));
}

std::size_t LyingNode::transactions() const {
  const std::lock_guard lock{mutex_};
  return seen_.size();
}

std::vector<block::UnsignedTransaction> LyingNode::seen() const {
  const std::lock_guard lock{mutex_};
  std::vector<block::UnsignedTransaction> all;
  for (const Bytes& bytes : seen_) all.push_back(*decode<block::UnsignedTransaction>(bytes));
  return all;
}

void LyingNode::release() {
  std::vector<std::string> requests;
  {
    const std::lock_guard lock{mutex_};
    requests.swap(held_back_);
  }
  for (const std::string& request : requests) (void)between_.ask_node(request);
}

}  // namespace hansatsu::wallet::test
