// The one place where the non-template parts of Asio and Beast are instantiated.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
