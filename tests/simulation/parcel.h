#pragma once

#include "consensus/verify.h"

namespace hansatsu::simulation {

/// A message on its way, shared by all who are sent it and checked once for all of them.
class Parcel {
 public:
  explicit Parcel(consensus::Message message) : message_{std::move(message)} {}
  [[nodiscard]] const consensus::Message& message() const { return message_; }

  /// Absent if the checker refuses it.
  [[nodiscard]] const std::optional<consensus::VerifiedMessage>& verified(
      const consensus::Checker& checker) {
    if (!is_checked_) {
      is_checked_ = true;
      if (auto checked = checker.check(message_)) verified_ = *std::move(checked);
    }
    return verified_;
  }
  /// Somebody had it checked, and it did not pass.
  [[nodiscard]] bool is_refused() const { return is_checked_ && !verified_; }

 private:
  consensus::Message message_;
  std::optional<consensus::VerifiedMessage> verified_;
  bool is_checked_ = false;
};
using SharedParcel = std::shared_ptr<Parcel>;
[[nodiscard]] inline SharedParcel pack(consensus::Message message) {
  return std::make_shared<Parcel>(std::move(message));
}

}  // namespace hansatsu::simulation
