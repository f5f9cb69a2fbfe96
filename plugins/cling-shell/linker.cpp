// ORC's linking layer, one dylib a cell.
#include "linker.hpp"

#include <dlfcn.h>

#include <llvm/Demangle/Demangle.h>
#include <llvm/ExecutionEngine/JITLink/EHFrameSupport.h>
#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/EPCEHFrameRegistrar.h>
#include <llvm/ExecutionEngine/Orc/ExecutorProcessControl.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/IR/Constants.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <cstring>

extern "C" void* __emutls_get_address(void* control);

namespace hermit::cling_shell {
namespace orc = llvm::orc;

namespace {

// The record of an emulated object begins with its size, which is never this.
constexpr uint64_t native_mark = UINT64_MAX;

// Begins the names of functions that only their own cell knows.
constexpr const char* own_prefix = "hermit_cell_";

// Functions that Clang makes of statements and initialisations, and that no code of the user's can name.
bool is_of_the_cell(llvm::StringRef name) {
  return name.starts_with("__stmts__") || name.starts_with("__cxx_global_var_init") ||
         name.starts_with("_GLOBAL_");
}

// Takes out what only functions have used that are no longer there.
void prune(llvm::Module& module) {
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
    variable.removeDeadConstantUsers();
    if (variable.hasLocalLinkage() && variable.use_empty()) variable.eraseFromParent();
  }
}

// See Outline::is_passing.
bool is_passing(const llvm::Module& module, const std::vector<std::string>& starts) {
  const auto stays = [&](const llvm::Function& function) {
    return !function.isDeclaration() && !is_of_the_cell(function.getName()) &&
           !llvm::is_contained(starts, function.getName());
  };
  const auto is_object = [](const llvm::GlobalVariable& variable) {
    return !variable.isDeclaration() && !variable.getName().starts_with("llvm.");
  };
  return llvm::none_of(module.functions(), stays) && llvm::none_of(module.globals(), is_object) &&
         module.alias_empty() && module.ifunc_empty();
}

}  // namespace

struct Linker::Jit {
  explicit Jit(std::unique_ptr<orc::ExecutorProcessControl> control,
               std::unique_ptr<llvm::jitlink::JITLinkMemoryManager> memory)
      : session(std::move(control)), layer(session, std::move(memory)) {
    layer.addPlugin(std::make_unique<orc::EHFrameRegistrationPlugin>(
        session, std::make_unique<llvm::jitlink::InProcessEHFrameRegistrar>()));
    session.setErrorReporter(
        [this](llvm::Error error) { trouble += llvm::toString(std::move(error)) + "\n"; });
  }
  ~Jit() { llvm::consumeError(session.endSession()); }

  std::string trouble;
  orc::ExecutionSession session;
  orc::ObjectLinkingLayer layer;
};

// The code of a cell that is freed when it has run.
struct Linker::Passing {
  orc::JITDylib* dylib;
  std::map<std::string, void*> functions;
};

Linker::Linker() = default;
Linker::~Linker() = default;

std::unique_ptr<Linker> Linker::open(std::string& why) {
  std::unique_ptr<Linker> linker(new Linker);
  auto control = orc::SelfExecutorProcessControl::Create();
  if (!control) {
    why = llvm::toString(control.takeError());
    return nullptr;
  }
  auto memory = llvm::jitlink::InProcessMemoryManager::Create();
  if (!memory) {
    why = llvm::toString(memory.takeError());
    return nullptr;
  }
  linker->jit_ = std::make_unique<Jit>(std::move(*control), std::move(*memory));
  return linker;
}

void Linker::offer(const std::string& symbol, void* address) { defined_[symbol] = address; }

void* Linker::find(std::string_view symbol) const {
  const std::string name(symbol);
  const auto found = defined_.find(name);
  if (found != defined_.end()) return found->second;
  return dlsym(RTLD_DEFAULT, name.c_str());
}

