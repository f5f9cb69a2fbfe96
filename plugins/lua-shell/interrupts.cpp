// The book-keeping of interrupts, and raising them.
#include "interrupts.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <lua.hpp>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the value's key in the registry.
const char value_key = 0;

// After an interrupt has been raised, clean-up code gets this many instructions (about a millisecond)
// until it is raised again; a tenth of that each further time, so that no loop outlives it.
constexpr int first_grace = 100'000;

int grace_after(int raised) {
  int grace = first_grace;
  for (; raised > 1 && grace > 1; --raised) grace /= 10;
  return grace;
}

int interrupt_text(lua_State* L) {
  lua_pushliteral(L, "interrupted");
  return 1;
}

}  // namespace

void Interrupts::begin(Lane& lane, hermit_request request) {
  const std::lock_guard<std::mutex> guard(mutex_);
  lane.request = request;
  lane.raised = 0;
  lane.interrupted =
      request != HERMIT_NO_REQUEST && std::find(early_.begin(), early_.end(), request) != early_.end();
  lanes_.push_back(&lane);
}

void Interrupts::end(Lane& lane) {
  const std::lock_guard<std::mutex> guard(mutex_);
  std::erase(lanes_, &lane);
  lane.request = HERMIT_NO_REQUEST;
  lane.interrupted = false;
}

void Interrupts::ask(hermit_request request) {
  if (request == HERMIT_NO_REQUEST) return;
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto found =
      std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane* lane) { return lane->request == request; });
  if (found == lanes_.end()) {
    early_[next_early_++ % early_.size()] = request;
    return;
  }
  if ((*found)->interrupted.exchange(true)) return;
  gate_.arm(**found, 1);
  asked_.notify_all();
}

bool Interrupts::sleep(Lane& lane, double seconds) {
  // Longer than any session, and far from where the clock's numbers would overflow.
  constexpr double longest = 3.0e8;
  const std::chrono::duration<double> length(std::clamp(seconds, 0.0, longest));
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(length);
  std::unique_lock<std::mutex> guard(mutex_);
  return asked_.wait_until(guard, end, [&] { return lane.interrupted.load(); });
}

void make_interrupt_value(lua_State* L) {
  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, interrupt_text);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "KernelInterrupt");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &value_key);
}

void push_interrupt_value(lua_State* L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &value_key); }

void raise_interrupt(lua_State* L) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  if (lane.raised++ == 0) take_frames(L, 0, lane.interrupt_frames);
  lua_sethook(L, on_hook, LUA_MASKCOUNT, grace_after(lane.raised));
  push_interrupt_value(L);
  lua_error(L);
  std::abort();  // lua_error does not return; its declaration does not say so.
}

void check_interrupt(lua_State* L) {
  if (session_of(L).lock.holder().interrupted.load(std::memory_order_relaxed)) raise_interrupt(L);
}

}  // namespace hermit::lua_shell
