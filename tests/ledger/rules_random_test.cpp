#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/ledger/scenario.h"

namespace hansatsu::scenario {
namespace {

/// A town where everybody does anything at any time, from one seed. What the rules refuse changes
/// nothing; what they accept keeps the books (Scenario checks both after every operation).
class Crowd {
 public:
  explicit Crowd(std::uint64_t seed) : random_{seed} {
    for (std::uint64_t i = 0; i < 12; ++i) {
      people_.push_back(i % 4 == 0 ? town_.visitor() : town_.person(i, 1 + i / 2));
    }
    for (std::uint64_t owner = 0; owner < 4; ++owner) shops_.push_back(town_.shop(1 + owner));
    open_programs();
    town_.set_float(kAgent, 400'000);
    town_.set_float(kExemptAgent, 400'000);
  }

  void act(int operations) {
    for (int i = 0; i < operations; ++i) {
      town_.pass_ms(below(1'400'000));  // ten weeks, all told
      one_operation();
    }
  }

  [[nodiscard]] const Scenario& town() const { return town_; }
  [[nodiscard]] const std::map<OperationCode, int>& accepted() const { return accepted_; }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  AccountId any(const std::vector<AccountId>& accounts) {
    return accounts[below(static_cast<std::uint32_t>(accounts.size()))];
  }
  AccountId anyone() {
    const std::uint32_t choice = below(20);
    if (choice == 0) return AccountId{below(10)};
    return choice < 4 ? any(shops_) : any(people_);
  }
  Amount some(std::uint32_t most) { return yen(below(most)); }
  CoinId coin() { return below(4) == 0 ? kExemptCoin : kCoin; }
  /// Mostly one that can be charged (first of four, and third) or granted (fourth).
  ProgramId charged() { return ProgramId{below(2) * 4 + below(2) * 2}; }
  ProgramId granted() { return ProgramId{below(2) * 4 + 3}; }
  ProgramId some_program() { return ProgramId{below(programs_ + 1)}; }

  void open_programs() {
    for (const CoinId coin : {kCoin, kExemptCoin}) {
      state::ProgramTerms charge = charge_terms(coin);
      charge.onward = coin == kCoin;
      charge.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
      const ProgramId charged = town_.program(charge);
      town_.program(premium_terms(charged, coin));
      state::ProgramTerms plain = charge_terms(coin);
      plain.expiry = {state::ExpiryKind::month_after, Date{Date::kNever}, 20};
      town_.program(plain);
      state::ProgramTerms benefit = grant_terms(coin);
      benefit.paid = true;
      benefit.expiry = {state::ExpiryKind::week_after, Date{Date::kNever}, 10};
      benefit.cap_person = yen(90'000);
      town_.program(benefit);
      programs_ += 4;
    }
  }

  void run(AccountId signer, const OperationVariant& operation,
           std::initializer_list<Signatory> cosigners = {}) {
    const auto result = town_.run(signer, operation, cosigners);
    if (!result) {
      ++refused_;
      return;
    }
    ++accepted_[code_of(Operation{operation})];
  }

  void one_operation() {
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
        return pay();
      case 3:
        return run(any(people_), Send{any(people_), coin(), some(900)});
      case 4:
        return run(any(shops_), Refund{some_payment(), some(1'500)});
      case 5:
      case 6:
        return charge();
      case 7:
        return grant();
      case 8:
        return run(any(shops_), Redeem{coin(), some_amounts()});
      case 9:
        return file_or_settle();
      case 10:
        return run(kAgent, HandIn{some(60'000)}, {Signatory{kTreasurer, 0}});
      default:
        return office();
    }
  }
  void pay() {
    const AccountId shop = below(8) == 0 ? anyone() : any(shops_);
    run(anyone(), Pay{shop, coin(), some(1'500),
                      numbered<OrderReference>(static_cast<std::uint8_t>(below(100)))});
  }
  void charge() {
    const ProgramId program = below(8) == 0 ? some_program() : charged();
    const AccountId agent = program.raw < 4 ? kAgent : kExemptAgent;
    run(agent, Charge{anyone(), program, some(9'000), some(60)});
  }
  PaymentId some_payment() {
    const auto next = static_cast<std::uint32_t>(town_.state().next<state::Payment>().raw);
    return PaymentId{next == 0 ? 0 : next - 1 - below(std::min(next, 40U))};
  }
  state::ProgramAmounts some_amounts() {
    if (below(3) == 0) return {};
    return {{some_program(), some(900)}};
  }
  void grant() {
    Grant grant{below(8) == 0 ? some_program() : granted(),
                numbered<BatchId>(static_cast<std::uint8_t>(1 + below(200))),
                0,
                {}};
    grant.part = static_cast<std::uint16_t>(below(1'000));
    for (std::uint32_t i = below(5); i > 0; --i) {
      const Date expiry = below(2) == 0 ? Date{Date::kNever} : plus_days(town_.today(), below(15));
      grant.entries.push_back(
          {anyone(), some(3'000),
           below(2) == 0 ? ClaimId{} : numbered<ClaimId>(static_cast<std::uint8_t>(below(200))),
           expiry});
    }
    run(kIssuer, grant);
  }
  void file_or_settle() {
    const auto next = static_cast<std::uint32_t>(town_.state().next<state::Redemption>().raw);
    if (next == 0) return;
    const RedemptionId id{below(next)};
    const auto bank_file = numbered<Hash>(static_cast<std::uint8_t>(1 + id.raw % 3));
    const CoinId coin = town_.state().find(id)->coin;
    if (below(2) == 0) return run(kTreasurer, Settle{coin, bank_file, {id}});
    run(kTreasurer, File{coin, bank_file, {{id, town_.state().find(id)->payee_digest}}});
  }
  void office() {
    switch (below(4)) {
      case 0:
        return run(kRegistrar, Freeze{anyone()});
      case 1:
        return run(kRegistrar, Unfreeze{anyone()});
      case 2:
        return run(anyone(), SetReceive{below(4) != 0});
      default:
        return run(kTreasurer, SetFloat{kAgent, some(900'000)});
    }
  }

  std::mt19937_64 random_;
  Scenario town_;
  std::vector<AccountId> people_;
  std::vector<AccountId> shops_;
  std::uint32_t programs_ = 0;
  std::map<OperationCode, int> accepted_;
  int refused_ = 0;
};

TEST_CASE("any sequence of operations keeps the books", "[ledger][rules]") {
  const auto seed = GENERATE(std::uint64_t{1}, std::uint64_t{20'261'120}, std::uint64_t{77});
  INFO("seed " << seed);
  Crowd crowd{seed};
  crowd.act(8'000);
  for (const OperationCode code :
       {OperationCode::pay, OperationCode::send, OperationCode::refund, OperationCode::charge,
        OperationCode::grant, OperationCode::redeem, OperationCode::file, OperationCode::settle,
        OperationCode::hand_in, OperationCode::freeze}) {
    INFO("operation " << static_cast<int>(code));
    CHECK(crowd.accepted().contains(code));  // or the crowd would prove little
  }
  CHECK(crowd.refused() > 100);
  Amount expired;
  for (const ProgramBook& book : program_books(crowd.town().state())) expired.add(book.expired);
  CHECK_FALSE(expired.is_zero());
}

TEST_CASE("the same operations give the same state, byte for byte", "[ledger][rules]") {
  Crowd one{5};
  Crowd other{5};
  one.act(300);
  other.act(300);
  CHECK(one.town().state().root() == other.town().state().root());
  other.act(100);
  CHECK(one.town().state().root() != other.town().state().root());
}

TEST_CASE("check_books: tells each counter that the records do not bear out", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  s.charge(resident, charge, 10'000);
  s.pay(resident, shop, 3'000);
  s.must(shop, Redeem{kCoin, {{charge, yen(1'000)}}});
  const auto books_after = [&](const auto& change) {
    Scenario broken = s;
    change(broken);
    std::vector<Book> books;
    for (const Discrepancy& found : check_books(broken.state())) books.push_back(found.book);
    return books;
  };
  CHECK(books_after([&](Scenario& b) {
          b.alter(charge, [](state::Program& row) { row.counters.issued.add(yen(1)); });
        }) == std::vector<Book>{Book::conservation});
  CHECK(books_after([&](Scenario& b) {
          b.alter(charge, [](state::Program& row) { row.terms.budget = yen(9'999); });
        }) == std::vector<Book>{Book::budget});
  CHECK(books_after([&](Scenario& b) {
          b.alter(resident, [](state::Account& row) { row.value[0].lots[0].amount = yen(7'001); });
        }) == std::vector<Book>{Book::held});
  CHECK(books_after([&](Scenario& b) {
          b.alter(shop, [](state::Account& row) { row.value[0].takings[0].amount = yen(1); });
        }) == std::vector<Book>{Book::takings});
  CHECK(books_after([&](Scenario& b) {
          b.alter(RedemptionId{0},
                  [](state::Redemption& row) { row.state = state::RedemptionState::paid; });
        }) == std::vector<Book>{Book::pending, Book::settled});
  CHECK(books_after([&](Scenario& b) {
          b.alter(resident,
                  [](state::Account& row) { row.value[0].received[0].amount = yen(10'001); });
        }) == std::vector<Book>{Book::received});
  CHECK(books_after([&](Scenario& b) {
          b.alter(shop, [](state::Account& row) { row.value[0].takings[0].program.raw = 8; });
        }) == std::vector<Book>{Book::takings, Book::misplaced});
}

}  // namespace
}  // namespace hansatsu::scenario
