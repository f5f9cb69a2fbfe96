// What is fixed about the shell, as JSON: its name, its language, what it can do, its settings (S9).
#pragma once

namespace hermit::cling_shell {

extern const char manifest[];

}  // namespace hermit::cling_shell
