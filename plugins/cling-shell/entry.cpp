// How a host comes to a shell: the entry, and what it makes.
#include "lexer.hpp"
#include "manifest.hpp"
#include "shell.hpp"

namespace hermit::cling_shell {

CppShell::CppShell(const sdk::Host& host) : CppShell(Session::open(host), 0) {}

CppShell::CppShell(std::shared_ptr<Session> session, unsigned number)
    : Shell(session->host), session_(std::move(session)), number_(number) {}

std::unique_ptr<sdk::Shell> CppShell::make_subshell() {
  return std::make_unique<CppShell>(session_, ++session_->subshells);
}

sdk::Completeness CppShell::is_complete(hermit_request, std::string_view code) { return judge(code); }

}  // namespace hermit::cling_shell

HERMIT_SHELL(hermit::cling_shell::CppShell, hermit::cling_shell::manifest)
