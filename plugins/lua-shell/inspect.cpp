// Inspection: what the name at the cursor stands for. Takes down the facts about a value while the state is
// held, and words them afterwards.
#include <algorithm>
#include <lua.hpp>
#include <string>

#include "documentation.hpp"
#include "introspect.hpp"
#include "layout.hpp"
#include "names.hpp"
#include "reference.hpp"
#include "shell.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

struct Facts {
  std::string type;         // empty when there is no such value
  std::string type_name;    // of the metatable, or ""
  ValuePicture picture;     // of what is no function
  lua_Integer length = -1;  // of strings and tables
  std::string signature;
  const Reference* reference = nullptr;
  std::string source;  // as lua_Debug has it: "=cell [3]", "@file.lua"
  int first_line = -1;
  int last_line = -1;
  std::string code;  // of the cell that defines it
};

void look_at_function(lua_State* L, bool is_method, const Session& session, Facts& facts) {
  append_signature(L, 1, is_method, facts.signature);
  facts.reference = reference_of(L, 1);
  lua_Debug record;
  lua_pushvalue(L, 1);
  lua_getinfo(L, ">S", &record);
  if (*record.what == 'C') return;
  facts.source = record.source;
  facts.first_line = record.linedefined;
  facts.last_line = record.lastlinedefined;
  if (facts.source.starts_with('='))
    facts.code = session.sources.find(std::string_view(facts.source).substr(1));
}

// Inspection: what the name at the cursor stands for. Takes down the facts about the value at index 1.
void look_at(lua_State* L, bool is_method, const Session& session, Facts& facts) {
  facts.type = luaL_typename(L, 1);
  if (lua_isfunction(L, 1)) return look_at_function(L, is_method, session, facts);
  if (lua_type(L, 1) == LUA_TSTRING || lua_istable(L, 1))
    facts.length = static_cast<lua_Integer>(lua_rawlen(L, 1));
  if (luaL_getmetafield(L, 1, "__name") != LUA_TNIL) {
    if (lua_type(L, -1) == LUA_TSTRING) facts.type_name = repaired(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  take_picture(L, 1, session.limits, UserCode::forbidden, facts.picture);
}

std::string place_of(const Facts& facts) {
  std::string place = "Defined in " + repaired(std::string_view(facts.source).substr(1)) + ", line";
  if (facts.first_line == facts.last_line) return place + " " + std::to_string(facts.first_line);
  return place + "s " + std::to_string(facts.first_line) + " to " + std::to_string(facts.last_line);
}

std::string describe_function(std::string_view word, Facts& facts, bool everything) {
  if (facts.reference != nullptr) {
    return std::string(facts.reference->name) + facts.reference->signature + "\n\n" +
           facts.reference->sentence;
  }
  std::string text = "function " + std::string(word) + facts.signature;
  if (facts.first_line < 0) return text + "\n\nWritten in C.";
  const bool has_place = facts.source.starts_with('@') || facts.source.starts_with('=');
  if (facts.source.starts_with('@')) facts.code = read_file(facts.source.substr(1));
  // A chunk made by load() is its own source.
  if (!has_place) facts.code = facts.source;
  const std::string comment = repaired(comment_above(facts.code, facts.first_line));
  if (!comment.empty()) text += "\n\n" + comment;
  if (has_place) text += "\n\n" + place_of(facts);
  const std::string_view source = lines_of(facts.code, facts.first_line, facts.last_line);
  if (everything && !source.empty()) text += "\n\n" + repaired(source);
  return text;
}

std::string describe_value(std::string_view word, const Facts& facts) {
  std::string text = std::string(word) + ": " + facts.type;
  if (!facts.type_name.empty()) text += " (" + facts.type_name + ")";
  if (facts.type == "string") text += ", " + std::to_string(facts.length) + " bytes";
  if (facts.type == "table" && facts.length > 0) text += ", " + std::to_string(facts.length) + " items";
  return text + "\n\n" + lay_out(facts.picture);
}

}  // namespace

std::optional<sdk::Bundle> LuaShell::inspect(const sdk::Question& question, bool everything) {
  Session& session = *session_;
  const auto& [request, code, cursor] = question;
  const std::lock_guard<std::mutex> guard(session.introspection_turn);
  Lane lane;
  const sdk::Serving serving(session.interrupts, lane, request);
  Name name = name_at(code, cursor);
  if (name.begin == name.end) {
    const size_t function = called_function(code, std::min(cursor, code.size()));
    if (function == std::string_view::npos) return {};
    name = name_at(code, function);
  }
  if (!name.is_code || !name.is_known) return {};
  const std::string_view word = code.substr(name.begin, name.end - name.begin);
  const Step last{std::string(word), 0, false};
  const bool is_method = name.separator == ':';
  Facts facts;
  const bool looked = look_into(session, lane, [&](lua_State* L) {
    push_owner(L, name);
    step_to(L, last);
    if (!lua_isnil(L, -1)) look_at(L, is_method, session, facts);
  });
  if (lane.interrupted) throw sdk::Interrupted{};
  if (!looked || facts.type.empty()) return {};
  return sdk::Bundle::plain(facts.type == "function" ? describe_function(word, facts, everything)
                                                     : describe_value(word, facts));
}

}  // namespace hermit::lua_shell
