#include "wallet/cli/audit_report.h"

#include <algorithm>
#include <cmath>

#include "wallet/cli/audit_sentences.h"
#include "wallet/text_file.h"

namespace hansatsu::wallet {
namespace {

using audit::Finding;
using audit::Report;

std::string chain_id_text(const state::Charter& charter) {
  return to_hex(state::chain_id(charter).view());
}

std::string count_text(std::uint64_t count) { return grouped(Amount::of(count)); }

Json place_json(std::uint32_t segment, std::uint64_t offset) {
  return {{"segment", segment}, {"offset", offset}};
}

Json finding_json(const Console& console, const Finding& finding) {
  Json json{{"code", audit::code(finding.fault)},
            {"what", audit::name(finding.fault)},
            {"text", console.say(meaning(finding.fault))},
            {"height", nullptr},
            {"view", nullptr},
            {"index", nullptr},
            {"segment", nullptr},
            {"offset", nullptr},
            {"record", nullptr},
            {"detail", finding.detail}};
  if (finding.height) json["height"] = finding.height->raw;
  if (finding.view) json["view"] = finding.view->raw;
  if (finding.index) json["index"] = *finding.index;
  if (finding.segment != 0) {
    json["segment"] = finding.segment;
    json["offset"] = finding.offset;
    json["record"] = finding.record;
  }
  return json;
}

Json books_json(const state::Charter& charter, const Report& report) {
  Json coins = Json::array();
  for (const audit::CoinBooks& coin : report.coins) {
    const rules::ProgramBook& sums = coin.sums;
    const auto text = [](Amount amount) { return std::to_string(amount.units()); };
    coins.push_back({{"coin", charter.coins[coin.coin.raw].name.text},
                     {"issued", text(sums.issued)},
                     {"held", text(sums.held)},
                     {"takings", text(sums.takings)},
                     {"pending", text(sums.pending)},
                     {"settled", text(sums.settled)},
                     {"expired", text(sums.expired)},
                     {"others", text(sums.others)}});
  }
  return coins;
}

/// What nobody compared, and what to do about it.
std::vector<std::string> advice(const Console& console, const AuditRun& run) {
  std::vector<std::string> lines;
  if (!run.chain_compared()) {
    lines.push_back(console.say(
        {"The chain was compared with no expected identity: anybody can make up a chain without "
         "fault. Take the id that the town published, not one from this folder or its operator, "
         "and run again with --expect ID.",
         "台帳の番号を何とも比べていません。誤りのない台帳は誰にでも作れます。このフォルダーや"
         "その運用者からではなく、町が公表した番号を使い、--expect 番号 を付けて検査し直してくださ"
         "い。"}));
  }
  if (!run.height_compared()) {
    lines.push_back(console.say(
        {"The height was compared with nothing: a log that was cut short is in order as far as it "
         "goes. Ask the other validators for their newest block (chain status) and run again with "
         "--known HEIGHT:BLOCK.",
         "高さを何とも比べていません。途中で切られたログも、そこまでは正しく見えます。ほかの検証ノ"
         "ードの最新ブロック(chain status)を調べ、--known 高さ:ブロック を付けて検査し直してくださ"
         "い。"}));
  }
  return lines;
}

Json optional_hex(const auto& bytes) {
  const bool is_known = std::any_of(bytes.bytes.begin(), bytes.bytes.end(),
                                    [](std::uint8_t byte) { return byte != 0; });
  return is_known ? Json(to_hex(bytes.view())) : Json(nullptr);
}

void say_books(const Console& console, const state::Charter& charter, const Report& report) {
  Table table{{{{"coin", "コイン"}},
               {{"issued", "発行"}, true},
               {{"= held", "= 保有"}, true},
               {{"+ shops", "+ 加盟店"}, true},
               {{"+ asked for", "+ 換金中"}, true},
               {{"+ settled", "+ 換金済"}, true},
               {{"+ expired", "+ 失効"}, true},
               {{"+ other", "+ その他"}, true}}};
  for (const audit::CoinBooks& coin : report.coins) {
    const rules::ProgramBook& sums = coin.sums;
    table.add({shown(charter.coins[coin.coin.raw].display_name.text), grouped(sums.issued),
               grouped(sums.held), grouped(sums.takings), grouped(sums.pending),
               grouped(sums.settled), grouped(sums.expired), grouped(sums.others)});
  }
  console.table(table);
}

/// What is lawful and yet worth knowing.
void say_remarks(const Console& console, const Report& report) {
  const audit::Standing& standing = report.standing;
  if (standing.height == Height{} && !report.first_error) {
    console.line(console.say({"Note: nothing is final in this log yet.",
                              "注意: このログにはまだ確定したものがありません。"}));
  }
  if (report.left_behind + report.not_final_yet > 0) {
    console.line(console.say(
        {"{} blocks were voted on and left behind, {} are not final yet: they count for nothing.",
         "採用されなかったブロック {} 個、まだ確定していないブロック {} 個は数に入りません。"},
        {count_text(report.left_behind), count_text(report.not_final_yet)}));
  }
  if (report.awaited > 0) {
    console.line(console.say(
        {"The log's last certificates name {} blocks that it does not hold yet: the "
         "chain is higher than this log.",
         "ログの最後の証明書が示すブロックのうち {} 個はまだログにありません。台帳はこの"
         "ログより先まで続いています。"},
        {count_text(report.awaited)}));
  }
  if (report.is_torn) {
    console.line(console.say(
        {"The log ends in an unfinished write, as after a power cut or while the validator runs.",
         "ログは書き込みの途中で終わっています(停電の後や稼働中には普通のことです)。"}));
  }
}

}  // namespace

Json audit_json(const Console& console, const AuditRun& run) {
  const Report& report = run.report;
  Json json{{"height", report.standing.height.raw},
            {"transactions", report.standing.transactions},
            {"accounts", report.standing.accounts},
            {"conserved", nullptr},
            {"first_error", nullptr},
            {"chain", chain_id_text(run.charter)},
            {"chain_compared", run.chain_compared()},
            {"height_compared", run.height_compared()},
            {"advice", advice(console, run)},
            {"validator", optional_hex(report.validator)},
            {"tip", optional_hex(report.tip)},
            {"blocks", report.standing.blocks},
            {"refused", report.standing.refused},
            {"signatures", report.signatures},
            {"certificates", report.certificates},
            {"votes", report.votes},
            {"left_behind", report.left_behind},
            {"not_final_yet", report.not_final_yet},
            {"awaited", report.awaited},
            {"end", place_json(report.segment, report.offset)},
            {"torn_tail", report.is_torn},
            {"coins", books_json(run.charter, report)},
            {"seconds", std::round(run.seconds * 1'000) / 1'000},
            {"processor_seconds", std::round(run.processor_seconds * 1'000) / 1'000},
            {"verified_per_second", std::round(run.per_second())}};
  if (report.conserved) json["conserved"] = *report.conserved;
  if (report.first_error) json["first_error"] = finding_json(console, *report.first_error);
  if (run.ceiling > 0) {
    json["ceiling_per_second"] = std::round(run.ceiling);
    json["ratio"] = std::round(run.per_second() / run.ceiling * 1'000) / 1'000;
  }
  return json;
}

void say_audit(const Console& console, const AuditRun& run) {
  const Report& report = run.report;
  const state::Charter& charter = run.charter;
  const audit::Standing& standing = report.standing;
  console.line(console.say(
      {"chain    {} {}\nchecked  height {}: {} transactions ({} refused by a rule), {} accounts\n"
       "         {} signatures, {} certificates, to segment {} byte {}\n"
       "         {} seconds, {} signatures a second",
       "台帳   {} {}\n検査   高さ {}: 取引 {} 件(うち規則による不承認 {} 件)、口座 {}\n"
       "       署名 {}、証明書 {}、ファイル {} の {} バイトまで\n"
       "       {} 秒、毎秒 {} 署名"},
      {shown(charter.chain_name.text), chain_id_text(charter), count_text(standing.height.raw),
       count_text(standing.transactions), count_text(standing.refused),
       count_text(standing.accounts), count_text(report.signatures),
       count_text(report.certificates), std::to_string(report.segment), count_text(report.offset),
       std::to_string(std::lround(run.seconds)),
       count_text(static_cast<std::uint64_t>(run.per_second()))}));
  if (run.ceiling > 0) {
    console.line(console.say({"         ceiling of these cores: {}, so {} % of it",
                              "       このコアの上限: 毎秒 {}、その {} %"},
                             {count_text(static_cast<std::uint64_t>(run.ceiling)),
                              std::to_string(std::lround(run.per_second() / run.ceiling * 100))}));
  }
  if (!report.first_error) say_books(console, charter, report);
  say_remarks(console, report);
  if (!report.first_error) {
    console.line(console.say({"newest block {}:{}", "最新ブロック {}:{}"},
                             {std::to_string(standing.height.raw), to_hex(report.tip.view())}));
    console.line(console.strong(console.say({"OK: nothing is wrong from genesis to height {}.",
                                             "良好: 発足から高さ {} まで誤りはありません。"},
                                            {count_text(standing.height.raw)})));
    for (const std::string& line : advice(console, run)) {
      console.line(console.say({"But: {}", "ただし: {}"}, {line}));
    }
  }
}

Failure failure_of(const Console& console, const Finding& finding) {
  std::string text = console.say(meaning(finding.fault));
  if (!finding.detail.empty()) text += " (" + finding.detail + ")";
  const auto add = [&](Sentence what, std::uint64_t number) {
    text += console.say(what, {std::to_string(number)});
  };
  if (finding.height) add({", height {}", "、高さ {}"}, finding.height->raw);
  if (finding.index) add({", transaction {} (from 0)", "、取引 {} 番(0から)"}, *finding.index);
  if (finding.segment != 0) {
    add({", segment {}", "、ファイル {}"}, finding.segment);
    add({" byte {}", " の {} バイト目"}, finding.offset);
  }
  return {ExitCode::unproven, audit::code(finding.fault), std::move(text), true};
}

}  // namespace hansatsu::wallet
