#include <charconv>

#include "wallet/audit/audit.h"

namespace hansatsu::audit {

std::optional<KnownBlock> parse_known_block(std::string_view text) {
  KnownBlock known;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [colon, fault] = std::from_chars(begin, end, known.height.raw);
  if (fault != std::errc{} || colon == end || *colon != ':') return std::nullopt;
  const auto id = fixed_from_hex<Hash>({colon + 1, end});
  if (!id) return std::nullopt;
  known.id = *id;
  return known;
}

}  // namespace hansatsu::audit
