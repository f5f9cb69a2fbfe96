// Reads names backwards from the cursor over the tokens before it.
#include "names.hpp"

#include <algorithm>
#include <charconv>
#include <lua.hpp>

#include "lexer.hpp"
#include "outline.hpp"
#include "reference.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

std::vector<Token> tokens_of(std::string_view code) {
  std::vector<Token> tokens;
  Lexer lexer(code);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.kind != TokenKind::comment || !token.closed) tokens.push_back(token);
  }
  return tokens;
}

// The text of a string literal without escapes, or false for one that has some.
bool literal_text(const Token& token, std::string& out) {
  std::string_view text = token.text;
  if (!token.closed || text.find('\\') != std::string_view::npos) return false;
  const size_t quotes = text.front() == '[' ? text.find('[', 1) + 1 : 1;
  out = std::string(text.substr(quotes, text.size() - 2 * quotes));
  return true;
}

// Walks a chain of owners from its end to its beginning.
class ChainReader {
 public:
  ChainReader(const std::vector<Token>& tokens, Name& name) : tokens_(tokens), name_(name) {}

  // Reads the owner whose last token is at `last`. False when code would have to run to know it.
  bool read(int last) {
    if (!read_from(last, first_)) return false;
    return true;
  }

 private:
  bool is(int at, std::string_view word) const { return at >= 0 && tokens_[at].is(word); }

  // Whether an expression ends here, so that a string or bracket after it makes a call.
  bool is_callable(int at) const {
    if (at < 0) return false;
    const Token& token = tokens_[at];
    return token.kind == TokenKind::name || token.kind == TokenKind::string || token.is(")") || token.is("]");
  }

  bool read_from(int at, int& first) {
    if (at < 0) return false;
    const Token& token = tokens_[at];
    if (token.kind == TokenKind::name) return read_field(at, {std::string(token.text)}, at, first);
    if (token.kind == TokenKind::string) {
      first = at;
      name_.of_literal = true;
      return token.closed && !is_callable(at - 1);
    }
    if (token.is(")")) return read_from(at - 1, first) && is(--first, "(") && !is_callable(first - 1);
    return token.is("]") && is(at - 2, "[") && read_index(at, first);
  }

  // A name at `at`: a field when a dot stands before it, else a global.
  bool read_field(int at, Step step, int begin, int& first) {
    if (is(at - 1, ".") || is(at - 1, ":")) {
      if (!read_from(at - 2, first)) return false;
    } else {
      first = begin;
    }
    name_.owners.push_back(std::move(step));
    return true;
  }

  // An index that ends with the bracket at `at`.
  bool read_index(int at, int& first) {
    const Token& key = tokens_[at - 1];
    Step step;
    if (key.kind == TokenKind::number) {
      step.is_index = true;
      const auto [end, error] =
          std::from_chars(key.text.data(), key.text.data() + key.text.size(), step.index);
      if (error != std::errc() || end != key.text.data() + key.text.size()) return false;
    } else if (key.kind != TokenKind::string || !literal_text(key, step.field)) {
      return false;
    }
    if (!read_from(at - 3, first)) return false;
    name_.owners.push_back(std::move(step));
    return true;
  }

  const std::vector<Token>& tokens_;
  Name& name_;
  int first_ = 0;
};

// Collects the names that local statements, loops and parameter lists declare.
class LocalReader {
 public:
  void add(const Token& token) {
    outline_.add(token);
    const size_t depth = outline_.open().size();
    std::erase_if(locals_, [&](const Local& local) { return local.depth > depth; });
    switch (state_) {
      case State::statement:
        break;
      case State::after_local:
      case State::names:
        return add_to_list(token);
      case State::function:
        return add_to_function(token);
      case State::parameters:
        if (token.kind == TokenKind::name) declare(token, depth_);
        if (token.is(")")) state_ = State::statement;
        return;
    }
    begin(token);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (std::find(names.begin(), names.end(), local->name) == names.end()) names.push_back(local->name);
    }
    return names;
  }

 private:
  enum class State { statement, after_local, names, function, parameters };

  struct Local {
    std::string name;
    size_t depth;
  };

  void begin(const Token& token) {
    depth_ = outline_.open().size();
    if (token.is("local")) state_ = State::after_local;
    if (token.is("for")) state_ = State::names;
    if (token.is("function")) state_ = State::function;
  }

  void add_to_list(const Token& token) {
    const bool is_first = state_ == State::after_local;
    state_ = State::names;
    if (is_first && token.is("function")) {
      state_ = State::function;
      declares_function_ = true;
      return;
    }
    if (token.is("<")) in_attribute_ = true;
    if (token.kind == TokenKind::name && !in_attribute_ && expects_name_) {
      declare(token, depth_);
      expects_name_ = false;
      return;
    }
    if (token.is(">")) in_attribute_ = false;
    if (token.is(",")) expects_name_ = true;
    if (token.is(",") || token.is("<") || token.is(">") || in_attribute_) return;
    state_ = State::statement;
    expects_name_ = true;
    begin(token);
  }

  void add_to_function(const Token& token) {
    if (token.kind == TokenKind::name && declares_function_) declare(token, depth_);
    declares_function_ = false;
    if (token.is("(")) {
      state_ = State::parameters;
      // The bracket is open as well; parameters live as long as the function around it.
      depth_ = outline_.open().size() - 1;
    }
  }

  void declare(const Token& token, size_t depth) { locals_.push_back({std::string(token.text), depth}); }

  Outline outline_;
  std::vector<Local> locals_;
  State state_ = State::statement;
  size_t depth_ = 0;
  bool declares_function_ = false;
  bool in_attribute_ = false;
  bool expects_name_ = true;
};

}  // namespace

