#include "tests/property/child.h"

#include <rapidcheck.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "ledger/types/assert.h"

namespace hansatsu::property {

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
  std::fflush(nullptr);
  const ::pid_t child = ::fork();
  ASSERT(child >= 0);
  if (child == 0) {
    one_case(*story_);
    ::_exit(0);
  }
  int status = 0;
  ASSERT(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  std::string told{story_->text_, story_->size_};
  if (WIFSIGNALED(status)) told += "=> died: " + std::string{::strsignal(WTERMSIG(status))} + "\n";
  return told + "=> failed\n";
}

bool holds(const std::string& what, const std::function<void()>& property) {
  ::setenv("RC_PARAMS", "seed=20261120 max_success=200", 0);
  return rc::check(what, property);
}

}  // namespace hansatsu::property
