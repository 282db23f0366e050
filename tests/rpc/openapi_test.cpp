#include "rpc/server/openapi.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "rpc/json/codec.h"
#include "rpc/json/shop_directory.h"
#include "rpc/server/api.h"
#include "tests/rpc/harness.h"
#include "tests/support/wait.h"

using namespace test_rpc;

namespace {

/// Asks, and keeps what was answered for the check by schema.
class Recorder {
 public:
  Recorder(const TestServer& server, std::string file) : server_{server}, file_{std::move(file)} {
    std::ofstream{file_, std::ios::trunc};
  }
  /// `path` as the description writes it.
  HttpAnswer ask(const std::string& path, const RawRequest& request) {
    HttpAnswer answer = test_rpc::ask(server_, request);
    keep(path, request, answer);
    return answer;
  }
  void keep(const std::string& path, const RawRequest& request, const HttpAnswer& answer) {
    rpc::Json line = rpc::Json::object();
    line["method"] = request.method;
    line["path"] = path;
    line["status"] = answer.result_int();
    line["media"] = std::string{answer["Content-Type"]};
    const bool is_text = answer["Content-Type"] != "application/octet-stream";
    line["body"] = is_text ? answer.body() : "";
    std::ofstream{file_, std::ios::app} << rpc::dump_json(line) << "\n";
  }

