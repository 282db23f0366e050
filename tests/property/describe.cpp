#include "ledger/rules/refusal.h"
#include "tests/property/crowd.h"

namespace hansatsu::property {
namespace {

using namespace rules;

std::string text(std::uint64_t number) { return std::to_string(number); }
template <class Tag, class Raw>
std::string text(const StrongId<Tag, Raw>& id) {
  return "#" + std::to_string(id.raw);
}
std::string text(Amount amount) { return std::to_string(amount.units()); }
/// Tests number what is of fixed size by its last byte.
template <class Tag, std::size_t Size>
std::string text(const FixedBytes<Tag, Size>& fixed) {
  return std::to_string(fixed.bytes.back());
}
std::string of_coin(CoinId coin) { return " of coin " + std::to_string(coin.raw); }

std::string told(const OpenAccount& o) {
  return "opens an account: kind " + text(static_cast<std::uint64_t>(o.kind)) + ", person " +
         text(o.person) + ", household " + text(o.household);
}
std::string told(const AddKey& o) {
  return "adds a key: rights " + text(o.grant.rights) + ", a day " + text(o.grant.limit_day) +
         (o.grant.needs_cosignature ? ", with co-signature" : "") + ", to " +
         to_string(o.grant.last_day) + ", shops " + text(o.grant.shops.size());
}
std::string told(const RemoveKey& o) { return "removes key " + text(o.slot); }
std::string told(const SetReceive& o) { return o.receives_sends ? "receives" : "receives no more"; }
std::string told(const Freeze& o) { return "freezes " + text(o.account); }
std::string told(const Unfreeze& o) { return "unfreezes " + text(o.account); }
std::string told(const OpenProgram& o) {
  const ProgramTerms& t = o.terms;
  return "opens a program: kind " + text(static_cast<std::uint64_t>(t.kind)) + ", budget " +
         text(t.budget) + of_coin(t.coin) + ", " + to_string(t.opens) + " to " +
         to_string(t.closes) + ", expiry " + text(static_cast<std::uint64_t>(t.expiry.kind)) + "/" +
         text(t.expiry.days) + "/" + to_string(t.expiry.date) + ", for program " +
         text(t.charge_program);
}
std::string told(const Charge& o) {
  return "charges " + text(o.account) + ": " + text(o.amount) + " of program " + text(o.program) +
         ", premium at least " + text(o.premium_least);
}
std::string told(const Grant& o) {
  std::string line = "grants of program " + text(o.program) + ", batch " + text(o.batch) + "/" +
                     text(o.part) + ":";
  for (const GrantEntry& e : o.entries) {
    line += " " + text(e.amount) + " to " + text(e.account) + " until " + to_string(e.expiry) +
            (e.claim.is_zero() ? ";" : " for claim " + text(e.claim) + ";");
  }
  return line;
}
std::string told(const Pay& o) {
  return "pays " + text(o.shop) + ": " + text(o.amount) + of_coin(o.coin) + ", order " +
         text(o.order);
}
std::string told(const Send& o) {
  return "sends " + text(o.receiver) + ": " + text(o.amount) + of_coin(o.coin);
}
std::string told(const Refund& o) {
  return "gives back " + text(o.amount) + " of payment " + text(o.payment);
}
std::string told(const Redeem& o) {
  std::string line = "redeems";
  for (const auto& part : o.amounts) line += " " + text(part.amount) + "/" + text(part.program);
  return line + (o.amounts.empty() ? " all" : "") + of_coin(o.coin);
}
std::string told(const File& o) {
  std::string line = "files in " + text(o.bank_file) + ":";
  for (const FileLine& one : o.lines) line += " " + text(one.redemption) + "=" + text(one.payout);
  return line;
}
std::string told(const Settle& o) {
  std::string line = "settles of " + text(o.bank_file) + ":";
  for (const RedemptionId id : o.redemptions) line += " " + text(id);
  return line;
}
std::string told(const SetFloat& o) {
  return "sets the float of " + text(o.agent) + ": " + text(o.limit);
}
std::string told(const HandIn& o) { return "hands in " + text(o.amount); }

}  // namespace

std::string describe(const block::UnsignedTransaction& transaction) {
  std::string line = text(transaction.signer.account);
  if (transaction.signer.slot != 0) line += "/" + text(transaction.signer.slot);
  line += " " + std::visit([](const auto& one) { return told(one); }, transaction.operation.value);
  for (const block::KeyReference& one : transaction.cosigners)
    line += ", with " + text(one.account);
  return line;
}

}  // namespace hansatsu::property
