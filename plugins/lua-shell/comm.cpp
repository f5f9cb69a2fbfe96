// A handler runs on a lane of its own, as an expression does.
#include "comm.hpp"

#include <array>
#include <lua.hpp>
#include <random>
#include <string>
#include <vector>

#include "errors.hpp"
#include "json.hpp"
#include "json_reader.hpp"
#include "kept.hpp"
#include "lanes.hpp"
#include "shell.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the function that finds handlers.
const char finder_key = 0;

// What is sent. The texts of `buffers` are strings in a table on the stack.
struct Outgoing {
  std::string data;
  std::string metadata;
  std::vector<std::string_view> buffers;
};

// Reads the table `buffers` of the options at index `options`, and leaves a table that keeps the strings.
void read_buffers(lua_State* L, int options, Outgoing& outgoing) {
  lua_newtable(L);
  const int kept = lua_gettop(L);
  if (lua_getfield(L, options, "buffers") == LUA_TNIL) return;
  if (!lua_istable(L, -1)) luaL_error(L, "buffers is to be a table of strings");
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, -1));
  for (lua_Integer place = 1; place <= count; ++place) {
    if (lua_rawgeti(L, -1, place) != LUA_TSTRING)
      luaL_error(L, "buffers is to be a table of strings; there is a %s in it", luaL_typename(L, -1));
    size_t size = 0;
    const char* data = lua_tolstring(L, -1, &size);
    outgoing.buffers.emplace_back(data, size);
    lua_rawseti(L, kept, place);
  }
}

void read_metadata(lua_State* L, int options, Outgoing& outgoing) {
  if (lua_getfield(L, options, "metadata") == LUA_TNIL) return;
  if (!lua_istable(L, -1)) luaL_error(L, "metadata is to be a table");
  append_json(L, -1, outgoing.metadata);
}

const char* trouble_of(hermit_status status) {
  switch (status) {
    case HERMIT_STALE:
      return "the comm is closed";
    case HERMIT_UNSUPPORTED:
      return "this host has no comms";
    default:
      return "the host refused the message of a comm";
  }
}

// Pushes what went wrong, or nil.
int push_trouble(lua_State* L, hermit_status status) {
  if (status == HERMIT_INTERRUPTED) session_of(L).interrupts.ask_own();
  check_interrupt(L);
  if (status < 0) {
    lua_pushstring(L, trouble_of(status));
  } else {
    lua_pushnil(L);
  }
  return 1;
}

// What can be done with a comm, in the order of its names.
hermit_status act(const sdk::Host& host, int action, hermit_request request,
                  const sdk::CommMessage& message) {
  if (action == 0) return host.open_comm(request, message);
  return action == 1 ? host.send_comm(request, message) : host.close_comm(request, message);
}

// send(action, id, target, data, options): returns nil or what went wrong.
int send(lua_State* L) {
  static const char* const actions[] = {"open", "send", "close", nullptr};
  const int action = luaL_checkoption(L, 1, nullptr, actions);
  size_t id_size = 0;
  size_t target_size = 0;
  const char* id = luaL_checklstring(L, 2, &id_size);
  const char* target = luaL_checklstring(L, 3, &target_size);
  lua_settop(L, 5);
  auto& outgoing = push_kept<Outgoing>(L);
  if (!lua_isnil(L, 4)) append_json(L, 4, outgoing.data);
  if (!lua_isnil(L, 5)) {
    if (!lua_istable(L, 5)) luaL_error(L, "the options are to be a table");
    read_metadata(L, 5, outgoing);
    read_buffers(L, 5, outgoing);
  }
  Session& session = session_of(L);
  const hermit_request request = session.lock.holder().request;
  hermit_status status = HERMIT_OK;
  {
    const Parked parked(session.lock);
    status = act(session.host, action, request,
                 {{id, id_size},
                  {target, target_size},
                  outgoing.data,
                  outgoing.metadata,
                  std::move(outgoing.buffers)});
  }
  return push_trouble(L, status);
}

