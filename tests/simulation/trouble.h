#pragma once

#include "tests/simulation/plan.h"

namespace hansatsu::simulation {

/// The load and the troubles of one run, each an event that plans its next.
class Trouble {
 public:
  /// `absent` never start.
  Trouble(World& world, const Plan& plan, std::set<std::uint32_t> absent);

  void begin();
  /// From here on nothing new goes wrong and no load comes.
  void end();
  /// Those that must become final.
  [[nodiscard]] const std::set<Payment>& payments() const { return payments_; }
  /// A client asks some honest node for its payments that are not final. A wallet does so until it
  /// has its receipt.
  void ask_again();
  [[nodiscard]] Payment next_payment() { return ++newest_; }

 private:
  [[nodiscard]] std::uint32_t any_node();
  /// Unless it is over by then.
  template <class Action>
  void later(std::int64_t mean_ns, Action action);
  template <class Action>
  void repeat(std::int64_t mean_ns, Action action);
  /// What lasts: `action` begins it and says for how long. Mostly the next waits for its end.
  template <class Action>
  void repeat_lasting(std::int64_t mean_ns, Action action);
  [[nodiscard]] std::int64_t paced(std::int64_t mean_ns) const;
  void begin_faults();
  void begin_lull();
  void end_lull();

  void load();
  void pay();
  /// No more than a key's window of each person's payments is under way.
  [[nodiscard]] bool has_room();
  void crash_some();
  void crash(std::uint32_t node);
  void revive(std::uint32_t node);
  // These tell how long they last.
  [[nodiscard]] std::int64_t partition();
  [[nodiscard]] std::int64_t deafen();
  [[nodiscard]] std::int64_t clog();
  [[nodiscard]] bool passes(std::uint32_t from, std::uint32_t to);
  void pause();
  void fail_a_disk();
  void rot();
  void misdirect();
  void put_back();
  void watch_memory();

  World& world_;
  const Plan& plan_;
  std::set<std::uint32_t> absent_;
  bool over_ = false;
  std::int64_t stretch_ = 1;     ///< so many times as rare are faults now
  std::uint64_t pace_ = 0;       ///< what was planned at an earlier pace is off
  std::uint64_t partition_ = 0;  ///< the newest; an earlier one's end is not its
  Payment newest_ = 0;
  Payment settled_ = 0;  ///< all payments up to here are final, or lapsed or will
  std::set<Payment> payments_;
  std::set<Payment> short_lived_;  ///< those that need not become final
  struct Span {
    std::int64_t from = 0;
    std::int64_t until = 0;
  };
  std::vector<Span> cut_;      ///< [from * n + to]: does not arrive
  std::vector<Span> clogged_;  ///< neither sends nor hears
  std::map<std::uint32_t, Node::Image> images_;
};

}  // namespace hansatsu::simulation
