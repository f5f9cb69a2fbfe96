// Makes the code of cells look at the flag of interrupts.
#pragma once

namespace llvm {
class Module;
}

namespace hermit::cling_shell {

// Notes which functions may be left by an exception. To be called before the module is optimised, which also
// finds out which functions throw nothing so far.
void note_throwing(llvm::Module& module);

// Puts a look at the flag into each loop of those functions. To be called after it was optimised, so that
// loops are still made as fast as they can be.
void add_checks(llvm::Module& module);

}  // namespace hermit::cling_shell
