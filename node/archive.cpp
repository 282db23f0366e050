#include "node/archive.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "node/block_receipts.h"
#include "node/log/records.h"
#include "node/stage_times.h"

namespace hansatsu::node {
namespace {

store::HistoryQuery store_query(const rpc::HistoryQuery& query) {
  store::HistoryQuery wanted;
  wanted.account = query.account;
  const store::TransactionPlace from{query.from.height, query.from.position};
  if (query.newest_first) {
    wanted.before = from;
  } else {
    wanted.after = from;
  }
  wanted.newest_first = query.newest_first;
  wanted.count = query.count;
  return wanted;
}

}  // namespace

Archive::Archive(store::Store& store, log::Disk& disk, const state::Charter& charter)
    : store_{store}, disk_{disk}, charter_{charter}, chain_id_{state::chain_id(charter)} {
  thread_ = std::thread{[this] { work(); }};
}

Archive::~Archive() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  ready_.notify_one();
  thread_.join();
}

void Archive::read(Job job, Busy busy, std::chrono::milliseconds time_max) {
  {
    const std::lock_guard lock{mutex_};
    if (!closed_ && reads_.size() < kJobsMax) {
      reads_.push_back({std::move(job), std::move(busy), Clock::now() + time_max});
      busy = nullptr;
    }
  }
  if (busy) return busy();
  ready_.notify_one();
}

