// Walks a value. Everything with a destructor lives in the Painter, which take_picture's caller owns
// through the picture; see protect.hpp for why.
#include "value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <lua.hpp>
#include <numeric>
#include <type_traits>

#include "interrupts.hpp"
#include "reference.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

// How many keys of a table are looked at to find those that come first. Bounds the time a huge table takes.
constexpr lua_Integer looked_at_keys = 20'000;

// The kinds of keys in the order in which they are shown.
enum class KeyKind { number, string, boolean, other };

KeyKind kind_of(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
      return KeyKind::number;
    case LUA_TSTRING:
      return KeyKind::string;
    case LUA_TBOOLEAN:
      return KeyKind::boolean;
    default:
      return KeyKind::other;
  }
}

// Compares the keys at two stack indices. Keys of other kinds stay in the order of traversal.
bool comes_before(lua_State* L, int left, int right) {
  const KeyKind kind = kind_of(L, left);
  const KeyKind other = kind_of(L, right);
  if (kind != other) return kind < other;
  if (kind == KeyKind::number) return lua_compare(L, left, right, LUA_OPLT) != 0;
  if (kind == KeyKind::boolean) return lua_toboolean(L, left) < lua_toboolean(L, right);
  if (kind != KeyKind::string) return false;
  size_t left_size = 0;
  size_t right_size = 0;
  const char* left_text = lua_tolstring(L, left, &left_size);
  const char* right_text = lua_tolstring(L, right, &right_size);
  return std::string_view(left_text, left_size) < std::string_view(right_text, right_size);
}

// A pointer-sized part of a value's identity, as tostring shows it.
void append_address(lua_State* L, int index, const char* kind, std::string& out) {
  char text[64];
  std::snprintf(text, sizeof text, "%s: %p", kind, lua_topointer(L, index));
  out += text;
}

class Painter {
 public:
  Painter(lua_State* L, const ValueLimits& limits, UserCode user_code, ValuePicture& picture)
      : L_(L), limits_(limits), user_code_(user_code), nodes_(picture.nodes) {}

  void paint_root(int index) {
    nodes_.clear();
    nodes_.emplace_back();
    paint(index, 0, 0);
  }

 private:
  void paint(int index, int node, int depth);
  void paint_string(int index, int node, int depth);
  void paint_table(int table, int node, int depth);
  void paint_function(int index, int node);
  bool paint_by_metatable(int index, int node);
  void call_tostring(int index, int node);
  void paint_items(int table, int node, int depth);
  void paint_keyed(int table, lua_Integer placed, int node, int depth, int& last, int& shown);
  int add_item(int parent, int& last);
  void append_key(int index, std::string& out);
  bool is_ancestor(int table, int depth) const;
  void note_left_out(int node, int& last, lua_Integer count);
  bool is_full() const { return static_cast<int>(nodes_.size()) >= limits_.total; }

  lua_State* L_;
  const ValueLimits& limits_;
  UserCode user_code_;
  std::vector<ValueNode>& nodes_;
  // The tables that are being painted, outermost first. Depth is limited, so a fixed array is enough.
  static constexpr int deepest = 64;
  const void* ancestors_[deepest] = {};
};

void Painter::paint(int index, int node, int depth) {
  luaL_checkstack(L_, LUA_MINSTACK, "value is nested too deeply");
  check_interrupt(L_);
  switch (lua_type(L_, index)) {
    case LUA_TNIL:
      nodes_[node].text = "nil";
      break;
    case LUA_TBOOLEAN:
      nodes_[node].text = lua_toboolean(L_, index) != 0 ? "true" : "false";
      break;
    case LUA_TNUMBER:
      append_number(L_, index, nodes_[node].text);
      break;
    case LUA_TSTRING:
      paint_string(index, node, depth);
      break;
    case LUA_TFUNCTION:
      paint_function(index, node);
      break;
    case LUA_TTABLE:
      if (!paint_by_metatable(index, node)) paint_table(index, node, depth);
      break;
    case LUA_TTHREAD:
      append_address(L_, index, "thread", nodes_[node].text);
      break;
    default:
      if (!paint_by_metatable(index, node)) {
        const std::string_view name = nodes_[node].text;
        char kind[64];
        const std::string_view shown = name.empty() ? "userdata" : name.substr(0, 60);
        std::snprintf(kind, sizeof kind, "%.*s", static_cast<int>(shown.size()), shown.data());
        nodes_[node].text.clear();
        append_address(L_, index, kind, nodes_[node].text);
      }
  }
}

void Painter::paint_string(int index, int node, int depth) {
  size_t size = 0;
  const char* data = lua_tolstring(L_, index, &size);
  const auto limit = static_cast<size_t>(limits_.text);
  if (depth == 0 || size <= limit) return append_quoted({data, size}, nodes_[node].text);
  append_quoted({data, limit}, nodes_[node].text);
  nodes_[node].text += "… (" + std::to_string(size - limit) + " more bytes)";
}

