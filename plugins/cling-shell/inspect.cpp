// Inspection: what the name at the cursor is, also while a cell runs. Finds the declarations of the name as
// completion does, in a copy of the process, and describes them there.
#include <clang/AST/RawCommentList.h>
#include <llvm/ADT/StringExtras.h>

#include <algorithm>

#include "compiler.hpp"
#include "lexer.hpp"
#include "look.hpp"
#include "shell.hpp"
#include "suggest.hpp"

namespace hermit::cling_shell {
namespace {

// More overloads than these are counted, not listed.
constexpr size_t most_overloads = 12;
constexpr size_t most_enumerators = 50;

std::string place_of(const clang::NamedDecl& decl) {
  const auto& sources = decl.getASTContext().getSourceManager();
  const clang::PresumedLoc place = sources.getPresumedLoc(decl.getLocation());
  if (place.isInvalid()) return "";
  std::string file = place.getFilename();
  // Clang finds the headers of the C++ library by way of the compiler's folder, with many dots.
  auto& files = sources.getFileManager();
  if (const auto found = files.getOptionalFileRef(file)) file = files.getCanonicalName(*found).str();
  return file + ":" + std::to_string(place.getLine());
}

clang::PrintingPolicy policy_of(const clang::ASTContext& context) {
  clang::PrintingPolicy policy = context.getPrintingPolicy();
  policy.AnonymousTagLocations = false;
  return policy;
}

std::string declaration_of(const clang::NamedDecl& decl, bool whole) {
  clang::PrintingPolicy policy = policy_of(decl.getASTContext());
  policy.TerseOutput = !whole;
  policy.PolishForDeclaration = true;
  policy.SuppressInitializers = false;
  policy.FullyQualifiedName = false;
  std::string text;
  llvm::raw_string_ostream stream(text);
  decl.print(stream, policy);
  // In short, a type has empty brackets behind it.
  if (!whole && llvm::isa<clang::TypeDecl, clang::ClassTemplateDecl>(decl))
    text.resize(text.find_last_not_of(" {}\n") + 1);
  return text;
}

std::string number(clang::CharUnits bytes) { return std::to_string(bytes.getQuantity()); }

// Where the bases and fields of a class lie.
void add_layout(const clang::CXXRecordDecl& record, std::string& out) {
  const auto& context = record.getASTContext();
  const clang::PrintingPolicy policy = policy_of(context);
  const auto& layout = context.getASTRecordLayout(&record);
  const auto add_base = [&](const clang::CXXBaseSpecifier& base, bool is_virtual) {
    const auto* of = base.getType()->getAsCXXRecordDecl();
    if (of == nullptr) return;
    out += "  at " + number(is_virtual ? layout.getVBaseClassOffset(of) : layout.getBaseClassOffset(of)) +
           (is_virtual ? ": virtual base " : ": base ") + base.getType().getAsString(policy) + "\n";
  };
  if (layout.hasOwnVFPtr()) out += "  at 0: pointer to the table of virtual functions\n";
  for (const auto& base : record.bases()) {
    if (!base.isVirtual()) add_base(base, false);
  }
  for (const auto* field : record.fields()) {
    const uint64_t bits = layout.getFieldOffset(field->getFieldIndex());
    out += "  at " + std::to_string(bits / 8);
    if (field->isBitField()) {
      const uint64_t first = bits % 8;
      const uint64_t width = field->getBitWidthValue(context);
      out += ", " + std::to_string(width) + " bits from bit " + std::to_string(first);
    }
    out += ": " + field->getType().getAsString(policy) + " " + field->getNameAsString() + "\n";
  }
  for (const auto& base : record.vbases()) add_base(base, true);
}

void add_enumerators(const clang::EnumDecl& type, std::string& out) {
  out += "Underlying type: " + type.getIntegerType().getAsString(policy_of(type.getASTContext())) + "\n";
  size_t count = 0;
  for (const auto* each : type.enumerators()) {
    if (++count > most_enumerators) continue;
    out += "  " + each->getNameAsString() + " = " + llvm::toString(each->getInitVal(), 10) + "\n";
  }
  if (count > most_enumerators) out += "  … and " + std::to_string(count - most_enumerators) + " more\n";
}

// How large the objects of a type are and, with `inside`, what they are made of. Nothing for a type that has
// none.
void add_size(clang::Sema& sema, const clang::NamedDecl& decl, clang::QualType type, bool inside,
              std::string& out) {
  auto& context = sema.getASTContext();
  type = type.getNonReferenceType();
  if (type.isNull() || type->isDependentType() || type->isUndeducedType() || type->isFunctionType() ||
      type->isVoidType() || !sema.isCompleteType(decl.getLocation(), type))
    return;
  const auto* tag = type->getAsTagDecl();
  if (tag != nullptr && tag->isInvalidDecl()) return;
  out += "Size: " + number(context.getTypeSizeInChars(type)) + " bytes, alignment " +
         number(context.getTypeAlignInChars(type)) + "\n";
  if (!inside || tag == nullptr) return;
  if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(tag))
    add_layout(*record->getDefinition(), out);
  if (const auto* listed = llvm::dyn_cast<clang::EnumDecl>(tag))
    add_enumerators(*listed->getDefinition(), out);
}

std::string comment_of(const clang::NamedDecl& decl) {
  const auto& context = decl.getASTContext();
  const clang::RawComment* comment = context.getRawCommentForAnyRedecl(&decl);
  return comment == nullptr ? ""
                            : comment->getFormattedText(context.getSourceManager(), context.getDiagnostics());
}

void add_type(clang::Sema& sema, const clang::NamedDecl& decl, std::string& out) {
  const clang::PrintingPolicy policy = policy_of(sema.getASTContext());
  if (const auto* type = llvm::dyn_cast<clang::TypeDecl>(&decl)) {
    std::string size;
    add_size(sema, decl, sema.getASTContext().getTypeDeclType(type), true, size);
    if (!size.empty()) out += "\n" + size;
  } else if (const auto* constant = llvm::dyn_cast<clang::EnumConstantDecl>(&decl)) {
    out += "\nType: " + constant->getType().getAsString(policy) +
           "\nValue: " + llvm::toString(constant->getInitVal(), 10) + "\n";
  } else if (llvm::isa<clang::VarDecl, clang::FieldDecl>(decl)) {
    const clang::QualType type = llvm::cast<clang::ValueDecl>(decl).getType();
    const std::string name = type.getAsString(policy);
    const std::string plain = type.getCanonicalType().getAsString(policy);
    out += "\nType: " + name + "\n";
    if (plain != name) out += "That is: " + plain + "\n";
    add_size(sema, decl, type, false, out);
  }
}

void describe(clang::Sema& sema, const clang::NamedDecl& given, bool whole, std::string& out) {
  const clang::NamedDecl* decl = given.getUnderlyingDecl();
  out += declaration_of(*decl, whole) + "\n";
  add_type(sema, *decl, out);
  const std::string comment = comment_of(*decl);
  if (!comment.empty()) out += "\n" + comment + "\n";
  const std::string place = place_of(*decl);
  if (!place.empty()) out += "\nDeclared at " + place + "\n";
}

std::string description(Compiler& compiler, std::string_view code, size_t end, const Position& position,
                        std::string_view name, bool whole) {
  std::string out;
  size_t count = 0;
  std::set<const clang::Decl*> known;
  for (const Suggestion& each : suggest(compiler, code, end, position.begin, position.depth)) {
    if (each.text != name || each.decl == nullptr) continue;
    if (!known.insert(each.decl->getUnderlyingDecl()->getCanonicalDecl()).second) continue;
    if (++count > most_overloads) continue;
    if (count > 1) out += "\n";
    describe(compiler.sema(), *each.decl, whole, out);
  }
  if (count > most_overloads) out += "\n… and " + std::to_string(count - most_overloads) + " more\n";
  return out;
}

}  // namespace

std::optional<sdk::Bundle> CppShell::inspect(const sdk::Question& question, bool everything) {
  Session& session = *session_;
  const auto& [request, code, cursor] = question;
  Lane lane;
  lane.session = &session;
  const sdk::Serving serving(session.interrupts, lane, request);
  auto [begin, end] = name_at(code, cursor);
  // Inside the brackets of a call it is the function that is asked for.
  if (begin == end && begin > 0 && (code[begin - 1] == '(' || code[begin - 1] == '<'))
    std::tie(begin, end) = name_at(code, begin - 1);
  if (begin == end) return {};
  const Position position = position_of(code, end);
  if (!position.is_code) return {};
  const std::string_view name = code.substr(begin, end - begin);
  const size_t stop = end;
  std::string answer = look(session, lane, [&] {
    return description(*session.compiler, code.substr(0, stop), stop, position, name, everything);
  });
  if (answer.empty()) return {};
  return sdk::Bundle::plain(std::move(answer));
}

}  // namespace hermit::cling_shell
