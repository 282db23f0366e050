#include "tests/wallet/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace hansatsu::wallet::test {
namespace {

std::string whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// In the child: output into files, no input, a session of its own and so no terminal.
[[noreturn]] void become(const std::filesystem::path& output, std::vector<std::string> arguments,
                         std::vector<std::string> environment) {
  const auto redirect = [](const std::string& file, int flags, int target) {
    const int opened = ::open(file.c_str(), flags, 0600);
    if (opened < 0 || ::dup2(opened, target) < 0) ::_exit(126);
  };
  ::setsid();
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(output.string() + ".out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect(output.string() + ".err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  std::vector<char*> argument_list;
  for (std::string& argument : arguments) argument_list.push_back(argument.data());
  argument_list.push_back(nullptr);
  std::vector<char*> environment_list;
  for (std::string& variable : environment) environment_list.push_back(variable.data());
  environment_list.push_back(nullptr);
  ::execve(argument_list[0], argument_list.data(), environment_list.data());
  ::_exit(127);
}

pid_t start(const std::filesystem::path& home, const std::string& output,
            const std::string& program, const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment) {
  std::vector<std::string> all{std::string{HANSATSU_BIN_DIR} + "/" + program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables{"PATH=/usr/bin:/bin", "HOME=" + home.string(), "LANG=C"};
  variables.insert(variables.end(), environment.begin(), environment.end());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) become(home / output, std::move(all), std::move(variables));
  return child;
}

}  // namespace

Home::Home() {
  std::string name = (std::filesystem::temp_directory_path() / "hansatsu-home-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Home::~Home() { std::filesystem::remove_all(path_); }

Ended Home::run(const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment) const {
  return run_program("hansatsu", arguments, environment);
}

Ended Home::run_program(const std::string& program, const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment) const {
  const pid_t child = start(path_, "", program, arguments, environment);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), whole(path_ / ".out"), whole(path_ / ".err")};
}

int Home::start_program(const std::string& program,
                        const std::vector<std::string>& arguments) const {
  return start(path_, ".node", program, arguments, {});
}

std::filesystem::path Home::write(const std::string& name, std::string_view text) const {
  const std::filesystem::path file = path_ / name;
  std::ofstream{file, std::ios::binary | std::ios::trunc} << text;
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  return file;
}

std::string Home::read(const std::string& name) const { return whole(path_ / name); }

}  // namespace hansatsu::wallet::test
