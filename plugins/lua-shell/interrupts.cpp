// The book-keeping of interrupts, and raising them.
#include "interrupts.hpp"

#include <cstdlib>
#include <lua.hpp>

#include "lanes.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the value's key in the registry.
const char value_key = 0;

// After an interrupt has been raised, clean-up code gets this many instructions (about a millisecond)
// until it is raised again; a tenth of that each further time, so that no loop outlives it.
constexpr int first_grace = 100'000;

// How long an interrupt that is not noticed waits before it sets the hook again: twice as long each time.
// More than some times helps nothing: the cell is inside a C function.
constexpr std::chrono::milliseconds first_reminder{1};
constexpr std::chrono::milliseconds last_reminder{16};

int grace_after(int raised) {
  int grace = first_grace;
  for (; raised > 1 && grace > 1; --raised) grace /= 10;
  return grace;
}

int interrupt_text(lua_State* L) {
  lua_pushliteral(L, "interrupted");
  return 1;
}

// The interrupt is the first thing that is closed on a coroutine that was left. The others are told so.
int raise_at_close(lua_State* L) { raise_interrupt(L); }

}  // namespace

void Interrupts::begin(Lane& lane, hermit_request request) {
  lane.request = request;
  requests_.begin(request, lane, [&](bool asked) { lane.interrupted = asked; });
}

void Interrupts::end(Lane& lane) {
  requests_.end(lane.request, lane, [&] {
    if (lane.interrupted) noticed_.notify_all();
  });
}

void Interrupts::ask(hermit_request request) {
  bool is_new = false;
  bool is_pending = false;
  requests_.interrupt(request, [&](Lane& lane) {
    is_new = !lane.interrupted.exchange(true);
    if (!is_new) return;
    gate_.arm(lane, 1);
    is_pending = lane.is_pending;
    asked_.notify_all();
  });
  if (!is_new) return;
  // No lock of ours is held while the host takes its own. The cell may have gone on by now, or have ended:
  // then it needs no waking, and the host knows.
  if (is_pending) host_.resume_after(request, {});
  lock_.nudge();
  if (!is_pending) remind(request);
}

// Sets the hook again and again until it has been called. The interpreter overlooks one that comes while it
// takes another off, or just as it enters a function: see hook_gate.hpp.
void Interrupts::remind(hermit_request request) {
  std::unique_lock<std::mutex> guard(requests_.mutex());
  for (std::chrono::milliseconds pause = first_reminder; pause <= last_reminder; pause *= 2) {
    const auto is_noticed = [&] {
      const Lane* lane = requests_.server_of(request);
      return lane == nullptr || lane->is_noticed;
    };
    if (noticed_.wait_for(guard, pause, is_noticed)) return;
    gate_.arm(*requests_.server_of(request), 1);
  }
}

void Interrupts::ask_own() {
  Lane& lane = lock_.holder();
  const std::lock_guard<std::mutex> guard(requests_.mutex());
  if (lane.request != HERMIT_NO_REQUEST) lane.interrupted = true;
}

void Interrupts::note_raised(Lane& lane) {
  const std::lock_guard<std::mutex> guard(requests_.mutex());
  lane.is_noticed = true;
  noticed_.notify_all();
}

void Interrupts::sleep(Lane& lane, std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  std::unique_lock<std::mutex> guard(requests_.mutex());
  asked_.wait_until(guard, end, [&] { return lane.interrupted.load(); });
}

bool Interrupts::suspend(Lane& lane, std::chrono::microseconds pause) {
  lane.is_pending = true;
  if (host_.resume_after(lane.request, lane.interrupted ? std::chrono::microseconds{} : pause) != HERMIT_OK)
    return false;
  // An interrupt in between may have woken the cell before the call above put it to sleep.
  if (lane.interrupted) host_.resume_after(lane.request, {});
  return true;
}

void make_interrupt_value(lua_State* L) {
  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, interrupt_text);
  lua_setfield(L, -2, "__tostring");
  lua_pushcfunction(L, raise_at_close);
  lua_setfield(L, -2, "__close");
  lua_pushliteral(L, "KernelInterrupt");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &value_key);
}

void push_interrupt_value(lua_State* L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &value_key); }

void raise_interrupt(lua_State* L) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  if (lane.raised++ == 0) {
    session.interrupts.note_raised(lane);
    take_frames(L, 0, lane.interrupt_frames);
  }
  lua_sethook(L, on_hook, LUA_MASKCOUNT, grace_after(lane.raised));
  push_interrupt_value(L);
  lua_error(L);
  std::abort();  // lua_error does not return; its declaration does not say so.
}

int leave_coroutine(lua_State* L) {
  Lane& lane = session_of(L).lock.holder();
  // What a module written in C has resumed would be yielded to that module.
  if (lane.running != L || lua_isyieldable(L) == 0) raise_interrupt(L);
  push_interrupt_value(L);
  lua_toclose(L, -1);
  lane.is_left = true;
  return lua_yield(L, 0);
}

void close_left(lua_State* coroutine, lua_State* from) {
  session_of(coroutine).lock.holder().is_left = false;
  reset_thread(coroutine, from);
  lua_settop(coroutine, 0);
}

void check_interrupt(lua_State* L) {
  if (session_of(L).lock.holder().interrupted.load(std::memory_order_relaxed)) raise_interrupt(L);
}

}  // namespace hermit::lua_shell
