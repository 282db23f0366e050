#include "tests/property/child.h"

#include <rapidcheck.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "ledger/types/assert.h"

namespace hansatsu::property {
namespace {

/// The first of what was written to the file.
std::string text_of(int file) {
  std::string text(Story::kBytesMax, '\0');
  const ::ssize_t size = ::pread(file, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

}  // namespace

void Story::tell(const std::string& line) {
  if (line.size() + 1 > kBytesMax - size_) return;
  std::memcpy(text_ + size_, line.data(), line.size());
  size_ += line.size();
  text_[size_++] = '\n';
}

void Story::fail(const std::string& why) {
  tell("=> " + why);
  ::_exit(1);
}

void Story::count(std::size_t what) { ++counts_[what]; }

Child::Child() {
  void* const shared =
      ::mmap(nullptr, sizeof(Story), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT(shared != MAP_FAILED);
  story_ = new (shared) Story;
}

Child::~Child() { ::munmap(story_, sizeof(Story)); }

std::string Child::run(const std::function<void(Story&)>& one_case) {
  story_->size_ = 0;
  const int errors = ::memfd_create("stderr", 0);
  ASSERT(errors >= 0);
  std::fflush(nullptr);
  const ::pid_t child = ::fork();
  ASSERT(child >= 0);
  if (child == 0) {
    ::dup2(errors, STDERR_FILENO);
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, SIG_DFL);
    one_case(*story_);
    ::_exit(0);
  }
  int status = 0;
  ASSERT(::waitpid(child, &status, 0) == child);
  const std::string said = text_of(errors);
  ::close(errors);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  std::string told{story_->text_, story_->size_};
  if (WIFSIGNALED(status)) told += "=> " + std::string{::strsignal(WTERMSIG(status))} + "\n";
  return told + said + "=> failed\n";
}

// Under a sanitizer each takes several times as long.
constexpr std::size_t kFewerCases = HANSATSU_FEWER_CASES;

bool holds(const std::string& what, std::size_t cases, const std::function<void()>& property) {
  const std::string parameters = "seed=20261120 max_success=" + std::to_string(cases / kFewerCases);
  ::setenv("RC_PARAMS", parameters.c_str(), 0);
  return rc::check(what, property);
}

}  // namespace hansatsu::property
