#include <catch2/catch.hpp>
#include <set>

#include "node/identity.h"
#include "node/recovery.h"
#include "tests/node/disk_image.h"
#include "tests/node/town_in_process.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kValidators = TownInProcess::kValidators;
constexpr std::size_t kMoments = 200;  ///< each a power cut at all four validators at once
constexpr std::size_t kRestarts = 10;
/// So that each log comes to the end of some segments, and so do some of the moments.
constexpr std::uint32_t kSegmentBytes = 64U << 10U;
constexpr std::uint64_t kPaymentsEach = 120;
constexpr std::size_t kBatch = 16;
constexpr std::chrono::seconds kAnswerMax{60};

/// Each client pays by a node of its own, one by one and in batches, and notes when it is told.
void pay_by(rpc::Client client, People& people, std::size_t number) {
  std::size_t done = 0;
  while (done < kPaymentsEach) {
    std::vector<Bytes> payments;
    std::vector<Hash> ids;
    for (std::size_t i = 0; i < (done % 3 == 0 ? kBatch : 1); ++i) {
      auto built = people.sign(client, people.persons[number], people.payment(1));
      ids.push_back(built.id);
      payments.push_back(std::move(built.bytes));
    }
    const auto answers = client.submit_batch(payments, true);
    for (std::size_t i = 0; answers && i < answers->size(); ++i) {
      if ((*answers)[i].state != rpc::SubmitState::final) continue;
      DiskJournal::instance().note_told(number, ids[i]);
    }
    done += ids.size();
  }
}

/// The writes of four validators under load, from their first payment on.
std::vector<DiskEvent> record_town(TownInProcess& town, People& people) {
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kValidators; ++i) {
    clients.emplace_back([&, i] { pay_by(town.client(i), people, i); });
  }
  for (std::thread& client : clients) client.join();
  return DiskJournal::instance().stop();
}

std::vector<Hash> told_by(std::span<const DiskEvent> events, std::size_t node) {
  std::vector<Hash> told;
  for (const DiskEvent& event : events) {
    if (event.kind == DiskEvent::Kind::told && event.root == node) told.push_back(event.id);
  }
  return told;
}

/// One validator, started from what a power cut left.
class Survivor {
 public:
  Survivor(const TownInProcess& town, std::size_t node, DiskImage image)
      : charter_{town.charter()} {
    const auto identity = node::load_identity(town.data(node));
    REQUIRE(identity.has_value());
    self_ = *state::validator_set(charter_).index_of(identity->key.public_key());
    write_files(image, node::kStoreFolder, folder_.path());
    disk_.emplace(std::move(image), node::kLogFolder);
    auto recovered = node::recover((folder_.path() / node::kStoreFolder).string(), *disk_, charter_,
                                   identity->key.public_key(), {.segment_bytes = kSegmentBytes});
    if (!recovered) {
      why_not_ = recovered.error();
      return;
    }
    recovery_.emplace(*std::move(recovered));
    read_records();
  }

  /// Empty if it started.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  [[nodiscard]] ValidatorIndex self() const { return self_; }
  [[nodiscard]] View base_view() const { return recovery_->recovered.recovered.base.view; }
  [[nodiscard]] const std::vector<chain::Certificate>& certificates() const {
    return certificates_;
  }
  [[nodiscard]] bool has_voted(const chain::Ballot& ballot) const {
    return std::find(votes_.begin(), votes_.end(), ballot) != votes_.end();
  }
  /// Whether the payment is in the state, or in a block that this validator promised to keep.
  [[nodiscard]] bool keeps(const Hash& transaction) const {
    const auto place = recovery_->store->find_transaction(transaction);
    return (place && *place) || promised_.contains(transaction);
  }

 private:
  void read_records() {
    std::map<Hash, consensus::Block> blocks;
    std::vector<Hash> ends;  // of chains it called final
    for (const consensus::Record& record : recovery_->recovered.recovered.records) {
      if (const auto* block = std::get_if<consensus::Block>(&record)) {
        blocks.emplace(chain::block_id(block->header), *block);
      } else if (const auto* vote = std::get_if<consensus::Vote>(&record)) {
        votes_.push_back(vote->ballot);
        if (vote->ballot.kind == chain::VoteKind::finalize) ends.push_back(vote->ballot.block_id);
      } else {
        certificates_.push_back(std::get<consensus::Certificate>(record));
        const chain::Ballot& ballot = certificates_.back().ballot;
        if (ballot.kind == chain::VoteKind::finalize) ends.push_back(ballot.block_id);
      }
    }
    const Hash chain_id = state::chain_id(charter_);
    for (Hash at : ends) {
      for (auto found = blocks.find(at); found != blocks.end(); found = blocks.find(at)) {
        const auto body = block::decode_body(chain_id, charter_.limits, found->second.body);
        REQUIRE(body);
        for (const auto& transaction : body->transactions) promised_.insert(transaction->id());
        at = found->second.header.parent_id;
        blocks.erase(found);
      }
    }
  }

