// What a shell shares with everything else in its process, looked at before and after.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace hermit::check {

std::size_t thread_count();
std::size_t descriptor_count();
// Memory of the process that is in use and not shared, in bytes.
std::size_t memory_in_use();

// Where a descriptor leads; "" when it is closed.
std::string descriptor_target(int descriptor);

// Waits until `done` holds, or `limit` has passed; returns whether it holds. For what nobody tells of.
bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds limit);

// Gives a shell that does something it should not do the time to do it.
void wait_for_late_calls();

}  // namespace hermit::check
