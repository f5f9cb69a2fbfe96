// Completion: what can stand at the cursor, from live values and from the words of the cell. Gathers what
// fits the word at the cursor: fields of the owner if there is one, else locals, keywords and globals.
#include <algorithm>
#include <lua.hpp>
#include <string>
#include <vector>

#include "introspect.hpp"
#include "lexer.hpp"
#include "names.hpp"
#include "shell.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

// How many keys of a table are looked at, and how many matches are offered: a list longer than that helps
// nobody, and a cell that runs waits meanwhile.
constexpr int looked_at_keys = 50'000;
constexpr size_t most_matches = 1'000;

struct Matches {
  std::string_view prefix;
  const Name& name;
  std::vector<sdk::Match> list;
};

// Whether a key may be offered for the name.
bool fits(std::string_view key, const Matches& matches) {
  if (!key.starts_with(matches.prefix)) return false;
  if (matches.name.separator != '[') return is_identifier(key);
  return is_utf8(key) && key.find_first_of(std::string_view("\"'\\\n\r\0", 6)) == std::string_view::npos;
}

// What the value at `index` is called; a table that is a loaded module is told from others.
const char* type_of(lua_State* L, int index) {
  const int type = lua_type(L, index);
  if (type != LUA_TTABLE) return lua_typename(L, type);
  lua_pushliteral(L, LUA_LOADED_TABLE);
  bool is_module = false;
  if (lua_rawget(L, LUA_REGISTRYINDEX) == LUA_TTABLE) {
    lua_pushnil(L);
    while (!is_module && lua_next(L, -2) != 0) {
      is_module = lua_rawequal(L, -1, index) != 0;
      lua_pop(L, 1);
    }
    if (is_module) lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return is_module ? "module" : "table";
}

// Adds the key at -2 with the value at -1 if it fits.
void add_field(lua_State* L, Matches& matches) {
  if (lua_type(L, -2) != LUA_TSTRING) return;
  size_t size = 0;
  const char* data = lua_tolstring(L, -2, &size);
  const std::string_view key(data, size);
  const bool is_method = matches.name.separator == ':';
  if (!fits(key, matches) || (is_method && !lua_isfunction(L, -1))) return;
  const auto same = [&](const sdk::Match& match) { return match.text == key; };
  if (std::any_of(matches.list.begin(), matches.list.end(), same)) return;
  const int value = lua_gettop(L);
  matches.list.push_back({std::string(key), "", ""});
  matches.list.back().type = type_of(L, value);
  if (lua_isfunction(L, value)) append_signature(L, value, is_method, matches.list.back().signature);
}

// Adds the fields of the value at the top of the stack, along __index, and removes it.
void add_fields(lua_State* L, Matches& matches) {
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  int tables = 0;
  do {
    int keys = 0;
    if (!lua_istable(L, -1)) continue;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
      if (++keys > looked_at_keys || matches.list.size() >= most_matches) {
        lua_pop(L, 2);
        break;
      }
      add_field(L, matches);
      lua_pop(L, 1);
    }
  } while (next_table(L) && ++tables < longest_index_chain);
  // What begins with an underscore is mostly private, and comes last.
  std::sort(matches.list.begin(), matches.list.end(), [](const sdk::Match& left, const sdk::Match& right) {
    return std::pair(left.text.starts_with('_'), std::string_view(left.text)) <
           std::pair(right.text.starts_with('_'), std::string_view(right.text));
  });
}

// Adds local variables, then keywords, that are not there yet.
void add_words(std::string_view code, Matches& matches, std::vector<sdk::Match>& words) {
  for (const std::string& local : visible_locals(code.substr(0, matches.name.begin))) {
    if (local.starts_with(matches.prefix)) words.push_back({local, "local", ""});
  }
  for (const std::string_view keyword : keywords()) {
    if (keyword.starts_with(matches.prefix)) words.push_back({std::string(keyword), "keyword", ""});
  }
}

}  // namespace

sdk::Completion LuaShell::complete(const sdk::Question& question) {
  Session& session = *session_;
  const auto& [request, code, cursor] = question;
  const std::lock_guard<std::mutex> guard(session.introspection_turn);
  Lane lane;
  const sdk::Serving serving(session.interrupts, lane, request);
  const Name name = name_at(code, cursor);
  if (!name.is_code || !name.is_known) return {};
  Matches matches{code.substr(name.begin, std::min(cursor, code.size()) - name.begin), name, {}};
  std::vector<sdk::Match> words;
  if (name.separator == '\0') add_words(code, matches, words);
  look_into(session, lane, [&](lua_State* L) {
    push_owner(L, name);
    add_fields(L, matches);
  });
  if (lane.interrupted) throw sdk::Interrupted{};
  const auto is_word = [&, count = words.size()](const sdk::Match& match) {
    const auto same = [&](const sdk::Match& word) { return word.text == match.text; };
    return std::any_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count), same);
  };
  for (sdk::Match& match : matches.list) {
    if (!is_word(match)) words.push_back(std::move(match));
  }
  return {name.begin, name.end, std::move(words)};
}

}  // namespace hermit::lua_shell