// The code of cells has emulated thread-local objects, since those that the system knows belong to libraries
// that it has loaded itself. Those of such libraries are reached by their names.
void* Linker::find_thread_local(const std::string& symbol) {
  constexpr std::string_view prefix = "__emutls_v.";
  if (symbol.rfind(prefix, 0) != 0) return nullptr;
  std::string name = symbol.substr(prefix.size());
  if (dlsym(RTLD_DEFAULT, name.c_str()) == nullptr) return nullptr;
  natives_.push_back({native_mark, std::move(name)});
  defined_[symbol] = &natives_.back();
  return &natives_.back();
}

void* Linker::thread_local_address(void* control) {
  const auto* native = static_cast<const Native*>(control);
  return native->mark == native_mark ? dlsym(RTLD_DEFAULT, native->name.c_str())
                                     : __emutls_get_address(control);
}

Outline Linker::prepare(llvm::Module& module, const std::vector<std::string>& renewed) {
  for (llvm::GlobalObject& object : module.global_objects()) {
    if (object.isDeclaration() || !(object.hasLinkOnceLinkage() || object.hasWeakLinkage())) continue;
    const std::string name = (object.isThreadLocal() ? "__emutls_v." : "") + object.getName().str();
    if (defined_.count(name) == 0) continue;
    const auto is_in = [&](const std::string& part) { return name.find(part) != std::string::npos; };
    if (llvm::any_of(renewed, is_in)) continue;
    object.setComdat(nullptr);
    if (auto* function = llvm::dyn_cast<llvm::Function>(&object)) {
      function->deleteBody();
    } else if (auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(&object)) {
      variable->setInitializer(nullptr);
    }
    object.setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
  Outline outline;
  std::vector<std::string>& starts = outline.starts;
  const std::string prefix = own_prefix + std::to_string(++cells_) + "_";
  if (auto* list = module.getGlobalVariable("llvm.global_ctors", true)) {
    std::vector<std::pair<uint64_t, llvm::Function*>> found;
    const auto* entries = llvm::dyn_cast<llvm::ConstantArray>(list->getInitializer());
    for (unsigned at = 0; entries != nullptr && at < entries->getNumOperands(); ++at) {
      const auto* entry = llvm::cast<llvm::ConstantStruct>(entries->getOperand(at));
      auto* function = llvm::dyn_cast<llvm::Function>(entry->getOperand(1)->stripPointerCasts());
      if (function == nullptr || function->isDeclaration()) continue;
      found.emplace_back(llvm::cast<llvm::ConstantInt>(entry->getOperand(0))->getZExtValue(), function);
    }
    llvm::stable_sort(found, [](const auto& left, const auto& right) { return left.first < right.first; });
    list->eraseFromParent();
    for (const auto& [priority, function] : found) {
      starts.push_back(prefix + std::to_string(starts.size()));
      function->setName(starts.back());
      function->setLinkage(llvm::GlobalValue::ExternalLinkage);
      function->setComdat(nullptr);
      starts.back() = function->getName().str();
    }
  }
  if (auto* list = module.getGlobalVariable("llvm.global_dtors", true)) list->eraseFromParent();
  prune(module);
  outline.is_passing = is_passing(module, starts);
  // With names of their own, functions inside the cell are found by the addresses of a traceback.
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || !function.hasLocalLinkage()) continue;
    function.setName(prefix + function.getName());
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
  return outline;
}

void Linker::leave(unsigned passing) {
  const std::lock_guard<std::mutex> guard(left_mutex_);
  left_.push_back(passing);
}

void Linker::free_what_was_left() {
  std::vector<unsigned> left;
  {
    const std::lock_guard<std::mutex> guard(left_mutex_);
    left.swap(left_);
  }
  for (const unsigned each : left) {
    const auto found = passing_.find(each);
    if (found == passing_.end()) continue;
    frames_.remove(found->second.functions);
    llvm::consumeError(jit_->session.removeJITDylib(*found->second.dylib));
    passing_.erase(found);
  }
}

