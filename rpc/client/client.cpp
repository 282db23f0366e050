#include "rpc/client/client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "rpc/client/answer_reader.h"
#include "rpc/client/event_stream.h"
#include "rpc/client/http_message.h"
#include "rpc/client/submit_many.h"
#include "rpc/http/submission.h"
#include "rpc/json/cursor.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;

constexpr std::string_view kSignatureOld = "E-API-15";
constexpr std::string_view kNodeBusy = "E-API-23";
constexpr std::string_view kPreview = "/v1/preview";

HttpRequest get(std::string target, std::string_view accept = kJsonMedia) {
  HttpRequest request;
  request.target = std::move(target);
  request.accept = accept;
  return request;
}
HttpRequest get_list(std::string target, std::string_view accept = kJsonMedia) {
  HttpRequest request = get(std::move(target), accept);
  request.reply_bytes_max = kListBytesMax;
  return request;
}

struct RequestSigner {
  RequestKey name;
  const KeyPair* key = nullptr;
};
net::awaitable<void> exchange_into(std::optional<Answer<HttpReply>>& reply, Connection& connection,
                                   HttpRequest request, Connection::Deadline deadline) {
  reply = co_await connection.exchange(std::move(request), deadline);
}
/// No answer, or that there is none now, as a node says, or the proxy before one that is gone:
/// another may do better. Of `unreachable` a connection has tried them all.
bool is_unable(const Answer<HttpReply>& reply) {
  if (!reply)
    return reply.error().failure == CallFailure::timed_out ||
           reply.error().failure == CallFailure::closed;
  return reply->status >= 500 || (reply->status == 429 && error_of(*reply).code == kNodeBusy);
}
RequestSigner request_signer(const Signer& signer) { return {signer.reference, signer.key}; }

}  // namespace

class Client::Implementation {
 public:
  explicit Implementation(ClientOptions client_options)
      : options{std::move(client_options)},
        connection{io.get_executor(), options, 0},
        clock{options.clock_apart_max} {
    ASSERT(!options.endpoints.empty());
  }

  /// Who says that it can't answer now is passed over: a transaction's bytes are the same one at
  /// any node. Who says nothing is passed over where a question may be asked of all, and each has a
  /// share of the time. So is one whose clock is wrong; if all are, ours may be.
  [[nodiscard]] Answer<HttpReply> call(const HttpRequest& request) {
    const auto deadline = std::chrono::steady_clock::now() + options.call_time_max;
    const bool only_asks = request.method == "GET" || request.target == kPreview;
    for (std::size_t left = options.endpoints.size();; --left) {
      const auto now = std::chrono::steady_clock::now();
      const auto share = (deadline - now) / static_cast<std::int64_t>(left);
      auto reply = call_one(request, only_asks ? now + share : deadline);
      const bool clock_fits = !reply || clock.learn(*reply);
      if (clock_fits && !is_unable(reply)) return reply;
      connection.leave_endpoint();  // or every call would meet it
      if (left > 1 && (only_asks || reply || !clock_fits)) continue;
      if (clock_fits) return reply;
      return Err{CallError{CallFailure::clock_differs, 0, {}, {}, {}}};
    }
  }

  [[nodiscard]] Answer<HttpReply> call_one(HttpRequest request, Connection::Deadline deadline) {
    std::optional<Answer<HttpReply>> reply;
    // Without a reply a library has thrown, for want of memory or of a descriptor.
    net::co_spawn(io, exchange_into(reply, connection, std::move(request), deadline),
                  [](const std::exception_ptr& /*failure*/) {});
    io.restart();
    io.run();
    if (!reply) return Err{CallError{CallFailure::closed, 0, {}, {}, {}}};
    return *std::move(reply);
  }

  /// Signs as of the node's clock. A node that finds the signature old has told its time with that:
  /// once more, then.
  [[nodiscard]] Answer<HttpReply> call_signed(HttpRequest request, const RequestSigner& signer) {
    auto reply = call(signed_by(request, signer.name, *signer.key, clock));
    if (!reply || reply->status != 401 || error_of(*reply).code != kSignatureOld) return reply;
    return call(signed_by(std::move(request), signer.name, *signer.key, clock));
  }

