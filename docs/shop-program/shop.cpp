// A shop's own program: asks for one payment, and proves it. Everything it uses is in the one
// header.
#include <hansatsu/merchant.h>

#include <iostream>

namespace {

using namespace hansatsu;

constexpr std::chrono::minutes kPaidMax{5};
constexpr std::chrono::seconds kLookMax{30};

int fail(const merchant::Error& error) {
  std::cerr << merchant::text(error.code);
  if (!error.node_code.empty()) std::cerr << " (" << error.node_code << ")";
  std::cerr << "\n";
  return 1;
}

/// What the shop does with a proven payment: hand over the goods, keep `receipt` with the books.
void hand_over(const merchant::Payment& payment) {
  std::cout << "paid " << payment.amount << " in block " << payment.height << ", number "
            << payment.number << std::endl;
}

/// What was paid while this program did not run, or did not wait. Each is told of until it is
/// noted.
int look_back(merchant::Till& till) {
  auto looked = till.look_back(kLookMax);
  if (!looked) return fail(looked.error());
  for (const merchant::FoundPayment& found : looked->payments) {
    if (found.settles) {
      hand_over(found.payment);
    } else {
      // A second payment of one order, or one of another amount: the customer gets it back.
      std::cout << "to give back: hansatsu shop refund " << found.payment.number << " --amount "
                << found.payment.amount << std::endl;
    }
    if (auto noted = till.note(found.order, found.payment); !noted) return fail(noted.error());
  }
  return 0;
}

int sell(merchant::Till& till, std::uint64_t amount) {
  const auto expires = std::chrono::system_clock::now() + kPaidMax;
  // From here on the order is on the disk: it may be shown.
  auto order = till.create_order({amount, "soba", expires});
  if (!order) return fail(order.error());
  std::cout << order->uri << std::endl;  // as a QR

  // Called about ten times a second: false gives up. A key of the till may be asked here.
  const auto wait_on = [] { return true; };
  auto paid = till.wait_for_payment(*order, kPaidMax + std::chrono::seconds{5}, wait_on);
  if (!paid) return fail(paid.error());  // it may be paid yet: look_back tells
  hand_over(*paid);
  if (auto noted = till.note(*order, *paid); !noted) return fail(noted.error());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 8) {
    std::cerr << "shop CHARTER ACCOUNT KEYSTORE PASSPHRASE-FILE KEY-NAME JOURNAL NODE...\n";
    return 2;
  }
  merchant::Settings settings;
  settings.charter = argv[1];
  settings.shop = argv[2];
  settings.keystore = argv[3];
  settings.passphrase_file = argv[4];
  settings.key_name = argv[5];
  settings.journal = argv[6];
  settings.nodes.assign(argv + 7,
                        argv + argc);  // "http://10.0.0.1:8080"; several, of several hosts
  auto till = merchant::Till::open(settings);
  if (!till) return fail(till.error());
  if (const int told = look_back(*till); told != 0) std::cerr << "looking back failed\n";
  return sell(*till, 500);
}
