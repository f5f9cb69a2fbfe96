// The entries, and a table in the registry from function value to the index of its entry.
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <lua.hpp>
#include <string>

#include "protect.hpp"

namespace hermit::lua_shell {
namespace {

// The address is the key in the registry of the table.
const char table_key = 0;

constexpr Reference entries[] = {
    {"assert", "(value [, message])",
     "Raises an error with the message when the value is false or nil, else returns its arguments."},
    {"collectgarbage", "([option [, argument]])",
     "Controls the garbage collector; \"count\" tells the memory in use in KiB."},
    {"coroutine.close", "(co)", "Ends a suspended coroutine and closes its pending to-be-closed variables."},
    {"coroutine.create", "(f)", "Makes a coroutine that will run the function when it is first resumed."},
    {"coroutine.isyieldable", "([co])", "Tells whether the coroutine could yield here."},
    {"coroutine.resume", "(co, ...)",
     "Runs the coroutine until it yields or ends; returns true and its values, or false and the error."},
    {"coroutine.running", "()", "Returns the coroutine that runs, and whether it is the main one."},
    {"coroutine.status", "(co)", "Returns \"running\", \"suspended\", \"normal\" or \"dead\"."},
    {"coroutine.wrap", "(f)",
     "Makes a coroutine and returns a function that resumes it and passes errors on."},
    {"coroutine.yield", "(...)",
     "Suspends the running coroutine; the arguments become the results of its resume."},
    {"debug.gethook", "([thread])",
     "Returns the hook function set by debug.sethook, with its mask and count."},
    {"debug.getinfo", "([thread,] f [, what])",
     "Returns a table that describes a function or a level of the stack."},
    {"debug.getlocal", "([thread,] f, index)",
     "Returns name and value of a local variable, or the name of a parameter."},
    {"debug.sethook", "([thread,] hook, mask [, count])",
     "Has a function called at calls, returns, lines, or every so many instructions."},
    {"debug.traceback", "([thread,] [message [, level]])",
     "Returns the message followed by a description of the stack."},
    {"dofile", "([filename])", "Runs a file as Lua code and returns its results."},
    {"error", "(message [, level])",
     "Raises an error; the level says whose position is put before the message, 0 for none."},
    {"file:close", "()", "Closes the file; for a process started by io.popen returns how it ended."},
    {"file:flush", "()", "Writes what is still buffered."},
    {"file:lines", "(...)", "Returns an iterator that reads by the formats, a line by default."},
    {"file:read", "(...)",
     "Reads by the formats: \"n\" a number, \"a\" all, \"l\" a line, \"L\" a line with its end, or a number "
     "of bytes."},
    {"file:seek", "([whence [, offset]])",
     "Moves the position in the file, from \"set\", \"cur\" or \"end\", and returns it."},
    {"file:setvbuf", "(mode [, size])", "Sets the buffering: \"no\", \"full\" or \"line\"."},
    {"file:write", "(...)", "Writes strings and numbers and returns the file."},
    {"getmetatable", "(object)", "Returns the metatable of a value, or its field __metatable."},
    {"hermit.clear", "([wait])", "Removes what the cell has shown, or does so when it next shows something."},
    {"hermit.display", "(value [, options])",
     "Shows a value now; options are metadata and display_id, with which it returns a handle for updates."},
    {"hermit.html", "(text [, metadata])", "Makes a value that a notebook shows as HTML."},
    {"hermit.input", "([prompt])", "Asks the user for a line and returns it."},
    {"hermit.javascript", "(code [, metadata])", "Makes a value that a notebook runs as JavaScript."},
    {"hermit.jpeg", "(bytes [, metadata])", "Makes a value that a notebook shows as a JPEG image."},
    {"hermit.json", "(value [, metadata])",
     "Makes a value that a notebook shows as a JSON tree, from a table or JSON text."},
    {"hermit.latex", "(text [, metadata])", "Makes a value that a notebook typesets as LaTeX."},
    {"hermit.markdown", "(text [, metadata])", "Makes a value that a notebook shows as Markdown."},
    {"hermit.password", "([prompt])", "Asks the user for a line without echoing it."},
    {"hermit.png", "(bytes [, metadata])", "Makes a value that a notebook shows as a PNG image."},
    {"hermit.sleep", "(seconds)", "Waits; an interrupt ends the wait."},
    {"hermit.svg", "(text [, metadata])", "Makes a value that a notebook shows as an SVG drawing."},
    {"hermit.update", "(display_id, value [, options])", "Replaces what was displayed under the id."},
    {"io.close", "([file])", "Closes a file, or the default output."},
    {"io.input", "([file])", "Sets or returns the default input file."},
    {"io.lines", "([filename, ...])",
     "Returns an iterator over the lines of a file, or over what the user types."},
    {"io.open", "(filename [, mode])", "Opens a file; returns it, or nil and why not."},
    {"io.output", "([file])", "Sets or returns the default output file."},
    {"io.popen", "(program [, mode])",
     "Starts a program and returns a file connected to its input or output."},
    {"io.read", "(...)",
     "Reads from the default input by formats; in a notebook the user is asked for a line."},
    {"io.tmpfile", "()", "Opens a temporary file that is removed when the program ends."},
    {"io.type", "(object)", "Returns \"file\", \"closed file\" or nil."},
    {"io.write", "(...)", "Writes strings and numbers to the default output."},
    {"ipairs", "(t)", "Iterates over t[1], t[2] … up to the first nil."},
    {"load", "(chunk [, name [, mode [, env]]])",
     "Compiles a string, or the pieces a function returns; returns a function, or nil and the error."},
    {"loadfile", "([filename [, mode [, env]]])", "Compiles a file without running it."},
    {"math.abs", "(x)", "Returns the absolute value."},
    {"math.acos", "(x)", "Returns the arc cosine in radians."},
    {"math.asin", "(x)", "Returns the arc sine in radians."},
    {"math.atan", "(y [, x])", "Returns the arc tangent of y/x in radians, in the right quadrant."},
    {"math.ceil", "(x)", "Rounds up to an integer."},
    {"math.cos", "(x)", "Returns the cosine of an angle in radians."},
    {"math.deg", "(x)", "Turns radians into degrees."},
    {"math.exp", "(x)", "Returns e to the power of x."},
    {"math.floor", "(x)", "Rounds down to an integer."},
    {"math.fmod", "(x, y)", "Returns the remainder of x/y that has the sign of x."},
    {"math.log", "(x [, base])", "Returns the logarithm, to base e unless another is given."},
    {"math.max", "(x, ...)", "Returns the largest argument."},
    {"math.min", "(x, ...)", "Returns the smallest argument."},
    {"math.modf", "(x)", "Returns the integral part and the fraction."},
    {"math.rad", "(x)", "Turns degrees into radians."},
    {"math.random", "([m [, n]])",
     "Returns a random float in [0,1), or an integer from 1 to m, or from m to n."},
    {"math.randomseed", "([x [, y]])", "Seeds the random numbers."},
    {"math.sin", "(x)", "Returns the sine of an angle in radians."},
    {"math.sqrt", "(x)", "Returns the square root."},
    {"math.tan", "(x)", "Returns the tangent of an angle in radians."},
    {"math.tointeger", "(x)", "Returns the value as an integer if it is a whole number, else nil."},
    {"math.type", "(x)", "Returns \"integer\", \"float\", or nil for what is no number."},
    {"math.ult", "(m, n)", "Compares two integers as unsigned ones."},
    {"next", "(table [, key])", "Returns the key after the given one, with its value; nil at the end."},
    {"os.clock", "()", "Returns the processor time used, in seconds."},
    {"os.date", "([format [, time]])", "Returns a date as text, or as a table for the format \"*t\"."},
    {"os.difftime", "(t2, t1)", "Returns the seconds between two times."},
    {"os.execute", "([command])", "Runs a command in the system's shell and waits for its end."},
    {"os.getenv", "(name)", "Returns the value of an environment variable, or nil."},
    {"os.remove", "(filename)", "Deletes a file or an empty folder."},
    {"os.rename", "(old, new)", "Renames a file."},
    {"os.setlocale", "(locale [, category])", "Sets or returns the locale of the program."},
    {"os.time", "([table])", "Returns the time now, or the one that the table describes, in seconds."},
    {"os.tmpname", "()", "Returns a name for a temporary file."},
    {"package.loadlib", "(path, name)", "Loads a C library and returns one of its functions."},
    {"package.searchpath", "(name, path [, separator [, replacement]])",
     "Looks a name up in a path of templates."},
    {"pairs", "(t)", "Iterates over all keys and values of a table, in no order."},
    {"pcall", "(f, ...)",
     "Calls a function and catches errors; returns true and the results, or false and the error."},
    {"print", "(...)", "Shows its arguments, turned into text, in one line with tabs between them."},
    {"rawequal", "(v1, v2)", "Compares without metamethods."},
    {"rawget", "(table, key)", "Reads a field without metamethods."},
    {"rawlen", "(v)", "Returns the length without metamethods."},
    {"rawset", "(table, key, value)", "Writes a field without metamethods."},
    {"require", "(name)", "Loads a module, once, and returns its value."},
    {"select", "(n, ...)", "Returns the arguments from the n-th on, or their number for \"#\"."},
    {"setmetatable", "(table, metatable)", "Sets or removes the metatable of a table and returns the table."},
    {"string.byte", "(s [, i [, j]])", "Returns the codes of the bytes from i to j."},
    {"string.char", "(...)", "Makes a string of bytes with the given codes."},
    {"string.dump", "(f [, strip])", "Returns a Lua function in binary form."},
    {"string.find", "(s, pattern [, init [, plain]])",
     "Returns where the pattern first matches, and its captures; nil if nowhere."},
    {"string.format", "(format, ...)", "Fills values into a template with %d, %s, %q and the like."},
    {"string.gmatch", "(s, pattern [, init])", "Iterates over all matches of a pattern."},
    {"string.gsub", "(s, pattern, replacement [, n])",
     "Replaces matches by a string, a table's value or a function's result; returns the string and how "
     "many."},
    {"string.len", "(s)", "Returns the number of bytes."},
    {"string.lower", "(s)", "Returns the string in lower case."},
    {"string.match", "(s, pattern [, init])", "Returns the captures of the first match, or the whole match."},
    {"string.pack", "(format, ...)", "Packs values into a binary string."},
    {"string.packsize", "(format)", "Returns the size of what string.pack makes."},
    {"string.rep", "(s, n [, separator])", "Repeats a string n times."},
    {"string.reverse", "(s)", "Returns the bytes in reverse order."},
    {"string.sub", "(s, i [, j])", "Returns the bytes from i to j; negative positions count from the end."},
    {"string.unpack", "(format, s [, pos])", "Reads the values that string.pack has packed."},
    {"string.upper", "(s)", "Returns the string in upper case."},
    {"table.concat", "(list [, separator [, i [, j]]])", "Joins the strings and numbers of a list."},
    {"table.insert", "(list, [pos,] value)", "Inserts a value at a position, or at the end."},
    {"table.move", "(a1, f, e, t [, a2])", "Copies items from one place to another, or to another table."},
    {"table.pack", "(...)", "Returns a table of the arguments, with their number in n."},
    {"table.remove", "(list [, pos])", "Removes the item at a position, or the last, and returns it."},
    {"table.sort", "(list [, less])", "Sorts a list in place, by < or by a function."},
    {"table.unpack", "(list [, i [, j]])", "Returns the items of a list as separate values."},
    {"tonumber", "(value [, base])", "Turns text into a number, or returns nil."},
    {"tostring", "(value)", "Turns any value into text."},
    {"type", "(value)", "Returns the name of the value's type."},
    {"utf8.char", "(...)", "Makes UTF-8 text of code points."},
    {"utf8.codepoint", "(s [, i [, j]])",
     "Returns the code points of the characters that begin between i and j."},
    {"utf8.codes", "(s)", "Iterates over positions and code points of a text."},
    {"utf8.len", "(s [, i [, j]])",
     "Returns the number of characters, or nil and where the text is invalid."},
    {"utf8.offset", "(s, n [, i])", "Returns the position in bytes of the n-th character."},
    {"warn", "(message, ...)", "Shows a warning on stderr once warn(\"@on\") has switched that on."},
    {"xpcall", "(f, handler, ...)",
     "Calls a function and passes errors to a handler, which still sees the stack."},
};

// Pushes the function that an entry is about, or something else when it has been taken away.
void push_function(lua_State* L, const char* name) {
  const char* dot = std::strpbrk(name, ".:");
  if (dot == nullptr) {
    lua_getglobal(L, name);
    return;
  }
  if (*dot == ':') {
    luaL_getmetatable(L, LUA_FILEHANDLE);
    lua_getfield(L, -1, "__index");
    lua_remove(L, -2);
  } else {
    lua_pushlstring(L, name, static_cast<size_t>(dot - name));
    lua_pushglobaltable(L);
    lua_insert(L, -2);
    lua_gettable(L, -2);
    lua_remove(L, -2);
  }
  if (lua_istable(L, -1)) {
    lua_getfield(L, -1, dot + 1);
  } else {
    lua_pushnil(L);
  }
  lua_remove(L, -2);
}

}  // namespace

std::span<const Reference> references() { return entries; }

void install_reference(lua_State* L) {
  lua_createtable(L, 0, static_cast<int>(std::size(entries)));
  for (size_t index = 0; index < std::size(entries); ++index) {
    push_function(L, entries[index].name);
    if (lua_isfunction(L, -1)) {
      lua_pushinteger(L, static_cast<lua_Integer>(index));
      lua_rawset(L, -3);
    } else {
      lua_pop(L, 1);
    }
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &table_key);
}

const Reference* reference_of(lua_State* L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &table_key);
  lua_pushvalue(L, index);
  const bool found = lua_rawget(L, -2) == LUA_TNUMBER;
  const lua_Integer entry = lua_tointeger(L, -1);
  lua_pop(L, 2);
  return found ? &entries[entry] : nullptr;
}

}  // namespace hermit::lua_shell