  ClientOptions options;
  net::io_context io{1};
  Connection connection;
  NodeClock clock;
};

Client::Client(ClientOptions options)
    : implementation_{std::make_unique<Implementation>(std::move(options))} {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Timestamp Client::now() const { return implementation_->clock.now(); }
void Client::set_call_time_max(std::chrono::milliseconds time) {
  implementation_->options.call_time_max = time;
}

std::size_t Client::endpoint() const { return implementation_->connection.endpoint(); }
void Client::begin_at(std::size_t endpoint) { implementation_->connection.begin_at(endpoint); }

Answer<NodeStatus> Client::status() {
  const auto reply = implementation_->call(get("/v1/status"));
  if (!reply) return Err{reply.error()};
  return read_answer<NodeStatus>(*reply);
}

Answer<std::string> Client::metrics() {
  auto reply = implementation_->call(get("/metrics"));
  if (!reply) return Err{reply.error()};
  if (reply->status >= 400) return Err{error_of(*reply)};
  return std::move(reply->body);
}

Answer<state::Charter> Client::charter() {
  const auto reply = implementation_->call(get_list("/v1/charter", kBinaryMedia));
  if (!reply) return Err{reply.error()};
  if (reply->status >= 400) return Err{error_of(*reply)};
  auto charter = decode<state::Charter>(as_bytes(reply->body));
  if (!charter) return Err{malformed()};
  return *std::move(charter);
}

Answer<std::vector<ProgramRecord>> Client::programs(const std::optional<Signer>& reader) {
  const auto reply =
      reader ? implementation_->call_signed(get_list("/v1/programs"), request_signer(*reader))
             : implementation_->call(get_list("/v1/programs"));
  if (!reply) return Err{reply.error()};
  return read_answer<std::vector<ProgramRecord>>(*reply, "programs");
}

Answer<std::vector<Shop>> Client::shops(const state::Charter& trusted) {
  const auto reply = implementation_->call(get_list("/v1/shops"));
  if (!reply) return Err{reply.error()};
  const auto list = read_shops(*reply);
  if (!list) return Err{list.error()};
  const bool named = list->directory && verify_directory(trusted, *list->directory);
  std::vector<Shop> shops;
  for (const ShopRecord& record : list->shops) {
    Shop& shop = shops.emplace_back(Shop{record, {}});
    if (!named) continue;
    for (const DirectoryEntry& entry : list->directory->directory.shops) {
      if (entry.account == record.account) shop.name = entry.name.text;
    }
  }
  return shops;
}

Answer<Figures> Client::figures(Date from, Date to) {
  const auto reply = implementation_->call(
      get_list("/v1/figures?from=" + to_string(from) + "&to=" + to_string(to)));
  if (!reply) return Err{reply.error()};
  return read_answer<Figures>(*reply);
}

Answer<SubmitAnswer> Client::submit(ByteView transaction, bool until_final) {
  const Bytes one{transaction.begin(), transaction.end()};
  auto answers = submit_batch(std::span{&one, 1}, until_final);
  if (!answers) return Err{answers.error()};
  return std::move(answers->front());
}

Answer<std::vector<SubmitAnswer>> Client::submit_batch(std::span<const Bytes> transactions,
                                                       bool until_final) {
  HttpRequest request = get("/v1/transactions", kBinaryMedia);
  if (until_final) request.target += "?wait=final";
  request.method = "POST";
  request.content_type = kBinaryMedia;
  request.body = encode_batch(transactions);
  request.reply_bytes_max = submission_reply_bytes_max(transactions.size());
  const auto reply = implementation_->call(request);
  if (!reply) return Err{reply.error()};
  if (reply->status >= 400) return Err{error_of(*reply)};
  auto answers = decode_answers(reply->body);
  if (!answers || answers->size() != transactions.size()) return Err{malformed()};
  return *std::move(answers);
}

std::vector<std::optional<SubmitAnswer>> Client::submit_many(std::span<const Bytes> transactions,
                                                             const SubmitManyOptions& options,
                                                             std::chrono::milliseconds time_max) {
  net::io_context& io = implementation_->io;
  const auto deadline = std::chrono::steady_clock::now() + time_max;
  SubmitMany many{io.get_executor(), implementation_->options, transactions, options, deadline};
  const std::uint32_t connections = std::clamp(options.connections, 1U, 256U);
  for (std::uint32_t i = 0; i < connections; ++i) {
    // A worker that a library stops leaves its share to the others.
    net::co_spawn(io, many.work(i), [](const std::exception_ptr& /*failure*/) {});
  }
  io.restart();
  io.run();
  return many.take_answers();
}

Answer<PreviewResult> Client::preview(const block::UnsignedTransaction& transaction,
                                      const Signer& signer) {
  HttpRequest request = get(std::string{kPreview});
  request.method = "POST";
  request.content_type = kBinaryMedia;
  request.body = as_text(encode(transaction));
  const auto reply = implementation_->call_signed(std::move(request), request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_preview(*reply);
}

Answer<TransactionStatus> Client::transaction(const Hash& id, const Signer& signer) {
  const auto reply = implementation_->call_signed(get("/v1/transactions/" + to_hex(id.view())),
                                                  request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_transaction(*reply);
}

Answer<ProvenTransaction> Client::receipt(const Hash& id, const Signer& signer) {
  const auto reply = implementation_->call_signed(get("/v1/receipts/" + to_hex(id.view())),
                                                  request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_answer<ProvenTransaction>(*reply);
}

Answer<AccountAnswer> Client::account(AccountId account, const Signer& signer) {
  const auto reply = implementation_->call_signed(get("/v1/accounts/" + to_account_number(account)),
                                                  request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_answer<AccountAnswer>(*reply);
}

Answer<HistoryPage> Client::history(AccountId account, const Signer& signer,
                                    std::optional<Cursor> from, bool newest_first,
                                    std::uint32_t count) {
  std::string target = "/v1/accounts/" + to_account_number(account) +
                       "/history?count=" + std::to_string(count) +
                       "&order=" + (newest_first ? "newest" : "oldest");
  if (from) target += "&from=" + to_cursor_text(*from);
  const auto reply =
      implementation_->call_signed(get_list(std::move(target)), request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_history(*reply);
}

EventStream Client::events(const Signer& signer, std::optional<Cursor> after) const {
  return EventStream{implementation_->options, signer, after};
}

Answer<std::vector<block::KeyReference>> Client::find_key(const KeyPair& key) {
  const auto reply = implementation_->call_signed(
      get("/v1/keys/" + to_hex(key.public_key().view())), RequestSigner{key.public_key(), &key});
  if (!reply) return Err{reply.error()};
  return read_answer<std::vector<block::KeyReference>>(*reply, "keys");
}

Answer<std::vector<RedemptionRecord>> Client::redemptions(CoinId coin, state::RedemptionState state,
                                                          RedemptionId from, const Signer& signer) {
  std::string target =
      "/v1/redemptions?coin=" + std::to_string(coin.raw) + "&from=" + std::to_string(from.raw);
  for (const auto& name : names(state)) {
    if (name.value == state) target += "&state=" + std::string{name.name};
  }
  const auto reply =
      implementation_->call_signed(get_list(std::move(target)), request_signer(signer));
  if (!reply) return Err{reply.error()};
  return read_answer<std::vector<RedemptionRecord>>(*reply, "redemptions");
}

Answer<BlockRecord> Client::block(Height height, const Signer& signer) {
  const auto reply = implementation_->call_signed(
      get_list("/v1/blocks/" + std::to_string(height.raw), kBinaryMedia), request_signer(signer));
  if (!reply) return Err{reply.error()};
  auto blocks = read_blocks(*reply);
  if (!blocks) return Err{blocks.error()};
  if (blocks->size() != 1) return Err{malformed()};
  return std::move(blocks->front());
}

Answer<std::vector<BlockRecord>> Client::headers(Height from, std::uint32_t count) {
  const auto reply = implementation_->call(
      get_list("/v1/headers?from=" + std::to_string(from.raw) + "&count=" + std::to_string(count),
               kBinaryMedia));
  if (!reply) return Err{reply.error()};
  return read_blocks(*reply);
}

}  // namespace hansatsu::rpc