// listen(target, whether): returns nil or what went wrong.
int listen(lua_State* L) {
  size_t size = 0;
  const char* target = luaL_checklstring(L, 1, &size);
  const sdk::Host& host = session_of(L).host;
  const hermit_status status =
      lua_toboolean(L, 2) != 0 ? host.add_target({target, size}) : host.remove_target({target, size});
  return push_trouble(L, status == HERMIT_STALE ? HERMIT_OK : status);
}

// new_id(): 32 random hexadecimal digits.
int new_id(lua_State* L) {
  std::array<char, 32> digits{};
  {
    std::random_device random;
    for (char& digit : digits) digit = "0123456789abcdef"[random() % 16];
  }
  lua_pushlstring(L, digits.data(), digits.size());
  return 1;
}

// serve(find): keeps find(event, id, target, message), which returns the function that is to be run.
int serve(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &finder_key);
  return 0;
}

struct Incoming {
  sdk::CommEvent event;
  const sdk::CommMessage& message;
};

void push_text(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

void push_json_field(lua_State* L, std::string_view json, const char* field) {
  push_json(L, json.empty() ? "{}" : json);
  lua_setfield(L, -2, field);
}

void push_message(lua_State* L, const sdk::CommMessage& message) {
  lua_createtable(L, 0, 3);
  push_json_field(L, message.data, "data");
  push_json_field(L, message.metadata, "metadata");
  lua_createtable(L, static_cast<int>(message.buffers.size()), 0);
  for (size_t index = 0; index < message.buffers.size(); ++index) {
    push_text(L, message.buffers[index]);
    lua_rawseti(L, -2, static_cast<lua_Integer>(index) + 1);
  }
  lua_setfield(L, -2, "buffers");
}

// Returns the function that is to be run for the Incoming at index 1, or nil.
int find_handler(lua_State* L) {
  static constexpr std::array<const char*, 3> events = {"opened", "received", "closed"};
  const auto& incoming = *static_cast<const Incoming*>(lua_touserdata(L, 1));
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &finder_key) == LUA_TNIL) return 1;
  lua_pushstring(L, events[static_cast<size_t>(incoming.event)]);
  push_text(L, incoming.message.comm_id);
  push_text(L, incoming.message.target);
  push_message(L, incoming.message);
  lua_call(L, 4, 1);
  return 1;
}

}  // namespace

sdk::Outcome LuaShell::comm(hermit_request request, sdk::CommEvent event, const sdk::CommMessage& message) {
  Session& session = *session_;
  Lane lane;
  const sdk::Serving serving(session.interrupts, lane, request);
  if (!session.lock.acquire_unless_asked(lane)) return interrupted(session, lane);
  const Turn turn(session, lane);
  lua_State* L = lane.state;
  if (L == nullptr) return report_text("LuaError", "not enough memory to handle the message");
  Incoming incoming{event, message};
  lua_pushcfunction(L, guarded<find_handler>);
  lua_pushlightuserdata(L, &incoming);
  int status = lua_pcall(L, 1, 1, 0);
  if (status == LUA_OK && lua_isnil(L, -1))
    return event == sdk::CommEvent::opened ? HERMIT_REFUSED : HERMIT_OK;
  if (status == LUA_OK) status = run_lane(session, lane);
  if (lane.raised > 0) return interrupted(session, lane);
  if (status != LUA_OK) return report_error(L, status);
  return {};
}

void push_comm_functions(lua_State* L) {
  const luaL_Reg functions[] = {{"send", guarded<send>},
                                {"listen", guarded<listen>},
                                {"new_id", guarded<new_id>},
                                {"serve", guarded<serve>},
                                {nullptr, nullptr}};
  luaL_newlib(L, functions);
}

}  // namespace hermit::lua_shell