void Painter::paint_function(int index, int node) {
  lua_Debug record;
  lua_pushvalue(L_, index);
  lua_getinfo(L_, ">S", &record);
  std::string& text = nodes_[node].text;
  if (*record.what == 'C') {
    const Reference* reference = reference_of(L_, index);
    if (reference == nullptr) return append_address(L_, index, "function: builtin", text);
    text = "function: ";
    text += reference->name;
    return;
  }
  text = "function: ";
  text += repaired(record.short_src);
  text += ":" + std::to_string(record.linedefined);
}

// Paints what has __tostring, if that may be called; else notes its __name. Looks into the metatable raw.
bool Painter::paint_by_metatable(int index, int node) {
  if (lua_getmetatable(L_, index) == 0) return false;
  lua_pushliteral(L_, "__name");
  if (lua_rawget(L_, -2) == LUA_TSTRING) {
    size_t size = 0;
    const char* name = lua_tolstring(L_, -1, &size);
    nodes_[node].text = repaired({name, size});
  }
  lua_pushliteral(L_, "__tostring");
  const bool has_tostring = lua_rawget(L_, -3) != LUA_TNIL;
  lua_pop(L_, 3);
  if (!has_tostring || user_code_ == UserCode::forbidden) return false;
  call_tostring(index, node);
  return true;
}

int to_string(lua_State* L) {
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

void Painter::call_tostring(int index, int node) {
  const int value = lua_absindex(L_, index);
  lua_pushcfunction(L_, to_string);
  lua_pushvalue(L_, value);
  const int status = lua_pcall(L_, 1, 1, 0);
  check_interrupt(L_);
  size_t size = 0;
  const char* text = lua_type(L_, -1) == LUA_TSTRING ? lua_tolstring(L_, -1, &size) : nullptr;
  if (text == nullptr) {
    nodes_[node].text = "<__tostring failed>";
  } else if (status == LUA_OK) {
    nodes_[node].text = repaired({text, size});
  } else {
    nodes_[node].text = "<__tostring failed: ";
    nodes_[node].text += repaired({text, size});
    nodes_[node].text += ">";
  }
  lua_pop(L_, 1);
}

bool Painter::is_ancestor(int table, int depth) const {
  const void* address = lua_topointer(L_, table);
  return std::find(ancestors_, ancestors_ + depth, address) != ancestors_ + depth;
}

void Painter::paint_table(int table, int node, int depth) {
  if (is_ancestor(table, depth)) {
    nodes_[node].text = "<cycle>";
    return;
  }
  if (!nodes_[node].text.empty()) nodes_[node].text += ' ';
  lua_pushnil(L_);
  const bool is_empty = lua_next(L_, table) == 0;
  if (!is_empty) lua_pop(L_, 2);
  if (is_empty || depth >= std::min(limits_.depth, deepest)) {
    nodes_[node].text += is_empty ? "{}" : "{…}";
    return;
  }
  nodes_[node].is_table = true;
  ancestors_[depth] = lua_topointer(L_, table);
  lua_pushvalue(L_, table);
  paint_items(lua_gettop(L_), node, depth);
  lua_pop(L_, 1);
}

int Painter::add_item(int parent, int& last) {
  const int item = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  (last < 0 ? nodes_[parent].first_item : nodes_[last].next_item) = item;
  last = item;
  return item;
}

void Painter::note_left_out(int node, int& last, lua_Integer count) {
  const int item = add_item(node, last);
  nodes_[item].text = "… (" + std::to_string(count) + " more)";
}

// Paints the items of the table at the absolute index `table`: first those at 1, 2, 3 …, then the others
// in the order of their keys.
void Painter::paint_items(int table, int node, int depth) {
  int last = -1;
  int shown = 0;
  lua_Integer placed = 0;
  const auto length = static_cast<lua_Integer>(lua_rawlen(L_, table));
  while (placed < length && lua_rawgeti(L_, table, placed + 1) != LUA_TNIL) {
    if (shown >= limits_.items || is_full()) {
      lua_pop(L_, 1);
      note_left_out(node, last, length - placed);
      placed = length;
      break;
    }
    ++placed;
    ++shown;
    paint(lua_gettop(L_), add_item(node, last), depth + 1);
    lua_pop(L_, 1);
  }
  // A hole in the sequence: what comes after it is shown with keys.
  if (placed < length) lua_pop(L_, 1);
  paint_keyed(table, placed, node, depth, last, shown);
}

// Pushes a block of memory with the numbers from 1 to `count`, in the order of the keys that the table at
// `keys` has at these places. The block is Lua's, since an error may leave the caller by longjmp.
lua_Integer* push_order(lua_State* L, int keys, lua_Integer count) {
  const size_t size = sizeof(lua_Integer) * static_cast<size_t>(count + 1);
  auto* order = static_cast<lua_Integer*>(lua_newuserdatauv(L, size, 0));
  std::iota(order, order + count, 1);
  const auto is_before = [&](lua_Integer left, lua_Integer right) {
    lua_rawgeti(L, keys, left);
    lua_rawgeti(L, keys, right);
    const bool before = comes_before(L, -2, -1);
    lua_pop(L, 2);
    return before;
  };
  std::sort(order, order + count, [&](lua_Integer left, lua_Integer right) {
    return is_before(left, right) || (!is_before(right, left) && left < right);
  });
  return order;
}

// Puts the keys beyond the first `placed` integers on a scratch table, sorts that, and paints the items.
void Painter::paint_keyed(int table, lua_Integer placed, int node, int depth, int& last, int& shown) {
  lua_newtable(L_);
  const int keys = lua_gettop(L_);
  lua_Integer count = 0;
  lua_Integer seen = 0;
  lua_pushnil(L_);
  while (lua_next(L_, table) != 0) {
    lua_pop(L_, 1);
    const lua_Integer place = lua_isinteger(L_, -1) != 0 ? lua_tointeger(L_, -1) : 0;
    if (place >= 1 && place <= placed) continue;
    if (seen++ % 1024 == 0) check_interrupt(L_);
    if (seen > looked_at_keys) continue;
    lua_pushvalue(L_, -1);
    lua_rawseti(L_, keys, ++count);
  }
  const lua_Integer* order = push_order(L_, keys, count);
  for (lua_Integer at = 0; at < count; ++at) {
    if (shown >= limits_.items || is_full()) {
      note_left_out(node, last, seen - at);
      break;
    }
    ++shown;
    const int item = add_item(node, last);
    lua_rawgeti(L_, keys, order[at]);
    append_key(lua_gettop(L_), nodes_[item].key);
    lua_rawget(L_, table);
    paint(lua_gettop(L_), item, depth + 1);
    lua_pop(L_, 1);
  }
  lua_pop(L_, 2);
}

void Painter::append_key(int index, std::string& out) {
  size_t size = 0;
  switch (lua_type(L_, index)) {
    case LUA_TSTRING: {
      const char* data = lua_tolstring(L_, index, &size);
      if (is_identifier({data, size})) {
        out.append(data, size);
      } else {
        out += '[';
        append_quoted({data, std::min<size_t>(size, static_cast<size_t>(limits_.text))}, out);
        out += ']';
      }
      break;
    }
    case LUA_TNUMBER:
      out += '[';
      append_number(L_, index, out);
      out += ']';
      break;
    case LUA_TBOOLEAN:
      out += lua_toboolean(L_, index) != 0 ? "[true]" : "[false]";
      break;
    default:
      out += '[';
      append_address(L_, index, lua_typename(L_, lua_type(L_, index)), out);
      out += ']';
  }
  out += " = ";
}

}  // namespace

