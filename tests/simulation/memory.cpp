#include "tests/simulation/memory.h"

#include <algorithm>
#include <array>

namespace hansatsu::simulation {
namespace {

using consensus::Footprint;

struct Figure {
  const char* name;
  std::size_t Footprint::* value;
};
constexpr std::array<Figure, 8> kFigures{{{"views", &Footprint::views},
                                          {"votes", &Footprint::votes},
                                          {"own_views", &Footprint::own_views},
                                          {"blocks", &Footprint::blocks},
                                          {"wants", &Footprint::wants},
                                          {"requests", &Footprint::requests},
                                          {"lazy_records", &Footprint::lazy_records},
                                          {"persists", &Footprint::persists}}};

/// As many as all questions together can bring; with kBodyBytesMax a bound of their bytes too.
constexpr std::size_t kBlocksMax = consensus::kOutstandingMax * consensus::kRangeBlocksMax;
/// A vote of each kind in a view, and what lies in between goes with them.
constexpr std::size_t kPersistsMax = 3 * (consensus::kWindowBehind + consensus::kWindowAhead);

}  // namespace

Footprint most(std::uint32_t validators) {
  constexpr std::size_t kViews = consensus::kViewsMax + consensus::kWindowBehind + 16;
  Footprint most;
  most.views = kViews;
  most.votes = kViews * 3 * validators;
  most.own_views = kViews;
  most.blocks = kBlocksMax;
  most.wants = kViews;
  most.requests = consensus::kOutstandingMax;
  most.lazy_records = consensus::kLazyMax + consensus::kRangeBlocksMax * 2;
  most.persists = kPersistsMax;
  return most;
}

std::optional<std::string> excess(const Footprint& footprint, std::uint32_t validators) {
  const Footprint bound = most(validators);
  const bool is_bounded = footprint.votes <= footprint.views * 3 * validators &&
                          std::ranges::all_of(kFigures, [&](const Figure& figure) {
                            return footprint.*figure.value <= bound.*figure.value;
                          });
  if (is_bounded) return std::nullopt;
  return json_of(footprint);
}

Footprint higher(const Footprint& a, const Footprint& b) {
  Footprint result;
  for (const Figure& figure : kFigures) {
    result.*figure.value = std::max(a.*figure.value, b.*figure.value);
  }
  return result;
}

std::string json_of(const Footprint& footprint) {
  std::string text;
  for (const Figure& figure : kFigures) {
    text += std::string{text.empty() ? "{\"" : ",\""} + figure.name +
            "\":" + std::to_string(footprint.*figure.value);
  }
  return text + "}";
}

}  // namespace hansatsu::simulation
