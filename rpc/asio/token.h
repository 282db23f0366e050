#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hansatsu {

/// How every coroutine of the house awaits: an error is a value beside the result, never an
/// exception.
inline constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace hansatsu
