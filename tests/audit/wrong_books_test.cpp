#include <catch2/catch.hpp>

#include "tests/audit/story.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;
using audit::Report;

// The ledger's rules keep the books, so no log of theirs can show what the audit says when they do
// not. The linker puts these two in the place of the ledger's own (--wrap in CMakeLists.txt): rules
// with a bug, which all the validators and the auditor share.
namespace {

struct Bug {
  std::optional<Timestamp> block;  ///< in the block of this time a shop's takings grow by one
  bool at_the_end = false;         ///< a count of all records finds a difference
};
Bug bug;  // NOLINT: what stands for the ledger's code takes no other argument

/// Sets a bug for one test.
class Bugged {
 public:
  explicit Bugged(const Bug& with) { bug = with; }
  ~Bugged() { bug = {}; }
  Bugged(const Bugged&) = delete;
  Bugged& operator=(const Bugged&) = delete;
};

/// Asked in the middle of a block: its records are open then.
class MiscountingChecker final : public block::SignatureChecker {
 public:
  MiscountingChecker(state::Overlay& overlay, block::SignatureChecker& checker)
      : overlay_{overlay}, checker_{checker} {}
  bool valid(const Hash& envelope, const Hash& id, const PublicKey& key,
             const Signature& signature) override {
    if (!std::exchange(done_, true)) {
      overlay_.edit(Story::kShop).value[0].takings[0].amount.add(Amount::of(1));
    }
    return checker_.valid(envelope, id, key, signature);
  }

 private:
  state::Overlay& overlay_;
  block::SignatureChecker& checker_;
  bool done_ = false;
};

}  // namespace

using Executed = Result<block::Execution, block::BlockFault>;
using Discrepancies = std::vector<rules::Discrepancy>;
Executed true_execute_block(std::shared_ptr<state::Overlay> fresh, Timestamp time,
                            const block::Body& body,
                            block::SignatureChecker& checker) asm("__real_" HANSATSU_EXECUTE_BLOCK);
Executed bugged_execute_block(
    std::shared_ptr<state::Overlay> fresh, Timestamp time, const block::Body& body,
    block::SignatureChecker& checker) asm("__wrap_" HANSATSU_EXECUTE_BLOCK);
Discrepancies true_check_books(const state::State& state) asm("__real_" HANSATSU_CHECK_BOOKS);
Discrepancies bugged_check_books(const state::State& state) asm("__wrap_" HANSATSU_CHECK_BOOKS);

Executed bugged_execute_block(std::shared_ptr<state::Overlay> fresh, Timestamp time,
                              const block::Body& body, block::SignatureChecker& checker) {
  if (time != bug.block) return true_execute_block(std::move(fresh), time, body, checker);
  MiscountingChecker miscounting{*fresh, checker};
  return true_execute_block(fresh, time, body, miscounting);
}

Discrepancies bugged_check_books(const state::State& state) {
  if (!bug.at_the_end) return true_check_books(state);
  return {{rules::Book::takings, ProgramId{0}, {}, Amount::of(800), Amount::of(801)}};
}

TEST_CASE("audit: books that do not balance after a block whose roots everybody agrees on",
          "[audit][books]") {
  const Story story;
  constexpr std::uint64_t kWrong = 11;
  const Bugged bugged{{story.times[kWrong - 1], false}};
  const Report report = audit_records(story.town.charter, records_of(story));
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::books_differ);
  CHECK(report.first_error->height == Height{kWrong});
  CHECK(report.first_error->segment == 1);
  CHECK(report.first_error->detail == "program 0: takings counted 600, records say 601");
  CHECK(report.conserved == false);
  CHECK(report.standing.height == Height{kWrong - 1});
  CHECK(report.tip == Hash{});
  CHECK(report.coins.empty());
}

TEST_CASE("audit: books that a count of all records at the end finds wrong", "[audit][books]") {
  const Story story;
  const Bugged bugged{{{}, true}};
  const Report report = audit_records(story.town.charter, records_of(story));
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::books_differ);
  CHECK(report.first_error->height == Height{story.bodies.size()});
  CHECK(report.first_error->segment == 0);  // of the whole, not of a place
  CHECK(report.first_error->detail == "program 0: takings");
  CHECK(report.conserved == false);
  CHECK(report.standing.height == Height{story.bodies.size()});
  CHECK(report.tip == Hash{});
}
