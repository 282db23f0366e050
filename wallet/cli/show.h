#pragma once

#include <map>

#include "wallet/cli/session.h"
#include "wallet/text_file.h"

/// What commands show alike, and how they read amounts and numbers from arguments.
namespace hansatsu::wallet {

[[nodiscard]] Attempt<AccountId> read_account(const Console& console, std::string_view text);
[[nodiscard]] Attempt<Amount> read_amount(const Console& console, std::string_view text);
[[nodiscard]] Attempt<OrderReference> read_order(const Console& console, const std::string& text);
/// A file's bytes, at most kRosterBytesMax.
[[nodiscard]] Attempt<Bytes> read_input(const Console& console, const std::filesystem::path& file);

using Programs = std::map<ProgramId, state::ProgramTerms>;
[[nodiscard]] Attempt<Programs> programs_of(Session& session);
/// As the town publishes them.
[[nodiscard]] Attempt<std::vector<rpc::Shop>> shops_of(Session& session);
[[nodiscard]] std::string program_name(const Programs& programs, ProgramId program);
/// "prepaid" or "free": the two are never added up.
[[nodiscard]] std::string paid_or_free(const Console& console, const Programs& programs,
                                       ProgramId program);

/// A date, or that there is none.
[[nodiscard]] std::string date_text(const Console& console, Date date);
/// "+500" for what came into `own`, "-500" for what left it; the bare amount for the rest, and
/// nothing where the outcome names a sum that is not the account's own.
[[nodiscard]] std::string signed_amount(const rules::PublicOutcome& outcome, AccountId own);

/// "1,200 (prepaid 1,000, free 200)" of lots.
[[nodiscard]] std::string split_amount(const Console& console, const Programs& programs,
                                       std::span<const state::Lot> lots);
[[nodiscard]] std::string operation_name(const Console& console, rules::OperationCode code);

/// A final operation, said in a line and as JSON.
void show_done(const Session& session, const Done& done, std::string_view line);
[[nodiscard]] Json json_of(const Session& session, const rpc::ProvenTransaction& proven);
[[nodiscard]] Failure declined(const Console& console);

/// The common way of an operation: preview, question, run, say.
[[nodiscard]] Attempt<Done> preview_and_run(Session& session, const rules::Operation& operation,
                                            std::string_view what,
                                            std::span<const rpc::Cosigner> cosigners = {});

}  // namespace hansatsu::wallet
