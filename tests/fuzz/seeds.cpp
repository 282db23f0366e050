#include "tests/fuzz/seeds.h"

#include "node/store/day_book.h"
#include "node/store/entries.h"
#include "rpc/json/json.h"
#include "rpc/json/members_answers.h"

namespace fuzz {

void write_lists(const Corpus& corpus) {
  const rpc::JsonWriter writer{UtcOffset{540}};
  const auto answer = [&](const char* name, const rpc::Json& json) {
    corpus.write("answer", name, as_bytes(name[0] + json.dump()));
  };
  rpc::Figures figures;
  rpc::DayFigures& day = figures.days.emplace_back();
  day.activity.emplace_back().accounts = 7;
  day.programs.emplace_back().amount = Amount::of(500);
  answer("figures", writer.write(figures));
  rpc::ProgramRecord program;
  program.has_counters = true;
  program.program.counters.held.emplace_back();
  answer("g-programs", {{"programs", writer.write(std::vector{program})}});
  rpc::RedemptionRecord redemption;
  redemption.redemption.gross.emplace_back();
  answer("redemptions", {{"redemptions", writer.write(std::vector{redemption})}});
  answer("keys", {{"keys", writer.write(std::vector{block::KeyReference{AccountId{7}, 0, 1}})}});
}

void write_store_entries(const Corpus& corpus) {
  const auto entry = [&](const char* name, std::uint8_t tag, const auto& value) {
    Bytes bytes{tag};
    const Bytes encoded = encode(value);
    bytes.insert(bytes.end(), encoded.begin(), encoded.end());
    corpus.write("store-entry", name, bytes);
  };
  const auto header = *decode<chain::Header>(sample("header", "block"));
  const auto certificate = *decode<chain::Certificate>(sample("certificate", "finalization"));
  entry("checkpoint", 0x81,
        store::CheckpointRecord{
            {}, header, consensus::FinalTip{header, certificate}, log::GroupPlace{}, {}});
  entry("row-key", 2, state::RowKey{});
  entry("row", 0x82, store::RowBytes(40, 5));
  entry("block", 0x83, store::BlockEntry{header, {}});
  const auto outcome = *decode<rules::Outcome>(sample("outcome", "paid"));
  entry("outcomes", 0x86, store::Outcomes{{outcome, {}}});
  entry("place", 0x87, store::TransactionPlace{Height{9}, 3});
  entry("history-key", 8, store::HistoryKey{AccountId{7}, {Height{9}, 3}});
  const store::FigureKey key{Date{20'000}, CoinId{1}, ProgramId{2}, rules::OperationCode::pay};
  entry("figure-key", 11, key);
  entry("figure", 0x8b, store::Figure{5, Amount::of(500), 4});
  entry("figure-account", 12, store::FigureAccount{key, AccountId{7}});
}

void write_submitted(const Corpus& corpus) {
  const Bytes opening = sample("transaction", "open-account");
  corpus.write("files", "submitted",
               as_bytes("sline,reference,transaction\n2,A-1," + to_hex(opening) + "\n"));
}

}  // namespace fuzz
