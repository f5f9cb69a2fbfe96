// Opens the parts of a session, from the settings.
#include "session.hpp"

#include <dlfcn.h>

#include "clang.hpp"
#include "compiler.hpp"
#include "emit.hpp"
#include "execute.hpp"
#include "linker.hpp"
#include "places.hpp"
#include "precompile.hpp"
#include "runtime.hpp"

namespace hermit::cling_shell {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::string part;
  for (const char byte : text + separator) {
    if (byte != separator) {
      part += byte;
    } else if (!part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
  }
  return parts;
}

CompilerOptions options_of(const sdk::Host& host) {
  CompilerOptions options;
  const std::string standard = host.setting("ClingShell.std");
  if (!standard.empty()) options.standard = standard;
  const std::string level = host.setting("ClingShell.opt");
  if (level.size() == 1 && level[0] >= '0' && level[0] <= '3') options.optimisation = level[0] - '0';
  options.include_paths = split(host.setting("ClingShell.include_path"), ':');
  options.flags = split(host.setting("ClingShell.flags"), ' ');
  const std::string headers = header_folder();
  options.include_paths.push_back(headers);
  options.prelude = headers;
  options.prelude += "/hermit/prelude.hpp";
  return options;
}

}  // namespace

Session::Session(const sdk::Host& to) : host(to) {}
Session::~Session() {
  forget_runtime(*this);
  host.leave();
  // Threads of the user's may still run code of cells, so that this is never freed.
  if (linker != nullptr && linker->holds_code()) static_cast<void>(linker.release());
  for (auto& each : retired) static_cast<void>(each.release());
}

std::unique_ptr<Session> Session::open(const sdk::Host& host) {
  host.require(HERMIT_EXT_OUTPUT);
  auto session = std::make_unique<Session>(host);
  std::string why;
  if (!session->fill("", why)) throw sdk::Refusal{why};
  return session;
}

bool Session::fill(const std::string& wanted, std::string& why) {
  CompilerOptions options = options_of(host);
  if (!wanted.empty()) options.standard = wanted;
  if (host.setting("ClingShell.pch") != "false") options.precompiled = precompiled_prelude(options);
  auto made = Compiler::open(options, why);
  if (made == nullptr) return false;
  auto links = Linker::open(why);
  if (links == nullptr) return false;
  compiler = std::move(made);
  if (linker != nullptr) retired.push_back(std::move(linker));
  linker = std::move(links);
  emitter = std::make_unique<Emitter>(compiler->instance());
  optimisation = options.optimisation;
  standard = options.standard;
  offer_runtime(*this);
  if (!options.precompiled.empty()) return true;
  return run_own(*this, "#include \"" + options.prelude + "\"\n", why);
}

std::string Session::line_of(const std::string& name, unsigned line) const {
  const auto found = sources.find(name);
  if (found == sources.end()) return "";
  size_t begin = 0;
  for (; line > 1 && begin != std::string::npos; --line) begin = found->second.find('\n', begin + 1);
  if (begin == std::string::npos) return "";
  begin = found->second.find_first_not_of(" \t\n", begin);
  if (begin == std::string::npos) return "";
  return found->second.substr(begin, found->second.find('\n', begin) - begin);
}

std::unique_lock<std::timed_mutex> Session::turn(const Lane& lane,
                                                 std::chrono::steady_clock::time_point end) {
  // How often an interrupt is looked for meanwhile.
  constexpr std::chrono::milliseconds glance{20};
  std::unique_lock<std::timed_mutex> lock(compiling, std::defer_lock);
  while (!lane.interrupted && std::chrono::steady_clock::now() < end && !lock.try_lock_for(glance)) {
  }
  return lock;
}

std::string Session::restart(const std::string& wanted) {
  const std::lock_guard guard(compiling);
  std::string why;
  fill(wanted.empty() ? standard : wanted, why);
  return why;
}

}  // namespace hermit::cling_shell
