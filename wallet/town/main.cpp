#include <CLI/CLI.hpp>
#include <iostream>

#include "ledger/types/account_number.h"
#include "wallet/town/day.h"
#include "wallet/town/found.h"
#include "wallet/town/pace.h"
#include "wallet/town/replay.h"
#include "wallet/town/status.h"

namespace {

using namespace hansatsu;

constexpr std::chrono::seconds kStartMax{60};
constexpr std::chrono::seconds kAnswerMax{15};

int fail(const std::string& why) {
  std::cout << "FAILED: " << why << "\n";
  return 1;
}

/// A resident's wallet and a shop's till, to be copied as they stand. Resident 0 owns the shop.
std::string commands_to_try(town::Desk& desk, const town::Places& places) {
  const town::Path& dir = desk.dir();
  const auto program = [&](const std::string& name, const char* keys) {
    return "  build/release/bin/" + name + " --node " + desk.town().validators.front().api +
           " --charter " + (dir / "charter.json").string() + " --keystore " +
           (town::keys_folder(dir) / keys).string() + " --passphrase-file " +
           town::passphrase_file(dir).string();
  };
  std::string commands = program("hansatsu", town::kResidentKeys) + " --holder 0 balance\n";
  const auto shops = town::load_shops(dir);
  if (!shops || shops->empty() || places.shops.empty()) return commands;
  return commands + program("hansatsu-till", town::kPlaceKeys) + " --coin " +
         desk.charter().coins.front().name.text + " --key shop-1 --shop " +
         to_account_number(places.shops.front()) + " --name " + shops->front().name +
         " --receipts " + (dir / "receipts").string() +
         "\n  (a till: type an amount; a resident pays with `... --holder 3 pay "
         "'hansatsu:...'`)\n";
}

int up(const town::Path& dir) {
  auto desk = town::Desk::open(dir, town::Desk::Needs::all, kStartMax);
  if (!desk) return fail(desk.error());
  if (const auto opened = town::open_town(*desk); !opened) return fail(opened.error());
  const auto places = town::load_places(dir);
  if (!places) return fail(places.error());
  std::cout << desk->charter().chain_name.text << " runs in " << dir.string() << "\n";
  for (const town::ValidatorPlace& validator : desk->town().validators) {
    std::cout << "  " << validator.name << "  " << validator.api << "\n";
  }
  std::cout << "  " << places->residents.size() << " residents, " << places->shops.size()
            << " shops, " << places->agents.size() << " charging agents\n"
            << "try next:\n"
            << "  ./town day\n  ./town status\n"
            << commands_to_try(*desk, *places) << "OK: the town is open\n";
  return 0;
}

int with_desk(const town::Path& dir,
              const std::function<town::Attempt<bool>(town::Desk&)>& action) {
  auto desk = town::Desk::open(dir, town::Desk::Needs::quorum, kAnswerMax);
  if (!desk) return fail(desk.error());
  const auto done = action(*desk);
  if (!done) return fail(done.error());
  return *done ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"hansatsu-town: founds, opens and lives the demo town; ./town drives it"};
  app.require_subcommand(1);
  std::string dir;
  town::FoundOptions founding;
  town::DayOptions day;
  std::string file;
  std::string example;
  bool json = false;
  const auto command = [&](const char* name, const char* what) {
    CLI::App* made = app.add_subcommand(name, what);
    made->add_option("--dir", dir, "the town's folder")->required();
    return made;
  };
  CLI::App* found = command("found", "Make keys, charter and empty chains");
  found->add_option("--validators", founding.validators, "how many: 1, or 4 to 31");
  found->add_option("--example", example, "folder of the data files")->required();
  CLI::App* open = command("open", "Open what is missing in a running town");
  CLI::App* live = command("day", "Live one day");
  live->add_option("--seed", day.seed, "the same seed gives the same wishes");
  live->add_option("--payments", day.payments, "payments of the day")
      ->check(CLI::Range(0, 100'000));
  town::PaceOptions pacing;
  CLI::App* pace = command("pace", "Pay at an even rate and measure submission to receipt");
  pace->add_option("--rate", pacing.rate, "payments a second")->check(CLI::Range(1, 1'000));
  pace->add_option("--seconds", pacing.seconds, "how long")->check(CLI::Range(1, 3'600));
  CLI::App* replay = command("replay", "Run a history through the town");
  replay->add_option("FILE", file, "CSV: time,kind,from,to,amount")->required();
  CLI::App* status = command("status", "Ask every validator");
  status->add_flag("--json", json, "one JSON value");
  CLI11_PARSE(app, argc, argv);

  if (!initialize_crypto()) return fail("no source of randomness");
  if (*found) {
    founding.dir = dir;
    founding.example = example;
    founding.hansatsud = town::Path{argv[0]}.replace_filename("hansatsud");
    const auto founded = town::found(founding);
    if (!founded) return fail(founded.error());
    std::cout << *founded << "\n";
    return 0;
  }
  if (*open) return up(dir);
  if (*live) return with_desk(dir, [&](town::Desk& desk) { return town::live_day(desk, day); });
  if (*replay) return with_desk(dir, [&](town::Desk& desk) { return town::replay(desk, file); });
  if (*pace) return with_desk(dir, [&](town::Desk& desk) { return town::pace(desk, pacing); });
  const auto agree = town::show_status(dir, json);
  if (!agree) return fail(agree.error());
  return *agree ? 0 : 1;
}
