#include "wallet/cli/roster_file.h"

namespace hansatsu::wallet {

void RosterFile::add_to(const Shell& shell, CLI::App* command) {
  command->add_option("roster", path, shell.say({"CSV file", "CSVファイル"}))->required();
  command
      ->add_option("--encoding", encoding,
                   shell.say({"utf-8 or cp932; found out by itself", "文字コード(なければ自動)"}))
      ->check(CLI::IsMember({"utf-8", "cp932"}));
}

RosterOptions RosterFile::options() const {
  RosterOptions options;
  options.folder = path.parent_path();
  if (encoding == "utf-8") options.encoding = TextEncoding::utf8;
  if (encoding == "cp932") options.encoding = TextEncoding::cp932;
  return options;
}

Failure roster_failure(const Console& console, const std::vector<RosterProblem>& problems) {
  std::string text =
      console.say({"{} problems; nothing was sent", "問題が{}件あります。何も送っていません"},
                  {std::to_string(problems.size())});
  for (const RosterProblem& problem : problems)
    text += "\n  " + sentence(problem, console.language());
  return {ExitCode::wrong_input, "", std::move(text)};
}

}  // namespace hansatsu::wallet
