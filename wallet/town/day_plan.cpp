#include "wallet/town/day_plan.h"

#include <algorithm>

#include "wallet/town/day_random.h"

namespace hansatsu::town {
namespace {

/// Most who pay and charge are regulars; now and then somebody else comes by.
std::uint32_t anyone(DayRandom& random, std::size_t residents, std::uint32_t first_charge) {
  const std::uint64_t regulars = residents / first_charge;
  return static_cast<std::uint32_t>(random.below(50) == 0 ? random.below(residents)
                                                          : random.below(regulars) * first_charge);
}

}  // namespace

DayPlan plan_day(const TownPlan& plan, const Population& population, std::uint32_t payments,
                 std::uint64_t seed) {
  DayRandom random{seed};
  DayPlan day;
  const auto somebody = [&] { return anyone(random, population.residents, plan.first_charge); };
  for (std::uint32_t i = 0; i < plan.charges; ++i) {
    DayPlan::Charge& charge = day.charges.emplace_back();
    charge.amount =
        Amount::of(random.price(plan.charge_least, plan.charge_most) / 1'000 * 1'000 + 1'000);
    charge.resident = somebody();
    charge.agent = i % population.agents;
    charge.sendable = i % 8 == 7;
  }
  const std::size_t first = random.below(population.residents);
  const std::size_t roster = std::min<std::size_t>(plan.benefit_residents, population.residents);
  for (std::size_t i = 0; i < roster; ++i) {
    day.benefit.push_back(static_cast<std::uint32_t>((first + i * 7) % population.residents));
  }
  for (std::uint32_t i = 0; i < payments; ++i) {
    DayPlan::Payment& payment = day.payments.emplace_back();
    payment.resident = somebody();
    payment.shop = random.below(population.shops);
    payment.amount = Amount::of(random.price(plan.payment_least, plan.payment_most));
  }
  for (std::uint32_t i = 0; i < plan.sends; ++i) {
    DayPlan::Send& send = day.sends.emplace_back();
    send.to = static_cast<std::uint32_t>(random.below(population.residents));
    send.amount = Amount::of(random.price(100, 500));
  }
  return day;
}

}  // namespace hansatsu::town
