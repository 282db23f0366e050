#include "merchant-sdk/journal.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "merchant-sdk/journal_file.h"
#include "tests/cluster/process.h"

using namespace hansatsu;  // NOLINT: a test
using merchant::ErrorCode;

namespace {

struct Desk {
  test_cluster::TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "shop" / "till.journal";
  merchant::JournalOwner owner{Hash{{7}}, AccountId{3}, "sample"};
  merchant::Journal journal{path, owner};

  [[nodiscard]] merchant::Order order(std::uint8_t number) const {
    rpc::PaymentRequest request;
    request.chain = owner.chain_id;
    request.payee = owner.shop;
    request.coin = owner.coin;
    request.amount = Amount::of(400U + number);
    request.order.bytes = {number};
    request.expires = Timestamp{1'795'273'199'000};
    request.label = "そば";
    const std::chrono::milliseconds created{1'795'272'000'123};
    return {{number},
            400U + number,
            std::chrono::system_clock::time_point{created},
            rpc::to_uri(request)};
  }
  [[nodiscard]] merchant::Payment payment(std::uint8_t number, std::uint64_t amount) const {
    merchant::Payment payment;
    payment.transaction_id = to_hex(Hash{{number}}.view());
    payment.amount = amount;
    payment.coin = owner.coin;
    return payment;
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream{path}.rdbuf();
    return all.str();
  }
  void write(const std::string& bytes) const { std::ofstream{path} << bytes; }
};

}  // namespace

