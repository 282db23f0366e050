#include <algorithm>
#include <map>
#include <set>

#include "rpc/json/members_answers.h"
#include "wallet/cli/roster_file.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

namespace hansatsu::wallet {
namespace {

struct ProgramOptions {
  std::filesystem::path terms;
};

Attempt<void> open_program(Session& session, const ProgramOptions& options) {
  const Console& console = session.console();
  const auto bytes = read_input(console, options.terms);
  if (!bytes) return Err{bytes.error()};
  const auto terms = rpc::from_json<state::ProgramTerms>(as_text(*bytes));
  if (!terms)
    return Err{wrong_input(console, {"{}: {}", "{}: {}"},
                           {options.terms.string(), rpc::to_string(terms.error())})};
  const auto done = preview_and_run(
      session, {rules::OpenProgram{*terms}},
      console.say({"Open the program {} with a budget of {}", "事業 {} を予算 {} で始めます"},
                  {shown(terms->name.text), grouped(terms->budget)}));
  if (!done) return Err{done.error()};
  show_done(session, *done,
            console.say({"Opened. Program {}", "始めました。事業番号 {}"},
                        {std::to_string(done->outcome().reference)}));
  return {};
}

struct GrantOptions {
  RosterFile roster;
  std::uint32_t program = 0;
  std::string batch;
  bool rehearse = false;
};

struct Part {
  rules::Grant operation;
  std::span<const GrantRow> rows;

  [[nodiscard]] Amount total() const {
    Amount sum;
    for (const GrantRow& row : rows)
      sum = sum.plus(row.entry.amount).value_or(Amount::of(Amount::kMax));
    return sum;
  }
};

/// The same list under the same program always has the same batch id, however a spreadsheet has
/// sorted it since, so that the ledger refuses it the second time. `rows`: by account.
state::BatchId batch_of(ProgramId program, const std::vector<GrantRow>& rows) {
  Encoder encoder;
  encoder(program);
  for (const GrantRow& row : rows) encoder(row.entry);
  const Hash digest = hash(HashTag::batch, encoder.view());
  state::BatchId batch;
  std::copy_n(digest.bytes.begin(), batch.bytes.size(), batch.bytes.begin());
  return batch;
}

std::vector<Part> parts_of(const std::vector<GrantRow>& rows, ProgramId program,
                           const state::BatchId& batch) {
  std::vector<Part> parts;
  for (std::size_t start = 0; start < rows.size(); start += rules::kGrantEntriesMax) {
    Part part;
    part.rows =
        std::span{rows}.subspan(start, std::min(rules::kGrantEntriesMax, rows.size() - start));
    part.operation = {program, batch, static_cast<std::uint16_t>(parts.size()), {}};
    for (const GrantRow& row : part.rows) part.operation.entries.push_back(row.entry);
    parts.push_back(std::move(part));
  }
  return parts;
}

/// What became, or would become, of a batch.
struct GrantReport {
  std::size_t given = 0;
  Amount total;  ///< given
  Amount asked;  ///< of all entries: what the ledger holds against the budget
  std::size_t parts_done_before = 0;
  std::map<std::uint32_t, Json> refused;  ///< by line
  /// The receipt proves the sum; which entries were passed over is the node's word.
  bool fits = true;

