#include <iostream>

#include "rpc/client/event_stream.h"
#include "rpc/json/cursor.h"
#include "rpc/json/members_answers.h"
#include "wallet/cli/sentences.h"
#include "wallet/cli/shell.h"
#include "wallet/cli/show.h"

namespace hansatsu::wallet {
namespace {

struct WatchOptions {
  std::string after;
  std::uint64_t count = 0;  ///< 0: until it is ended
};

/// One line each, at once: whoever reads them from a pipe waits for them.
void say_event(const Session& session, const rpc::FinalTransaction& event, AccountId own) {
  const Console& console = session.console();
  const std::string place = rpc::to_cursor_text({event.height, event.position});
  if (console.is_json()) {
    Json json = rpc::write_json(event, session.offset());
    json["place"] = place;
    std::cout << harmless_json(rpc::dump_json(json)) << '\n' << std::flush;
    return;
  }
  const rules::PublicOutcome& outcome = event.outcome;
  const auto refusal = rules::refusal_of(outcome.code);
  std::cout << to_string(outcome.time, session.offset()) << "  "
            << operation_name(console, outcome.operation) << "  "
            << to_account_number(outcome.subject) << "  " << signed_amount(outcome, own)
            << (outcome.coin ? " " + session.coin_name(*outcome.coin) : "") << "  "
            << (refusal ? rules::code_text(*refusal) : console.say({"done", "完了"})) << "  "
            << place << '\n'
            << std::flush;
}

Attempt<void> watch(Session& session, const WatchOptions& options) {
  const Console& console = session.console();
  std::optional<rpc::Cursor> after;
  if (!options.after.empty()) {
    after = rpc::parse_cursor(options.after);
    if (!after)
      return Err{wrong_input(
          console, {"{} is no place like 41203-0", "{} は 41203-0 のような位置ではありません"},
          {shown(options.after)})};
  }
  const auto own = session.identity();
  if (!own) return Err{own.error()};
  const auto client = session.client();
  if (!client) return Err{client.error()};
  rpc::EventStream news = (*client)->events((*own)->signer(), after);
  bool lost = false;
  for (std::uint64_t heard = 0; options.count == 0 || heard < options.count;) {
    const auto event = news.next(std::chrono::seconds{5});
    if (!event) {
      const Failure failure = session.failure(event.error());
      if (failure.exit != ExitCode::unreachable) return Err{failure};
      if (!std::exchange(lost, true)) console.note(failure.text);
      continue;
    }
    lost = false;
    if (!*event) continue;
    say_event(session, **event, (*own)->reference.account);
    ++heard;
  }
  return {};
}

}  // namespace

void add_watch_command(Shell& shell) {
  const auto options = std::make_shared<WatchOptions>();
  CLI::App* watching = shell.command(
      &shell.app, "watch",
      {"tell what happens on your account as it becomes final", "口座の動きを確定と同時に表示"},
      "  hansatsu watch\n  hansatsu watch --after 41203-0 --json");
  watching->add_option("--after", options->after,
                       shell.say({"begin after this place (default: from now on)",
                                  "この位置の次から (指定がなければ今から)"}));
  watching->add_option("--count", options->count,
                       shell.say({"end after so many", "この件数で終わる"}));
  shell.on(watching, options, &watch);
}

}  // namespace hansatsu::wallet
