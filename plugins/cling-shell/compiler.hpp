// Clang as a session needs it: one translation unit that grows cell by cell, and the module of each cell.
//
// Clang has an interpreter of its own (clang::Interpreter), whose building blocks are used here. Its loop is
// not: what a cell with an error leaves behind there, and what it does to a name that is declared again,
// cannot be mended from outside.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clang.hpp"
#include "consumer.hpp"
#include "diagnostics.hpp"
#include "halt.hpp"
#include "shadow.hpp"

namespace hermit::cling_shell {

// How cells are compiled. What is here cannot change while a session lives, but for the optimisation.
struct CompilerOptions {
  std::string standard = "c++20";
  int optimisation = 0;                    // 0 to 3
  std::vector<std::string> include_paths;  // searched before the system's
  std::vector<std::string> flags;          // as for clang++
  std::string prelude;                     // the header that every session begins with
  std::string precompiled;                 // the same, precompiled; empty when there is none
};

// The arguments for clang++ that the options stand for, without the prelude.
std::vector<std::string> arguments_of(const CompilerOptions& options);

// A cell as code.
struct Unit {
  // Of its own, since what a context has once made of types, constants and lines is never freed.
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  clang::TranslationUnitDecl* part = nullptr;
  clang::FileID file;
  bool has_value = false;  // its last expression is passed to the prelude
  // What code initialises, in order; after each of these the cell calls hermit_cpp_mark().
  std::vector<std::vector<clang::NamedDecl*>> marks;
  // Parts of the symbols of what was specialised anew: code for these has to be made again.
  std::vector<std::string> renewed;
};

// Used under the lock of the session.
class Compiler {
 public:
  // Returns NULL and says why when Clang cannot be set up, such as for a flag that it does not know.
  static std::unique_ptr<Compiler> open(const CompilerOptions& options, std::string& why);
  ~Compiler();

  // Parses a cell and makes code of it. `name` is what diagnostics call it; `shown` names the function of the
  // prelude that the value of the last expression is passed to, or is empty.
  // Returns nothing when it has errors, which diagnostics() then tells, or when `wish` became true on the
  // way, which halt() then tells; the session is as it was before.
  std::optional<Unit> compile(const std::string& name, std::string_view code, std::string_view shown,
                              const std::atomic<bool>* wish = nullptr);

  // Code of the shell's own that has to be compiled and run before the next cell; "" when there is none.
  std::string due();

  // Puts all that a unit declares out of sight, as if its cell had not been.
  void drop(const Unit& unit) { shadow_->drop(unit.part, unit.file); }
  // Puts out of sight what a unit that ended early has not initialised: what comes after `reached` marks.
  void drop_after(const Unit& unit, size_t reached);
  // Adds a folder in which headers are looked for. Returns false when there is no such folder.
  bool add_include_path(const std::string& path);
  // What cells have declared and can still be seen: name and type.
  std::vector<std::pair<std::string, std::string>> declared();

  // The name of the enumerator of a type, given as `space::Type`, that has the value; or "".
  std::string enumerator(const std::string& type, long long value);

  Diagnostics& diagnostics() { return *diagnostics_; }
  clang::Sema& sema() { return instance_->getSema(); }
  clang::Parser& parser() { return *parser_; }
  clang::CompilerInstance& instance() { return *instance_; }
  Halt& halt() { return *halt_; }
  void set_optimisation(int level);

 private:
  using Instances = std::set<clang::ClassTemplateSpecializationDecl*>;
  // Where to put which declarations out of sight during the next attempt.
  using Plan = std::vector<std::pair<unsigned, clang::NamedDecl*>>;
  struct Attempt {
    clang::FileID file;
    clang::TranslationUnitDecl* part = nullptr;
    clang::TopLevelStmtDecl* last = nullptr;  // what was parsed last, if it is a statement
    bool lacks_semicolon = false;             // so that the last statement may be a value
    std::vector<std::vector<clang::NamedDecl*>> marks;
    // Instances that earlier cells had asked for.
    std::vector<clang::Sema::PendingImplicitInstantiation> owed;
    std::vector<unsigned> starts;  // offsets at which top-level declarations begin
    bool has_value = false;
  };

  Compiler() = default;
  bool set_up(const CompilerOptions& options, std::string& why);
  Attempt parse(const std::string& name, std::string_view code, const Plan& plan, std::string_view shown,
                bool encloses);
  void feed(Attempt& attempt, const std::string& name, std::string_view code, bool encloses);
  void refuse_ruins(clang::SourceLocation place);
  void lift_locals(clang::TopLevelStmtDecl& block, clang::TranslationUnitDecl* part);
  void parse_declarations(Attempt& attempt, const Plan& plan);
  void add_mark(Attempt& attempt, clang::DeclGroupRef declared);
  void show_value(clang::TopLevelStmtDecl* statement, std::string_view shown, Attempt& attempt);
  bool extend(Plan& plan, const Attempt& attempt) const;
  std::optional<Unit> generate(const Attempt& attempt);
  void take_back(const Attempt& attempt);
  void ask_again(const Attempt& attempt);
  void forget_value(clang::VarDecl& variable, Instances& classes);
  std::vector<std::string> symbols_of(const clang::FunctionDecl* function);
  void owe(clang::ValueDecl* instance);
  bool ask_for_owed(const llvm::Module& module);
  bool is_sound(const clang::Decl* decl) const;
  void drain();
  void publish(clang::DeclContext* context, bool unnamed);
  void publish(clang::VarDecl* variable);
  static bool is_of_cells(clang::QualType type);
  void note_looks();
  std::string looks() const;
  static bool declares_looks(const clang::Decl* decl);

  std::unique_ptr<llvm::LLVMContext> context_ = std::make_unique<llvm::LLVMContext>();  // of the next unit
  std::unique_ptr<clang::CompilerInstance> instance_;
  std::unique_ptr<clang::FrontendAction> action_;
  std::unique_ptr<clang::CodeGenerator> generator_;
  Consumer* consumer_ = nullptr;        // owned by instance_
  Diagnostics* diagnostics_ = nullptr;  // owned by instance_
  std::unique_ptr<clang::Parser> parser_;
  std::unique_ptr<Shadow> shadow_;
  std::unique_ptr<Halt> halt_;
  // What cells that came to nothing have asked for: functions by their symbols, to be made when code calls
  // them, and what is made with the next attempt.
  std::unordered_map<std::string, clang::FunctionDecl*> owed_functions_;
  std::vector<clang::Sema::PendingImplicitInstantiation> owed_instances_;
  std::vector<std::pair<clang::CXXRecordDecl*, clang::SourceLocation>> owed_tables_;
  unsigned units_ = 0;
  unsigned locals_ = 0;  // types and static objects in blocks outside of functions
  // Counts the cells that declared how values are shown. What shows a value is a template, and an instance of
  // it is made but once: so it has this number as an argument.
  unsigned generation_ = 1;
  bool are_looks_stale_ = false;
};

}  // namespace hermit::cling_shell
