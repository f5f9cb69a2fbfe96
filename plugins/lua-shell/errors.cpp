// Words and colours errors. Colours are ANSI codes of the eight basic ones, which every theme has.
#include "errors.hpp"

#include <algorithm>
#include <lua.hpp>

#include "coroutines.hpp"
#include "layout.hpp"
#include "session.hpp"
#include "text.hpp"

namespace hermit::lua_shell {
namespace {

constexpr std::string_view name_colour = "\x1b[1;31m";
constexpr std::string_view place_colour = "\x1b[32m";
constexpr std::string_view function_colour = "\x1b[36m";
constexpr std::string_view mark_colour = "\x1b[1;31m";
constexpr std::string_view no_colour = "\x1b[0m";

// Longer lines of source are cut: they come from generated code.
constexpr size_t longest_line = 200;

std::string coloured(std::string_view colour, std::string_view text) {
  return std::string(colour) + std::string(text) + std::string(no_colour);
}

// A line of source for show: valid, without tabs, and not too long.
std::string shown_line(std::string_view line) {
  std::string text = repaired(line.substr(0, longest_line));
  for (char& byte : text) {
    if (byte == '\t') byte = ' ';
  }
  return text;
}

std::string without_indent(std::string line) {
  const size_t first = line.find_first_not_of(' ');
  return first == std::string::npos ? std::string() : line.substr(first);
}

// The source line that a frame stands at, or "". Only cells and files have one.
std::string source_line(const Session& session, const Frame& frame) {
  if (frame.line < 1) return {};
  const std::string_view cell = session.sources.find(frame.source);
  if (!cell.empty()) return without_indent(shown_line(line_of(cell, frame.line)));
  if (frame.source.empty() || frame.source.front() == '[') return {};
  return without_indent(shown_line(line_of(read_file(frame.source), frame.line)));
}

void add_frame(const Session& session, const Frame& frame, std::vector<std::string>& lines) {
  std::string place = repaired(frame.source);
  if (frame.line > 0) place += ":" + std::to_string(frame.line);
  std::string line = "  " + coloured(place_colour, place);
  if (frame.is_chunk) {
    line += ": in main chunk";
  } else if (frame.name.empty() && frame.defined_at < 0) {
    line += ": in a function";
  } else if (frame.name.empty()) {
    line += ": in function <" + repaired(frame.source) + ":" + std::to_string(frame.defined_at) + ">";
  } else {
    line += ": in function " + coloured(function_colour, repaired(frame.name));
  }
  lines.push_back(std::move(line));
  const std::string source = source_line(session, frame);
  if (!source.empty()) lines.push_back("      " + source);
  if (frame.is_tail_call) lines.emplace_back("  (tail calls that left no trace)");
}

void add_frames(const Session& session, const Frames& frames, std::string_view title,
                std::vector<std::string>& lines) {
  if (frames.list.empty()) return;
  lines.emplace_back(title);
  for (size_t index = 0; index < frames.list.size(); ++index) {
    if (frames.skipped > 0 && index == frames.skipped_after) {
      lines.push_back("  … (" + std::to_string(frames.skipped) + " levels left out)");
    }
    add_frame(session, frames.list[index], lines);
  }
}

// What an error value says of itself. Filled under protect().
struct Description {
  std::string name;
  std::string text;
  ValuePicture picture;
};

// Describes the error value at index 1.
void describe(lua_State* L, Description& description) {
  size_t size = 0;
  if (lua_type(L, 1) == LUA_TSTRING) {
    const char* text = lua_tolstring(L, 1, &size);
    description.text = repaired({text, size});
    return;
  }
  if (luaL_getmetafield(L, 1, "__name") == LUA_TSTRING) {
    const char* name = lua_tolstring(L, -1, &size);
    description.name = repaired({name, size});
  }
  take_picture(L, 1, session_of(L).limits, UserCode::allowed, description.picture);
  description.text = lay_out(description.picture);
}

}  // namespace

sdk::UserError report_text(std::string name, std::string value) {
  sdk::UserError report{std::move(name), std::move(value), {}};
  report.traceback.push_back(coloured(name_colour, report.name) + ": " + report.value);
  return report;
}

int note_error(lua_State* L) {
  take_frames(L, 1, session_of(L).lock.holder().error_frames);
  return 1;
}

sdk::UserError report_error(lua_State* L, int status) {
  Session& session = session_of(L);
  if (status == LUA_ERRMEM) {
    // What only the code that failed had is garbage now. Lua's own buffers would not have it collected.
    lua_gc(L, LUA_GCCOLLECT);
    session.memory.grant();
  }
  const Lane& lane = session.lock.holder();
  const bool came_from_coroutine = is_coroutine_error(L);
  Description description;
  if (protect(L, 1, [&](lua_State* inner) { describe(inner, description); }) != LUA_OK) {
    description.text = "(an error value that cannot be shown)";
    lua_pop(L, 1);
  }
  if (status == LUA_ERRMEM) description.text = "not enough memory";
  sdk::UserError report =
      report_text(description.name.empty() ? "LuaError" : description.name, description.text);
  if (came_from_coroutine) {
    add_frames(session, lane.coroutine_frames, "stack of the coroutine that failed:", report.traceback);
  }
  add_frames(session, lane.error_frames, "stack traceback:", report.traceback);
  return report;
}

sdk::UserError report_syntax_error(const CompileError& error, std::string_view code) {
  if (error.status != LUA_ERRSYNTAX) return report_text("LuaError", repaired(error.message));
  sdk::UserError report = report_text("SyntaxError", repaired(error.message));
  const size_t offset = std::min(error.offset, code.size());
  // At the end of the code the mark goes to where the text is missing: after the last word.
  size_t at = offset;
  if (error.at_end) {
    const size_t last = code.find_last_not_of(" \t\r\n");
    at = last == std::string_view::npos ? 0 : last + 1;
  }
  const auto number = 1 + std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const size_t line_begin = at == 0 ? 0 : code.rfind('\n', at - 1) + 1;
  const std::string label = std::to_string(number);
  report.traceback.push_back("  " + coloured(place_colour, label) + " | " +
                             shown_line(line_of(code, static_cast<int>(number))));
  // One column a character, however many bytes it has.
  size_t column = 0;
  for (size_t byte = line_begin; byte < at; ++byte)
    column += (static_cast<unsigned char>(code[byte]) & 0xC0) != 0x80;
  if (column <= longest_line) {
    report.traceback.push_back("  " + std::string(label.size(), ' ') + " | " + std::string(column, ' ') +
                               coloured(mark_colour, "^"));
  }
  return report;
}

sdk::Outcome interrupted(const Session& session, const Lane& lane) {
  sdk::UserError report = report_text("KernelInterrupt", "the cell was interrupted");
  add_frames(session, lane.interrupt_frames, "stack traceback:", report.traceback);
  return sdk::Outcome::interrupted(std::move(report));
}

}  // namespace hermit::lua_shell
