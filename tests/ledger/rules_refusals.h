#pragma once

#include "tests/ledger/scenario.h"

/// One way to be given each refusal. The case builds its scenario, shows that the neighbouring
/// operation is accepted where there is one, and gives the answer to the one that must fail.
namespace hansatsu::scenario {

using Answer = Result<Outcome, Refusal>;
struct RefusalCase {
  Refusal refusal;
  Answer (*provoke)();
};

// By family, one file each.
[[nodiscard]] std::span<const RefusalCase> account_refusals();  ///< ACC and APR
[[nodiscard]] std::span<const RefusalCase> key_refusals();      ///< KEY
[[nodiscard]] std::span<const RefusalCase> program_refusals();  ///< PRG
[[nodiscard]] std::span<const RefusalCase> issue_refusals();    ///< PRG at issue, CHG and GRT
[[nodiscard]] std::span<const RefusalCase> payment_refusals();  ///< PAY, SND and LIM
[[nodiscard]] std::span<const RefusalCase> office_refusals();   ///< RFD, RED, SET and FLT

}  // namespace hansatsu::scenario
