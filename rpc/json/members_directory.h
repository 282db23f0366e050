#pragma once

#include "rpc/json/codec.h"
#include "rpc/json/shop_directory.h"

/// Names and members of the shop directory. Source: docs/protocol/api.md "Shop directory".
namespace hansatsu::rpc {

template <class J, FieldsOf<DirectoryEntry> E>
void members(J& j, E& e) {
  j("account", e.account)("name", e.name)("category", e.category);
}
template <class J, FieldsOf<SignedShopDirectory> S>
void members(J& j, S& s) {
  j("chain", s.directory.chain_id)("coin", s.directory.coin)("issued", s.directory.issued);
  j("shops", s.directory.shops)("signer", s.signer)("signature", s.signature);
}

}  // namespace hansatsu::rpc
