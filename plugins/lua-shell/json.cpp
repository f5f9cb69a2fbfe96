// A writer for Lua values, and two tiny readers.
#include "json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <lua.hpp>

#include "text.hpp"

namespace hermit::lua_shell {
namespace {

// Deeper tables are taken for cycles.
constexpr int deepest = 128;

void append_value(lua_State* L, int index, int depth, std::string& out);

void append_float(lua_State* L, lua_Number number, std::string& out) {
  if (!std::isfinite(number)) luaL_error(L, "%f cannot be written as JSON", number);
  char text[64];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  out.append(text, end);
}

// Whether the metatable of the table says what it is to become; else whether its keys are 1 to n.
bool is_array(lua_State* L, int table) {
  if (lua_getmetatable(L, table) != 0) {
    lua_pushliteral(L, "__jsontype");
    size_t size = 0;
    const char* name = lua_rawget(L, -2) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : "";
    const bool says_array = std::string_view(name, size) == "array";
    const bool says_object = std::string_view(name, size) == "object";
    lua_pop(L, 2);
    if (says_array || says_object) return says_array;
  }
  const auto length = static_cast<lua_Integer>(lua_rawlen(L, table));
  if (length == 0) return false;
  lua_Integer keys = 0;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    const bool is_place =
        lua_isinteger(L, -1) != 0 && lua_tointeger(L, -1) >= 1 && lua_tointeger(L, -1) <= length;
    if (!is_place) {
      lua_pop(L, 1);
      return false;
    }
    ++keys;
  }
  return keys == length;
}

void append_array(lua_State* L, int table, int depth, std::string& out) {
  const auto length = static_cast<lua_Integer>(lua_rawlen(L, table));
  out += '[';
  for (lua_Integer place = 1; place <= length; ++place) {
    if (place > 1) out += ',';
    lua_rawgeti(L, table, place);
    append_value(L, lua_gettop(L), depth + 1, out);
    lua_pop(L, 1);
  }
  out += ']';
}

void append_object(lua_State* L, int table, int depth, std::string& out) {
  out += '{';
  bool is_first = true;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    if (!is_first) out += ',';
    is_first = false;
    if (lua_type(L, -2) != LUA_TSTRING && lua_type(L, -2) != LUA_TNUMBER) {
      luaL_error(L, "a %s cannot be a key in JSON", luaL_typename(L, -2));
    }
    // The key itself must stay as it is for the traversal: a copy is turned into a string.
    lua_pushvalue(L, -2);
    size_t size = 0;
    const char* key = lua_tolstring(L, -1, &size);
    append_json_string({key, size}, out);
    lua_pop(L, 1);
    out += ':';
    append_value(L, lua_gettop(L), depth + 1, out);
    lua_pop(L, 1);
  }
  out += '}';
}

void append_value(lua_State* L, int index, int depth, std::string& out) {
  luaL_checkstack(L, LUA_MINSTACK, "value is nested too deeply");
  if (depth > deepest) luaL_error(L, "a table nested deeper than %d, or in itself, cannot be JSON", deepest);
  size_t size = 0;
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      out += "null";
      break;
    case LUA_TBOOLEAN:
      out += lua_toboolean(L, index) != 0 ? "true" : "false";
      break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index) != 0) {
        out += std::to_string(lua_tointeger(L, index));
      } else {
        append_float(L, lua_tonumber(L, index), out);
      }
      break;
    case LUA_TSTRING: {
      const char* data = lua_tolstring(L, index, &size);
      append_json_string({data, size}, out);
      break;
    }
    case LUA_TTABLE:
      is_array(L, index) ? append_array(L, index, depth, out) : append_object(L, index, depth, out);
      break;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) == nullptr) {
        out += "null";
        break;
      }
      [[fallthrough]];
    default:
      luaL_error(L, "a %s cannot be written as JSON", luaL_typename(L, index));
  }
}

}  // namespace

void append_json(lua_State* L, int index, std::string& out) {
  append_value(L, lua_absindex(L, index), 0, out);
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (size == 0) {
      out += "\\ufffd";
    } else if (size == 1 && (byte < 0x20 || byte == '"' || byte == '\\')) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(byte));
      out += code;
    } else {
      out.append(text, at, size);
    }
    at += size == 0 ? 1 : size;
  }
  out += '"';
}

long long json_integer(std::string_view json, long long otherwise) {
  long long value = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), value);
  return error == std::errc() && end == json.data() + json.size() && !json.empty() ? value : otherwise;
}

}  // namespace hermit::lua_shell
