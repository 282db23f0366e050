#include <algorithm>

#include "node/forwarded.h"
#include "node/node_view.h"

/// Transactions from the API and from peers: parsed and verified on the workers, then to the core.
namespace hansatsu::node {
namespace {

/// Small enough that a batch spreads over the cores, large enough that queues stay short.
constexpr std::size_t kChunk = 16;

using BatchAnswer = std::function<void(std::size_t, rpc::SubmitAnswer)>;

rpc::SubmitAnswer refused(const Hash& id, rules::Refusal refusal) {
  rpc::SubmitAnswer answer;
  answer.state = rpc::SubmitState::inadmissible;
  answer.id = id;
  answer.code = static_cast<std::uint16_t>(refusal);
  return answer;
}

rpc::SubmitAnswer overloaded(const Hash& id) {
  rpc::SubmitAnswer answer;
  answer.state = rpc::SubmitState::overloaded;
  answer.id = id;
  answer.retry_after = kRetryAfter;
  return answer;
}

struct Chunk {
  std::vector<Bytes> transactions;
  std::size_t first = 0;  ///< place of the first one in its batch
};

void check_chunk(Chunk& chunk, bool until_final, const BatchAnswer& answer, const Hash& chain_id,
                 const MessageChecker& checker, CoreQueue& queue) {
  StageTimer timer{checker.times(), Stage::decode};
  std::vector<std::pair<std::size_t, block::TransactionPointer>> parsed;
  for (std::size_t i = 0; i < chunk.transactions.size(); ++i) {
    auto one = block::ParsedTransaction::parse(chain_id, std::move(chunk.transactions[i]));
    if (one) {
      parsed.emplace_back(chunk.first + i,
                          std::make_shared<const block::ParsedTransaction>(*std::move(one)));
    } else {
      answer(chunk.first + i, refused({}, one.error()));
    }
  }
  timer.next(Stage::verify);
  TransactionsArrived arrived;
  for (auto& [place, transaction] : parsed) {
    if (!checker.verify_signatures(*transaction)) {
      answer(place, refused(transaction->id(), rules::Refusal::bad_signature));
      continue;
    }
    arrived.transactions.push_back(
        {std::move(transaction), until_final,
         [answer, at = place](rpc::SubmitAnswer one) { answer(at, std::move(one)); }});
  }
  if (arrived.transactions.empty()) return;
  CoreEvent event{std::move(arrived)};
  if (queue.try_push(std::move(event))) return;
  for (Incoming& one : std::get<TransactionsArrived>(event).transactions) {
    one.answer(overloaded(one.transaction->id()));
  }
}

void take_list(ByteView list, const Hash& chain_id, const MessageChecker& checker, CoreQueue& queue,
               const std::function<void()>& on_malformed) {
  StageTimer timer{checker.times(), Stage::decode};
  auto transactions = parse_forwarded(chain_id, list);
  if (!transactions) return on_malformed();
  timer.next(Stage::verify);
  TransactionsArrived arrived;
  for (block::TransactionPointer& transaction : *transactions) {
    if (checker.verify_signatures(*transaction)) {
      arrived.transactions.push_back({std::move(transaction), false, nullptr});
    }
  }
  CoreEvent event{std::move(arrived)};
  static_cast<void>(queue.try_push(std::move(event)));
}

}  // namespace

void NodeView::submit(std::vector<Bytes> transactions, bool until_final, BatchAnswer answer) {
  for (std::size_t first = 0; first < transactions.size(); first += kChunk) {
    const std::size_t end = std::min(first + kChunk, transactions.size());
    auto chunk = std::make_shared<Chunk>();
    chunk->first = first;
    for (std::size_t i = first; i < end; ++i) {
      chunk->transactions.push_back(std::move(transactions[i]));
    }
    const bool queued =
        parts_.pool.submit_payments([chunk, until_final, answer, chain_id = parts_.chain_id,
                                     &checker = parts_.checker, &queue = parts_.queue] {
          check_chunk(*chunk, until_final, answer, chain_id, checker, queue);
        });
    if (queued) continue;
    for (std::size_t i = first; i < end; ++i) answer(i, overloaded({}));
  }
}

bool take_forwarded(VerifyPool& pool, CoreQueue& queue, const MessageChecker& checker,
                    const Hash& chain_id, ByteView list, std::atomic<std::size_t>& waiting,
                    std::function<void()> on_malformed) {
  auto bytes = std::make_shared<const Bytes>(list.begin(), list.end());
  waiting += bytes->size();
  const bool queued = pool.submit_payments(
      [bytes, chain_id, &checker, &queue, &waiting, on_malformed = std::move(on_malformed)] {
        take_list(*bytes, chain_id, checker, queue, on_malformed);
        waiting -= bytes->size();
      });
  if (!queued) waiting -= bytes->size();
  return queued;
}

}  // namespace hansatsu::node
