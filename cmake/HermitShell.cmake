# What a shell's CMakeLists.txt calls. `hermit new` makes one.

# hermit_shell(TARGET MANIFEST FILE [LOGO FILE]): makes a shell of the library TARGET, which is called hermit-NAME.
#
# It finds Hermit's headers, and hermit_manifest.h, where the constant `hermit_manifest` is the text of the manifest,
# to be exported. All symbols but the entry are hidden. NAME.shell.json is written beside it (see hermit_manifest).
# `cmake --install` puts both into lib/hermit/shells, and writes a kernelspec with the logo.
function(hermit_shell TARGET)
  cmake_parse_arguments(PARSE_ARGV 1 SHELL "" "MANIFEST;LOGO" "")
  if(NOT SHELL_MANIFEST OR SHELL_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "hermit_shell(${TARGET} ...) takes MANIFEST FILE and LOGO FILE, not: ${ARGN}")
  endif()
  cmake_path(ABSOLUTE_PATH SHELL_MANIFEST)
  file(READ ${SHELL_MANIFEST} manifest)
  string(JSON name ERROR_VARIABLE problem GET "${manifest}" name)
  if(problem)
    message(FATAL_ERROR "${SHELL_MANIFEST}: there is no \"name\" in it: ${problem}")
  elseif(NOT "${TARGET}" STREQUAL "hermit-${name}")
    message(FATAL_ERROR "${SHELL_MANIFEST}: a shell of the name \"${name}\" is the target hermit-${name}, not ${TARGET}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${SHELL_MANIFEST})
  hermit_manifest_header(${SHELL_MANIFEST} ${CMAKE_CURRENT_BINARY_DIR}/${TARGET}/hermit_manifest.h)
  target_include_directories(${TARGET} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${TARGET})
  target_link_libraries(${TARGET} PRIVATE hermit::hermit-sdk)
  set_target_properties(${TARGET} PROPERTIES C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
                                             VISIBILITY_INLINES_HIDDEN ON)
  hermit_manifest(${TARGET} ${name})
  if(TARGET hermit::program)  # not in Hermit's own build, which installs its shells itself
    hermit_install(${TARGET} ${name} "${SHELL_LOGO}")
  endif()
endfunction()

# hermit_manifest(TARGET NAME): writes NAME.shell.json beside the library of TARGET, made from the library
# itself, each time it is linked (S9).
function(hermit_manifest TARGET NAME)
  # In Hermit's own build the program is a target like others; elsewhere it is that of the installation.
  if(TARGET hermit::program)
    set(program hermit::program)
  else()
    set(program hermit)
    add_dependencies(${TARGET} hermit)
  endif()
  add_custom_command(
    TARGET ${TARGET}
    POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env LSAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:${program}> manifest
            $<TARGET_FILE:${TARGET}> --output $<TARGET_FILE_DIR:${TARGET}>/${NAME}.shell.json
    VERBATIM)
endfunction()

# hermit_manifest_header(FILE HEADER): writes a header in C and C++ with the text of a file. It is an array of
# characters: a string constant may be too long for a compiler.
function(hermit_manifest_header FILE HEADER)
  file(READ ${FILE} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(REGEX REPLACE "('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)" "\\0\n" bytes
                       "${bytes}")
  cmake_path(GET FILE FILENAME file)
  file(CONFIGURE OUTPUT ${HEADER} @ONLY
       CONTENT "/* The text of @file@, written by CMake. */\nstatic const char hermit_manifest[] = {\n@bytes@'\\0'};\n")
endfunction()

# hermit_install(TARGET NAME LOGO): what `cmake --install` does with a shell.
function(hermit_install TARGET NAME LOGO)
  set(folder lib/hermit/shells)
  install(TARGETS ${TARGET} LIBRARY DESTINATION ${folder})
  install(FILES $<TARGET_FILE_DIR:${TARGET}>/${NAME}.shell.json DESTINATION ${folder})
  if(LOGO)
    cmake_path(ABSOLUTE_PATH LOGO)
    list(PREPEND LOGO --logo)
  endif()
  install(CODE "set(program \"$<TARGET_FILE:hermit::program>\")
set(name ${NAME})
set(library \"\${CMAKE_INSTALL_PREFIX}/${folder}/$<TARGET_FILE_NAME:${TARGET}>\")
set(logo \"${LOGO}\")")
  install(SCRIPT ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/HermitInstallKernelspec.cmake)
endfunction()
