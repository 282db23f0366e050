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

  void load();
  void pay();
  /// No more than a key's window of each person's payments is under way.
  [[nodiscard]] bool has_room();
  void crash_some();
  void crash(std::uint32_t node);
  void revive(std::uint32_t node);
  void partition();
  void deafen();
  void clog();
  void refresh_filter();
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
  Payment newest_ = 0;
  Payment settled_ = 0;  ///< all payments up to here are final, or lapsed or will
  std::set<Payment> payments_;
  std::set<Payment> short_lived_;  ///< those that need not become final
  std::vector<bool> cut_;          ///< [from * n + to]: does not arrive
  std::vector<bool> clogged_;      ///< neither sends nor hears
  std::map<std::uint32_t, Node::Image> images_;
};

}  // namespace hansatsu::simulation
