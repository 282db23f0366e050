#include "consensus/messages.h"
#include "ledger/state/tables.h"
#include "node/log/records.h"
#include "node/net/frame.h"
#include "node/net/hello.h"
#include "rpc/http/submission.h"
#include "rpc/json/json.h"
#include "rpc/json/shop_directory.h"
#include "tests/fuzz/seeds.h"
#include "wallet/keystore/keystore.h"

using namespace hansatsu;
using fuzz::Corpus;
using fuzz::sample;

namespace {

void write_messages(const Corpus& corpus) {
  const auto vote = *decode<chain::Vote>(sample("vote", "finalize"));
  const auto header = *decode<chain::Header>(sample("header", "block"));
  const auto certificate = *decode<chain::Certificate>(sample("certificate", "finalization"));
  const consensus::FinalTip tip{header, certificate};
  const consensus::Block block{header, std::make_shared<const Bytes>(Bytes{1, 2, 3})};
  consensus::Status status;
  status.final_tip = tip;
  status.yours = {vote};
  const consensus::Range range{{{block, std::nullopt}}, {header}, certificate};
  const std::pair<const char*, consensus::Message> messages[] = {
      {"vote", vote},
      {"certificate", certificate},
      {"proposal", consensus::Proposal{header, vote, certificate, {certificate}, tip}},
      {"status", status},
      {"request", consensus::Request{}},
      {"block", block},
      {"absent", consensus::Response{7, consensus::Absent{}}},
      {"range", consensus::Response{7, range}},
  };
  for (const auto& [name, message] : messages) {
    corpus.write("message", name, consensus::encode_message(message));
  }
}

/// Sample values as rows of the state, and as records of a log.
void write_rows_and_records(const Corpus& corpus) {
  const auto behind = [](std::uint8_t first, const Bytes& bytes) {
    Bytes whole{first};
    whole.insert(whole.end(), bytes.begin(), bytes.end());
    return whole;
  };
  const auto row = [&](const char* name, state::TableId table, const Bytes& bytes) {
    corpus.write("row", name, behind(static_cast<std::uint8_t>(table), bytes));
  };
  row("charter", state::TableId::charter, sample("charter", "one-validator"));
  state::Account account;
  account.keys.emplace_back();
  account.value.emplace_back().lots.emplace_back();
  row("account", state::TableId::accounts, encode(account));
  state::Program program;
  program.counters.held.emplace_back();
  row("program", state::TableId::programs, encode(program));
  state::Payment payment;
  payment.lots.emplace_back();
  row("payment", state::TableId::payments, encode(payment));
  row("redemption", state::TableId::redemptions, encode(state::Redemption{}));
  const auto vote = *decode<chain::Vote>(sample("vote", "finalize"));
  const auto certificate = *decode<chain::Certificate>(sample("certificate", "finalization"));
  const auto header = *decode<chain::Header>(sample("header", "block"));
  const consensus::Block block{header, std::make_shared<const Bytes>(Bytes{1, 2, 3})};
  const std::pair<const char*, consensus::Record> records[] = {
      {"vote", vote}, {"certificate", certificate}, {"block", block}};
  for (const auto& [name, value] : records) {
    const log::Record record = log::to_record(value);
    corpus.write("log-record", name, behind(record.kind, record.bytes));
  }
  chain::Vote other = vote;
  other.ballot.block_id = hash(HashTag::demo, as_bytes("another block"));
  corpus.write("evidence", "two-finalizes", encode(chain::VotePair{vote, other}));
}

void write_frames(const Corpus& corpus) {
  Bytes frames{0x0e};  // the consensus lane, in pieces of eight bytes
  const Bytes vote = sample("vote", "finalize");
  net::FrameCutter cutter{net::Channel::vote, 1, vote};
  while (!cutter.done()) cutter.append_next(frames);
  corpus.write("frames", "vote", frames);
  Bytes bulk{0xff};  // the bulk lane, in pieces of 128 bytes
  const Bytes body(net::kFragmentBytesMax + 100, 7);
  net::FrameCutter bulk_cutter{net::Channel::body, 2, body};
  while (!bulk_cutter.done()) bulk_cutter.append_next(bulk);
  corpus.write("frames", "two-fragments", bulk);
}

void write_log(const Corpus& corpus) {
  log::SegmentHeader head;
  head.number = 1;
  head.bytes = log::kSegmentBytesMin;
  corpus.write("log-group", "segment", log::encode_segment_header(head));
  const log::Record records[] = {{1, Bytes(40, 5)}, {2, {}}};
  const auto group = log::encode_group({}, 1, log::first_previous({}), records);
  ASSERT(group.has_value());
  corpus.write("log-group", "group", group->bytes);
  Bytes payload{2};  // the number of records, then their bytes alone
  payload.insert(payload.end(), group->bytes.begin() + log::kGroupHeaderBytes,
                 group->bytes.begin() + log::kGroupHeaderBytes + group->header.payload_bytes);
  corpus.write("log-group", "payload", payload);
}

void write_rpc(const Corpus& corpus) {
  const auto charter = *decode<state::Charter>(sample("charter", "one-validator"));
  const auto json = rpc::to_json(charter, charter.utc_offset);
  corpus.write("json-charter", "one-validator", as_bytes(json));
  for (const char* name : {"pay", "grant", "open-account", "open-program"}) {
    const auto transaction = *decode<block::Transaction>(sample("transaction", name));
    const auto text = rpc::to_json(transaction.unsigned_part, charter.utc_offset);
    corpus.write("json-transaction", name, as_bytes(text));
  }
  const auto answer_of = [&](char kind, const auto& value) {
    const std::string text = kind + rpc::to_json(value, charter.utc_offset);
    corpus.write("json-answer", std::string{kind}, as_bytes(text));
  };
  rpc::NodeStatus status;
  status.peers.emplace_back();
  answer_of('s', status);
  rpc::AccountAnswer account;
  account.record.account.keys.emplace_back();
  account.record.account.value.emplace_back().lots.emplace_back();
  account.totals.emplace_back();
  answer_of('a', account);
  rpc::ProvenTransaction proven;
  proven.transaction.private_outcome.emplace();
  answer_of('t', proven);
  answer_of('b', rpc::BlockRecord{});
  rpc::ShopDirectory shops;
  shops.shops = {{AccountId{7}, {"ふじ堂"}, 3}, {AccountId{8}, {"Bakery"}, 4}};
  const auto file = rpc::to_directory_file({shops, {}, {}}, charter.utc_offset);
  corpus.write("shop-directory", "two-shops", as_bytes(file));
  const Bytes batch[] = {sample("transaction", "pay"), sample("transaction", "send")};
  corpus.write("submission", "batch", as_bytes(rpc::encode_batch(batch)));
  corpus.write("forwarded", "two", as_bytes(rpc::encode_batch(batch)));  // has the same form
  corpus.write(
      "submission", "json",
      as_bytes("{\"transactions\":[\"" + to_hex(batch[0]) + "\",\"" + to_hex(batch[1]) + "\"]}"));
  rpc::SubmitAnswer answer;
  answer.state = rpc::SubmitState::accepted;
  corpus.write("submission", "answers", as_bytes(rpc::encode_answers({&answer, 1})));
}

void write_keystore(const Corpus& corpus) {
  const auto path = std::filesystem::temp_directory_path() / "hansatsu-seed.keystore";
  std::filesystem::remove(path);
  auto keystore = wallet::Keystore::create(path, "seed", wallet::KdfCost{1, 8});
  ASSERT(keystore && keystore->add_secret("shop", KeyPair::generate()));
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  corpus.write("keystore", "one-key", as_bytes(text));
  std::filesystem::remove(path);
}

}  // namespace

/// Writes the binary seeds of the fuzz targets; those that are text are kept by hand.
int main(int count, char** arguments) {
  if (count != 2 || !initialize_crypto()) {
    std::cerr << "usage: write-seeds PROJECT_ROOT\n";
    return 2;
  }
  const Corpus corpus{std::filesystem::path{arguments[1]} / "tests/fuzz/corpus"};
  for (const vectors::Sample& sample : vectors::samples()) {
    corpus.write(sample.type, sample.name, sample.bytes);
  }
  net::Hello hello;
  hello.epoch = Epoch{3};
  corpus.write("hello", "validator", encode(hello));
  write_messages(corpus);
  write_rows_and_records(corpus);
  write_frames(corpus);
  write_log(corpus);
  write_rpc(corpus);
  fuzz::write_lists(corpus);
  fuzz::write_store_entries(corpus);
  fuzz::write_submitted(corpus);
  write_keystore(corpus);
  return 0;
}
