#include "rpc/http/target.h"

#include <algorithm>

#include "rpc/http/percent.h"

namespace hansatsu::rpc {
namespace {

bool is_plain(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         percent_encode(segment) == segment;
}

/// Cuts what stands before `separator` off the left of `rest`.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

bool parse_path(std::string_view path, Target& target) {
  if (!path.starts_with('/') || path.ends_with('/')) return false;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const std::string_view segment = cut(rest, '/');
    if (!is_plain(segment) || target.segments.size() == kSegmentsMax) return false;
    target.segments.emplace_back(segment);
  }
  return true;
}

bool parse_query(std::string_view query, Target& target) {
  std::string_view rest = query;
  while (!rest.empty()) {
    std::string_view pair = cut(rest, '&');
    const bool has_value = pair.find('=') != std::string_view::npos;
    const auto name = percent_decode(cut(pair, '='));
    const auto value = percent_decode(pair);
    if (!has_value || !name || !value || name->empty()) return false;
    if (target.arguments.size() == kArgumentsMax) return false;
    if (!target.arguments.emplace(*name, *value).second) return false;
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetBytesMax) return std::nullopt;
  Target target;
  std::string_view rest = text;
  target.path = cut(rest, '?');
  target.query = rest;
  if (!parse_path(target.path, target) || !parse_query(target.query, target)) return std::nullopt;
  return target;
}

}  // namespace hansatsu::rpc