void take_picture(lua_State* L, int index, const ValueLimits& limits, UserCode user_code,
                  ValuePicture& picture) {
  // The painter has no destructor to run, so that an error may pass it by.
  static_assert(std::is_trivially_destructible_v<Painter>);
  Painter painter(L, limits, user_code, picture);
  painter.paint_root(lua_absindex(L, index));
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t size = character_size(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (size > 1 || (size == 1 && byte >= 0x20 && byte != 0x7F && byte != '"' && byte != '\\')) {
      out.append(text, at, size);
      at += size;
      continue;
    }
    constexpr std::string_view escaped = "\"\\\n\t\r";
    constexpr std::string_view letters = "\"\\ntr";
    const size_t known = escaped.find(text[at]);
    char code[8] = {'\\', known == std::string_view::npos ? 'x' : letters[known], '\0'};
    if (known == std::string_view::npos)
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(byte));
    out += code;
    ++at;
  }
  out += '"';
}

void append_number(lua_State* L, int index, std::string& out) {
  char text[64];
  if (lua_isinteger(L, index) != 0) {
    const auto [end, error] = std::to_chars(text, text + sizeof text, lua_tointeger(L, index));
    out.append(text, end);
    return;
  }
  const lua_Number number = lua_tonumber(L, index);
  std::snprintf(text, sizeof text, LUA_NUMBER_FMT, number);
  out += text;
  // A float that looks like an integer gets a fraction, as in tostring.
  if (std::string_view(text).find_first_not_of("-0123456789") == std::string_view::npos) out += ".0";
}

}  // namespace hermit::lua_shell