TEST_CASE("journal: orders come back as they were, with what was noted of them", "[merchant]") {
  const Desk desk;
  CHECK(desk.journal.read()->empty());
  for (std::uint8_t number = 1; number <= 4; ++number)
    REQUIRE(desk.journal.add_order(desk.order(number)).has_value());
  REQUIRE(desk.journal.add_payment({1}, desk.payment(1, 401)).has_value());
  REQUIRE(desk.journal.add_payment({2}, desk.payment(2, 40)).has_value());
  merchant::Payment other_coin = desk.payment(3, 403);
  other_coin.coin = "other";
  REQUIRE(desk.journal.add_payment({3}, other_coin).has_value());
  REQUIRE(desk.journal.add_over({4}).has_value());

  auto entries = desk.journal.read();
  REQUIRE(entries.has_value());
  REQUIRE(entries->size() == 3);
  const merchant::Order wanted = desk.order(1);
  const merchant::JournalEntry& first = entries->at({1});
  CHECK(first.order.reference == wanted.reference);
  CHECK(first.order.amount == wanted.amount);
  CHECK(first.order.created == wanted.created);
  CHECK(first.order.uri == wanted.uri);
  CHECK(first.settled);
  CHECK_FALSE(entries->at({2}).settled);
  CHECK(entries->at({2}).payments.size() == 1);
  CHECK_FALSE(entries->at({3}).settled);
  struct stat status{};
  REQUIRE(::stat(desk.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("journal: a power cut while a line is written costs that line alone", "[merchant]") {
  const Desk desk;
  REQUIRE(desk.journal.add_order(desk.order(1)).has_value());
  const std::string before = desk.text();
  REQUIRE(desk.journal.add_order(desk.order(2)).has_value());
  const std::string whole = desk.text();
  for (std::size_t kept = 0; kept < whole.size(); ++kept) {
    // What reached the disk ends anywhere, or is there in length only.
    for (const std::size_t zeros : {std::size_t{0}, whole.size() - kept}) {
      desk.write(whole.substr(0, kept) + std::string(zeros, '\0'));
      auto entries = desk.journal.read();
      CAPTURE(kept, zeros);
      REQUIRE(entries.has_value());
      CHECK(entries->size() == (kept >= before.size() ? 1U : 0U));
      REQUIRE(desk.journal.add_order(desk.order(3)).has_value());
      entries = desk.journal.read();
      REQUIRE(entries.has_value());
      CHECK(entries->contains({3}));
    }
  }
  // The end of the line was there, and a block before it was not.
  std::string holed = whole;
  holed[before.size() + 20] = '\0';
  desk.write(holed);
  REQUIRE(desk.journal.add_order(desk.order(3)).has_value());
  CHECK(desk.journal.read()->size() == 2);
}

TEST_CASE("journal: what no till has written is not passed over", "[merchant]") {
  const Desk desk;
  REQUIRE(desk.journal.add_order(desk.order(1)).has_value());
  const std::string good = desk.text();
  const std::string order = good.substr(good.find('\n') + 1);
  for (const char* line :
       {"", "order", "order 1", "order x hansatsu:pay?chain=", "paid 01 02 3 sample 4", "over 00",
        "over", "unknown 1", "order 1 hansatsu:pay 2", "a b c d e f g h i"}) {
    CAPTURE(line);
    desk.write(good + line + "\n" + order);
    auto entries = desk.journal.read();
    REQUIRE_FALSE(entries.has_value());
    CHECK(entries.error().code == ErrorCode::journal_damaged);
  }
  desk.write("hansatsu-till-journal 2\n" + order);
  CHECK(desk.journal.read().error().code == ErrorCode::journal_damaged);
  // A time that no clock counts.
  desk.write(good + "order 9000000000001" + order.substr(order.find(" hansatsu:")));
  CHECK(desk.journal.read().error().code == ErrorCode::journal_damaged);

  // Another till's orders are not this one's.
  desk.write(good);
  for (const merchant::JournalOwner& other :
       {merchant::JournalOwner{Hash{{8}}, desk.owner.shop, "sample"},
        merchant::JournalOwner{desk.owner.chain_id, AccountId{4}, "sample"},
        merchant::JournalOwner{desk.owner.chain_id, desk.owner.shop, "other"}}) {
    auto entries = merchant::Journal{desk.path, other}.read();
    REQUIRE(entries.has_value());
    CHECK(entries->empty());
  }
}

TEST_CASE("journal: a file that is no journal is told of, and left as it is", "[merchant]") {
  const Desk desk;
  std::filesystem::create_directories(desk.path.parent_path());
  const std::string heading = "hansatsu-till-journal 1";
  std::string keystore = "hansatsu-keystore";
  keystore += std::string{"\0\1\xfe\0", 4};
  for (const std::string& bytes :
       {keystore, keystore + "\n", keystore + "\n" + std::string(10'000, 'x'),
        std::string{"{\"coins\": []}\n"}, heading + "0\n", heading + " ", heading.substr(1),
        std::string{"\n"}, std::string(10'000, '\0') + "x", std::string(10'000, '\0'),
        heading + std::string(1, '\0') + "x"}) {
    CAPTURE(bytes.substr(0, 40), bytes.size());
    desk.write(bytes);
    auto entries = desk.journal.read();
    REQUIRE_FALSE(entries.has_value());
    CHECK(entries.error().code == ErrorCode::journal_damaged);
    auto added = desk.journal.add_order(desk.order(1));
    REQUIRE_FALSE(added.has_value());
    CHECK(added.error().code == ErrorCode::journal_unwritable);
    CHECK(desk.text() == bytes);
  }
}

TEST_CASE("journal: a disk that takes nothing is told of", "[merchant]") {
  const Desk desk;
  std::ofstream{desk.folder.path() / "file"} << "no folder";
  const merchant::Journal nowhere{desk.folder.path() / "file" / "till.journal", desk.owner};
  CHECK(nowhere.add_order(desk.order(1)).error().code == ErrorCode::journal_unwritable);
  const merchant::Journal full{"/dev/full", desk.owner};
  CHECK(full.add_order(desk.order(1)).error().code == ErrorCode::journal_unwritable);
  const merchant::Journal folder{desk.folder.path(), desk.owner};
  CHECK(folder.read().error().code == ErrorCode::journal_unreadable);
}