Linked Linker::link(std::unique_ptr<llvm::MemoryBuffer> object, const Outline& outline) {
  const std::vector<std::string>& starts = outline.starts;
  Linked linked;
  free_what_was_left();
  auto file = llvm::object::ObjectFile::createELFObjectFile(object->getMemBufferRef());
  if (!file) {
    linked.trouble = llvm::toString(file.takeError());
    return linked;
  }
  orc::SymbolMap known;
  orc::SymbolLookupSet wanted;
  std::vector<std::pair<std::string, bool>> names;
  for (const llvm::object::ELFSymbolRef symbol : (*file)->symbols()) {
    const uint32_t flags = llvm::cantFail(symbol.getFlags());
    if ((flags & (llvm::object::SymbolRef::SF_Global | llvm::object::SymbolRef::SF_Weak)) == 0) continue;
    const std::string name = llvm::cantFail(symbol.getName()).str();
    if ((flags & llvm::object::SymbolRef::SF_Undefined) == 0) {
      names.emplace_back(name, symbol.getELFType() == llvm::ELF::STT_FUNC);
      wanted.add(jit_->session.intern(name));
      continue;
    }
    if (name.empty() || name == "_GLOBAL_OFFSET_TABLE_") continue;
    void* address = find(name);
    if (address == nullptr) address = find_thread_local(name);
    if (address == nullptr && (flags & llvm::object::SymbolRef::SF_Weak) == 0) linked.missing.push_back(name);
    known[jit_->session.intern(name)] = {orc::ExecutorAddr::fromPtr(address), llvm::JITSymbolFlags::Exported};
  }
  if (!linked.missing.empty()) return linked;

  auto kept = llvm::MemoryBuffer::getMemBufferCopy(object->getBuffer(), object->getBufferIdentifier());
  jit_->trouble.clear();
  orc::JITDylib& dylib = jit_->session.createBareJITDylib("cell" + std::to_string(cells_));
  llvm::Error error = dylib.define(orc::absoluteSymbols(std::move(known)));
  if (!error) error = jit_->layer.add(dylib, std::move(object));
  if (error) {
    linked.trouble = llvm::toString(std::move(error));
    return linked;
  }
  auto found = jit_->session.lookup({{&dylib, orc::JITDylibLookupFlags::MatchAllSymbols}}, std::move(wanted));
  if (!found) {
    linked.trouble = llvm::toString(found.takeError()) + "\n" + jit_->trouble;
    llvm::consumeError(jit_->session.removeJITDylib(dylib));
    return linked;
  }
  std::map<std::string, void*> functions;
  for (const auto& [name, is_function] : names) {
    void* address = (*found)[jit_->session.intern(name)].getAddress().toPtr<void*>();
    if (name.compare(0, std::strlen(own_prefix), own_prefix) != 0 || llvm::is_contained(starts, name))
      defined_[name] = address;
    if (is_function) functions[name] = address;
  }
  frames_.add(std::move(kept), functions);
  for (const std::string& start : starts)
    linked.starts.push_back(reinterpret_cast<void (*)()>(defined_[start]));
  for (const std::string& start : starts) defined_.erase(start);
  if (!outline.is_passing) holds_code_ = true;
  if (outline.is_passing) {
    linked.passing = cells_;
    passing_.emplace(cells_, Passing{&dylib, std::move(functions)});
  }
  return linked;
}

std::string readable(std::string name) {
  const auto replace = [&](std::string_view from, std::string_view to) {
    for (size_t at = name.find(from); at != std::string::npos; at = name.find(from, at + to.size()))
      name.replace(at, from.size(), to);
  };
  replace("std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >", "std::string");
  replace("std::basic_string<char, std::char_traits<char>, std::allocator<char>>", "std::string");
  replace("std::__cxx11::", "std::");
  for (size_t at = name.find("[abi:c"); at != std::string::npos; at = name.find("[abi:c")) {
    const size_t end = name.find(']', at);
    if (end == std::string::npos) break;
    name.erase(at, end + 1 - at);
  }
  return name;
}

std::string demangled(const std::string& symbol) { return readable(llvm::demangle(symbol)); }

}  // namespace hermit::cling_shell
