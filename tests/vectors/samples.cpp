#include "tests/vectors/samples.h"

#include "ledger/block/transaction.h"
#include "ledger/chain/certificate.h"
#include "ledger/state/charter.h"

namespace hansatsu::vectors {
namespace {

/// Bytes first, first + 1, ...: told apart at a glance in hex.
template <class Fixed>
Fixed counted(std::uint8_t first) {
  Fixed fixed;
  for (std::size_t i = 0; i < Fixed::kSize; ++i) {
    fixed.bytes[i] = static_cast<std::uint8_t>(first + i);
  }
  return fixed;
}

/// Key pair whose secret is 31 zero bytes and `number`: vectors need no randomness.
KeyPair key_of(std::uint8_t number) {
  SecretBytes<32> secret;
  secret.writable()[31] = number;
  auto pair = KeyPair::from_secret(std::move(secret));
  ASSERT(pair.has_value());
  return std::move(*pair);
}

/// Four validators with keys 1..4, in ascending order of key as the set wants them.
std::vector<KeyPair> validator_keys() {
  std::vector<KeyPair> keys;
  for (std::uint8_t number = 1; number <= 4; ++number) keys.push_back(key_of(number));
  std::sort(keys.begin(), keys.end(),
            [](const KeyPair& a, const KeyPair& b) { return a.public_key() < b.public_key(); });
  return keys;
}

chain::ValidatorSet validator_set() {
  chain::ValidatorSet set;
  for (const KeyPair& key : validator_keys()) set.keys.push_back(key.public_key());
  return set;
}

chain::EpochContext context() { return {counted<Hash>(0x10), Epoch{3}, counted<Hash>(0x30)}; }

chain::Header header() {
  chain::Header h;
  h.chain_id = context().chain_id;
  h.epoch = Epoch{3};
  h.view = View{1'000'001};
  h.height = Height{900'002};
  h.parent_view = View{1'000'000};
  h.parent_id = counted<Hash>(0x40);
  h.content_parent_id = counted<Hash>(0x50);
  h.time = Timestamp{1'795'273'200'123};
  h.proposer = ValidatorIndex{2};
  h.validator_set_hash = chain::hash_of_set(validator_set());
  h.transactions_root = counted<Hash>(0x60);
  h.outcomes_root = counted<Hash>(0x70);
  h.state_root = counted<Hash>(0x80);
  return h;
}

chain::Certificate certificate(const chain::Ballot& ballot) {
  const std::vector<KeyPair> keys = validator_keys();
  chain::Certificate made{
      .epoch = context().epoch, .ballot = ballot, .signers = 0b1011, .signatures = {}};
  for (const std::uint32_t index : {0U, 1U, 3U}) {
    made.signatures.push_back(keys[index].sign(chain::vote_message(context(), ballot)));
  }
  return made;
}

void add_chain(std::vector<Sample>& out) {
  const chain::Header block = header();
  const Hash id = chain::block_id(block);
  out.push_back({"header", "block", "a block with transactions", encode(block), "block id", id});
  chain::Header empty = block;
  empty.flags = chain::kFlagEmpty;
  out.push_back({"header", "empty", "the same, but empty", encode(empty), "block id",
                 chain::block_id(empty)});
  const chain::ValidatorSet set = validator_set();
  out.push_back({"validators", "four", "the public keys of the secrets 1 to 4, ascending",
                 encode(set), "hash of the set", chain::hash_of_set(set)});

  const chain::Ballot finalize{chain::VoteKind::finalize, block.view, id};
  const chain::Ballot nullify{chain::VoteKind::nullify, View{1'000'002}, Hash{}};
  for (const auto& [name, ballot] :
       {std::pair{"finalize", finalize}, std::pair{"nullify", nullify}}) {
    const KeyPair key = validator_keys()[1].clone();
    const auto vote = chain::sign_vote(context(), ballot, ValidatorIndex{1}, key);
    out.push_back({"vote", name, "validator 1's vote; its signature is over the message beside it",
                   encode(vote), "vote message", chain::vote_message(context(), ballot)});
  }
  out.push_back({"certificate", "finalization", "a quorum's votes on the block: 0, 1 and 3",
                 encode(certificate(finalize)), "vote message",
                 chain::vote_message(context(), finalize)});
  out.push_back({"certificate", "nullification", "a quorum's votes to skip a view",
                 encode(certificate(nullify)), "vote message",
                 chain::vote_message(context(), nullify)});
  out.push_back({"finality",
                 "own",
                 "the block's own finalization",
                 encode(chain::FinalityProof{certificate(finalize), {}}),
                 "",
                 {}});
}

state::KeyGrant key_grant() {
  state::KeyGrant grant;
  grant.key = key_of(5).public_key();
  grant.rights = state::kRightPay | state::kRightRead;
  grant.limit_payment = Amount::of(10'000);
  grant.limit_day = Amount::of(30'000);
  grant.shops = {AccountId{7}, AccountId{8}};
  grant.last_day = Date{20'900};
  return grant;
}

rules::OpenAccount open_account() {
  rules::OpenAccount open;
  open.salt = counted<Salt>(0x90);
  open.kind = state::AccountKind::shop;
  open.home = CoinId{1};
  open.level = state::Level::verified;
  open.person = PersonId{11};
  open.household = HouseholdId{12};
  open.tags = 5;
  open.keys = {key_grant()};
  open.category = 13;
  open.accepted_coins = {CoinId{1}, CoinId{2}};
  open.related_persons = {PersonId{14}};
  open.related_households = {HouseholdId{15}};
  open.payee_digest = counted<Hash>(0xa0);
  return open;
}

std::vector<std::pair<std::string, rules::OperationVariant>> operations() {
  const auto order = counted<OrderReference>(0xb0);
  const auto digest = counted<Hash>(0xc0);
  const auto batch = counted<state::BatchId>(0xd0);
  const auto claim = counted<state::ClaimId>(0xe0);
  const AccountId account{0x01020304};
  const CoinId coin{0x0506};
  const ProgramId program{0x0708090a};
  const Amount amount = Amount::of(0x0b0c0d);
  return {
      {"open-account", open_account()},
      {"add-key", rules::AddKey{key_grant()}},
      {"remove-key", rules::RemoveKey{3, 0x01020304}},
      {"set-receive", rules::SetReceive{false}},
      {"freeze", rules::Freeze{account}},
      {"unfreeze", rules::Unfreeze{account}},
      {"charge", rules::Charge{account, program, amount, Amount::of(100)}},
      {"grant", rules::Grant{program, batch, 2, {{account, amount, claim, Date{20'800}}}}},
      {"pay", rules::Pay{account, coin, amount, order}},
      {"send", rules::Send{account, coin, amount}},
      {"refund", rules::Refund{PaymentId{0x0102030405}, amount}},
      {"redeem", rules::Redeem{coin, {{program, amount}}}},
      {"file", rules::File{coin, digest, {{RedemptionId{9}, counted<Hash>(0xd1)}}}},
      {"settle", rules::Settle{coin, digest, {RedemptionId{9}, RedemptionId{10}}}},
      {"set-float", rules::SetFloat{account, amount}},
      {"hand-in", rules::HandIn{amount}},
  };
}

void add_transactions(std::vector<Sample>& out) {
  const Hash chain_id = context().chain_id;
  for (auto& [name, operation] : operations()) {
    block::UnsignedTransaction part;
    part.signer = {AccountId{0x0000302f}, 1, 2};
    part.sequence = 77;
    part.valid_until = Timestamp{1'795'273'800'000};
    if (name == "hand-in") part.cosigners = {{AccountId{4}, 0, 1}};
    part.operation.value = operation;
    const Hash id = block::transaction_id(chain_id, part);
    block::Transaction transaction{part, key_of(5).sign(id), {}};
    if (name == "hand-in") transaction.cosignatures = {key_of(6).sign(id)};
    out.push_back(
        {"transaction", name, "signed by the secret 5", encode(transaction), "transaction id", id});
  }
}

}  // namespace

std::vector<Sample> samples() {
  std::vector<Sample> out;
  add_chain(out);
  add_transactions(out);
  return out;
}

}  // namespace hansatsu::vectors