Name name_at(std::string_view code, size_t cursor) {
  Name name;
  name.begin = name.end = std::min(cursor, code.size());
  while (name.begin > 0 && is_name_byte(code[name.begin - 1])) --name.begin;
  while (name.end < code.size() && is_name_byte(code[name.end])) ++name.end;
  const std::vector<Token> tokens = tokens_of(code.substr(0, name.begin));
  const int last = static_cast<int>(tokens.size()) - 1;
  ChainReader chain(tokens, name);
  if (last >= 0 && !tokens[last].closed) {
    // The only string to be completed is an index that has just been begun: a["wo
    const bool is_index = tokens[last].text.size() == 1 && last >= 2 && tokens[last - 1].is("[");
    name.is_code = is_index && tokens[last].kind == TokenKind::string;
    name.separator = '[';
    name.is_known = name.is_code && chain.read(last - 2);
  } else if (last >= 0 && (tokens[last].is(".") || tokens[last].is(":"))) {
    name.separator = tokens[last].text[0];
    name.is_known = chain.read(last - 1);
  } else if (name.begin < code.size() && code[name.begin] >= '0' && code[name.begin] <= '9') {
    name.is_code = false;
  }
  return name;
}

size_t called_function(std::string_view code, size_t cursor) {
  Outline outline;
  const std::vector<Token> tokens = tokens_of(code.substr(0, cursor));
  for (const Token& token : tokens) outline.add(token);
  for (auto block = outline.open().rbegin(); block != outline.open().rend(); ++block) {
    if (!block->opener.is("(")) continue;
    const auto opener = std::find_if(tokens.begin(), tokens.end(),
                                     [&](const Token& token) { return token.begin == block->opener.begin; });
    if (opener == tokens.begin() || opener == tokens.end()) continue;
    if ((opener - 1)->kind == TokenKind::name) return (opener - 1)->end;
  }
  return std::string_view::npos;
}

std::vector<std::string> visible_locals(std::string_view code) {
  LocalReader reader;
  Lexer lexer(code);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.kind != TokenKind::comment) reader.add(token);
  }
  return reader.names();
}

bool next_table(lua_State* L) {
  if (lua_getmetatable(L, -1) == 0) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushliteral(L, "__index");
  lua_rawget(L, -2);
  lua_replace(L, -3);
  lua_pop(L, 1);
  if (lua_istable(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

void step_to(lua_State* L, const Step& step) {
  for (int tables = 0; tables < longest_index_chain; ++tables) {
    if (lua_istable(L, -1)) {
      if (step.is_index) {
        lua_pushinteger(L, step.index);
      } else {
        lua_pushlstring(L, step.field.data(), step.field.size());
      }
      if (lua_rawget(L, -2) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
      }
      lua_pop(L, 1);
    }
    if (!next_table(L)) {
      lua_pushnil(L);
      return;
    }
  }
  lua_pop(L, 1);
  lua_pushnil(L);
}

void push_owner(lua_State* L, const Name& name) {
  if (name.of_literal) {
    lua_pushliteral(L, "");
  } else {
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  }
  for (const Step& step : name.owners) step_to(L, step);
}

void append_signature(lua_State* L, int index, bool is_method, std::string& out) {
  if (lua_iscfunction(L, index) != 0) {
    const Reference* reference = reference_of(L, index);
    if (reference != nullptr) out += reference->signature;
    return;
  }
  lua_Debug record;
  lua_pushvalue(L, index);
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">u", &record);
  out += '(';
  const size_t begin = out.size();
  for (int parameter = is_method ? 2 : 1; parameter <= record.nparams; ++parameter) {
    const char* name = lua_getlocal(L, nullptr, parameter);
    if (out.size() > begin) out += ", ";
    out += name == nullptr ? "?" : name;
  }
  if (record.isvararg != 0) out += out.size() > begin ? ", ..." : "...";
  out += ')';
  lua_pop(L, 1);
}

}  // namespace hermit::lua_shell
