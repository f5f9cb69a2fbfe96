// A garden to which JupyterLab, or `jupyter console --existing FILE`, attaches: the notebook's cells run in
// the program's own Lua state, while its main loop goes on. Usage: embed-sockets FILE
#include <fstream>
#include <iostream>
#include <thread>

#include "garden.hpp"
// embedding begins
#include <hermit/lua.h>
#include <hermit/embed.hpp>
// embedding ends

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "usage: embed-sockets FILE\n", 2;
  Garden garden;
  // embedding begins
  hermit::embedding::Options options;
  options.shell = &hermit_lua_state_entry;
  options.shell_context = garden.lua();
  options.pumped = true;
  options.settings = R"({"connection_file": ")" + std::string(arguments[1]) + R"("})";
  hermit::embedding::Kernel kernel(std::move(options));
  // embedding ends

  std::cout << "jupyter console --existing " << arguments[1] << std::endl;
  for (;;) {
    garden.step();
    // embedding begins
    if (!kernel.pump()) break;
    // embedding ends
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}
