// Standard input is made of the lines that the user types: each is asked for when the one before has been
// read to its end. It has no end of file.
#include "input.hpp"

#include <cstdio>
#include <lua.hpp>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The longest numeral that reading a number takes, as in Lua's own io library.
constexpr size_t longest_numeral = 200;

// Asks for a line and appends it to `line`.
void request_line(lua_State* L, std::string_view prompt, bool password, std::string& line) {
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  const hermit_request request = lane.request;
  hermit_status status = HERMIT_REFUSED;
  if (lane.allows_input) {
    const Released released(session.lock);
    status = session.host.read(request, prompt, password, line);
  }
  if (status == HERMIT_INTERRUPTED) session.interrupts.ask_own();
  if (lane.interrupted) raise_interrupt(L);
  if (status == HERMIT_OK) return;
  luaL_error(L, "%s",
             status == HERMIT_REFUSED || status == HERMIT_UNSUPPORTED
                 ? "input was asked for, but this client does not take input requests"
                 : "input was asked for, but the request has ended");
}

void type_more(lua_State* L, std::string& typed) {
  request_line(L, {}, false, typed);
  typed += '\n';
}

// Pushes the first `size` bytes of what was typed and drops `dropped` bytes.
void take(lua_State* L, std::string& typed, size_t size, size_t dropped) {
  lua_pushlstring(L, typed.data(), size);
  typed.erase(0, dropped);
}

void read_line(lua_State* L, std::string& typed, bool with_end) {
  if (typed.empty()) type_more(L, typed);
  const size_t end = typed.find('\n');
  take(L, typed, with_end ? end + 1 : end, end + 1);
}

// Pushes the number that comes next, or fail when something else does.
void read_number(lua_State* L, std::string& typed) {
  constexpr std::string_view blank = " \t\n\r\f\v";
  while (typed.find_first_not_of(blank) == std::string::npos) {
    typed.clear();
    type_more(L, typed);
  }
  typed.erase(0, typed.find_first_not_of(blank));
  size_t size = 0;
  const bool hexadecimal = typed.size() > 1 && (typed.find_first_of("xX") <= 2);
  const std::string_view digits = hexadecimal ? "0123456789abcdefABCDEFxX.pP" : "0123456789.eE";
  while (size < typed.size() && size < longest_numeral) {
    const char byte = typed[size];
    const bool is_sign = byte == '-' || byte == '+';
    const char exponent = size > 0 ? static_cast<char>(typed[size - 1] | 0x20) : '\0';
    const bool may_sign = size == 0 || exponent == (hexadecimal ? 'p' : 'e');
    if (is_sign ? !may_sign : digits.find(byte) == std::string_view::npos) break;
    ++size;
  }
  take(L, typed, size, size);
  if (lua_stringtonumber(L, lua_tostring(L, -1)) == 0) luaL_pushfail(L);
  lua_remove(L, -2);
}

void read_bytes(lua_State* L, std::string& typed, size_t size) {
  while (typed.size() < size) type_more(L, typed);
  take(L, typed, size, size);
}

// Reads by one format, an argument of io.read.
void read_format(lua_State* L, std::string& typed, int format) {
  if (lua_type(L, format) == LUA_TNUMBER) {
    const lua_Integer size = luaL_checkinteger(L, format);
    luaL_argcheck(L, size >= 0, format, "negative size");
    return read_bytes(L, typed, static_cast<size_t>(size));
  }
  const char* name = luaL_checkstring(L, format);
  if (*name == '*') ++name;
  switch (*name) {
    case 'l':
      return read_line(L, typed, false);
    case 'L':
      return read_line(L, typed, true);
    case 'n':
      return read_number(L, typed);
    case 'a':
      if (typed.empty()) type_more(L, typed);
      return take(L, typed, typed.size(), typed.size());
    default:
      luaL_argerror(L, format, "invalid format");
  }
}

