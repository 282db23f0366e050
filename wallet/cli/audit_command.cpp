#include <cmath>
#include <ctime>

#include "ledger/block/genesis.h"
#include "wallet/audit/audit.h"
#include "wallet/cli/audit_sentences.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"

namespace hansatsu::wallet {
namespace {

using audit::Finding;
using audit::Report;
using Seconds = std::chrono::duration<double>;

/// Of processor time on each core, before the audit and after it.
constexpr std::chrono::milliseconds kCalibration{500};

struct AuditOptions {
  std::string data;
  std::string expected;
  std::uint64_t height_min = 0;
  std::uint32_t threads = 0;
  bool measure = false;
};

struct Measured {
  double seconds = 0;
  double processor_seconds = 0;  ///< of all threads together
  double ceiling = 0;            ///< 0: not measured
  [[nodiscard]] double per_second(const Report& report) const {
    return seconds > 0 ? static_cast<double>(report.signatures) / seconds : 0;
  }
};

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

Json report_json(const Console& console, const state::Charter& charter, const Report& report,
                 const Measured& measured) {
  const bool conserved =
      !report.first_error || report.first_error->fault != audit::Fault::books_differ;
  Json json{{"height", report.standing.height.raw},
            {"transactions", report.standing.transactions},
            {"accounts", report.standing.accounts},
            {"conserved", conserved},
            {"first_error", nullptr},
            {"chain", chain_id_text(charter)},
            {"validator", to_hex(report.validator.view())},
            {"tip", to_hex(report.tip.view())},
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
            {"coins", books_json(charter, report)},
            {"seconds", std::round(measured.seconds * 1'000) / 1'000},
            {"processor_seconds", std::round(measured.processor_seconds * 1'000) / 1'000},
            {"verified_per_second", std::round(measured.per_second(report))}};
  if (report.first_error) json["first_error"] = finding_json(console, *report.first_error);
  if (measured.ceiling > 0) {
    json["ceiling_per_second"] = std::round(measured.ceiling);
    json["ratio"] = std::round(measured.per_second(report) / measured.ceiling * 1'000) / 1'000;
  }
  return json;
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
    table.add({charter.coins[coin.coin.raw].display_name.text, grouped(sums.issued),
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
    console.line(
        console.say({"The log's last certificates name {} blocks that it does not hold yet.",
                     "ログの最後の証明書が示すブロックのうち {} 個はまだログにありません。"},
                    {count_text(report.awaited)}));
  }
  if (report.is_torn) {
    console.line(console.say(
        {"The log ends in an unfinished write, as after a power cut or while the validator runs.",
         "ログは書き込みの途中で終わっています(停電の後や稼働中には普通のことです)。"}));
  }
}

void say_report(const Console& console, const state::Charter& charter, const Report& report,
                const Measured& measured) {
  const audit::Standing& standing = report.standing;
  console.line(console.say(
      {"chain    {} {}\nchecked  height {}: {} transactions ({} refused by a rule), {} accounts\n"
       "         {} signatures, {} certificates, to segment {} byte {}\n"
       "         {} seconds, {} signatures a second",
       "台帳   {} {}\n検査   高さ {}: 取引 {} 件(うち規則による不承認 {} 件)、口座 {}\n"
       "       署名 {}、証明書 {}、ファイル {} の {} バイトまで\n"
       "       {} 秒、毎秒 {} 署名"},
      {charter.chain_name.text, chain_id_text(charter), count_text(standing.height.raw),
       count_text(standing.transactions), count_text(standing.refused),
       count_text(standing.accounts), count_text(report.signatures),
       count_text(report.certificates), std::to_string(report.segment), count_text(report.offset),
       std::to_string(std::lround(measured.seconds)),
       count_text(static_cast<std::uint64_t>(measured.per_second(report)))}));
  if (measured.ceiling > 0) {
    console.line(console.say(
        {"         ceiling of these cores: {}, so {} % of it",
         "       このコアの上限: 毎秒 {}、その {} %"},
        {count_text(static_cast<std::uint64_t>(measured.ceiling)),
         std::to_string(std::lround(measured.per_second(report) / measured.ceiling * 100))}));
  }
  if (!report.first_error) say_books(console, charter, report);
  say_remarks(console, report);
  if (!report.first_error) {
    console.line(console.strong(console.say({"OK: nothing is wrong from genesis to height {}.",
                                             "良好: 発足から高さ {} まで誤りはありません。"},
                                            {count_text(standing.height.raw)})));
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

Attempt<void> run_audit(Session& session, const AuditOptions& options) {
  const Console& console = session.console();
  auto folder = audit::open_data_folder(options.data);
  if (!folder) {
    return Err{wrong_input(console, {"{}: {}", "{}: {}"},
                           {options.data, console.say(meaning(folder.error()))})};
  }
  const std::string chain = chain_id_text(folder->charter);
  if (!options.expected.empty() && options.expected != chain) {
    return Err{Failure{ExitCode::unproven, "",
                       console.say({"this is chain {}, not {}", "台帳は {} で、{} ではありません"},
                                   {chain, options.expected})}};
  }
  Measured measured;
  if (options.measure) measured.ceiling = audit::signature_ceiling(options.threads, kCalibration);
  Report report;
  {
    constexpr std::uint64_t kMebibyte = 1U << 20U;
    const auto total = static_cast<std::size_t>(audit::log_bytes(folder->disk) / kMebibyte);
    Progress progress{console, {"audit, MiB of log", "検査、ログのMiB"}, total};
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor_start = std::clock();
    report = audit::audit_log(
        folder->disk, folder->charter,
        {options.threads, Height{options.height_min}, [&progress](std::uint64_t bytes) {
           progress.show(static_cast<std::size_t>(bytes / kMebibyte));
         }});
    measured.seconds = Seconds{std::chrono::steady_clock::now() - start}.count();
    measured.processor_seconds =
        static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
    if (!report.first_error) progress.show(total);
  }
  if (options.measure) {
    measured.ceiling += audit::signature_ceiling(options.threads, kCalibration);
    measured.ceiling /= 2;
  }
  say_report(console, folder->charter, report, measured);
  console.json(report_json(console, folder->charter, report, measured));
  if (report.first_error) return Err{failure_of(console, *report.first_error)};
  return {};
}

}  // namespace

void add_audit_command(Shell& shell) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* audit =
      shell.command(&shell.app, "audit",
                    {"check a chain again from its first block to its last",
                     "台帳を最初のブロックから最後まで検査する"},
                    "  hansatsu audit --data /var/lib/hansatsu\n"
                    "  hansatsu audit --data DIR --json --expect 7f3a... --min-height 120000\n"
                    "  hansatsu audit --data DIR --measure");
  audit
      ->add_option("--data", options->data,
                   shell.say({"a validator's data folder, or a copy; it may be running",
                              "検証ノードのデータフォルダーまたはその写し(稼働中でもよい)"}))
      ->required();
  audit->add_option("--expect", options->expected,
                    shell.say({"the chain id that the town published", "町が公表した台帳の番号"}));
  audit->add_option("--min-height", options->height_min,
                    shell.say({"height that the log must reach", "ログが達しているべき高さ"}));
  audit
      ->add_option("--threads", options->threads,
                   shell.say({"for signatures (0: one a core)", "署名検査の並列数(0: コア数)"}))
      ->check(CLI::Range(0, 1'024));
  audit->add_flag("--measure", options->measure,
                  shell.say({"also measure what the cores can verify, for a second",
                             "コアの署名検証の上限も1秒間測る"}));
  shell.on(audit, options, &run_audit);
}

}  // namespace hansatsu::wallet
