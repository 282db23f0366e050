#include "wallet/audit/finding.h"

namespace hansatsu::audit {

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::log_missing:
      return "log_missing";
    case Fault::log_unreadable:
      return "log_unreadable";
    case Fault::segment_missing:
      return "segment_missing";
    case Fault::segment_damaged:
      return "segment_damaged";
    case Fault::group_damaged:
      return "group_damaged";
    case Fault::group_gap:
      return "group_gap";
    case Fault::record_malformed:
      return "record_malformed";
    case Fault::foreign_log:
      return "foreign_log";
    case Fault::bad_vote:
      return "bad_vote";
    case Fault::vote_without_block:
      return "vote_without_block";
    case Fault::not_a_quorum:
      return "not_a_quorum";
    case Fault::bad_vote_signature:
      return "bad_vote_signature";
    case Fault::conflicting_final:
      return "conflicting_final";
    case Fault::block_altered:
      return "block_altered";
    case Fault::block_missing:
      return "block_missing";
    case Fault::too_much_not_final:
      return "too_much_not_final";
    case Fault::bad_header:
      return "bad_header";
    case Fault::bad_body:
      return "bad_body";
    case Fault::transactions_differ:
      return "transactions_differ";
    case Fault::bad_evidence:
      return "bad_evidence";
    case Fault::too_large:
      return "too_large";
    case Fault::inadmissible:
      return "inadmissible";
    case Fault::bad_signature:
      return "bad_signature";
    case Fault::outcomes_differ:
      return "outcomes_differ";
    case Fault::state_differs:
      return "state_differs";
    case Fault::books_differ:
      return "books_differ";
    case Fault::too_short:
      return "too_short";
    case Fault::other_chain:
      return "other_chain";
    case Fault::other_block:
      return "other_block";
    case Fault::late_certificate:
      return "late_certificate";
  }
  return "";
}

std::string code(Fault fault) {
  const auto number = static_cast<std::uint32_t>(fault);
  return (number < 10 ? "E-AUD-0" : "E-AUD-") + std::to_string(number);
}

Finding finding_at(Fault fault, const log::RecordPlace& place, std::string detail) {
  Finding finding;
  finding.fault = fault;
  finding.segment = place.segment;
  finding.offset = place.offset;
  finding.record = place.record;
  finding.detail = std::move(detail);
  return finding;
}

}  // namespace hansatsu::audit