  const state::Charter& charter_;
  TemporaryFolder folder_;
  std::optional<ImageDisk> disk_;
  ValidatorIndex self_;
  std::string why_not_;
  std::optional<node::Recovery> recovery_;
  std::vector<chain::Ballot> votes_;
  std::vector<chain::Certificate> certificates_;
  std::set<Hash> promised_;
};

/// How often a validator's log went on in another segment.
std::size_t rolls_of(std::span<const DiskEvent> events, std::size_t node) {
  std::set<std::string> segments;
  for (const DiskEvent& event : events) {
    const bool is_group = event.kind == DiskEvent::Kind::write && event.root == node &&
                          event.offset >= log::kFirstGroupOffset && !event.bytes.empty();
    if (is_group && event.path.starts_with(node::kLogFolder)) segments.insert(event.path);
  }
  return segments.empty() ? 0 : segments.size() - 1;
}

/// Whoever's signature stands in another's certificate still knows that it signed.
void require_votes_kept(const std::vector<std::unique_ptr<Survivor>>& survivors) {
  for (const auto& witness : survivors) {
    for (const chain::Certificate& certificate : witness->certificates()) {
      for (const auto& signer : survivors) {
        if ((certificate.signers >> signer->self().raw & 1U) == 0) continue;
        if (certificate.ballot.view <= signer->base_view()) continue;
        CAPTURE(certificate.ballot.view.raw, static_cast<int>(certificate.ballot.kind));
        REQUIRE(signer->has_voted(certificate.ballot));
      }
    }
  }
}

/// The whole town from disks as they may be after a cut: every acknowledged payment is final
/// everywhere, by whichever node it was acknowledged.
void require_restart(TownInProcess& town, People& people, std::span<const DiskEvent> events,
                     std::mt19937_64& random) {
  for (std::size_t node = 0; node < kValidators; ++node) {
    const DiskImage image = cut_power(events, node, random);
    for (const char* folder : {node::kLogFolder, node::kStoreFolder}) {
      std::filesystem::remove_all(town.data(node) / folder);
      write_files(image, folder, town.data(node));
    }
  }
  town.start(0, kValidators);
  town.agree({});
  for (std::size_t node = 0; node < kValidators; ++node) {
    rpc::Client client = town.client(node);
    for (std::size_t teller = 0; teller < kValidators; ++teller) {
      for (const Hash& id : told_by(events, teller)) {
        auto found = client.transaction(id, people.shop.signer());
        // So many questions of one account are more than it may ask at once.
        REQUIRE(wait_until(kAnswerMax, [&] {
          if (found || found.error().status != 429) return true;
          found = client.transaction(id, people.shop.signer());
          return false;
        }));
        REQUIRE(found);
        REQUIRE(found->stage == rpc::TransactionStage::final);
      }
    }
  }
  town.stop();
}

}  // namespace

TEST_CASE("after any power cut every validator starts and keeps what it acknowledged and voted",
          "[node][power]") {
  TownInProcess town{kSegmentBytes};
  town.start(0, kValidators);
  People people{town.client(0), town.charter(), kValidators};
  std::vector<std::filesystem::path> roots;
  for (std::size_t node = 0; node < kValidators; ++node) roots.push_back(town.data(node));
  town.stop();  // so that what stands there before is synced

  DiskJournal& journal = DiskJournal::instance();
  const std::size_t before = journal.start(roots);
  town.start(0, kValidators);
  const std::vector<DiskEvent> events = record_town(town, people);
  town.stop();
  journal.skip_syncs(true);

  for (std::size_t node = 0; node < kValidators; ++node) {
    CAPTURE(node);
    CHECK(rolls_of({events.begin() + static_cast<std::ptrdiff_t>(before), events.end()}, node) > 0);
  }
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 random{seed};
  CAPTURE(seed);
  std::size_t told = 0;
  for (std::size_t moment = 0; moment < kMoments; ++moment) {
    const std::size_t at = before + random() % (events.size() - before) + 1;
    const std::span<const DiskEvent> past{events.data(), at};
    CAPTURE(moment, at, events.size());
    std::vector<std::unique_ptr<Survivor>> survivors;
    for (std::size_t node = 0; node < kValidators; ++node) {
      CAPTURE(node);
      survivors.push_back(std::make_unique<Survivor>(town, node, cut_power(past, node, random)));
      CAPTURE(survivors.back()->why_not());
      REQUIRE(survivors.back()->why_not().empty());
      for (const Hash& id : told_by(past, node)) {
        ++told;
        REQUIRE(survivors.back()->keeps(id));
      }
    }
    require_votes_kept(survivors);
  }
  for (std::size_t restart = 0; restart < kRestarts; ++restart) {
    CAPTURE(restart);
    const std::size_t at = before + random() % (events.size() - before) + 1;
    CAPTURE(at, events.size());
    require_restart(town, people, {events.data(), at}, random);
  }
  journal.skip_syncs(false);
  CHECK(told > kMoments * kPaymentsEach);
}
