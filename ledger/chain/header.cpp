#include "ledger/chain/header.h"

namespace hansatsu::chain {

Hash block_id(const Header& header) { return hash_of(HashTag::header, header); }

}  // namespace hansatsu::chain
