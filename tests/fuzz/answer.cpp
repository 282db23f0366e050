#include "rpc/client/answer_reader.h"

using namespace hansatsu;

namespace {

/// What is read is a value that its own JSON gives again.
template <class T>
void read_as(const rpc::HttpReply& reply, const char* name = nullptr) {
  const auto value = rpc::read_answer<T>(reply, name);
  if (!value) return;
  const auto again = rpc::read_json<T>(rpc::JsonWriter{UtcOffset{540}}.write(*value));
  ASSERT(again && *again == *value);
}

}  // namespace

/// A node's reply as the client reads it, which trusts no node: the first byte says to which call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  rpc::HttpReply reply;
  reply.status = data[0] == 'e' ? 404 : 200;
  reply.body = as_text({data + 1, size - 1});
  switch (data[0]) {
    case 'e':
      ASSERT(rpc::error_of(reply).status == reply.status);
      break;
    case 'h':
      (void)rpc::read_history(reply);
      break;
    case 't':
      (void)rpc::read_transaction(reply);
      break;
    case 'p':
      if (const auto read = rpc::read_preview(reply)) {
        ASSERT(read->refusal.has_value() != read->outcome.has_value());
      }
      break;
    case 's':
      (void)rpc::read_shops(reply);
      break;
    case 'f':
      read_as<rpc::Figures>(reply);
      break;
    case 'g':
      read_as<std::vector<rpc::ProgramRecord>>(reply, "programs");
      break;
    case 'r':
      read_as<std::vector<rpc::RedemptionRecord>>(reply, "redemptions");
      break;
    case 'k':
      read_as<std::vector<block::KeyReference>>(reply, "keys");
      break;
    case 'b':
      if (const auto blocks = rpc::read_blocks(reply)) {
        Encoder encoder;
        for (const rpc::BlockRecord& block : *blocks) {
          encoder(block.header, block.proof, static_cast<std::uint32_t>(block.body.size()));
          encoder.raw(block.body);
        }
        ASSERT(as_text(encoder.view()) == reply.body);
      }
      break;
    default:
      break;
  }
  return 0;
}
