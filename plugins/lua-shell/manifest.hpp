// The manifests: everything about the Lua shell that is known before any of its code runs. JSON objects as
// sdk/include/hermit/shell.h describes them. They are constants, so that an entry that points to one is data.
#pragma once

#include <lua.h>

#include <array>
#include <cstddef>

namespace hermit::lua_shell {

// One text of several, terminated by a NUL.
template <size_t... sizes>
constexpr auto join(const char (&... parts)[sizes]) {
  std::array<char, (sizes + ...) - sizeof...(sizes) + 1> joined{};
  size_t end = 0;
  const auto append = [&](const char* part, size_t size) {
    for (size_t i = 0; i + 1 < size; ++i) joined[end++] = part[i];
  };
  (append(parts, sizes), ...);
  return joined;
}

inline constexpr char manifest_identity[] = R"json({
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
  "line_comment": "--",)json";

inline constexpr char manifest_abilities[] = R"json(
  "abilities": {
    "concurrent_introspection": true,
    "concurrent_cells": true,
    "concurrent_comms": true,
    "tasks": true,
    "subshells": true
  },
)json";

// In a state of the embedding program's everything runs on the one thread that uses it.
inline constexpr char manifest_state_abilities[] = R"json(
  "abilities": {
    "tasks": true
  },
)json";

inline constexpr char manifest_requires[] = R"json(  "requires": ["hermit.output/1"],
  "settings": [
)json";

inline constexpr char manifest_paths[] = R"json(    {"name": "LuaShell.path", "type": "text", "default": "",
     "help": "Templates put before package.path, separated by semicolons"},
    {"name": "LuaShell.cpath", "type": "text", "default": "",
     "help": "Templates put before package.cpath, separated by semicolons"},
)json";

inline constexpr char manifest_limits[] =
    R"json(    {"name": "LuaShell.table_depth", "type": "integer", "default": 6, "minimum": 0,
     "help": "How many levels of nested tables a shown value has"},
    {"name": "LuaShell.table_items", "type": "integer", "default": 100, "minimum": 0,
     "help": "How many items of one table a shown value has"}
  ],
  "check": {
    "prints": {"code": "print('hello')", "stdout": "hello\n"},
    "prints_text": "print('$TEXT')",
    "prints_lines": "for i = 1, 1000 do print(i) end",
    "complains": {"code": "io.stderr:write('hello\\n')", "stderr": "hello\n"},
    "value": {"code": "6 * 7", "text": "42"},
    "displays": "hermit.display({answer = 42})",
    "remembers": {"set": "kept = 41", "get": "kept + 1", "text": "42"},
    "fails": {"code": "local nothing = nil + 1", "name": "LuaError"},
    "malformed": "x = =",
    "incomplete": "function f()",
    "reads": "print(io.read())",
    "loops": "while true do end",
    "sleeps": "hermit.sleep(3600)",
    "waits": "hermit.sleep(0.05)",
    "prints_late": null,
    "completes": {"code": "string.for", "match": "format"},
    "inspects": "string.format",
    "evaluates": {"code": "6 * 7", "text": "42"},
    "hears_comms": {"code": "hermit.comm.target('check', function() end)", "target": "check"},
    "opens_comm": "hermit.comm.open('check')"
  }
})json";

// Of the shell with a state of its own.
inline constexpr auto manifest =
    join(manifest_identity, manifest_abilities, manifest_requires, manifest_paths, manifest_limits);

// Of the shell in a state of the embedding program's, which has paths of its own.
inline constexpr auto state_manifest =
    join(manifest_identity, manifest_state_abilities, manifest_requires, manifest_limits);

}  // namespace hermit::lua_shell
