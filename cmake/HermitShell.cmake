# What a shell's CMakeLists.txt calls.

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