// Reads by the formats at the stack indices from `first` on, up to the first that fails.
int read_formats(lua_State* L, int first) {
  std::string& typed = session_of(L).lock.holder().typed;
  const int last = lua_gettop(L);
  luaL_checkstack(L, last - first + LUA_MINSTACK, "too many arguments");
  if (last < first) {
    read_line(L, typed, false);
    return 1;
  }
  for (int format = first; format <= last; ++format) {
    read_format(L, typed, format);
    if (lua_isnil(L, -1)) break;
  }
  return lua_gettop(L) - last;
}

bool is_standard_input(lua_State* L, int index) {
  const auto* file = static_cast<luaL_Stream*>(luaL_testudata(L, index, LUA_FILEHANDLE));
  return file != nullptr && file->closef != nullptr && file->f == stdin;
}

// Whether io.input(), the second upvalue, is standard input.
bool reads_standard_input(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_call(L, 0, 1);
  const bool standard = is_standard_input(L, -1);
  lua_pop(L, 1);
  return standard;
}

int call_original(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// io.read(...)
int io_read(lua_State* L) { return reads_standard_input(L) ? read_formats(L, 1) : call_original(L); }

// file:read(...)
int file_read(lua_State* L) { return is_standard_input(L, 1) ? read_formats(L, 2) : call_original(L); }

// The iterator of lines(); its upvalues are the number of formats and the formats.
int next_line(lua_State* L) {
  lua_settop(L, 0);
  const int count = static_cast<int>(lua_tointeger(L, lua_upvalueindex(1)));
  for (int format = 1; format <= count; ++format) lua_pushvalue(L, lua_upvalueindex(1 + format));
  return read_formats(L, 1);
}

// Pushes the iterator over standard input for the formats at the stack indices from `first` on.
int push_iterator(lua_State* L, int first) {
  constexpr int most_formats = 250;
  const int count = lua_gettop(L) - first + 1;
  luaL_argcheck(L, count <= most_formats, most_formats, "too many arguments");
  lua_pushinteger(L, count < 0 ? 0 : count);
  lua_insert(L, first);
  lua_pushcclosure(L, guarded<next_line>, (count < 0 ? 0 : count) + 1);
  return 1;
}

// io.lines([filename, ...])
int io_lines(lua_State* L) {
  if (lua_isnone(L, 1)) lua_pushnil(L);
  return lua_isnil(L, 1) && reads_standard_input(L) ? push_iterator(L, 2) : call_original(L);
}

// file:lines(...)
int file_lines(lua_State* L) { return is_standard_input(L, 1) ? push_iterator(L, 2) : call_original(L); }

void replace_method(lua_State* L, const char* name, lua_CFunction function) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, -2, name);
}

// The same for a function of io, which also looks at io.input.
void replace_function(lua_State* L, const char* name, lua_CFunction function) {
  lua_getfield(L, -1, name);
  lua_getfield(L, -2, "input");
  lua_pushcclosure(L, function, 2);
  lua_setfield(L, -2, name);
}

}  // namespace

void install_input(lua_State* L) {
  lua_getglobal(L, LUA_IOLIBNAME);
  replace_function(L, "read", guarded<io_read>);
  replace_function(L, "lines", guarded<io_lines>);
  lua_pop(L, 1);
  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_getfield(L, -1, "__index");
  replace_method(L, "read", guarded<file_read>);
  replace_method(L, "lines", guarded<file_lines>);
  lua_pop(L, 2);
}

void ask_line(lua_State* L, int prompt, bool password) {
  size_t size = 0;
  const char* text = prompt == 0 ? "" : lua_tolstring(L, prompt, &size);
  std::string& line = session_of(L).lock.holder().text;
  line.clear();
  request_line(L, {text, size}, password, line);
  lua_pushlstring(L, line.data(), line.size());
  // A password does not stay in the buffer.
  line.assign(line.size(), '\0');
}

}  // namespace hermit::lua_shell
