#pragma once

#include <memory>
#include <variant>

#include "ledger/chain/certificate.h"

/// What validators say to each other about agreement.
/// Source: docs/protocol/consensus.md "Objects". Encodings: big-endian codec forms, behind one
/// byte for the kind. Limits are checked while decoding, before allocation.
namespace hansatsu::consensus {

using chain::Certificate;
using chain::FinalityProof;
using chain::Header;
using chain::Vote;
using chain::VoteKind;

inline constexpr std::size_t kBodyBytesMax = 1U << 20U;
inline constexpr std::size_t kVoteBytesMax = 128;
inline constexpr std::size_t kCertificateBytesMax = 2U << 10U;
inline constexpr std::size_t kProposalBytesMax = 48U << 10U;
inline constexpr std::size_t kStatusBytesMax = 4U << 10U;
inline constexpr std::size_t kRequestBytesMax = 128;
inline constexpr std::size_t kBulkBytesMax = kBodyBytesMax + (512U << 10U);
inline constexpr std::size_t kGapCertificatesMax = 16;
inline constexpr std::size_t kStatusVotesMax = 6;
inline constexpr std::uint32_t kRangeBlocksMax = 32;
inline constexpr std::size_t kRangeLinksMax = 1024;
/// Views above this are not admitted, so that arithmetic on views never wraps.
inline constexpr View kViewMax{std::uint64_t{1} << 62U};

/// A block's content, opaque here and never copied: at most kBodyBytesMax, never null in a message.
using Body = std::shared_ptr<const Bytes>;

/// A header with its body. On the bulk lane the leader pushes it beside its Proposal.
struct Block {
  Header header;
  Body body;
  bool operator==(const Block& other) const {
    return header == other.header &&
           (body == other.body || (body && other.body && *body == *other.body));
  }
};
template <class C, FieldsOf<Block> B>
void fields(C& c, B& block) {
  c(block.header);
  if constexpr (C::kDecodes) {
    std::uint32_t size = 0;
    c(size);
    c.require(size <= kBodyBytesMax);
    const ByteView bytes = c.raw(c.failed() ? 0 : size);
    block.body = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  } else {
    c.require(block.body != nullptr && block.body->size() <= kBodyBytesMax);
    c(static_cast<std::uint32_t>(block.body->size()));
    c.raw(*block.body);
  }
}

/// A block that has a FINALIZATION of its own: block_id(header) == finalization.ballot.block_id.
/// It proves how high the chain is final.
struct FinalTip {
  Header header;
  Certificate finalization;
  bool operator==(const FinalTip&) const = default;
};
template <class C, FieldsOf<FinalTip> T>
void fields(C& c, T& tip) {
  c(tip.header, tip.finalization);
}

/// The leader's offer for its view. Its only signature is the leader's NOTARIZE, so it is good from
/// whoever sends it; the body travels apart, as a Block.
struct Proposal {
  Header header;
  Vote vote;
  std::optional<Certificate> parent;  ///< NOTARIZATION or FINALIZATION; absent for the anchor
  BoundedVector<Certificate, kGapCertificatesMax> gap;  ///< NULLIFICATIONs of skipped views
  std::optional<FinalTip> final_tip;  ///< the leader's newest; absent while only the anchor is
  bool operator==(const Proposal&) const = default;
};
template <class C, FieldsOf<Proposal> P>
void fields(C& c, P& p) {
  c(p.header, p.vote, p.parent, p.gap, p.final_tip);
}

/// How far its sender is. Signed, as evidence of what it knew; `echo` is the receiver's own nonce,
/// which makes it fresh.
struct Status {
  Epoch epoch;
  ValidatorIndex sender;
  View view;                           ///< the sender is in this view
  View voted;                          ///< the highest view it ever voted in; 0 = none
  std::optional<FinalTip> final_tip;   ///< its newest; absent while only the anchor is final
  std::optional<Certificate> highest;  ///< its certificate of the highest view
  BoundedVector<Vote, kStatusVotesMax> yours;  ///< the receiver's newest FINALIZE and other votes
  Timestamp utc;
  std::uint64_t nonce = 0;  ///< the sender's, one for each of its starts
  std::uint64_t echo = 0;   ///< the receiver's nonce as last heard; 0 = not heard yet
  Signature signature;
  bool operator==(const Status&) const = default;
};
template <class C, FieldsOf<Status> S>
void signed_fields(C& c, S& s) {
  c(s.epoch, s.sender, s.view, s.voted, s.final_tip, s.highest, s.yours, s.utc, s.nonce, s.echo);
}
template <class C, FieldsOf<Status> S>
void fields(C& c, S& s) {
  signed_fields(c, s);
  c(s.signature);
}
/// What a Status signs: all its fields, bound to chain and anchor, under their own tag.
[[nodiscard]] Hash status_message(const chain::EpochContext& context, const Status& status);

/// On the wire: DO NOT RENUMBER.
enum class RequestKind : std::uint8_t {
  certificate = 1,  ///< (view, vote_kind); another kind of that view may be answered
  block = 2,        ///< block_id
  range = 3,        ///< final blocks: `count` from `from_height`
};
[[nodiscard]] constexpr bool known(RequestKind kind) {
  return kind >= RequestKind::certificate && kind <= RequestKind::range;
}
struct Request {
  std::uint64_t id = 0;  ///< the asker's own; the answer repeats it
  RequestKind kind = RequestKind::certificate;
  Epoch epoch;
  View view;                                ///< certificate
  VoteKind vote_kind = VoteKind::notarize;  ///< certificate
  Hash block_id;                            ///< block
  Height from_height;                       ///< range
  std::uint32_t count = 0;                  ///< range: at most kRangeBlocksMax
  bool operator==(const Request&) const = default;
};
template <class C, FieldsOf<Request> R>
void fields(C& c, R& r) {
  c(r.id, r.kind, r.epoch, r.view, r.vote_kind, r.block_id, r.from_height, r.count);
  c.require(r.count <= kRangeBlocksMax);
}

/// A final block as ranges carry it. Blocks with content have their own proof of finality, which
/// receipts are made from.
struct FinalBlock {
  Block block;
  std::optional<FinalityProof> proof;
  bool operator==(const FinalBlock&) const = default;
};
template <class C, FieldsOf<FinalBlock> B>
void fields(C& c, B& b) {
  c(b.block, b.proof);
}
/// Final blocks of consecutive heights. It proves itself: each block's parent_id is the one before
/// it, `links` go on in the same way from the last block, and `finalization` is of the last of all.
struct Range {
  BoundedVector<FinalBlock, kRangeBlocksMax> blocks;  ///< at least one
  BoundedVector<Header, kRangeLinksMax> links;
  Certificate finalization;
  bool operator==(const Range&) const = default;
};
template <class C, FieldsOf<Range> R>
void fields(C& c, R& r) {
  c(r.blocks, r.links, r.finalization);
  c.require(!r.blocks.empty());
}

struct Absent {
  bool operator==(const Absent&) const = default;
};
using Answer = std::variant<Absent, Certificate, Block, Range>;
struct Response {
  std::uint64_t id = 0;  ///< of the request
  Answer answer;
  bool operator==(const Response&) const = default;
};

using Message = std::variant<Vote, Certificate, Proposal, Status, Request, Block, Response>;

/// Of two connections a pair has, the one a message travels on: bodies never delay votes.
enum class Lane : std::uint8_t { consensus = 1, bulk = 2 };
[[nodiscard]] Lane lane_of(const Message& message);

/// The largest encoding decode_message takes on a lane; frames announce no more.
[[nodiscard]] std::size_t message_bytes_max(Lane lane);

[[nodiscard]] Bytes encode_message(const Message& message);
/// Refuses what is over its kind's limit, trailing bytes, and anything not canonical.
[[nodiscard]] Result<Message, DecodeError> decode_message(ByteView bytes);

}  // namespace hansatsu::consensus