  void add(const Session& session, const Part& part, const rules::PublicOutcome& outcome,
           const rules::PrivateOutcome& details) {
    total = total.plus(outcome.amount).value_or(total);
    Amount explained = outcome.amount;
    const Amount of_part = part.total();
    asked = asked.plus(of_part).value_or(Amount::of(Amount::kMax));
    given += part.rows.size();
    std::set<std::size_t> passed_over;
    for (const rules::RefusedEntry& entry : details.refused_entries) {
      if (entry.index >= part.rows.size() || !passed_over.insert(entry.index).second) continue;
      --given;
      const GrantRow& row = part.rows[entry.index];
      explained = explained.plus(row.entry.amount).value_or(Amount::of(Amount::kMax));
      const Failure reason = session.refusal(entry.code);
      refused[row.line] = {{"line", row.line},
                           {"account", to_account_number(row.entry.account)},
                           {"code", reason.code},
                           {"reason", reason.text}};
    }
    fits = fits && explained == of_part;
  }
  void say(const Session& session) const {
    const Console& console = session.console();
    for (const auto& [line, each] : refused)
      console.line(
          console.say({"line {}: {}: {} ({})", "{}行: {}: {} ({})"},
                      {std::to_string(line), each["account"].get<std::string>(),
                       each["reason"].get<std::string>(), each["code"].get<std::string>()}));
    console.line(
        console.say({"{} accounts get {} in all, {} are passed over; {} parts were done before",
                     "{}件に合計 {} を付与、{}件は対象外、実施済みの部分 {}"},
                    {std::to_string(given), grouped(total), std::to_string(refused.size()),
                     std::to_string(parts_done_before)}));
    if (fits) return;
    console.line(
        console.say({"The node's list of those passed over does not fit the sum: ask another node.",
                     "対象外の一覧が合計と合いません。別のノードで確かめてください。"}));
  }
  [[nodiscard]] Json json(const state::BatchId& batch, bool rehearsal) const {
    Json passed_over = Json::array();
    for (const auto& [line, each] : refused) passed_over.push_back(each);
    return {{"batch", to_hex(batch.view())},
            {"rehearsal", rehearsal},
            {"given", given},
            {"total", std::to_string(total.units())},
            {"parts_done_before", parts_done_before},
            {"fits", fits},
            {"refused", passed_over}};
  }
};

bool is_done_before(const Session& session, const Failure& failure) {
  return failure.code ==
         session.refusal(static_cast<std::uint16_t>(rules::Refusal::batch_part_done)).code;
}

Attempt<GrantReport> rehearse(Session& session, const std::vector<Part>& parts) {
  GrantReport report;
  for (const Part& part : parts) {
    const auto preview = session.preview({part.operation});
    if (preview) {
      report.add(session, part, preview->outcome.public_part, preview->outcome.private_part);
    } else if (is_done_before(session, preview.error())) {
      ++report.parts_done_before;
    } else {
      return Err{preview.error()};
    }
  }
  return report;
}

/// Each part alone fits the budget; together they must too, or the batch would stop half-way.
Attempt<void> check_budget(Session& session, ProgramId program, Amount asked) {
  const auto client = session.client();
  if (!client) return Err{client.error()};
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto programs = (*client)->programs((*own)->signer());
  if (!programs) return Err{session.failure(programs.error())};
  for (const rpc::ProgramRecord& record : *programs) {
    if (record.id != program) continue;
    const auto issued = record.program.counters.issued.plus(asked);
    if (issued && *issued <= record.program.terms.budget) return {};
    return Err{session.refusal(static_cast<std::uint16_t>(rules::Refusal::over_budget))};
  }
  return Err{session.refusal(static_cast<std::uint16_t>(rules::Refusal::unknown_program))};
}

/// `report` holds what was done before a failure too.
Attempt<void> give(Session& session, const std::vector<Part>& parts, GrantReport& report) {
  Progress progress{session.console(), {"granting", "付与中"}, parts.size()};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto done = session.run({parts[i].operation});
    if (done) {
      const bool to_all = done->outcome().amount == parts[i].total();
      report.add(session, parts[i], done->outcome(),
                 to_all ? rules::PrivateOutcome{} : session.private_outcome(*done));
    } else if (is_done_before(session, done.error())) {
      ++report.parts_done_before;
    } else {
      return Err{done.error()};
    }
    progress.show(i + 1);
  }
  return {};
}

Attempt<void> grant(Session& session, const GrantOptions& options) {
  const Console& console = session.console();
  const auto bytes = read_input(console, options.roster.path);
  if (!bytes) return Err{bytes.error()};
  auto rows = read_grant_roster(*bytes, options.roster.options());
  if (!rows) return Err{roster_failure(console, rows.error())};
  std::sort(rows->begin(), rows->end(), [](const GrantRow& a, const GrantRow& b) {
    return a.entry.account < b.entry.account;  // each has one row
  });
  const ProgramId program{options.program};
  state::BatchId batch = batch_of(program, *rows);
  if (!options.batch.empty()) {
    const auto given = fixed_from_hex<state::BatchId>(options.batch);
    if (!given)
      return Err{wrong_input(console, {"a batch id has 32 hex digits", "付与番号は16進32桁です"})};
    batch = *given;
  }
  const std::vector<Part> parts = parts_of(*rows, program, batch);
  // A row more or less moves the others from part to part, and what is done is told by part.
  if (parts.size() > 1 && !options.batch.empty())
    return Err{wrong_input(
        console,
        {"a batch id can be given for {} rows at most", "付与番号を指定できるのは{}行までです"},
        {std::to_string(rules::kGrantEntriesMax)})};
  const auto rehearsal = rehearse(session, parts);
  if (!rehearsal) return Err{rehearsal.error()};
  if (const auto fits = check_budget(session, program, rehearsal->asked); !fits) return fits;
  rehearsal->say(session);
  if (options.rehearse) {
    console.json(rehearsal->json(batch, true));
    return {};
  }
  if (!console.confirm({"Grant?", "付与しますか。"})) return Err{declined(console)};
  GrantReport report;
  const auto given = give(session, parts, report);
  report.say(session);
  if (!given) {
    // Who was passed over before a failure is told now: the next run can't.
    Failure failure = given.error();
    Json told = report.json(batch, false);
    told["error"] = error_json(failure);
    console.json(told);
    failure.in_result = true;
    return Err{std::move(failure)};
  }
  console.line(console.say({"Granted {} in batch {}", "{} を付与しました。付与番号 {}"},
                           {grouped(report.total), to_hex(batch.view())}));
  console.json(report.json(batch, false));
  return {};
}

}  // namespace

void add_office_program_commands(Shell& shell, CLI::App* office) {
  const auto terms = std::make_shared<ProgramOptions>();
  CLI::App* opening = shell.command(office, "program", {"open a program", "事業を始める"},
                                    "  hansatsu office program premium-2027.json");
  opening->add_option("terms", terms->terms, shell.say({"its terms as JSON", "条件のJSONファイル"}))
      ->required();
  shell.on(opening, terms, &open_program);

  const auto options = std::make_shared<GrantOptions>();
  CLI::App* granting = shell.command(
      office, "grant", {"give value to the accounts of a roster", "名簿の口座に付与する"},
      "  hansatsu office grant benefit.csv --program 3 --rehearse\n"
      "  hansatsu office grant benefit.csv --program 3 --yes");
  options->roster.add_to(shell, granting);
  granting->add_option("--program", options->program, shell.say({"program", "事業番号"}))
      ->required();
  granting->add_option("--batch", options->batch,
                       shell.say({"batch id, 32 hex digits; by default of the list's content",
                                  "付与番号(16進32桁、なければ名簿の内容から)"}));
  granting->add_flag(
      "--rehearse", options->rehearse,
      shell.say({"show what would happen, give nothing", "結果を見るだけで付与しない"}));
  shell.on(granting, options, &grant);
}

}  // namespace hansatsu::wallet
