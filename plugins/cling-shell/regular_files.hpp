// The files that headers may come from.
#pragma once

#include <llvm/Support/VirtualFileSystem.h>

namespace hermit::cling_shell {

// The files of the system, without pipes and devices: opening one of those can wait for ever, and reading it
// can have no end.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> regular_files();

}  // namespace hermit::cling_shell
