#pragma once

#include "rpc/client/client.h"
#include "rpc/client/http_reply.h"
#include "rpc/json/members_answers.h"
#include "rpc/json/shop_directory.h"

/// From a reply's bytes to what a call answers. Every misfit is CallFailure::malformed.
namespace hansatsu::rpc {

[[nodiscard]] inline CallError malformed() {
  return CallError{CallFailure::malformed, 0, {}, {}, {}};
}
/// The problem that a reply of 400 and above carries.
[[nodiscard]] CallError error_of(const HttpReply& reply);

[[nodiscard]] Answer<Json> json_of(const HttpReply& reply);
/// The whole object, or its member `name`.
template <class T>
[[nodiscard]] Answer<T> read_answer(const HttpReply& reply, const char* name = nullptr) {
  const auto json = json_of(reply);
  if (!json) return Err{json.error()};
  const Json* place = &*json;
  if (name != nullptr) {
    const auto found = json->find(name);
    if (found == json->end()) return Err{malformed()};
    place = &*found;
  }
  auto value = read_json<T>(*place, UnknownMembers::ignored);
  if (!value) return Err{malformed()};
  return *std::move(value);
}
/// read_json of a member that may be absent or null.
template <class T>
[[nodiscard]] bool read_optional(const Json& json, const char* name, std::optional<T>& value) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return true;
  auto read = read_json<T>(*found, UnknownMembers::ignored);
  if (!read) return false;
  value = *std::move(read);
  return true;
}

[[nodiscard]] Answer<HistoryPage> read_history(const HttpReply& reply);
[[nodiscard]] Answer<TransactionStatus> read_transaction(const HttpReply& reply);
[[nodiscard]] Answer<PreviewResult> read_preview(const HttpReply& reply);
struct ShopList {
  std::vector<ShopRecord> shops;
  std::optional<SignedShopDirectory> directory;  ///< as the node says: not verified
};
[[nodiscard]] Answer<ShopList> read_shops(const HttpReply& reply);
/// Blocks in their binary form, one after another.
[[nodiscard]] Answer<std::vector<BlockRecord>> read_blocks(const HttpReply& reply);

}  // namespace hansatsu::rpc
