#include "tests/audit/story.h"

#include <catch2/catch.hpp>

#include "consensus/engine.h"
#include "node/log/records.h"

namespace test_audit {
namespace {

class SaysYes final : public block::SignatureChecker {
 public:
  bool valid(const Hash& /*envelope*/, const Hash& /*id*/, const PublicKey& /*key*/,
             const Signature& /*signature*/) override {
    return true;
  }
};

rules::OpenAccount opened(std::uint32_t number) {
  rules::OpenAccount open;
  open.salt.bytes.fill(static_cast<std::uint8_t>(number + 1));
  open.keys.push_back(test_town::grant_all(test_town::key_of(number).public_key()));
  return open;
}

rules::OpenAccount opened_shop(std::uint32_t number) {
  rules::OpenAccount open = opened(number);
  open.kind = state::AccountKind::shop;
  open.receives_sends = false;
  open.category = 1;
  open.accepted_coins.push_back(CoinId{0});
  open.related_persons.push_back(PersonId{77});
  open.payee_digest.bytes.fill(1);
  return open;
}

rules::OpenProgram opened_program(Date today) {
  rules::OpenProgram open;
  open.terms.name.text = "charge";
  open.terms.kind = state::ProgramKind::charge;
  open.terms.paid = true;
  open.terms.sendable = true;
  open.terms.budget = Amount::of(1'000'000);
  open.terms.opens = today;
  open.terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 40};
  return open;
}

const block::Trust& trust() {
  static const block::Trust made = block::trust_of(test_town::charter());
  return made;
}

}  // namespace

