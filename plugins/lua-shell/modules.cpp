// Searching and linking of modules.
#include "modules.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <lua.hpp>
#include <string>

#include "json.hpp"
#include "session.hpp"

namespace hermit::lua_shell {
namespace {

void set_path(lua_State* L, const char* field, const std::string& front, const std::string& back) {
  lua_pushlstring(L, front.data(), front.size());
  lua_getfield(L, -2, field);
  lua_pushlstring(L, back.data(), back.size());
  lua_concat(L, 3);
  lua_setfield(L, -2, field);
}

// What the paths are made longer by. It lives outside of the protected call that uses it.
struct Paths {
  std::string front;
  std::string cfront;
  std::string back;
  std::string cback;
};

Paths read_paths(const sdk::Host& host) {
  Paths paths;
  paths.front = host.setting("LuaShell.path");
  paths.cfront = host.setting("LuaShell.cpath");
  if (!paths.front.empty()) paths.front += ';';
  if (!paths.cfront.empty()) paths.cfront += ';';
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') {
    const std::string rocks = ";" + std::string(home) + "/.luarocks/";
    paths.back = rocks + "share/lua/5.4/?.lua" + rocks + "share/lua/5.4/?/init.lua";
    paths.cback = rocks + "lib/lua/5.4/?.so";
  }
  return paths;
}

}  // namespace

void share_lua_library(const sdk::Host& host) {
  Dl_info info{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): dladdr takes functions as pointers.
  if (dladdr(reinterpret_cast<const void*>(&lua_newstate), &info) == 0 || info.dli_fname == nullptr) return;
  // The library is open already; this only changes who sees it. It stays open, as the shell does.
  if (dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL) != nullptr) return;
  host.log(HERMIT_LOG_WARNING, "Lua modules written in C may fail to load: the Lua library cannot be shared");
}

void install_module_paths(lua_State* L) {
  const sdk::Host& host = session_of(L).host;
  Paths paths;
  paths = read_paths(host);
  const int status = protect(L, 0, [&](lua_State* inner) {
    lua_getglobal(inner, LUA_LOADLIBNAME);
    set_path(inner, "path", paths.front, paths.back);
    set_path(inner, "cpath", paths.cfront, paths.cback);
  });
  if (status != LUA_OK) {
    host.log(HERMIT_LOG_WARNING, "the settings LuaShell.path and LuaShell.cpath could not be used");
    lua_pop(L, 1);
  }
}

}  // namespace hermit::lua_shell
