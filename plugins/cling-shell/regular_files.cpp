// Asks what a path is before it is opened.
#include "regular_files.hpp"

namespace hermit::cling_shell {
namespace {

class RegularFiles : public llvm::vfs::ProxyFileSystem {
 public:
  RegularFiles() : ProxyFileSystem(llvm::vfs::getRealFileSystem()) {}

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine& path) override {
    const auto status = getUnderlyingFS().status(path);
    if (status && !status->isRegularFile() && !status->isDirectory())
      return std::make_error_code(std::errc::operation_not_supported);
    return getUnderlyingFS().openFileForRead(path);
  }
};

}  // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> regular_files() {
  return llvm::makeIntrusiveRefCnt<RegularFiles>();
}

}  // namespace hermit::cling_shell
