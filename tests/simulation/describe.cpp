#include "tests/simulation/describe.h"

namespace hansatsu::simulation {
namespace {

using chain::Certificate;
using chain::Vote;
using chain::VoteKind;
using consensus::Absent;
using consensus::Block;
using consensus::Proposal;
using consensus::Range;
using consensus::Request;
using consensus::RequestKind;
using consensus::Response;
using consensus::Status;

const char* name_of(VoteKind kind) {
  switch (kind) {
    case VoteKind::notarize:
      return "notarize";
    case VoteKind::nullify:
      return "nullify";
    case VoteKind::finalize:
      return "finalize";
  }
  return "?";
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string ballot_text(const chain::Ballot& ballot) {
  std::string text = std::string{name_of(ballot.kind)} + " v" + number(ballot.view.raw);
  if (ballot.kind != VoteKind::nullify) text += " " + short_id(ballot.block_id);
  return text;
}

std::string header_text(const chain::Header& header) {
  return short_id(chain::block_id(header)) + " v" + number(header.view.raw) + " h" +
         number(header.height.raw) + " on v" + number(header.parent_view.raw) + " " +
         short_id(header.parent_id) + (header.is_empty() ? " empty" : "");
}

struct Describe {
  std::string operator()(const Vote& vote) const {
    return "vote " + ballot_text(vote.ballot) + " by " + number(vote.signer.raw);
  }
  std::string operator()(const Certificate& certificate) const {
    return "cert " + ballot_text(certificate.ballot);
  }
  std::string operator()(const Proposal& proposal) const {
    return "proposal " + header_text(proposal.header) + " gap " + number(proposal.gap.size());
  }
  std::string operator()(const Status& status) const {
    const std::uint64_t final_height = status.final_tip ? status.final_tip->header.height.raw : 0;
    return "status v" + number(status.view.raw) + " final h" + number(final_height) +
           (status.echo != 0 ? " echo" : "");
  }
  std::string operator()(const Request& request) const {
    const std::string id = "request " + number(request.id) + " ";
    if (request.kind == RequestKind::block) return id + "block " + short_id(request.block_id);
    if (request.kind == RequestKind::range) return id + "range h" + number(request.from_height.raw);
    return id + name_of(request.vote_kind) + " v" + number(request.view.raw);
  }
  std::string operator()(const Block& block) const { return "block " + header_text(block.header); }
  std::string operator()(const Response& response) const {
    return "response " + number(response.id) + " " + std::visit(*this, response.answer);
  }
  std::string operator()(const Absent&) const { return "absent"; }
  std::string operator()(const Range& range) const {
    return "range of " + number(range.blocks.size()) + " from " +
           header_text(range.blocks.front().block.header);
  }
};

struct Fingerprint {
  std::uint64_t operator()(const Vote& vote) const { return mix(of(vote.ballot), vote.signer.raw); }
  std::uint64_t operator()(const Certificate& certificate) const {
    return mix(of(certificate.ballot), certificate.signers);
  }
  std::uint64_t operator()(const Proposal& proposal) const {
    return mix(fingerprint(proposal.vote.ballot.block_id), proposal.gap.size());
  }
  std::uint64_t operator()(const Status& status) const {
    return mix(mix(status.view.raw, status.voted.raw),
               mix(mix(status.nonce, status.echo), status.yours.size()));
  }
  std::uint64_t operator()(const Request& request) const {
    return mix(mix(request.id, request.view.raw), fingerprint(request.block_id));
  }
  std::uint64_t operator()(const Block& block) const {
    return fingerprint(chain::block_id(block.header));
  }
  std::uint64_t operator()(const Response& response) const {
    return mix(response.id, std::visit(*this, response.answer));
  }
  std::uint64_t operator()(const Absent&) const { return 1; }
  std::uint64_t operator()(const Range& range) const {
    return mix(range.blocks.size(), (*this)(range.blocks.front().block));
  }
  static std::uint64_t of(const chain::Ballot& ballot) {
    return mix(mix(ballot.view.raw, static_cast<std::uint64_t>(ballot.kind)),
               fingerprint(ballot.block_id));
  }
};

}  // namespace

std::string short_id(const Hash& id) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 3; ++i) {
    text += kDigits[id.bytes[i] >> 4U];
    text += kDigits[id.bytes[i] & 15U];
  }
  return text;
}

std::string describe(const consensus::Message& message) { return std::visit(Describe{}, message); }
std::string describe(const consensus::Record& record) { return std::visit(Describe{}, record); }

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  std::uint64_t mixed = state ^ (value + 0x9e3779b97f4a7c15ULL + (state << 6U) + (state >> 2U));
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  return mixed ^ (mixed >> 27U);
}

std::uint64_t fingerprint(const Hash& hash) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8U | hash.bytes[i];
  return value;
}

std::uint64_t fingerprint(const consensus::Message& message) {
  return mix(message.index(), std::visit(Fingerprint{}, message));
}

std::uint64_t fingerprint(const consensus::Record& record) {
  return mix(record.index(), std::visit(Fingerprint{}, record));
}

}  // namespace hansatsu::simulation
