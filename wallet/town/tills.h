#pragma once

#include <functional>

#include "rpc/client/client.h"

namespace hansatsu::town {

/// Begun later than this, a payment counts as one that started late.
inline constexpr std::chrono::milliseconds kLateStart{10};

/// How long payments took, from when they were due or submitted to the receipt.
struct Latencies {
  std::vector<std::chrono::microseconds> took;  ///< ascending; those that were done
  std::size_t failed = 0;                       ///< refused, or without a receipt that holds
  std::size_t late_starts = 0;                  ///< at a rate: begun kLateStart after they were due
  std::chrono::microseconds latest_start{0};    ///< at a rate: how late the latest was

  /// The place below which so many of a thousand lie. Requires: one was done.
  [[nodiscard]] double milliseconds_at(std::size_t per_mille) const;
  /// At most one of a hundred started late. If more did, they came at another rate than was asked
  /// for, and the figures are not what they say.
  [[nodiscard]] bool kept_rate() const;
  /// "3 of 2000 payments started more than 10 ms late, the latest 12.1 ms".
  [[nodiscard]] std::string starts_text() const;
};

/// One payment and its answer: true if it was done and proven. Called on any of the tills' threads.
using AnswerHolds =
    std::function<bool(const Bytes& payment, const rpc::Answer<rpc::SubmitAnswer>& answer)>;

/// How payments come to the validators.
struct Arrivals {
  std::vector<rpc::Endpoint> validators;  ///< each payment to the next of them
  std::uint32_t rate = 1;                 ///< payments a second
  std::size_t open_max = 0;               ///< payments open at once; 0: as many as can be
};

/// Offers them one by one at a steady rate, begun at even moments whatever is still open. Each
/// counts from the moment it was due until `holds` has said that it does.
[[nodiscard]] Latencies offer_at_rate(const Arrivals& arrivals, const std::vector<Bytes>& payments,
                                      const AnswerHolds& holds);

}  // namespace hansatsu::town
