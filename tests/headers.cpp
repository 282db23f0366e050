// Carries the precompiled headers that all tests share.
#include <catch2/catch.hpp>
