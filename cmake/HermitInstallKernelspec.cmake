# Run by `cmake --install` of a shell, after hermit_install() has set what is its own: writes the kernelspec.
cmake_path(GET program PARENT_PATH own_prefix)
cmake_path(GET own_prefix PARENT_PATH own_prefix)
set(staged "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
cmake_path(COMPARE "${own_prefix}" EQUAL "${CMAKE_INSTALL_PREFIX}" is_own_prefix)

if(is_own_prefix)
  # There the program finds the shell by its name, also when all of it is moved, or is a package.
  set(shell ${name})
  set(ENV{HERMIT_SHELL_PATH} "${staged}/lib/hermit/shells")
elseif("$ENV{DESTDIR}" STREQUAL "")
  set(shell "${library}" --link)
else()
  message(FATAL_ERROR "With DESTDIR a shell is installed for Hermit's own prefix, ${own_prefix}, not for "
                      "${CMAKE_INSTALL_PREFIX}, where Hermit would not find it.")
endif()
execute_process(COMMAND "${program}" install ${shell} ${logo} --prefix "${staged}" --no-check COMMAND_ERROR_IS_FATAL ANY)