bool Archive::post(Job job) {
  {
    const std::lock_guard lock{mutex_};
    if (closed_ || peers_.size() >= kJobsMax) return false;
    peers_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

bool Archive::post_urgent(Job job) {
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return false;
    urgent_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

bool Archive::is_over() const {
  const std::lock_guard lock{mutex_};
  return closed_ || Clock::now() >= until_;
}

void Archive::work() {
  name_this_thread("archive");
  while (wait()) {
    run_urgent();
    run_next_of_peers();
    run_urgent();
    run_next_read();
  }
  run_urgent();
  refuse_reads();
}

bool Archive::wait() {
  std::unique_lock lock{mutex_};
  ready_.wait(lock,
              [this] { return closed_ || !urgent_.empty() || !peers_.empty() || !reads_.empty(); });
  return !closed_;
}

void Archive::run_urgent() {
  std::deque<Job> jobs;
  {
    const std::lock_guard lock{mutex_};
    jobs.swap(urgent_);
  }
  for (const Job& job : jobs) job(*this);
}

void Archive::run_next_of_peers() {
  Job job;
  {
    const std::lock_guard lock{mutex_};
    if (closed_ || peers_.empty()) return;
    job = std::move(peers_.front());
    peers_.pop_front();
  }
  job(*this);
}

void Archive::run_next_read() {
  Read read;
  {
    const std::lock_guard lock{mutex_};
    if (closed_ || reads_.empty()) return;
    read = std::move(reads_.front());
    reads_.pop_front();
  }
  until_ = read.until;
  if (is_over()) {
    read.busy();
  } else {
    read.job(*this);
  }
  until_ = Clock::time_point::max();
}

void Archive::refuse_reads() {
  std::deque<Read> reads;
  {
    const std::lock_guard lock{mutex_};
    reads.swap(reads_);
  }
  for (const Read& read : reads) read.busy();
}

std::shared_ptr<const store::CommittedBlock> Archive::block(Height height) {
  if (auto recent = store_.recent().at(height)) return recent;
  return read_block(height);
}

std::shared_ptr<const store::CommittedBlock> Archive::read_block(Height height) {
  // A page can be of a hundred full blocks: a checkpoint does not wait for all of them.
  run_urgent();
  if (is_over()) return nullptr;
  const auto place = store_.place(height);
  const auto proof = store_.proof(height);
  auto outcomes = store_.outcomes(height);
  if (!place || !proof || !outcomes) {
    spdlog::error("store_unreadable height={}", height.raw);
    return nullptr;
  }
  if (!*place) return nullptr;
  if (!reader_) {
    auto opened = log::Reader::open(disk_);
    if (!opened) {
      spdlog::error("log_unreadable why=\"{}\"", log::describe(opened.error()));
      return nullptr;
    }
    reader_.emplace(std::move(*opened));
  }
  const auto record = reader_->record_at(**place);
  if (!record) {
    spdlog::error("log_unreadable why=\"{}\"", log::describe(record.error()));
    return nullptr;
  }
  const auto decoded = log::from_record(*record);
  const auto* block = decoded ? std::get_if<consensus::Block>(&*decoded) : nullptr;
  if (block == nullptr || block->header.height != height) return nullptr;

  auto found = std::make_shared<store::CommittedBlock>();
  found->id = chain::block_id(block->header);
  found->header = block->header;
  found->body = block->body;
  found->proof = *proof;
  found->outcomes = *std::move(outcomes);
  auto body = block::decode_body(chain_id_, charter_.limits, block->body);
  if (!body) return nullptr;
  for (const block::TransactionPointer& transaction : body->transactions) {
    found->transactions.push_back({transaction->id(), {}});
  }
  if (found->transactions.size() != found->outcomes.size()) return nullptr;
  return found;
}

std::optional<rpc::ProvenTransaction> Archive::proven(const store::TransactionPlace& place) {
  auto found = block(place.height);
  if (!found || place.position >= found->transactions.size() || !found->proof) return std::nullopt;
  return BlockReceipts{std::move(found)}.proven(place.position);
}

Result<rpc::HistoryPart, rpc::ViewError> Archive::history(const rpc::HistoryQuery& query) {
  const auto places = store_.history(store_query(query));
  if (!places) return Err{rpc::ViewError::unreadable};
  rpc::HistoryPart part;
  std::shared_ptr<const store::CommittedBlock> found;
  std::unique_ptr<BlockTransactions> transactions;
  for (const store::TransactionPlace& place : *places) {
    if (!found || found->header.height != place.height) {
      found = block(place.height);
      if (!found && part.entries.empty()) return Err{rpc::ViewError::unreadable};
      if (!found) return part;
      transactions = std::make_unique<BlockTransactions>(found);
    }
    part.entries.push_back(transactions->at(place.position));
  }
  part.is_end = places->size() < query.count;
  return part;
}

consensus::Answer Archive::answer(const consensus::Request& request) {
  switch (request.kind) {
    case consensus::RequestKind::certificate:
      return consensus::Absent{};  // the engine has all that still matter in memory
    case consensus::RequestKind::block: {
      const auto height = store_.height_of(request.block_id);
      if (!height || !*height) return consensus::Absent{};
      const auto found = block(**height);
      if (!found) return consensus::Absent{};
      return consensus::Block{found->header, found->body};
    }
    case consensus::RequestKind::range:
      return answer_range(request);
  }
  return consensus::Absent{};
}

consensus::Answer Archive::answer_range(const consensus::Request& request) {
  constexpr std::size_t kRangeBytesMax = 768U << 10U;
  consensus::Range range;
  std::size_t bytes = 0;
  Height height = request.from_height;
  std::shared_ptr<const store::CommittedBlock> last;
  for (; range.blocks.size() < request.count; height = next(height)) {
    auto found = block(height);
    if (!found) break;
    bytes += found->body->size() + chain::Header::kEncodedBytes + 1'024;
    if (!range.blocks.empty() && bytes > kRangeBytesMax) break;
    range.blocks.push_back({{found->header, found->body}, found->proof});
    last = std::move(found);
  }
  // From the last block on, header by header, to the next one with a finalization of its own.
  while (last != nullptr) {
    if (last->proof && last->proof->descendants.empty()) {
      range.finalization = last->proof->finalization;
      return range;
    }
    if (range.links.is_full()) break;
    last = block(height);
    height = next(height);
    if (last) range.links.push_back(last->header);
  }
  return consensus::Absent{};
}

}  // namespace hansatsu::node
