# Words that the scripts in this folder share. Sourced by them, from bash; does nothing by itself.

set -euo pipefail

# The root of the checkout, wherever the script was called from.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
program=$(basename "$0")

# Colours only where somebody looks at them.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' plain=$'\e[0m'
else
  bold='' plain=''
fi

# One line that says what happens next.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }

# Ends the script: $1 is the exit code, the rest one line for stderr.
fail() {
  local code=$1
  shift
  printf '%s: %s\n' "$program" "$*" >&2
  exit "$code"
}

# The comment at the top of a script is its help. $1 is the script.
show_help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$1"; }

# Configures and builds a CMake preset: $1 is the preset, the rest names targets (all when none).
# Configuring is left out where it has been done; CMake notices changed CMakeLists.txt by itself, but not
# that the checkout was moved or copied.
build() {
  local preset=$1 folder fresh=()
  shift
  folder=$(build_folder "$preset")
  if ! grep -q -s -x "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    fresh=(--fresh)
  fi
  if [ ${#fresh[@]} -gt 0 ] || [ ! -f "$folder/build.ninja" ] ||
    [ "$root/CMakePresets.json" -nt "$folder/build.ninja" ]; then
    say "Configuring the $preset build"
    (cd "$root" && cmake "${fresh[@]}" --preset "$preset") || return
  fi
  say "Building in $(basename "$folder")/"
  cmake --build "$folder" ${1:+--target "$@"}
}

# Where a preset builds: the program that people run lies in build/, the others beside it.
build_folder() {
  case $1 in
    release) echo "$root/build" ;;
    *) echo "$root/build-$1" ;;
  esac
}
