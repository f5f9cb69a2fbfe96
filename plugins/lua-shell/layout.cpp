// Widths are counted in bytes for speed; a line with many characters of other scripts breaks earlier.
#include "layout.hpp"

namespace hermit::lua_shell {
namespace {

// The width of the text, in characters, that fits into a notebook's cell without wrapping.
constexpr size_t line_width = 80;
constexpr size_t indent_step = 2;

class Layout {
 public:
  explicit Layout(const ValuePicture& picture) : nodes_(picture.nodes) {}

  std::string run() {
    put_value(nodes_.front(), 0);
    return std::move(out_);
  }

 private:
  // The length of a value on one line, or anything above `limit` when it is longer.
  size_t length(const ValueNode& node, size_t limit) const {
    // Each item counts two more for what separates it; those of the first make up for the braces.
    size_t total = node.text.size();
    for (int item = node.first_item; item >= 0 && total <= limit; item = nodes_[item].next_item) {
      total += nodes_[item].key.size() + length(nodes_[item], limit) + 2;
    }
    return total;
  }

  void put_on_one_line(const ValueNode& node) {
    out_ += node.text;
    if (!node.is_table) return;
    out_ += '{';
    for (int item = node.first_item; item >= 0; item = nodes_[item].next_item) {
      if (item != node.first_item) out_ += ", ";
      out_ += nodes_[item].key;
      put_on_one_line(nodes_[item]);
    }
    out_ += '}';
  }

  // Puts a value that begins in the column where the output ends; its items are indented by `indent`.
  void put_value(const ValueNode& node, size_t indent) {
    const size_t column = out_.size() - line_start_;
    const size_t room = column < line_width ? line_width - column : 0;
    if (!node.is_table || length(node, room) <= room) return put_on_one_line(node);
    out_ += node.text;
    out_ += '{';
    bool is_packed = false;
    for (int item = node.first_item; item >= 0; item = nodes_[item].next_item) {
      const ValueNode& next = nodes_[item];
      // Items without keys that are no tables share lines, as in a long list of numbers.
      const bool packs = next.key.empty() && !next.is_table;
      const bool fits = packs && is_packed && out_.size() - line_start_ + next.text.size() + 2 <= line_width;
      if (fits) {
        out_ += ' ';
      } else {
        break_line(indent + indent_step);
      }
      out_ += next.key;
      put_value(next, indent + indent_step);
      if (next.next_item >= 0) out_ += ',';
      is_packed = packs;
    }
    break_line(indent);
    out_ += '}';
  }

  void break_line(size_t indent) {
    out_ += '\n';
    line_start_ = out_.size();
    out_.append(indent, ' ');
  }

  const std::vector<ValueNode>& nodes_;
  std::string out_;
  size_t line_start_ = 0;
};

}  // namespace

std::string lay_out(const ValuePicture& picture) {
  return picture.nodes.empty() ? std::string() : Layout(picture).run();
}

}  // namespace hermit::lua_shell
