// The one place where the bodies of Asio's TLS streams are compiled.
#include <boost/asio/ssl/impl/src.hpp>
