// One pass over the text. Nothing here has a destructor, since each step can raise (protect.hpp).
#include "json_reader.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <lua.hpp>

namespace hermit::lua_shell {
namespace {

// Deeper values are refused, so that no text makes the C stack overflow.
constexpr int deepest = 500;

struct Reader {
  lua_State* L;
  const char* at;
  const char* end;
};

void read_value(Reader& reader, int depth);

[[noreturn]] void refuse(const Reader& reader) {
  luaL_error(reader.L, reader.at < reader.end ? "no JSON: unexpected '%c'" : "no JSON: it ends too early",
             reader.at < reader.end ? *reader.at : 0);
  std::abort();  // luaL_error does not return; its declaration does not say so.
}

// The next character that is no space, which is not taken; 0 at the end.
char peek(Reader& reader) {
  while (reader.at < reader.end && std::strchr(" \t\r\n", *reader.at) != nullptr && *reader.at != '\0')
    ++reader.at;
  return reader.at < reader.end ? *reader.at : '\0';
}

bool take(Reader& reader, char wanted) {
  if (peek(reader) != wanted || reader.at == reader.end) return false;
  ++reader.at;
  return true;
}

void expect(Reader& reader, char wanted) {
  if (!take(reader, wanted)) refuse(reader);
}

bool take_word(Reader& reader, std::string_view word) {
  if (!std::string_view(reader.at, static_cast<size_t>(reader.end - reader.at)).starts_with(word))
    return false;
  reader.at += word.size();
  return true;
}

// The four hexadecimal digits after \u.
unsigned read_unit(Reader& reader) {
  unsigned unit = 0;
  if (reader.end - reader.at < 4) refuse(reader);
  const auto [rest, error] = std::from_chars(reader.at, reader.at + 4, unit, 16);
  if (error != std::errc() || rest != reader.at + 4) refuse(reader);
  reader.at += 4;
  return unit;
}

void add_character(luaL_Buffer& buffer, unsigned code) {
  const auto add = [&](unsigned byte) { luaL_addchar(&buffer, static_cast<char>(byte)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0 | code >> 12);
    } else {
      add(0xf0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
}

// A character beyond the first 65,536 is written as two halves; one half alone stands for nothing.
void read_escaped_unit(Reader& reader, luaL_Buffer& buffer) {
  constexpr unsigned replacement = 0xfffd;
  unsigned code = read_unit(reader);
  if (code >= 0xd800 && code < 0xdc00 && take_word(reader, "\\u")) {
    const unsigned low = read_unit(reader);
    if (low >= 0xdc00 && low < 0xe000) {
      return add_character(buffer, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
    }
    add_character(buffer, replacement);
    code = low;
  }
  add_character(buffer, code >= 0xd800 && code < 0xe000 ? replacement : code);
}

void read_escape(Reader& reader, luaL_Buffer& buffer) {
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  if (reader.at == reader.end) refuse(reader);
  if (*reader.at == 'u') {
    ++reader.at;
    return read_escaped_unit(reader, buffer);
  }
  const char* letter = *reader.at == '\0' ? nullptr : std::strchr(letters, *reader.at);
  if (letter == nullptr) refuse(reader);
  luaL_addchar(&buffer, meanings[letter - letters]);
  ++reader.at;
}

// The text after its first quote.
void read_string(Reader& reader) {
  const auto plain = [&] {
    const char* begin = reader.at;
    while (reader.at < reader.end && *reader.at != '"' && *reader.at != '\\') ++reader.at;
    if (reader.at == reader.end) refuse(reader);
    return std::string_view(begin, static_cast<size_t>(reader.at - begin));
  };
  std::string_view piece = plain();
  if (*reader.at == '"') {
    ++reader.at;
    lua_pushlstring(reader.L, piece.data(), piece.size());
    return;
  }
  luaL_Buffer buffer;
  luaL_buffinit(reader.L, &buffer);
  for (;;) {
    luaL_addlstring(&buffer, piece.data(), piece.size());
    if (*reader.at++ == '"') break;
    read_escape(reader, buffer);
    piece = plain();
  }
  luaL_pushresult(&buffer);
}

void read_number(Reader& reader) {
  const char* begin = reader.at;
  while (reader.at < reader.end && *reader.at != '\0' &&
         std::strchr("+-.0123456789eE", *reader.at) != nullptr)
    ++reader.at;
  lua_Integer integer = 0;
  const auto whole = std::from_chars(begin, reader.at, integer);
  if (whole.ec == std::errc() && whole.ptr == reader.at && begin != reader.at) {
    lua_pushinteger(reader.L, integer);
    return;
  }
  lua_Number number = 0;
  const auto any = std::from_chars(begin, reader.at, number);
  if (any.ec == std::errc::invalid_argument || any.ptr != reader.at) {
    reader.at = begin;
    refuse(reader);
  }
  // What is too large or too small for a number of Lua's is what the nearest one is.
  if (any.ec == std::errc::result_out_of_range) number = *begin == '-' ? -HUGE_VAL : HUGE_VAL;
  lua_pushnumber(reader.L, number);
}

void read_array(Reader& reader, int depth) {
  lua_State* L = reader.L;
  lua_newtable(L);
  if (take(reader, ']')) {
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "array");
    lua_setfield(L, -2, "__jsontype");
    lua_setmetatable(L, -2);
    return;
  }
  for (lua_Integer place = 1;; ++place) {
    read_value(reader, depth + 1);
    lua_rawseti(L, -2, place);
    if (!take(reader, ',')) break;
  }
  expect(reader, ']');
}

void read_object(Reader& reader, int depth) {
  lua_State* L = reader.L;
  lua_newtable(L);
  if (take(reader, '}')) return;
  do {
    expect(reader, '"');
    read_string(reader);
    expect(reader, ':');
    read_value(reader, depth + 1);
    lua_rawset(L, -3);
  } while (take(reader, ','));
  expect(reader, '}');
}

void read_value(Reader& reader, int depth) {
  lua_State* L = reader.L;
  luaL_checkstack(L, LUA_MINSTACK, "JSON is nested too deeply");
  if (depth > deepest) luaL_error(L, "JSON is nested deeper than %d", deepest);
  peek(reader);
  if (take(reader, '{')) return read_object(reader, depth);
  if (take(reader, '[')) return read_array(reader, depth);
  if (take(reader, '"')) return read_string(reader);
  if (take_word(reader, "true")) return lua_pushboolean(L, 1);
  if (take_word(reader, "false")) return lua_pushboolean(L, 0);
  if (take_word(reader, "null")) return lua_pushlightuserdata(L, nullptr);
  read_number(reader);
}

}  // namespace

void push_json(lua_State* L, std::string_view json) {
  Reader reader{L, json.data(), json.data() + json.size()};
  read_value(reader, 0);
  if (peek(reader) != '\0' || reader.at != reader.end) refuse(reader);
}

}  // namespace hermit::lua_shell
