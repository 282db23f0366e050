#include <ctime>

#include "ledger/block/receipt.h"
#include "wallet/cli/audit_report.h"
#include "wallet/cli/audit_sentences.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::wallet {
namespace {

using Seconds = std::chrono::duration<double>;

/// Of processor time on each core, before the audit and after it.
constexpr std::chrono::milliseconds kCalibration{500};

struct AuditOptions {
  std::string data;
  std::vector<std::string> expected;  ///< one, which may be empty, or none
  std::uint64_t height_min = 0;
  std::vector<std::string> known;
  std::vector<std::filesystem::path> receipts;
  std::uint32_t threads = 0;
  bool measure = false;
};

/// A receipt of this charter's validators says which block is final at its height.
Attempt<audit::KnownBlock> read_receipt(const Console& console, const block::Trust& trust,
                                        const std::filesystem::path& file) {
  const auto bytes = read_file(file, kReceiptBytesMax);
  if (!bytes) return Err{failure_of(console, bytes.error(), file.string())};
  const auto receipt = decode<block::Receipt>(*bytes);
  if (!receipt) {
    return Err{
        wrong_input(console, {"{} is no receipt", "{} は領収証明ではありません"}, {file.string()})};
  }
  if (!block::verify_receipt(trust, *receipt)) {
    return Err{Failure{ExitCode::unproven, "",
                       console.say({"{} is not proven by the validators of this charter",
                                    "{} はこの規程の検証ノードにより証明されていません"},
                                   {file.string()})}};
  }
  return audit::KnownBlock{receipt->header.height, chain::block_id(receipt->header)};
}

/// What the auditor brings along from outside the folder.
Attempt<audit::Options> read_options(const Console& console, const AuditOptions& options,
                                     const state::Charter& charter) {
  audit::Options read;
  read.threads = options.threads;
  read.height_min = Height{options.height_min};
  if (!options.expected.empty()) {
    read.chain = fixed_from_hex<Hash>(options.expected.front());
    if (!read.chain) {
      return Err{
          wrong_input(console, {"a chain's id has 64 hex digits", "台帳の番号は16進64桁です"})};
    }
  }
  for (const std::string& text : options.known) {
    const auto known = audit::parse_known_block(text);
    if (!known) {
      return Err{wrong_input(console,
                             {"{}: a known block is its height, a colon and 64 hex digits",
                              "{}: ブロックは 高さ:16進64桁 の形で指定してください"},
                             {text})};
    }
    read.known.push_back(*known);
  }
  const block::Trust trust = block::trust_of(charter);
  for (const auto& file : options.receipts) {
    const auto known = read_receipt(console, trust, file);
    if (!known) return Err{known.error()};
    read.known.push_back(*known);
  }
  return read;
}

Attempt<void> run_audit(Session& session, const AuditOptions& arguments) {
  const Console& console = session.console();
  auto folder = audit::open_data_folder(arguments.data);
  if (!folder) {
    return Err{wrong_input(console, {"{}: {}", "{}: {}"},
                           {arguments.data, console.say(meaning(folder.error()))})};
  }
  auto options = read_options(console, arguments, folder->charter);
  if (!options) return Err{options.error()};
  double ceiling = 0;
  if (arguments.measure) ceiling = audit::signature_ceiling(options->threads, kCalibration);

  constexpr std::uint64_t kMebibyte = 1U << 20U;
  const auto total = static_cast<std::size_t>(audit::log_bytes(folder->disk) / kMebibyte);
  auto progress =
      std::make_unique<Progress>(console, Sentence{"audit, MiB of log", "検査、ログのMiB"}, total);
  options->on_progress = [&progress](std::uint64_t bytes) {
    progress->show(static_cast<std::size_t>(bytes / kMebibyte));
  };
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t processor_start = std::clock();
  const audit::Report report = audit::audit_log(folder->disk, folder->charter, *options);
  AuditRun run{folder->charter, *options, report};
  run.seconds = Seconds{std::chrono::steady_clock::now() - start}.count();
  run.processor_seconds = static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  if (!report.first_error) progress->show(total);
  progress.reset();  // its line is gone before the report begins

  if (arguments.measure) {
    run.ceiling = (ceiling + audit::signature_ceiling(options->threads, kCalibration)) / 2;
  }
  say_audit(console, run);
  console.json(audit_json(console, run));
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
                    "  hansatsu audit --data /var/lib/hansatsu --expect 7f3a...\n"
                    "  hansatsu audit --data DIR --json --expect 7f3a... --known 120000:5c1d...\n"
                    "  hansatsu audit --data DIR --measure");
  audit
      ->add_option("--data", options->data,
                   shell.say({"a validator's data folder, or a copy; it may be running",
                              "検証ノードのデータフォルダーまたはその写し(稼働中でもよい)"}))
      ->required();
  audit
      ->add_option("--expect", options->expected,
                   shell.say({"the chain id that the town published", "町が公表した台帳の番号"}))
      ->expected(1);
  audit->add_option("--min-height", options->height_min,
                    shell.say({"height that the log must reach", "ログが達しているべき高さ"}));
  audit
      ->add_option("--known", options->known,
                   shell.say({"HEIGHT:BLOCK that must be in the chain, as another validator's "
                              "`chain status --json` has them; may be repeated",
                              "台帳にあるべき 高さ:ブロック(ほかの検証ノードの chain status --json "
                              "にあるもの、複数可)"}))
      ->expected(1)
      ->take_all();
  audit
      ->add_option("--receipt", options->receipts,
                   shell.say({"file of a receipt whose block must be in the chain; may be "
                              "repeated",
                              "台帳にあるべき領収証明のファイル(複数可)"}))
      ->expected(1)
      ->take_all();
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
