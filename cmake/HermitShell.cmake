# What a shell's CMakeLists.txt calls.

# hermit_manifest(TARGET NAME): writes NAME.shell.json beside the library of TARGET, made from the library
# itself, each time it is linked (S9).
function(hermit_manifest TARGET NAME)
  add_custom_command(
    TARGET ${TARGET}
    POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env LSAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:hermit> manifest
            $<TARGET_FILE:${TARGET}> --output $<TARGET_FILE_DIR:${TARGET}>/${NAME}.shell.json
    VERBATIM)
  add_dependencies(${TARGET} hermit)
endfunction()
