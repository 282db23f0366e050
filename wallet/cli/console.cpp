#include "wallet/cli/console.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "wallet/text_file.h"

namespace hansatsu::wallet {

std::string Table::text(Language language) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(width_of(column.title.in(language)));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  const auto put = [&](std::size_t i, std::string_view cell) {
    const std::string padding(widths[i] - width_of(cell), ' ');
    if (i > 0) text += "  ";
    if (columns_[i].is_number) text += padding;
    text += cell;
    if (!columns_[i].is_number && i + 1 < columns_.size()) text += padding;
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) put(i, columns_[i].title.in(language));
  text += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < columns_.size(); ++i) put(i, row[i]);
    text += '\n';
  }
  return text;
}

Console::Console(ConsoleOptions options) : options_{options} {
  const char* no_colour = std::getenv("NO_COLOR");
  colour_ = ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

void Console::line(std::string_view text) const {
  if (!options_.json) std::cout << text << '\n';
}

void Console::table(const Table& table) const {
  if (!options_.json) std::cout << table.text(options_.language);
}

void Console::json(const Json& value) const {
  if (!options_.json) return;
  std::cout << harmless_json(value.dump(2, ' ', false, Json::error_handler_t::replace)) << '\n';
}

void Console::note(std::string_view text) const {
  if (!options_.json) std::cerr << printable(text) << '\n';
}

void Console::warn(std::string_view text) const { std::cerr << printable(text) << std::endl; }

Json error_json(const Failure& failure) {
  return {{"exit", static_cast<int>(failure.exit)}, {"code", failure.code}, {"text", failure.text}};
}

void Console::complain(const Failure& failure) const {
  if (options_.json && !failure.in_result) json({{"error", error_json(failure)}});
  std::cerr << "hansatsu: " << printable(failure.text);
  if (!failure.code.empty()) std::cerr << " (" << printable(failure.code) << ")";
  std::cerr << '\n';
}

std::string Console::strong(std::string_view text) const {
  if (!colour_ || options_.json) return std::string{text};
  return "\x1b[1m" + std::string{text} + "\x1b[0m";
}

bool Console::confirm(Sentence question) const {
  if (options_.assume_yes) return true;
  std::fstream terminal{"/dev/tty"};
  if (!terminal) {
    std::cerr << say({"no terminal to ask on: add --yes once you have seen the preview",
                      "確認できる端末がありません。内容を確かめて --yes を付けてください"})
              << '\n';
    return false;
  }
  std::cout.flush();
  terminal << question.in(options_.language) << " [y/N] " << std::flush;
  std::string answer;
  std::getline(terminal, answer);
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "はい";
}

Progress::Progress(const Console& console, Sentence what, std::size_t total)
    : what_{console.say(what)},
      total_{total},
      visible_{!console.is_json() && ::isatty(STDERR_FILENO) == 1} {
  show(0);
}

Progress::~Progress() {
  if (visible_) std::cerr << '\n';
}

void Progress::show(std::size_t done) {
  constexpr std::size_t kCells = 30;
  if (!visible_ || (done != 0 && done == shown_)) return;
  shown_ = done;
  const std::size_t full = total_ == 0 ? kCells : std::min(kCells, done * kCells / total_);
  std::cerr << '\r' << what_ << " [" << std::string(full, '#') << std::string(kCells - full, ' ')
            << "] " << done << '/' << total_ << std::flush;
}

}  // namespace hansatsu::wallet
