#include "cli/completion.hpp"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/program.hpp"
#include "interface/interface_settings.hpp"
#include "interface/kernel_options.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

using Candidates = std::vector<Candidate>;

Candidates shells() {
  Candidates found;
  for (const auto& shell : all_shells(shell_folders(program_path()))) {
    const auto manifest = read_manifest(shell);
    found.push_back({shell.name, manifest ? manifest->display_name : ""});
  }
  found.push_back({file_candidates, ""});
  return found;
}

// The settings of start, with those of the shell that the words name.
Settings settings_for(const std::vector<std::string>& words) {
  Settings settings;
  declare_settings(settings);
  std::string shell_class = settings.text("shell_class");
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || !word.starts_with("--")) continue;
    const Setting* setting = settings.find(std::string_view(word).substr(2, equals - 2));
    if (setting == settings.find("shell_class")) shell_class = word.substr(equals + 1);
  }
  const auto shell = find_shell(shell_class, shell_folders(program_path()));
  if (!shell) return settings;
  if (const auto manifest = read_manifest(*shell)) {
    // What it declares twice has been said to whoever has started it.
    if (const auto declared = declare_shell_settings(settings, *manifest); !declared) return settings;
  }
  return settings;
}

Candidates values_of(const Setting& setting) {
  if (setting.name == "Interface.shell_class") return shells();
  Candidates values;
  if (std::holds_alternative<bool>(setting.default_value)) values = {{"true", ""}, {"false", ""}};
  for (const auto& choice : setting.choices) values.push_back({choice, ""});
  if (setting.is_path) values.push_back({file_candidates, ""});
  return values;
}

// The names of the settings, each in the spelling that was begun with: "-" or "_", long ones when a capital
// says so.
Candidates setting_names(const Settings& settings, const std::string& word) {
  Candidates names;
  const bool long_ones = word.size() > 2 && word[2] >= 'A' && word[2] <= 'Z';
  const bool hyphens = word.find('-', 2) != std::string::npos && !word.starts_with("--no-");
  const auto add = [&](std::string name, const Setting& setting) {
    if (hyphens) std::replace(name.begin() + 2, name.end(), '_', '-');
    names.push_back({std::move(name), setting.help});
  };
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    const bool is_flag = std::holds_alternative<bool>(setting.default_value);
    std::vector<std::string> spellings = setting.aliases;
    if (long_ones || setting.aliases.empty()) spellings.push_back(setting.name);
    for (const auto& spelling : spellings) {
      if (spelling.size() == 1) continue;
      add(option_name(spelling) + (is_flag ? "" : "="), setting);
      if (is_flag) add("--no-" + spelling, setting);
    }
  }
  for (const char* name : {"--help", "--help-all", "--show-config", "--show-config-json", "--version"}) {
    names.push_back({name, ""});
  }
  return names;
}

// The setting that a word names, and that waits for its value.
const Setting* waiting_setting(const Settings& settings, const std::string& word) {
  if (!word.starts_with("-") || word.find('=') != std::string::npos) return nullptr;
  const Setting* setting = settings.find(std::string_view(word).substr(word.starts_with("--") ? 2 : 1));
  return setting == nullptr || std::holds_alternative<bool>(setting->default_value) ? nullptr : setting;
}

// The values, each a whole word again when it stands behind "--name=".
Candidates behind(const std::string& name, Candidates values) {
  for (auto& value : values) {
    if (value.text != file_candidates) value.text = name + value.text;
  }
  return values;
}

Candidates for_start(const std::vector<std::string>& words) {
  const Settings settings = settings_for(words);
  const std::string& word = words.back();
  const auto equals = word.find('=');
  if (word.starts_with("--") && equals != std::string::npos) {
    const Setting* setting = settings.find(std::string_view(word).substr(2, equals - 2));
    return setting == nullptr ? Candidates() : behind(word.substr(0, equals + 1), values_of(*setting));
  }
  if (words.size() > 2) {
    if (const Setting* setting = waiting_setting(settings, words[words.size() - 2]))
      return values_of(*setting);
  }
  return setting_names(settings, word);
}

// What CLI11 knows of an option's values: "TEXT:{bash,fish}" has two.
Candidates values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return {{file_candidates, ""}};
  Candidates values;
  for (auto& value : CLI::detail::split(type.substr(open + 1, close - open - 1), ','))
    values.push_back({value, ""});
  return values;
}

