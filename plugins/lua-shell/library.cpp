// The functions of the module. What each is for stands in README.md.
#include "library.hpp"

#include <lua.hpp>

#include "input.hpp"
#include "json.hpp"
#include "kept.hpp"
#include "mime.hpp"
#include "session.hpp"
#include "shipped.hpp"
#include "suspension.hpp"

namespace hermit::lua_shell {
namespace {

const char rich_type[] = "hermit.rich";
const char handle_type[] = "hermit.handle";

// Raises when a call for output ended because the cell was interrupted, or could not be made.
void check_status(lua_State* L, hermit_status status, const char* what) {
  Session& session = session_of(L);
  if (status == HERMIT_INTERRUPTED) session.interrupts.ask_own();
  check_interrupt(L);
  if (status < 0) luaL_error(L, "%s was refused by the host (%d)", what, static_cast<int>(status));
}

// Makes the bundle of the value at `index`, with the metadata of the options at `options`.
Showing& prepare(lua_State* L, int index, int options) {
  auto& showing = push_kept<Showing>(L);
  make_bundle(L, index, showing);
  if (lua_istable(L, options) && lua_getfield(L, options, "metadata") != LUA_TNIL) {
    luaL_argcheck(L, lua_istable(L, -1), options, "metadata is to be a table");
    showing.bundle.metadata.clear();
    append_json(L, -1, showing.bundle.metadata);
  }
  if (!showing.trouble.empty()) luaL_error(L, "%s", showing.trouble.c_str());
  return showing;
}

// hermit.update(display_id, value [, {metadata = …}])
int update(lua_State* L) {
  size_t size = 0;
  const char* id = luaL_checklstring(L, 1, &size);
  luaL_argcheck(L, size > 0, 1, "a display_id is not empty");
  luaL_checkany(L, 2);
  lua_settop(L, 3);
  const Showing& showing = prepare(L, 2, 3);
  Session& session = session_of(L);
  hermit_status status = HERMIT_OK;
  {
    const hermit_request request = session.lock.holder().request;
    const Parked parked(session.lock);
    status = session.host.update(request, showing.bundle, {id, size});
  }
  check_status(L, status, "hermit.update");
  return 0;
}

// Pushes a handle on what is shown under the id at the top of the stack.
void push_handle(lua_State* L) {
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "id");
  luaL_setmetatable(L, handle_type);
}

// handle:update(value [, options]) is hermit.update(handle.id, value [, options]).
int update_handle(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_getfield(L, 1, "id");
  lua_replace(L, 1);
  return update(L);
}

int handle_text(lua_State* L) {
  lua_getfield(L, 1, "id");
  lua_pushfstring(L, "<display %s>", luaL_tolstring(L, -1, nullptr));
  return 1;
}

// hermit.display(value [, {display_id = …, metadata = …}])
int display(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 2);
  size_t size = 0;
  const char* id = "";
  if (lua_istable(L, 2) && lua_getfield(L, 2, "display_id") != LUA_TNIL) id = luaL_checklstring(L, -1, &size);
  lua_settop(L, 3);
  const Showing& showing = prepare(L, 1, 2);
  Session& session = session_of(L);
  hermit_status status = HERMIT_OK;
  {
    const hermit_request request = session.lock.holder().request;
    const Parked parked(session.lock);
    status = session.host.display(request, showing.bundle, {id, size});
  }
  check_status(L, status, "hermit.display");
  if (size == 0) return 0;
  lua_pushvalue(L, 3);
  push_handle(L);
  return 1;
}

// hermit.clear([wait])
int clear(lua_State* L) {
  Session& session = session_of(L);
  const bool wait = lua_toboolean(L, 1) != 0;
  check_status(L, session.host.clear(session.lock.holder().request, wait), "hermit.clear");
  return 0;
}

// hermit.sleep(seconds)
int sleep(lua_State* L) {
  const lua_Number seconds = luaL_checknumber(L, 1);
  luaL_argcheck(L, seconds >= 0, 1, "a time to sleep is not negative");
  return pause(L, seconds);
}

// hermit.yield()
int yield(lua_State* L) { return pause(L, 0); }

int ask(lua_State* L, bool password) {
  if (!lua_isnoneornil(L, 1)) luaL_checkstring(L, 1);
  ask_line(L, lua_isnoneornil(L, 1) ? 0 : 1, password);
  return 1;
}

// hermit.input([prompt]) and hermit.password([prompt])
int input(lua_State* L) { return ask(L, false); }
int password(lua_State* L) { return ask(L, true); }

// The __mime of what hermit.html and its like return: {data = {type = …}, metadata = {…}}.
int rich_mime(lua_State* L) {
  lua_getfield(L, 1, "data");
  lua_getfield(L, 1, "metadata");
  return 2;
}

int rich_text(lua_State* L) {
  lua_getfield(L, 1, "type");
  lua_pushfstring(L, "<%s>", luaL_tolstring(L, -1, nullptr));
  return 1;
}

// The function behind hermit.html, hermit.png …; the mime type is its upvalue.
// hermit.html(data [, metadata])
int rich(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 2);
  const char* type = lua_tostring(L, lua_upvalueindex(1));
  if (sdk::form_of(type) != sdk::Form::json) luaL_checkstring(L, 1);
  lua_createtable(L, 0, 3);
  lua_pushstring(L, type);
  lua_setfield(L, -2, "type");
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, type);
  lua_setfield(L, -2, "data");
  if (lua_istable(L, 2)) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, type);
    lua_setfield(L, -2, "metadata");
  }
  luaL_setmetatable(L, rich_type);
  return 1;
}

void add_rich(lua_State* L, const char* name, const char* type) {
  lua_pushstring(L, type);
  lua_pushcclosure(L, rich, 1);
  lua_setfield(L, -2, name);
}

}  // namespace

void install_library(lua_State* L) {
  luaL_newmetatable(L, handle_type);
  const luaL_Reg handle_methods[] = {
      {"update", guarded<update_handle>}, {"__tostring", handle_text}, {nullptr, nullptr}};
  luaL_setfuncs(L, handle_methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newmetatable(L, rich_type);
  const luaL_Reg methods[] = {{"__mime", rich_mime}, {"__tostring", rich_text}, {nullptr, nullptr}};
  luaL_setfuncs(L, methods, 0);

  const luaL_Reg functions[] = {{"display", guarded<display>},   {"update", guarded<update>},
                                {"clear", guarded<clear>},       {"sleep", guarded<sleep>},
                                {"yield", guarded<yield>},       {"input", guarded<input>},
                                {"password", guarded<password>}, {nullptr, nullptr}};
  luaL_newlib(L, functions);
  add_rich(L, "html", "text/html");
  add_rich(L, "markdown", "text/markdown");
  add_rich(L, "latex", "text/latex");
  add_rich(L, "svg", "image/svg+xml");
  add_rich(L, "png", "image/png");
  add_rich(L, "jpeg", "image/jpeg");
  add_rich(L, "json", "application/json");
  add_rich(L, "javascript", "application/javascript");
  lua_pushlightuserdata(L, nullptr);
  lua_setfield(L, -2, "null");
  install_shipped(L);

  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "hermit");
  lua_pop(L, 1);
  lua_setglobal(L, "hermit");
  lua_pop(L, 1);
}

}  // namespace hermit::lua_shell
