#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {
namespace {

struct DayRange {
  Date from;
  Date to;
};

/// Both days named, or up to yesterday, or the whole from one of them on that an answer takes.
std::optional<DayRange> day_range(const Request& request, Date today) {
  constexpr std::uint32_t kMore = kFigureDaysMax - 1;
  DayRange range{Date{}, Date{std::max(today.raw, 1U) - 1}};
  const std::string_view from = request.argument("from");
  const std::string_view to = request.argument("to");
  if (!to.empty()) {
    const auto day = parse_date(to);
    if (!day) return std::nullopt;
    range.to = *day;
  }
  range.from = Date{std::max(range.to.raw, kMore) - kMore};
  if (!from.empty()) {
    const auto day = parse_date(from);
    if (!day) return std::nullopt;
    range.from = *day;
    if (to.empty()) range.to = Date{std::min(range.from.raw, Date::kNever - kMore) + kMore};
  }
  if (range.to < range.from || range.to.raw - range.from.raw > kMore) return std::nullopt;
  return range;
}

/// What a figure of few could tell of one of them is not told. No figure is the sum of others that
/// are, or what is withheld would be what is missing.
void add_line(DayFigures& day, const FigureLine& line) {
  const bool is_told = line.accounts >= kSmallestGroup;
  if (line.program && line.operation) {
    ProgramFigure figure{line.coin, *line.program, *line.operation, std::nullopt};
    if (is_told) figure.amount = line.amount;
    day.programs.push_back(figure);
    return;
  }
  ActivityFigure figure{line.coin, line.operation, std::nullopt, std::nullopt};
  if (is_told) figure.accounts = line.accounts;
  if (is_told && line.operation) figure.transactions = line.transactions;
  day.activity.push_back(figure);
}

}  // namespace

Answering figures(Api& api, const Request& request) {
  const auto charter = api.view.charter();
  const auto range = day_range(request, local_date(api.view.now(), charter->utc_offset));
  if (!range) co_return refuse(request, ApiError::bad_parameter, "from or to");
  // The outer one: late or busy; the inner one: the node can't read them.
  auto answer = co_await wait_for_view<std::optional<FiguresAnswer>>(
      api.executor, api.limits.view_max,
      [&](auto told) { api.view.figures(range->from, range->to, std::move(told)); });
  if (!answer || !*answer) co_return refuse(request, ApiError::no_answer);
  Figures figures;
  figures.newest = (*answer)->newest;
  figures.smallest_group = kSmallestGroup;
  for (const FigureLine& line : (*answer)->lines) {
    if (figures.days.empty() || figures.days.back().day != line.day) {
      figures.days.push_back({line.day, {}, {}});
    }
    add_line(figures.days.back(), line);
  }
  co_return json_response(write_json(figures, charter->utc_offset));
}

}  // namespace hansatsu::rpc::calls
