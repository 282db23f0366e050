#include "ledger/block/parsed_transaction.h"

namespace hansatsu::block {

using rules::Refusal;

Result<ParsedTransaction, Refusal> ParsedTransaction::parse(const Hash& chain_id,
                                                            std::shared_ptr<const Bytes> buffer,
                                                            ByteView bytes) {
  if (bytes.size() > kTransactionBytesMax) return Err{Refusal::transaction_too_large};
  ParsedTransaction parsed;
  Decoder decoder{bytes};
  decoder(parsed.transaction_.unsigned_part);
  const std::size_t unsigned_bytes = decoder.position();
  decoder(parsed.transaction_.signature, parsed.transaction_.cosignatures);
  decoder.require(parsed.transaction_.cosignatures.size() ==
                  parsed.transaction_.unsigned_part.cosigners.size());
  if (decoder.failed() || !decoder.at_end()) return Err{Refusal::malformed_transaction};
  parsed.id_ = transaction_id(chain_id, bytes.first(unsigned_bytes));
  parsed.envelope_ = envelope_hash(bytes);
  parsed.buffer_ = std::move(buffer);
  parsed.bytes_ = bytes;
  return parsed;
}

Result<ParsedTransaction, Refusal> ParsedTransaction::parse(const Hash& chain_id, Bytes bytes) {
  auto buffer = std::make_shared<const Bytes>(std::move(bytes));
  const ByteView view{*buffer};
  return parse(chain_id, std::move(buffer), view);
}

}  // namespace hansatsu::block
