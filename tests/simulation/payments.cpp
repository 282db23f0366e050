#include "tests/simulation/payments.h"

namespace hansatsu::simulation {

const block::TransactionPointer& Payments::make(Payment number, Timestamp valid_until) {
  block::TransactionPointer& transaction = transactions_[number];
  if (!transaction) {
    transaction = town_.payment(number, valid_until);
    numbers_[transaction->id()] = number;
  }
  return transaction;
}

Payment Payments::add(block::TransactionPointer transaction) {
  if (const auto known = number_of(transaction->id())) return *known;
  const Payment number = next_added_++;
  numbers_[transaction->id()] = number;
  transactions_[number] = std::move(transaction);
  return number;
}

std::optional<Payment> Payments::number_of(const Hash& id) const {
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

}  // namespace hansatsu::simulation
