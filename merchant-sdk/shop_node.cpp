#include "merchant-sdk/shop_node.h"

#include <algorithm>
#include <thread>

#include "rpc/json/machine_time.h"

namespace hansatsu::merchant {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCallMax{3'000};
/// How long one call listens: who waits is asked as often whether to wait on.
constexpr milliseconds kListenSlice{100};
/// Where a node tells no events.
constexpr milliseconds kAskInterval{1'000};
constexpr std::uint32_t kPageEntries = 50;
constexpr std::size_t kNodeCodeBytesMax = 16;

/// A code goes to screens and logs: it is a node's, and takes the form of a code or is dropped.
std::string code_for_screen(const std::string& code) {
  const bool is_code =
      code.size() <= kNodeCodeBytesMax && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      });
  return is_code ? code : std::string{};
}

NodeTrouble trouble_of(const rpc::CallError& error) {
  if (error.failure == rpc::CallFailure::malformed)
    return {{ErrorCode::malformed_answer, {}}, false, {}};
  if (error.failure == rpc::CallFailure::clock_differs)
    return {{ErrorCode::clock_differs, {}}, false, {}};
  if (error.failure != rpc::CallFailure::refused) return {{ErrorCode::unreachable, {}}, true, {}};
  const std::string code = code_for_screen(error.code);
  if (error.status == 429 || error.status >= 500)
    return {{ErrorCode::refused, code}, true, error.retry_after};
  if (error.status == 401 || error.status == 403)
    return {{ErrorCode::key_not_of_shop, code}, false, {}};
  return {{ErrorCode::refused, code}, false, {}};
}

rpc::ClientOptions options_of(const rpc::Endpoint& endpoint) {
  rpc::ClientOptions options;
  options.endpoints = {endpoint};
  return options;
}

milliseconds until_then(Clock::time_point time) {
  const auto left = std::chrono::duration_cast<milliseconds>(time - Clock::now());
  return std::max(left, milliseconds{0});
}

}  // namespace

ShopNode::ShopNode(const rpc::Endpoint& endpoint, const Reader& reader)
    : options_{options_of(endpoint)}, reader_{reader}, client_{options_} {}

void ShopNode::look_from(Timestamp since) {
  leave();
  since_ = since;
  known_.reset();
  newest_.reset();
  next_.reset();
  read_ = false;
  ask_at_ = {};
}

void ShopNode::leave() {
  stream_.reset();
  listening_ = false;
}

rpc::Client& ShopNode::client_until(Clock::time_point deadline) {
  client_.set_call_time_max(std::clamp(until_then(deadline), milliseconds{1}, kCallMax));
  return client_;
}

NodeAnswer<bool> ShopNode::introduce(Clock::time_point deadline) {
  if (reference_) return true;
  const auto status = client_until(deadline).status();
  if (!status) return Err{trouble_of(status.error())};
  if (status->chain_id != reader_.chain_id)
    return Err{NodeTrouble{{ErrorCode::other_chain, {}}, false, {}}};
  const auto places = client_until(deadline).find_key(*reader_.key);
  if (!places) return Err{trouble_of(places.error())};
  const auto mine = std::find_if(places->begin(), places->end(), [this](const auto& place) {
    return place.account == reader_.shop;
  });
  if (mine == places->end()) return Err{NodeTrouble{{ErrorCode::key_not_of_shop, {}}, false, {}}};
  reference_ = *mine;
  return true;
}

Timestamp ShopNode::since_by_its_clock() const {
  const std::uint64_t ours_ms = rpc::machine_time().raw;
  const std::uint64_t theirs_ms = client_.now().raw;
  // A node that tells a wrong time makes the till read more, never less.
  const std::uint64_t ahead_ms = ours_ms > theirs_ms ? ours_ms - theirs_ms : 0;
  return Timestamp{since_.raw - std::min(since_.raw, ahead_ms)};
}

NodeAnswer<std::vector<rpc::FinalTransaction>> ShopNode::read_page(Clock::time_point deadline) {
  auto page = client_until(deadline).history(reader_.shop, signer(), next_, true, kPageEntries);
  if (!page) return Err{trouble_of(page.error())};
  const Timestamp since = since_by_its_clock();
  std::vector<rpc::FinalTransaction> entries;
  bool at_end = !page->next || page->entries.empty();
  for (rpc::FinalTransaction& entry : page->entries) {
    const rpc::Cursor place{entry.height, entry.position};
    if (!newest_) newest_ = place;
    at_end = at_end || (known_ && place <= *known_) || entry.outcome.time < since;
    if ((known_ && place <= *known_) || entry.outcome.time < since) break;
    entries.push_back(std::move(entry));
  }
  // A node that sends its reader in circles must not hold the till.
  if (!at_end && next_ && *page->next >= *next_)
    return Err{NodeTrouble{{ErrorCode::malformed_answer, {}}, false, {}}};
  next_ = at_end ? std::nullopt : page->next;
  if (!at_end) return entries;
  if (newest_ && (!known_ || *newest_ > *known_)) known_ = newest_;
  newest_.reset();
  read_ = true;
  ask_at_ = listening_ ? Clock::time_point::max() : Clock::now() + kAskInterval;
  return entries;
}

NodeAnswer<std::vector<rpc::FinalTransaction>> ShopNode::listen(Clock::time_point until) {
  // From the newest entry that was read on, so that nothing falls between the two.
  if (!stream_) stream_.emplace(options_, signer(), known_.value_or(rpc::Cursor{}));
  auto event = stream_->next(until_then(until));
  std::vector<rpc::FinalTransaction> entries;
  if (!event) {
    std::this_thread::sleep_until(until);  // a refusal comes at once
    if (!listening_) return entries;       // and the history is asked
    leave();
    ask_at_ = {};
    return Err{trouble_of(event.error())};
  }
  if (!std::exchange(listening_, true)) ask_at_ = Clock::time_point::max();
  if (!*event) return entries;
  const rpc::Cursor place{(*event)->height, (*event)->position};
  if (!known_ || *known_ < place) known_ = place;
  entries.push_back(**std::move(event));
  return entries;
}

NodeAnswer<std::vector<rpc::FinalTransaction>> ShopNode::news(Clock::time_point deadline) {
  if (const auto introduced = introduce(deadline); !introduced) return Err{introduced.error()};
  const auto now = Clock::now();
  const bool due = !read_ || next_ || now >= ask_at_;
  auto entries = due ? read_page(deadline) : listen(std::min(deadline, now + kListenSlice));
  // The key may have got another place: the next question asks for it.
  if (!entries && !entries.error().passing) reference_.reset();
  return entries;
}

NodeAnswer<Bytes> ShopNode::receipt(const Hash& id, Clock::time_point deadline) {
  ASSERT(reference_);
  auto proven = client_until(deadline).receipt(id, signer());
  if (!proven) return Err{trouble_of(proven.error())};
  return std::move(proven->receipt);
}

}  // namespace hansatsu::merchant
