#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "wallet/cli/failure.h"
#include "wallet/screen/language.h"
#include "wallet/screen/text.h"

namespace hansatsu::wallet {

using Json = nlohmann::ordered_json;

struct ConsoleOptions {
  bool json = false;        ///< one JSON value on standard output, nothing else
  bool assume_yes = false;  ///< previews are shown and not asked about
  Language language = Language::en;
};

/// {"exit", "code", "text"}.
[[nodiscard]] Json error_json(const Failure& failure);

/// A table for people: columns by their width on the screen, numbers to the right.
class Table {
 public:
  struct Column {
    Sentence title;
    bool is_number = false;
  };
  explicit Table(std::vector<Column> columns) : columns_{std::move(columns)} {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text(Language language) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Where a command speaks. Results go to standard output; notes, questions and progress to
/// standard error and the terminal, so that a pipe carries results alone. Colour only on a terminal
/// and never against NO_COLOR.
class Console {
 public:
  explicit Console(ConsoleOptions options);

  [[nodiscard]] Language language() const { return options_.language; }
  [[nodiscard]] bool is_json() const { return options_.json; }
  [[nodiscard]] std::string say(Sentence sentence,
                                std::initializer_list<std::string_view> values = {}) const {
    return filled(sentence.in(options_.language), values);
  }

  /// A line of the result; silent with --json.
  void line(std::string_view text) const;
  void table(const Table& table) const;
  /// The result of --json; silent without.
  void json(const Json& value) const;
  /// For people beside the result.
  void note(std::string_view text) const;
  /// What must stay on the screen, or in a script's log, if the program is cut short.
  void warn(std::string_view text) const;
  void complain(const Failure& failure) const;
  [[nodiscard]] std::string strong(std::string_view text) const;

  /// Asks on the terminal; true without asking under --yes. Without a terminal: no.
  [[nodiscard]] bool confirm(Sentence question) const;

 private:
  ConsoleOptions options_;
  bool colour_ = false;
};

/// A bar on standard error while long work runs; nothing when that is no terminal.
class Progress {
 public:
  Progress(const Console& console, Sentence what, std::size_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  void show(std::size_t done);

 private:
  std::string what_;
  std::size_t total_;
  std::size_t shown_ = 0;
  bool visible_;
};

}  // namespace hansatsu::wallet
