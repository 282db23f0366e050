#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hansatsu::rules {

/// Why an operation was not done: family x 100 + number. The code stands in blocks, receipts and
/// on screens ("E-PAY-05"): DO NOT RENUMBER. Sentences for people stand in refusal.cpp, what each
/// operation can answer in its rule file and in docs/protocol/ledger.md.
enum class Refusal : std::uint16_t {
  // TX: inadmissible. Such a transaction never enters a block.
  malformed_transaction = 101,  ///< not the canonical form of a transaction
  transaction_too_large = 102,  ///< more bytes, or more records touched, than a block carries
  bad_signature = 103,          ///< the signer's or a co-signer's
  unknown_signer = 104,         ///< no such account
  signer_closed = 105,          ///< a closed account signs nothing
  unknown_key = 106,            ///< the slot is empty
  wrong_generation = 107,       ///< the slot was refilled since
  key_not_yet_effective = 108,  ///< its waiting time runs
  key_lapsed = 109,             ///< after its last day
  key_without_right = 110,      ///< the operation needs a right the key has not
  sequence_used = 111,          ///< this number has signed something already
  sequence_too_old = 112,       ///< below the window
  sequence_too_far = 113,       ///< more than 64 above the highest used
  transaction_lapsed = 114,     ///< valid_until is before the block's time
  valid_too_long = 115,         ///< valid_until is further ahead than its kind may be
  quota_of_transactions = 116,  ///< of the key, for the local day
  quota_of_refusals = 117,      ///< of the key, for the local day
  bad_cosigner = 118,           ///< unknown, closed, lapsed, or the signer's own account
  // ACC: accounts.
  unknown_account = 201,
  account_closed = 202,
  account_frozen = 203,  ///< the signer's: it may receive and refund, no more
  already_frozen = 204,  ///< or so lately that another stop would make one without end
  not_frozen = 205,
  no_keys = 206,                ///< an account opens with at least one key
  shop_without_owner = 207,     ///< a shop names a related person or household
  shop_fields_malformed = 208,  ///< shop's fields on another kind; zeros; lists not ascending
  unknown_accepted_coin = 209,
  pseudonym_misplaced = 210,      ///< a person or household on a kind that has none
  verified_without_person = 211,  ///< caps by person would not hold
  unknown_tag = 212,              ///< a bit the home coin gives no meaning
  not_a_person = 213,             ///< only persons receive sends
  salt_missing = 214,
  // KEY: keys and what they allow.
  invalid_key = 301,  ///< not a point of the curve
  key_taken = 302,    ///< the account has this key already, or it is a card desk's
  no_rights = 303,
  key_rights_exceeded = 304,  ///< more rights than the key that adds it
  key_limits_exceeded = 305,  ///< wider limits, shops, last day, or no co-signature
  key_slots_full = 306,
  key_not_found = 307,        ///< the slot is empty or its generation differs
  key_is_wider = 308,         ///< no key removes a wider one
  last_manage_key = 309,      ///< nobody could manage the account's keys any more
  key_shops_malformed = 310,  ///< not ascending, or not a shop
  no_card_desk = 311,         ///< the coin has no key that could co-sign
  key_payment_limit = 312,
  key_day_limit = 313,
  key_shop_not_allowed = 314,  ///< the key may pay only shops it names
  cosignature_needed = 315,    ///< by the coin's card desk
  // PRG: programs, and what any issue of value needs.
  unknown_program = 401,
  program_not_open = 402,  ///< closed, before it opens, or after its last day of issuing
  over_budget = 403,
  over_cap = 404,             ///< of the account, person or household
  not_eligible = 405,         ///< the account lacks a tag, a person, or has another home
  level_needed = 406,         ///< the account must be verified
  expiry_passed = 407,        ///< what would be issued has expired already
  expiry_too_late = 408,      ///< later than six months from issue (docs/protocol/ledger.md)
  too_many_dates = 409,       ///< value of the program would have too many expiry dates
  terms_malformed = 410,      ///< name, budget, lists, or fields of another kind
  dates_malformed = 411,      ///< opens after it closes, or ends before today
  paid_mismatch = 412,        ///< charges are paid value; premiums are free
  bad_charge_program = 413,   ///< a premium names a charge program of its coin
  premium_exists = 414,       ///< one open premium for a charge program and tag set
  onward_not_allowed = 415,   ///< by a coin that claims the six-month exemption
  sending_not_allowed = 416,  ///< grants and premiums can't be sent in this coin
  budgets_over_coin = 417,    ///< what its programs issued or may issue stays countable
  unknown_program_shop = 418,
  // CHG: charges.
  not_an_agent = 501,
  not_a_charge_program = 502,
  charge_amount_zero = 503,
  charge_to_non_person = 504,
  over_charge_limit = 505,  ///< of the receiver, for the local day
  over_float = 506,         ///< cash not handed in would pass the agent's float
  premium_short = 507,      ///< the premium would be less than asked for
  agent_of_other_coin = 508,
  // GRT: grants. The last three concern an entry, not the batch.
  not_a_grant_program = 601,
  batch_part_done = 602,
  batch_malformed = 603,  ///< no id or no entries
  entry_malformed = 604,  ///< amount zero, or an expiry the program can't give
  entry_repeated = 605,   ///< the same account or claim twice in one part
  claim_used = 606,
  grant_to_non_person = 607,
  // PAY: payments.
  not_a_payer = 701,          ///< persons pay; shops where a program allows it
  shop_cannot_receive = 702,  ///< no such account, no shop, or closed
  coin_not_accepted = 703,
  payment_amount_zero = 704,
  not_enough_value = 705,    ///< that may be spent at this shop
  shop_related = 706,        ///< enough, but bound value can't be spent at one's own shop
  order_repeated = 707,      ///< paid already: same payer, shop and order reference
  shop_programs_full = 708,  ///< the shop holds takings of too many programs
  payment_to_self = 709,
  // SND: sends.
  not_a_sender = 801,
  cannot_receive = 802,  ///< all that a sender learns of the receiver
  send_amount_zero = 803,
  not_enough_sendable = 804,
  send_to_self = 805,
  // RFD: refunds.
  unknown_payment = 901,  ///< none, pruned, or of another shop
  refund_window_over = 902,
  refund_amount_zero = 903,
  over_payment = 904,  ///< more than is left of the payment
  payer_closed = 905,  ///< the office pays back
  too_many_refunds = 906,
  takings_short = 907,  ///< takings and requested redemptions don't hold it
  payer_lots_full = 908,
  refund_dates_full = 909,  ///< value of the program has too many expiry dates
  // RED: redemptions.
  not_a_redeemer = 1001,
  nothing_to_redeem = 1002,
  redeem_amounts_malformed = 1003,  ///< not ascending, or zero
  over_takings = 1004,
  no_payee = 1005,  ///< the shop has no bank details on record
  // SET: bank files and settlement.
  lines_malformed = 1101,     ///< none, or not ascending
  unknown_redemption = 1102,  ///< of this coin
  not_requested = 1103,
  payee_differs = 1104,
  nothing_left = 1105,  ///< refunds have used the redemption up
  not_filed = 1106,     ///< not in this bank file, or paid already
  bank_file_missing = 1107,
  amount_differs = 1108,  ///< the bank would pay other than the redemption's gross less its fee
  // FLT: agents' floats.
  not_an_agent_account = 1201,
  hand_in_zero = 1202,
  over_float_used = 1203,    ///< more cash than was taken
  treasurer_missing = 1204,  ///< a treasurer of the coin co-signs
  // APR: who may, and how many.
  approval_needed = 1301,  ///< the charter asks for more than one person
  role_missing = 1302,     ///< no such role, or it has ended
  // LIM: limits of the coin.
  over_balance_limit = 1401,
  over_payment_limit = 1402,
  over_day_limit = 1403,
  too_many_payments = 1404,
  too_many_lots = 1405,
  too_many_coins = 1406,     ///< an account holds value of at most 16 coins
  too_many_programs = 1407,  ///< an account counts at most 128 open programs of a coin
};

enum class Language : std::uint8_t { en = 0, ja = 1 };

struct RefusalText {
  Refusal refusal;
  std::string_view name;  ///< the enumerator's
  std::string_view en;    ///< a sentence for people
  std::string_view ja;
};

/// Every refusal there is, ascending.
[[nodiscard]] std::span<const RefusalText> all_refusals();

[[nodiscard]] bool known(Refusal refusal);
[[nodiscard]] std::optional<Refusal> refusal_of(std::uint16_t code);
/// "E-PAY-05". Requires: known.
[[nodiscard]] std::string code_text(Refusal refusal);
[[nodiscard]] std::string_view name(Refusal refusal);
[[nodiscard]] std::string_view sentence(Refusal refusal, Language language);
/// The TX family: such a transaction never enters a block.
[[nodiscard]] constexpr bool is_inadmissible(Refusal refusal) {
  return static_cast<std::uint16_t>(refusal) / 100 == 1;
}

}  // namespace hansatsu::rules
