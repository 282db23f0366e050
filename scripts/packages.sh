#!/usr/bin/env bash
# Installs the Debian packages that are missing. usage: scripts/packages.sh [product|check]
# `product` is what building and running a town needs; `check` adds what only the checks need.
# Without root and without passwordless sudo it prints the one command to run, and fails.
set -euo pipefail

product=(
  git g++ cmake ninja-build pkg-config
  libsecp256k1-dev libsodium-dev libboost1.81-dev libssl-dev openssl libleveldb-dev libsnappy-dev
  nlohmann-json3-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libqrencode-dev libutf8proc-dev
  catch2 librapidcheck-dev python3
)
check=(python3-jsonschema clang-19 lld-19 libclang-rt-19-dev clang-format-19 clang-tidy-19)

case "${1:-product}" in
  product) wanted=("${product[@]}") ;;
  check) wanted=("${product[@]}" "${check[@]}") ;;
  *)
    echo "usage: $0 [product|check]" >&2
    exit 2
    ;;
esac

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "Some packages are missing. Run this once, then try again:" >&2
  echo "  su -c 'apt-get update && $install'" >&2
  exit 1
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update
# shellcheck disable=SC2086  # the package names hold no spaces
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install