 private:
  const TestServer& server_;
  std::string file_;
};

RawRequest signed_get(const std::string& target, const rpc::Signer& signer, Timestamp now) {
  RawRequest request;
  request.target = target;
  request.sign(signer.reference, *signer.key, now);
  return request;
}

void publish_directory(TestServer& server, const Market& market) {
  rpc::ShopDirectory directory;
  directory.chain_id = market.town.chain_id;
  directory.issued = Timestamp{kFounded};
  directory.shops.push_back({market.shop, {"ばんだい食堂"}, 1});
  server.ledger().set_directory(rpc::to_directory_file(
      rpc::sign_directory(directory, {kStaff, 0, 1}, key_of(0)), market.town.charter.utc_offset));
}

std::string batch_body(std::initializer_list<Bytes> transactions) {
  std::string body;
  for (const Bytes& bytes : transactions)
    body += (body.empty() ? "\"" : ",\"") + to_hex(bytes) + "\"";
  return R"({"transactions":[)" + body + "]}";
}

const std::string kJsonBody = "Content-Type: application/json\r\n";

void set_figures(TestServer& server) {
  using rules::OperationCode;
  const CoinId coin{0};
  server.ledger().set_figures(
      {Date{20'001},
       {{Date{20'000}, coin, {}, {}, 9, {}, 7},
        {Date{20'000}, coin, {}, OperationCode::pay, 6, {}, 4},
        {Date{20'000}, coin, ProgramId{0}, OperationCode::charge, 0, Amount::of(70), 7},
        {Date{20'000}, coin, ProgramId{0}, OperationCode::pay, 0, Amount::of(30), 4}}});
}

void ask_public(Recorder& recorder, TestServer& server) {
  set_figures(server);
  CHECK(recorder.ask("/v1/figures", {"GET", "/v1/figures?from=2024-10-01", {}, {}}).result_int() ==
        200);
  CHECK(recorder.ask("/v1/figures", {"GET", "/v1/figures?from=never-ever", {}, {}}).result_int() ==
        400);
  recorder.keep("/metrics", {"GET", "/metrics", {}, {}}, ask_metrics(server));
  for (const char* path :
       {"/openapi.json", "/v1/status", "/v1/charter", "/v1/programs", "/v1/shops", "/v1/headers"}) {
    CHECK(recorder.ask(path, {"GET", path, {}, {}}).result_int() == 200);
  }
  CHECK(recorder
            .ask("/v1/charter", {"GET", "/v1/charter", {}, "Accept: application/octet-stream\r\n"})
            .result_int() == 200);
  CHECK(recorder.ask("/v1/headers", {"GET", "/v1/headers?count=0", {}, {}}).result_int() == 400);
}

/// A stream is answered whole once the server has stopped: the last thing to ask.
void record_events(Recorder& recorder, TestServer& server, const Market& market) {
  const auto request = signed_get("/v1/events", signer_of(market.shop), server.ledger().now());
  RawConnection connection{server.port()};
  connection.send(request.text());
  const auto is_open = [&] {
    return ask_metrics(server).body().find("hansatsu_rpc_event_streams 1\n") != std::string::npos;
  };
  CHECK(hansatsu::test::wait_for(std::chrono::seconds{20}, is_open));
  CHECK(server.stop());
  const auto answer = connection.read();
  REQUIRE(answer.has_value());
  recorder.keep("/v1/events", request, *answer);
}

void submit_all_kinds(Recorder& recorder, TestServer& server, Market& market,
                      const rpc::BuiltTransaction& pay) {
  const auto redeem = market.build(market.shop, rules::Redeem{CoinId{0}, {}});
  const std::string path = "/v1/transactions";
  CHECK(recorder
            .ask(path, {"POST", path + "?wait=final",
                        batch_body({pay.bytes, market.pay(9'999).bytes, Bytes{1, 2}}), kJsonBody})
            .result_int() == 200);
  CHECK(recorder.ask(path, {"POST", path + "?wait=final", batch_body({redeem.bytes}), kJsonBody})
            .result_int() == 200);
  server.ledger().hold();
  CHECK(recorder.ask(path, {"POST", path, batch_body({market.pay(1).bytes}), kJsonBody})
            .result_int() == 202);
  server.ledger().release();
  server.ledger().set_overloaded(true);
  CHECK(recorder.ask(path, {"POST", path, batch_body({market.pay(1).bytes}), kJsonBody})
            .result_int() == 429);
  server.ledger().set_overloaded(false);
}

void ask_private(Recorder& recorder, TestServer& server, Market& market,
                 const rpc::BuiltTransaction& pay) {
  const Timestamp now = server.ledger().now();
  const rpc::Signer person = signer_of(market.person);
  const std::string id = to_hex(pay.id.view());
  const std::string number = to_account_number(market.person);
  const auto get = [&](const std::string& path, const std::string& target,
                       const rpc::Signer& signer) {
    CAPTURE(target);
    CHECK(recorder.ask(path, signed_get(target, signer, now)).result_int() == 200);
  };
  get("/v1/transactions/{id}", "/v1/transactions/" + id, person);
  get("/v1/transactions/{id}", "/v1/transactions/" + std::string(64, '0'), person);
  get("/v1/receipts/{id}", "/v1/receipts/" + id, person);
  get("/v1/receipts/{id}", "/v1/receipts/" + id, signer_of(market.shop));
  get("/v1/accounts/{number}", "/v1/accounts/" + number, person);
  get("/v1/accounts/{number}", "/v1/accounts/" + number, signer_of(kStaff));
  get("/v1/accounts/{number}/history", "/v1/accounts/" + number + "/history?count=1", person);
  get("/v1/redemptions", "/v1/redemptions?coin=0&state=requested", signer_of(kTreasurer));

  const RawRequest unsigned_get{"GET", "/v1/accounts/" + number, {}, {}};
  CHECK(recorder.ask("/v1/accounts/{number}", unsigned_get).result_int() == 401);
  const auto hidden = signed_get("/v1/receipts/" + id, signer_of(market.other), now);
  CHECK(recorder.ask("/v1/receipts/{id}", hidden).result_int() == 404);

  const std::string key = to_hex(person.key->public_key().view());
  RawRequest keys{"GET", "/v1/keys/" + key, {}, {}};
  keys.sign(person.key->public_key(), *person.key, now);
  CHECK(recorder.ask("/v1/keys/{key}", keys).result_int() == 200);
  const KeyPair validator = validator_key(0, market.town.charter);
  RawRequest block{"GET", "/v1/blocks/1", {}, {}};
  block.sign(validator.public_key(), validator, now);
  CHECK(recorder.ask("/v1/blocks/{height}", block).result_int() == 200);

  for (const std::uint64_t units : {1ULL, 9'999ULL}) {
    const auto transaction = market.unsigned_from(
        market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(units), {}});
    RawRequest preview{"POST", "/v1/preview", rpc::to_json(transaction, UtcOffset{540}), kJsonBody};
    preview.sign(person.reference, *person.key, now);
    CHECK(recorder.ask("/v1/preview", preview).result_int() == 200);
  }
}

}  // namespace

TEST_CASE("openapi.json describes what the server answers, and nothing else", "[rpc][openapi]") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("hansatsu-openapi-" + std::to_string(::getpid()) + ".jsonl");
  {
    TestServer server;
    Market market;
    Recorder recorder{server, file.string()};
    publish_directory(server, market);
    const auto pay = market.pay(700);
    submit_all_kinds(recorder, server, market, pay);
    ask_public(recorder, server);
    ask_private(recorder, server, market, pay);
    record_events(recorder, server, market);
  }
  const std::string root = HANSATSU_SOURCE_DIR;
  const std::string command = "python3 " + root + "/tests/rpc/openapi_check.py " + root +
                              "/rpc/openapi.json " + file.string();
  const int status = std::system(command.c_str());
  std::filesystem::remove(file);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    WARN("not run: python3-jsonschema is not installed");
    return;
  }
  CHECK(status == 0);
}

TEST_CASE("openapi.json names the server's routes", "[rpc][openapi]") {
  const auto document = rpc::parse_json(rpc::kOpenapiText);
  REQUIRE(document.has_value());
  std::set<std::string> described;
  for (const auto& [path, calls] : document->at("paths").items()) {
    for (const auto& [method, call] : calls.items()) described.insert(method + " " + path);
  }
  std::set<std::string> served;
  for (const rpc::Route& route : rpc::routes()) {
    served.insert((route.method == "GET" ? "get " : "post ") + std::string{route.path});
  }
  CHECK(described == served);
}
