#pragma once

#include <functional>
#include <string>

#include "ledger/types/bytes.h"

/// A case of a property runs in a process of its own: one that dies of an ASSERT is a finding like
/// any other, and is made smaller like any other.
namespace hansatsu::property {

/// What a case says of itself while it runs: read when it has failed.
class Story {
 public:
  static constexpr std::size_t kBytesMax = 1U << 20U;
  static constexpr std::size_t kCountsMax = 256;

  /// Adds a line; what no longer fits is left out.
  void tell(const std::string& line);
  /// Ends the case as failed.
  [[noreturn]] void fail(const std::string& why);
  void expect(bool holds, const std::string& what) {
    if (!holds) fail(what);
  }
  /// Kept over all cases: how often something happened.
  void count(std::size_t what);

 private:
  friend class Child;
  std::size_t size_ = 0;
  std::uint64_t counts_[kCountsMax] = {};
  char text_[kBytesMax] = {};
};

/// Runs cases; their story and counts are in memory that both processes see.
class Child {
 public:
  Child();
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Empty when the case held; its story, and what ended it, otherwise.
  [[nodiscard]] std::string run(const std::function<void(Story&)>& one_case);
  [[nodiscard]] std::uint64_t count(std::size_t what) const { return story_->counts_[what]; }

 private:
  Story* story_;
};

/// Checks a property that many times, from a seed that is the same at every run; RC_PARAMS changes
/// both: RC_PARAMS="seed=7 max_success=5000" test-ledger-property. Gives false after printing the
/// smallest case found.
[[nodiscard]] bool holds(const std::string& what, std::size_t cases,
                         const std::function<void()>& property);

}  // namespace hansatsu::property