Story::Story(std::size_t payments) {
  using test_town::kAgent;
  using test_town::kStaff;
  const auto one = [this](AccountId signer, rules::OperationVariant operation) {
    add({town.from(signer, std::move(operation))});
  };
  one(kStaff, opened(3));
  one(kStaff, opened(4));
  one(kStaff, opened_shop(5));
  one(kStaff, opened_program(local_date(town.now, town.charter.utc_offset)));
  one(kStaff, rules::SetFloat{kAgent, Amount::of(900'000)});
  one(kAgent, rules::Charge{kPayer, ProgramId{0}, Amount::of(10'000), Amount{}});
  one(kAgent, rules::Charge{AccountId{4}, ProgramId{0}, Amount::of(10'000), Amount{}});
  // One that a rule refuses stands in a block too.
  one(kPayer, rules::Pay{kShop, CoinId{0}, Amount::of(99'000), {}});
  REQUIRE(bodies.size() == kSetUp);
  for (std::size_t i = 0; i < payments; i += 2) {
    const rules::Pay pay{kShop, CoinId{0}, Amount::of(100), {}};
    add({town.from(kPayer, pay), town.from(AccountId{4}, pay)});
  }
}

void Story::add(std::vector<block::TransactionPointer> transactions) {
  town.run(transactions);
  bodies.push_back(std::move(transactions));
  times.push_back(town.now);
}

chain::Vote vote(const state::Charter& charter, const chain::Ballot& ballot) {
  return chain::sign_vote(trust().context, ballot, ValidatorIndex{0},
                          test_town::validator_key(0, charter));
}

chain::Certificate certify(const state::Charter& charter, const chain::Ballot& ballot) {
  chain::Certificate certificate;
  certificate.ballot = ballot;
  for (std::uint8_t i = 0; i < 3; ++i) {
    certificate.signers |= 1U << i;
    certificate.signatures.push_back(chain::sign_vote(trust().context, ballot, ValidatorIndex{i},
                                                      test_town::validator_key(i, charter))
                                         .signature);
  }
  return certificate;
}

std::vector<consensus::Record> records_of(const Story& story, const Lies& lies) {
  const state::Charter& charter = story.town.charter;
  state::State state = state::genesis_state(charter);
  chain::Header parent = block::genesis_header(charter, state.root());
  const auto order = consensus::leader_order(trust().context, trust().validators);
  SaysYes checker;
  std::vector<consensus::Record> records;
  for (std::size_t i = 0; i < story.bodies.size(); ++i) {
    block::Body body;
    body.transactions = story.bodies[i];
    const auto execution = block::execute_block(std::make_shared<state::Overlay>(state),
                                                story.times[i], body, checker);
    REQUIRE(execution.has_value());
    chain::Header header = parent;
    header.view = next(parent.view);
    header.height = next(parent.height);
    header.parent_view = parent.view;
    header.parent_id = header.content_parent_id = chain::block_id(parent);
    header.time = story.times[i];
    header.proposer = order[header.view.raw % order.size()];
    header.transactions_root = execution->transactions_root;
    header.outcomes_root = execution->outcomes_root;
    header.state_root = execution->state_root;
    const auto lie = lies.find(i + 1);
    if (lie != lies.end()) lie->second.header(header);
    state.merge(*execution->overlay);

    const Hash id = chain::block_id(header);
    const chain::Ballot notarize{chain::VoteKind::notarize, header.view, id};
    const chain::Ballot finalize{chain::VoteKind::finalize, header.view, id};
    records.emplace_back(
        consensus::Block{header, std::make_shared<const Bytes>(block::encode_body(body))});
    records.emplace_back(vote(charter, notarize));
    records.emplace_back(certify(charter, notarize));
    records.emplace_back(vote(charter, finalize));
    records.emplace_back(certify(charter, finalize));
    parent = header;
  }
  return records;
}

std::size_t block_at(const std::vector<consensus::Record>& records, std::uint64_t height) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto* block = std::get_if<consensus::Block>(&records[i]);
    if (block != nullptr && block->header.height.raw == height) return i;
  }
  ASSERT(false);
  return 0;
}

block::TransactionPointer unsigned_change(const Story& story,
                                          const block::TransactionPointer& transaction,
                                          const std::function<void(block::Transaction&)>& change) {
  block::Transaction changed = transaction->transaction();
  change(changed);
  auto parsed = block::ParsedTransaction::parse(story.town.chain_id, encode(changed));
  REQUIRE(parsed.has_value());
  return std::make_shared<const block::ParsedTransaction>(*std::move(parsed));
}

void raise_amount(block::Transaction& transaction) {
  std::get<rules::Pay>(transaction.unsigned_part.operation.value).amount = Amount::of(150);
}

void forge_signature(block::Transaction& transaction) { transaction.signature.bytes[40] ^= 1U; }

std::vector<consensus::Record> with_body(std::vector<consensus::Record> records,
                                         std::uint64_t height,
                                         std::vector<block::TransactionPointer> transactions) {
  block::Body body;
  body.transactions = std::move(transactions);
  std::get<consensus::Block>(records[block_at(records, height)]).body =
      std::make_shared<const Bytes>(block::encode_body(body));
  return records;
}

block::Receipt receipt_of(const Story& story, const chain::Header& header,
                          const chain::FinalityProof& proof) {
  state::State state = state::genesis_state(story.town.charter);
  SaysYes checker;
  for (std::size_t i = 0;; ++i) {
    block::Body body;
    body.transactions = story.bodies.at(i);
    const auto execution = block::execute_block(std::make_shared<state::Overlay>(state),
                                                story.times[i], body, checker);
    ASSERT(execution.has_value());
    if (i + 1 == header.height.raw) {
      const auto& first = *body.transactions.front();
      const AccountId signer = first.transaction().unsigned_part.signer.account;
      return block::make_receipt(header, proof, *execution, first.id(), state.find(signer)->salt,
                                 0);
    }
    state.merge(*execution->overlay);
  }
}

log::Identity identity_of(const state::Charter& charter) {
  return {state::chain_id(charter), charter.validators[0].key, hash(HashTag::demo, as_bytes("log")),
          Salt{hash(HashTag::demo, as_bytes("salt")).bytes}};
}

void write_log(log::Disk& disk, const state::Charter& charter,
               const std::vector<consensus::Record>& records) {
  auto log = log::Log::create(disk, identity_of(charter), kSmallSegments);
  REQUIRE(log.has_value());
  std::vector<log::Record> group;
  for (std::size_t i = 0; i < records.size(); ++i) {
    group.push_back(log::to_record(records[i]));
    // Two groups a block: {block, vote} and {certificate, vote, certificate}.
    if (i % 5 != 1 && i % 5 != 4 && i + 1 != records.size()) continue;
    REQUIRE(log->append(group).has_value());
    group.clear();
  }
}

audit::Report audit_disk(const state::Charter& charter, log::Disk& disk, std::uint32_t threads) {
  audit::Options options;
  options.threads = threads;
  return audit::audit_log(disk, charter, options);
}

audit::Report audit_records(const state::Charter& charter,
                            const std::vector<consensus::Record>& records) {
  log::test::MemoryDisk disk;
  write_log(disk, charter, records);
  return audit_disk(charter, disk);
}

}  // namespace test_audit
