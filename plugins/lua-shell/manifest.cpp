// The text of the manifest, and nothing else.
#include "manifest.hpp"

#include <lua.h>

namespace hermit::lua_shell {

const char manifest[] = R"json({
  "name": "lua",
  "display_name": "Lua 5.4 (Hermit)",
  "version": "0.1.0",
  "banner": ")json" LUA_RELEASE R"json(, in a Hermit shell. _ is the last value; hermit.* shows rich output.",
  "language_info": {
    "name": "lua",
    "version": ")json" LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE R"json(",
    "mimetype": "text/x-lua",
    "file_extension": ".lua",
    "pygments_lexer": "lua",
    "codemirror_mode": "lua"
  },
  "help_links": [
    {"text": "Lua 5.4 Reference Manual", "url": "https://www.lua.org/manual/5.4/"},
    {"text": "Programming in Lua", "url": "https://www.lua.org/pil/"}
  ],
  "line_comment": "--",
  "abilities": {
    "concurrent_introspection": true,
    "concurrent_cells": true,
    "concurrent_comms": true,
    "tasks": true,
    "subshells": true
  },
  "requires": ["hermit.output/1"],
  "settings": [
    {"name": "LuaShell.path", "type": "text", "default": "",
     "help": "Templates put before package.path, separated by semicolons"},
    {"name": "LuaShell.cpath", "type": "text", "default": "",
     "help": "Templates put before package.cpath, separated by semicolons"},
    {"name": "LuaShell.table_depth", "type": "integer", "default": 6, "minimum": 0,
     "help": "How many levels of nested tables a shown value has"},
    {"name": "LuaShell.table_items", "type": "integer", "default": 100, "minimum": 0,
     "help": "How many items of one table a shown value has"}
  ]
})json";

}  // namespace hermit::lua_shell
