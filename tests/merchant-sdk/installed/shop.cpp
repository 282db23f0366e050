#include <hansatsu/merchant.h>

#include <iostream>

/// Prints an order's request and waits for its payment.
int main(int argc, char** argv) {
  using namespace hansatsu;
  if (argc != 7) {
    std::cerr << "shop NODE CHARTER ACCOUNT KEYSTORE PASSPHRASE-FILE KEY-NAME\n";
    return 2;
  }
  const auto fail = [](merchant::ErrorCode code) {
    std::cerr << merchant::text(code) << "\n";
    return 1;
  };
  auto till = merchant::Till::open({{argv[1]}, argv[2], argv[3], "", argv[4], argv[5], argv[6]});
  if (!till) return fail(till.error().code);
  const auto expires = std::chrono::system_clock::now() + std::chrono::minutes{15};
  auto order = till->create_order({500, "soba", expires});
  if (!order) return fail(order.error().code);
  std::cout << order->uri << std::endl;
  auto paid = till->wait_for_payment(*order, std::chrono::minutes{15});
  if (!paid) return fail(paid.error().code);
  std::cout << "paid " << paid->amount << " in block " << paid->height << "\n";
  return 0;
}
