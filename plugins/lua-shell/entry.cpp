// How a host comes to a shell: the entries, what they make, and where its session comes from.
#include "attached.hpp"
#include "manifest.hpp"
#include "shell.hpp"

namespace hermit::lua_shell {
namespace {

// In a state of its own, or in that of the program which embeds the host.
std::shared_ptr<Session> session_for(const sdk::Host& host) {
  host.require(HERMIT_EXT_OUTPUT);
  const auto* embedding = host.find<hermit_host_embedding>(HERMIT_EXT_EMBEDDING);
  if (embedding == nullptr) return Session::open(host);
  return attach(host, static_cast<lua_State*>(embedding->context(host.table())));
}

}  // namespace

LuaShell::LuaShell(const sdk::Host& host) : LuaShell(session_for(host), 0) {}

LuaShell::LuaShell(std::shared_ptr<Session> session, unsigned subshell)
    : Shell(session->host), session_(std::move(session)), subshell_(subshell) {}

std::unique_ptr<sdk::Shell> LuaShell::make_subshell() {
  return std::make_unique<LuaShell>(session_, ++session_->subshells);
}

}  // namespace hermit::lua_shell

HERMIT_SHELL(hermit::lua_shell::LuaShell, hermit::lua_shell::manifest.data())

// For a program that the shell is linked into; see include/hermit/lua.h.
extern "C" {
extern const hermit_shell_entry_type hermit_lua_state_entry;
const hermit_shell_entry_type hermit_lua_state_entry =
    hermit::sdk::entry<hermit::lua_shell::LuaShell>(hermit::lua_shell::state_manifest.data());
}
