// A garden with a kernel but without sockets: messages come as lines on standard input and go to standard
// output, each a JSON object, as another program's window or a web socket would carry them.
#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "garden.hpp"
// embedding begins
#include <hermit/lua.h>
#include <hermit/embed.hpp>
// embedding ends

int main() {
  Garden garden;
  // embedding begins
  hermit::embedding::Options options;
  options.shell = &hermit_lua_state_entry;
  options.shell_context = garden.lua();
  options.pumped = true;
  options.send = [](auto json, auto&, bool) { return std::cout << json << std::endl, std::nullopt; };
  hermit::embedding::Kernel kernel(std::move(options));
  // embedding ends

  std::string typed;
  for (bool running = true; running;) {
    garden.step();
    pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {kernel.descriptor(), POLLIN, 0}};
    poll(waiting, 2, 5);
    if ((waiting[0].revents & (POLLIN | POLLHUP)) != 0) {
      char bytes[4096];
      const auto size = read(STDIN_FILENO, bytes, sizeof bytes);
      if (size <= 0) break;
      typed.append(bytes, static_cast<std::size_t>(size));
    }
    for (std::size_t end = 0; (end = typed.find('\n')) != std::string::npos; typed.erase(0, end + 1)) {
      // embedding begins
      kernel.handle_msg(typed.substr(0, end));
      // embedding ends
    }
    // embedding begins
    running = kernel.pump();
    // embedding ends
  }
}
