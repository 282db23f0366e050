#include <algorithm>

#include "rpc/client/client.h"
#include "rpc/json/key_id.h"

namespace hansatsu::rpc {
namespace {

bool is_blank_or_control(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte <= ' ' || byte == 0x7f;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = parse_decimal<std::uint16_t>(url.substr(colon + 1));
  std::string_view host = url.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!port || *port == 0 || host.empty()) return std::nullopt;
  if (host.find_first_of("/?#@[]") != std::string_view::npos) return std::nullopt;
  // It becomes a line of a request: nothing in it may end that line.
  if (std::any_of(host.begin(), host.end(), is_blank_or_control)) return std::nullopt;
  return Endpoint{std::string{host}, *port};
}

}  // namespace hansatsu::rpc
