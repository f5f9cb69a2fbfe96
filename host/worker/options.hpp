// What a worker is made from.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace hermit {

// What a worker may use up; 0 stands for no limit.
struct WorkerLimits {
  std::uint64_t memory = 0;       // bytes of address space
  std::uint64_t cpu_seconds = 0;  // of all its threads together
  std::uint64_t processes = 0;    // and threads, of the user
};

struct WorkerOptions {
  std::filesystem::path program;                             // `hermit`
  std::filesystem::path library;                             // of the shell
  std::map<std::string, std::string, std::less<>> settings;  // of the shell; see Services::setting()
  WorkerLimits limits;
  bool capture = false;  // whether what is written to the descriptors 1 and 2 is output
  // What interrupts take at most: then the process is ended. 0 for never.
  std::chrono::duration<double> interrupt_timeout{5};
};

}  // namespace hermit
