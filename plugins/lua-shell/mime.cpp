// Calls __mime and sorts what it returns.
#include "mime.hpp"

#include <algorithm>
#include <lua.hpp>

#include "json.hpp"
#include "layout.hpp"
#include "session.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

constexpr std::string_view plain = "text/plain";

// Adds the representation whose type is at index -2 and whose data is at index -1.
void add_part(lua_State* L, sdk::Bundle& bundle) {
  size_t size = 0;
  if (lua_type(L, -2) != LUA_TSTRING)
    luaL_error(L, "__mime: a mime type is a string, not a %s", luaL_typename(L, -2));
  const char* type = lua_tolstring(L, -2, &size);
  bundle.add({type, size}, {});
  sdk::Part& part = bundle.parts.back();
  const int data_type = lua_type(L, -1);
  if (part.form == sdk::Form::json && data_type != LUA_TSTRING) {
    append_json(L, -1, part.data);
    return;
  }
  if (data_type != LUA_TSTRING && data_type != LUA_TNUMBER) {
    luaL_error(L, "__mime: the data of %s is to be a string, not a %s", part.type.c_str(),
               luaL_typename(L, -1));
  }
  lua_pushvalue(L, -1);
  const char* data = lua_tolstring(L, -1, &size);
  part.data.assign(data, size);
  lua_pop(L, 1);
  if (part.form != sdk::Form::binary && !is_utf8(part.data)) part.data = repaired(part.data);
}

// Reads what __mime has returned: a table at index 1, and metadata or nil at index 2.
void read_mime(lua_State* L, sdk::Bundle& bundle) {
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  if (!lua_istable(L, 1)) luaL_error(L, "__mime is to return a table, not a %s", luaL_typename(L, 1));
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    add_part(L, bundle);
    lua_pop(L, 1);
  }
  if (lua_istable(L, 2)) append_json(L, 2, bundle.metadata);
  // A table of Lua's is in no order; a bundle that is the same each time is easier to compare.
  std::sort(bundle.parts.begin(), bundle.parts.end(),
            [](const sdk::Part& left, const sdk::Part& right) { return left.type < right.type; });
}

// What runs under a protected call of its own: the value, and the Showing as a light userdata.
int call_mime(lua_State* L) {
  Showing& showing = *static_cast<Showing*>(lua_touserdata(L, 2));
  lua_settop(L, 1);
  luaL_getmetafield(L, 1, "__mime");
  lua_insert(L, 1);
  lua_call(L, 1, 2);
  read_mime(L, showing.bundle);
  return 0;
}

bool has_mime(lua_State* L, int index) {
  if (luaL_getmetafield(L, index, "__mime") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

// Fills the bundle by __mime. An error leaves it empty and is noted.
void add_own_parts(lua_State* L, int index, Showing& showing) {
  lua_pushcfunction(L, guarded<call_mime>);
  lua_pushvalue(L, index);
  lua_pushlightuserdata(L, &showing);
  if (lua_pcall(L, 2, 0, 0) == LUA_OK) return;
  check_interrupt(L);
  showing.bundle.parts.clear();
  showing.bundle.metadata.clear();
  take_picture(L, -1, session_of(L).limits, UserCode::allowed, showing.picture);
  showing.trouble = lua_type(L, -1) == LUA_TSTRING ? repaired(lua_tostring(L, -1)) : lay_out(showing.picture);
  lua_pop(L, 1);
}

}  // namespace

void make_bundle(lua_State* L, int index, Showing& showing) {
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  index = lua_absindex(L, index);
  if (has_mime(L, index)) add_own_parts(L, index, showing);
  const auto& parts = showing.bundle.parts;
  const bool has_text =
      std::any_of(parts.begin(), parts.end(), [](const sdk::Part& part) { return part.type == plain; });
  if (has_text) return;
  take_picture(L, index, session_of(L).limits, UserCode::allowed, showing.picture);
  showing.bundle.parts.insert(showing.bundle.parts.begin(), {std::string(plain), lay_out(showing.picture)});
}

void make_text(lua_State* L, int first, int last, Showing& showing) {
  showing.bundle.parts.push_back({std::string(plain), ""});
  std::string& text = showing.bundle.parts.back().data;
  for (int index = first; index <= last; ++index) {
    take_picture(L, index, session_of(L).limits, UserCode::allowed, showing.picture);
    if (index > first) text += '\t';
    text += lay_out(showing.picture);
  }
}

}  // namespace hermit::lua_shell
