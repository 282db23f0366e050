#include "merchant-sdk/include/hansatsu/merchant.h"

namespace hansatsu::merchant {

std::string_view text(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_node_url:
      return "a node's address must be http://host:port, and there must be one";
    case ErrorCode::charter_unreadable:
      return "the charter's file can't be read";
    case ErrorCode::charter_malformed:
      return "the file holds no charter";
    case ErrorCode::bad_account_number:
      return "the shop's account number is mistyped";
    case ErrorCode::unknown_coin:
      return "the charter has no such coin, or several: name one";
    case ErrorCode::passphrase_unreadable:
      return "the passphrase's file can't be read, or others than its owner may read it";
    case ErrorCode::keystore_unreadable:
      return "the keystore can't be read, or others than its owner may read it";
    case ErrorCode::wrong_passphrase:
      return "the passphrase does not open the keystore";
    case ErrorCode::unknown_key_name:
      return "the keystore has no key of that name";
    case ErrorCode::no_randomness:
      return "the system gives no random bytes";
    case ErrorCode::bad_amount:
      return "the amount must be above zero and countable";
    case ErrorCode::bad_label:
      return "the label must be at most 128 bytes of text without control characters";
    case ErrorCode::bad_expiry:
      return "the order's expiry must lie ahead";
    case ErrorCode::not_paid:
      return "the order was not paid in the time given";
    case ErrorCode::paid_differently:
      return "the order was paid in another amount or coin";
    case ErrorCode::unreachable:
      return "no node answered in the time given";
    case ErrorCode::other_chain:
      return "the node serves another chain than the pinned charter's";
    case ErrorCode::key_not_of_shop:
      return "the key may not read the shop's account";
    case ErrorCode::refused:
      return "the node refused the request";
    case ErrorCode::malformed_answer:
      return "the node's answer is malformed";
    case ErrorCode::stopped:
      return "nobody waits for the payment any more";
    case ErrorCode::clock_differs:
      return "the clock here and the node's are more than ten minutes apart";
    case ErrorCode::proof_malformed:
      return "the proof is malformed";
    case ErrorCode::proof_not_final:
      return "the proof lacks the signatures of the charter's validators";
    case ErrorCode::proof_not_in_block:
      return "the proof's block does not hold the payment";
    case ErrorCode::proof_of_another:
      return "the proof is of another payment";
    case ErrorCode::no_journal:
      return "the till keeps no journal";
    case ErrorCode::journal_unreadable:
      return "the journal of orders can't be read, or is too large: move it away";
    case ErrorCode::journal_damaged:
      return "the file is no journal of orders, or is damaged: move a damaged one away, and look "
             "at the takings";
    case ErrorCode::journal_unwritable:
      return "the journal of orders can't be written, or the file is no journal";
  }
  return "";
}

}  // namespace hansatsu::merchant
