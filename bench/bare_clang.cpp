// The floor for C++ kernels: clang::Interpreter by itself, with no kernel around it, doing what a cell asks
// for.
//
// hermit-bare-clang CELLS PROGRAM prints a JSON object: how long the interpreter took to be ready and to have
// its first value, how long each of many cells `1 + 1` and the program in the file took, in milliseconds, and
// the memory that each cell left behind, in KiB. A cell converts its value to text and hands it over, as one
// that is shown does.
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Interpreter/Interpreter.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

// Where the cells put their values; found by the interpreter among the program's own symbols.
extern "C" [[gnu::visibility("default")]] void bare_clang_take(const char* text);

namespace {

using Clock = std::chrono::steady_clock;

std::string taken;

double since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void run(clang::Interpreter& interpreter, const std::string& code) {
  if (llvm::Error error = interpreter.ParseAndExecute(code)) {
    std::cerr << llvm::toString(std::move(error)) << "\n";
    std::exit(1);
  }
}

double resident_kibibytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  constexpr double page_kibibytes = 4;
  return resident * page_kibibytes;
}

std::unique_ptr<clang::Interpreter> open() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  clang::IncrementalCompilerBuilder builder;
  builder.SetCompilerArgs({"-std=c++20", "-fPIC", "-resource-dir=" CLANG_RESOURCES});
  auto instance = llvm::cantFail(builder.CreateCpp());
  return llvm::cantFail(clang::Interpreter::create(std::move(instance)));
}

}  // namespace

extern "C" void bare_clang_take(const char* text) { taken = text; }

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: hermit-bare-clang CELLS PROGRAM\n";
    return 2;
  }
  const int cells = std::atoi(words[1]);
  std::stringstream program;
  program << std::ifstream(words[2]).rdbuf();

  const auto begin = Clock::now();
  const auto interpreter = open();
  run(*interpreter,
      "#include <string>\nextern \"C\" void bare_clang_take(const char*);\n"
      "template <typename T> void show(const T& value) { bare_clang_take(std::to_string(value).c_str()); }");
  const double ready = since(begin);
  run(*interpreter, "show(1 + 1);");
  const double first = since(begin);

  std::vector<double> times;
  const auto round = [&](int number) {
    for (int at = 0; at < number; ++at) {
      const auto start = Clock::now();
      run(*interpreter, "show(1 + 1);");
      times.push_back(since(start));
    }
  };
  round(cells / 4);
  times.clear();
  const double before = resident_kibibytes();
  round(cells);
  const double kept = (resident_kibibytes() - before) / cells;
  std::nth_element(times.begin(), times.begin() + cells / 2, times.end());
  const auto start = Clock::now();
  run(*interpreter, program.str());
  std::printf("{\"ready\": %.3f, \"first\": %.3f, \"cell\": %.4f, \"program\": %.3f, \"kept\": %.2f}\n",
              ready, first, times[static_cast<std::size_t>(cells / 2)], since(start), kept);
  // Ending the interpreter is no part of it, and may go wrong.
  std::fflush(stdout);
  std::_Exit(taken == "2" ? 0 : 1);
}
