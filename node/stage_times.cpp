#include "node/stage_times.h"

#include <pthread.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace hansatsu::node {
namespace {

std::chrono::nanoseconds thread_clock() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

const char* name_of(Stage stage) {
  switch (stage) {
    case Stage::decode:
      return "decode";
    case Stage::verify:
      return "verify";
    case Stage::admit:
      return "admit";
    case Stage::execute:
      return "execute";
    case Stage::commit:
      return "commit";
    case Stage::receipt:
      return "receipt";
  }
  return "";
}

StageTimer::StageTimer(StageTimes& times, Stage stage)
    : times_{times}, stage_{stage}, since_{thread_clock()} {}

StageTimer::~StageTimer() { times_.add(stage_, thread_clock() - since_); }

void StageTimer::next(Stage stage) {
  const auto now = thread_clock();
  times_.add(stage_, now - since_);
  stage_ = stage;
  since_ = now;
}

void name_this_thread(const char* name) { ::pthread_setname_np(::pthread_self(), name); }

std::map<std::string, std::chrono::nanoseconds> thread_times() {
  std::map<std::string, std::chrono::nanoseconds> times;
  std::error_code failed;
  std::filesystem::directory_iterator entry{"/proc/self/task", failed};
  for (; !failed && entry != std::filesystem::end(entry); entry.increment(failed)) {
    std::string name;
    std::uint64_t nanoseconds = 0;
    std::ifstream{entry->path() / "comm"} >> name;
    // Its first figure is the time on a processor (Documentation/scheduler/sched-stats).
    std::ifstream{entry->path() / "schedstat"} >> nanoseconds;
    const bool is_first = entry->path().filename() == std::to_string(::getpid());
    times[is_first ? "core" : name] += std::chrono::nanoseconds{nanoseconds};
  }
  return times;
}

}  // namespace hansatsu::node
