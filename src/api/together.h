/// Two readings at the same time, so that both together take as long as the slower one.
#pragma once

#include <future>
#include <utility>

namespace dagy::api {

/// {first(), second()}, `first` on a thread of its own. Throws what they throw, after both have ended.
template <class First, class Second>
auto Together(First&& first, Second&& second) {
    auto begun = std::async(std::launch::async, std::forward<First>(first));
    auto other = second();
    return std::pair(begun.get(), std::move(other));
}

}  // namespace dagy::api
