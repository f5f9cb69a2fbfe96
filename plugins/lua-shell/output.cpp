// io.stdout and io.stderr stay the C library's files, so that every function that takes a file takes
// them; only writing to them goes to the host.
#include "output.hpp"

#include <cstdio>
#include <lua.hpp>

#include "session.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the metatable of files. Comparing with it cannot raise.
const char file_type_key = 0;

// A buffer that has grown beyond this is given back after use.
constexpr size_t kept_buffer = size_t{1} << 20;

// Joins the strings and numbers at the stack indices from `first` to `last` in the lane's buffer. Numbers
// are written there directly, which is much faster than making Lua strings of them.
void join(lua_State* L, int first, int last, std::string_view separator, std::string& text) {
  text.clear();
  for (int index = first; index <= last; ++index) {
    if (index > first) text += separator;
    if (lua_type(L, index) == LUA_TNUMBER) {
      append_number(L, index, text);
      continue;
    }
    size_t size = 0;
    const char* data = lua_tolstring(L, index, &size);
    text.append(data, size);
  }
}

void give_back(std::string& text) {
  if (text.capacity() > kept_buffer) std::string().swap(text);
}

// Whether the value is text as it is: a string, or a number without a metatable that might have __tostring.
bool is_plain(lua_State* L, int index) {
  const int type = lua_type(L, index);
  if (type != LUA_TNUMBER) return type == LUA_TSTRING;
  if (lua_getmetatable(L, index) == 0) return true;
  lua_pop(L, 1);
  return false;
}

// print(...)
int print(lua_State* L) {
  const int count = lua_gettop(L);
  for (int index = 1; index <= count; ++index) {
    if (is_plain(L, index)) continue;
    luaL_tolstring(L, index, nullptr);
    lua_replace(L, index);
  }
  std::string& text = session_of(L).lock.holder().text;
  join(L, 1, count, "\t", text);
  text += '\n';
  write_stream(L, HERMIT_STDOUT, text);
  give_back(text);
  return 0;
}

// The stream of a file handle, or 0 when it is an ordinary file, or none.
uint32_t stream_of_file(const luaL_Stream* file) {
  if (file == nullptr || file->closef == nullptr) return 0;
  if (file->f == stdout) return HERMIT_STDOUT;
  return file->f == stderr ? HERMIT_STDERR : 0;
}

uint32_t stream_of(lua_State* L, int index) {
  return stream_of_file(static_cast<luaL_Stream*>(luaL_testudata(L, index, LUA_FILEHANDLE)));
}

// Writes the arguments from `first` to `last`, and returns the file at index `file`, as Lua does.
int write_arguments(lua_State* L, uint32_t stream, int first, int last, int file) {
  for (int index = first; index <= last; ++index) {
    if (lua_type(L, index) != LUA_TNUMBER) luaL_checkstring(L, index);
  }
  Lane& lane = session_of(L).lock.holder();
  lane.has_written = true;
  std::string& text = lane.text;
  join(L, first, last, "", text);
  write_stream(L, stream, text);
  give_back(text);
  lua_pushvalue(L, file);
  return 1;
}

// Calls the original function, the first upvalue, with all arguments.
int call_original(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// file:write(...)
int file_write(lua_State* L) {
  const uint32_t stream = stream_of(L, 1);
  if (stream == 0) return call_original(L);
  return write_arguments(L, stream, 2, lua_gettop(L), 1);
}

// io.write(...); the second upvalue is io.output.
int io_write(lua_State* L) {
  const int count = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_call(L, 0, 1);
  const uint32_t stream = stream_of(L, -1);
  if (stream != 0) return write_arguments(L, stream, 1, count, count + 1);
  lua_pop(L, 1);
  return call_original(L);
}

// Collects the pieces of a warning; "@on" and "@off" switch, as the manual says of `warn`.
void warn(void* context, const char* message, int continues) {
  auto& session = *static_cast<Session*>(context);
  std::string& pieces = session.warning;
  const std::string_view text = message;
  if (pieces.empty() && continues == 0 && text.starts_with('@')) {
    if (text == "@on") session.shows_warnings = true;
    if (text == "@off") session.shows_warnings = false;
    return;
  }
  try {
    if (pieces.empty()) pieces = "Lua warning: ";
    pieces += text;
    if (continues != 0) return;
    pieces += '\n';
    const hermit_request request = session.lock.holder().request;
    if (session.shows_warnings) session.host.stream(request, HERMIT_STDERR, pieces);
  } catch (const std::bad_alloc&) {
    // A warning is not worth an error.
  }
  pieces.clear();
}

}  // namespace

void install_output(lua_State* L) {
  if (Session& session = session_of(L); !session.is_attached) lua_setwarnf(L, warn, &session);
  lua_pushcfunction(L, guarded<print>);
  lua_setglobal(L, "print");

  lua_getglobal(L, LUA_IOLIBNAME);
  lua_getfield(L, -1, "write");
  lua_getfield(L, -2, "output");
  lua_pushcclosure(L, guarded<io_write>, 2);
  lua_setfield(L, -2, "write");
  lua_pop(L, 1);

  luaL_getmetatable(L, LUA_FILEHANDLE);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &file_type_key);
  lua_getfield(L, -1, "__index");
  lua_getfield(L, -1, "write");
  lua_pushcclosure(L, guarded<file_write>, 1);
  lua_setfield(L, -2, "write");
  lua_pop(L, 2);
}

bool is_standard_file(lua_State* L, int index) {
  if (lua_checkstack(L, 2) == 0 || lua_getmetatable(L, index) == 0) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &file_type_key);
  const bool is_file = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return is_file && stream_of_file(static_cast<const luaL_Stream*>(lua_touserdata(L, index))) != 0;
}

void write_stream(lua_State* L, uint32_t stream, std::string_view text) {
  if (text.empty()) return;
  Session& session = session_of(L);
  Lane& lane = session.lock.holder();
  if (&lane == &session.resting && !session.has_run) {
    // What the program says before the first cell is no cell's.
    std::fwrite(text.data(), 1, text.size(), stream == HERMIT_STDERR ? stderr : stdout);
    return;
  }
  const hermit_request request = lane.request;
  hermit_status status = HERMIT_OK;
  {
    const Parked parked(session.lock);
    status = session.host.stream(request, stream, text);
  }
  if (status == HERMIT_INTERRUPTED) session.interrupts.ask_own();
  if (lane.interrupted) raise_interrupt(L);
  if (status < 0)
    luaL_error(L, "the text could not be written: the host answered %d", static_cast<int>(status));
}

}  // namespace hermit::lua_shell
