#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hansatsu::wallet::test {

/// What a run of the program ended with.
struct Ended {
  int exit = -1;
  std::string out;
  std::string err;
};

/// A person's own folder: configuration, keys and passphrase of a wallet that nobody else uses.
class Home {
 public:
  Home();
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Runs `hansatsu` with these arguments, with nothing of the test's own environment but PATH,
  /// without a terminal.
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment = {}) const;
  /// The same for any of our programs.
  [[nodiscard]] Ended run_program(const std::string& program,
                                  const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& environment = {}) const;
  /// Starts one and lets it run; its process id. Output goes to .node.out and .node.err.
  [[nodiscard]] int start_program(const std::string& program,
                                  const std::vector<std::string>& arguments) const;
  /// A file in the folder, mode 0600.
  std::filesystem::path write(const std::string& name, std::string_view text) const;
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace hansatsu::wallet::test