Candidates for_verb(const CLI::App& verb, const std::vector<std::string>& words) {
  const std::string& word = words.back();
  const auto equals = word.find('=');
  Candidates names;
  for (const auto* option : verb.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    if (option->get_positional() && option->get_lnames().empty()) continue;
    for (const auto& name : option->get_lnames()) {
      if (takes_value && words.size() > 2 && words[words.size() - 2] == "--" + name)
        return values_of(*option);
      const std::string beginning = "--" + name + (takes_value ? "=" : "");
      if (equals != std::string::npos && word.starts_with(beginning))
        return behind(beginning, values_of(*option));
      names.push_back({beginning, option->get_description()});
    }
  }
  if (word.starts_with("-")) return names;
  for (const auto* option : verb.get_options()) {
    if (!option->get_positional()) continue;
    if (option->get_name(true) == "NAME") return {};  // one that nobody has yet
    return option->get_name(true) == "SHELL" ? shells() : values_of(*option);
  }
  return names;
}

Candidates verbs_of(const CLI::App& program) {
  Candidates verbs;
  for (const auto* verb : program.get_subcommands(nullptr)) {
    if (!verb->get_group().empty()) verbs.push_back({verb->get_name(), verb->get_description()});
  }
  verbs.push_back({"--help", ""});
  verbs.push_back({"--version", ""});
  return verbs;
}

constexpr const char* bash_script = R"script(# Completion of hermit for bash. It asks the program.
_hermit() {
  local line=${COMP_LINE:0:COMP_POINT} words=() word behind= reply file
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=${words[-1]}
  # Words end at "=" too, and what is returned takes the place of the last of them.
  [[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && behind=${word%"${word##*=}"}
  COMPREPLY=()
  while IFS=$'\t' read -r reply _; do
    if [[ $reply == :files ]]; then
      compopt -o filenames
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "${word#"$behind"}")
      continue
    fi
    [[ $reply == *= ]] && compopt -o nospace
    COMPREPLY+=("${reply#"$behind"}")
  done < <("${1/#\~/$HOME}" complete "${words[@]:1}" 2> /dev/null)
}
complete -F _hermit hermit
)script";

constexpr const char* zsh_script = R"script(#compdef hermit
# Completion of hermit for zsh. It asks the program.
_hermit() {
  local -a found with_value with_value_help plain plain_help
  local line text help files=
  found=("${(@f)$("${(Q)words[1]}" complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)}")
  for line in $found; do
    text=${line%%$'\t'*} help=${line#"$text"}
    if [[ $text == :files ]]; then
      files=1
    elif [[ $text == *= ]]; then
      with_value+=("$text") with_value_help+=("$text ${help#$'\t'}")
    else
      plain+=("$text") plain_help+=("$text ${help#$'\t'}")
    fi
  done
  (( $#with_value )) && compadd -l -S '' -d with_value_help -a with_value
  (( $#plain )) && compadd -l -d plain_help -a plain
  if [[ -n $files ]]; then
    compset -P '*='
    _files
  fi
}
# Read by compinit it is run at once, read by a user it is for later.
if [[ $funcstack[1] == _hermit ]]; then
  _hermit "$@"
else
  compdef _hermit hermit
fi
)script";

constexpr const char* fish_script = R"script(# Completion of hermit for fish. It asks the program.
function __hermit_candidates
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in ($words[1] complete $words[2..-1] "$word" 2> /dev/null)
        if test "$line[1]" = ":files"
            set -l behind (string match -r '^--[^=]*=' -- "$word")
            for path in (__fish_complete_path (string replace -- "$behind" "" "$word"))
                echo "$behind$path"
            end
        else
            echo $line
        end
    end
end
complete -c hermit -f -a '(__hermit_candidates)'
)script";

}  // namespace

std::vector<Candidate> candidates(const std::vector<std::string>& words, const CLI::App& program) {
  if (words.empty()) return verbs_of(program);
  Candidates all;
  if (words.size() == 1) {
    all = verbs_of(program);
  } else if (words.front() == "start") {
    all = for_start(words);
  } else {
    for (const auto* verb : program.get_subcommands(nullptr)) {
      if (verb->get_name() == words.front()) all = for_verb(*verb, words);
    }
  }
  std::erase_if(all, [&](const Candidate& candidate) {
    return candidate.text != file_candidates && !candidate.text.starts_with(words.back());
  });
  return all;
}

int complete(const std::vector<std::string>& words, const CLI::App& program) {
  for (const auto& [text, help] : candidates(words, program)) {
    std::cout << text << (help.empty() ? "" : "\t" + help) << '\n';
  }
  return 0;
}

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return bash_script;
  return shell == "zsh" ? zsh_script : fish_script;
}

}  // namespace hermit
