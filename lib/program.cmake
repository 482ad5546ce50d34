# A program with what belongs beside it: `coffre_program(backupd)` takes every .cc of the folder, and makes its man page
# (English, French) and shell completions from its own table, anew whenever the program or the French texts change.
# They lie in <build>/share as they will in <prefix>/share.

function(coffre_program name)
  file(GLOB sources CONFIGURE_DEPENDS "*.cc")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE coffre_cli coffre_warnings fmt::fmt)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS
    "${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_LOCALEDIR}/fr/LC_MESSAGES/coffre.mo")
  install(TARGETS ${name})

  # Without a configuration the environment decides the language.
  set(program "$<TARGET_FILE:${name}>" --config /nonexistent)
  coffre_document(${name} "${CMAKE_INSTALL_MANDIR}/man1/${name}.1" LANGUAGE=en ${program} man)
  coffre_document(${name} "${CMAKE_INSTALL_MANDIR}/fr/man1/${name}.1" LANGUAGE=fr ${program} man)
  coffre_document(${name} "${CMAKE_INSTALL_DATADIR}/bash-completion/completions/${name}" LANGUAGE=en ${program}
                  completion bash)
  coffre_document(${name} "${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_${name}" LANGUAGE=en ${program} completion zsh)
endfunction()

# One file that a program prints: coffre_document(PROGRAM FILE ENVIRONMENT COMMAND...).
function(coffre_document program file)
  set(output "${CMAKE_BINARY_DIR}/${file}")
  cmake_path(GET output PARENT_PATH folder)
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(TARGET ${program} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E env ${ARGN} > "${output}"
    BYPRODUCTS "${output}" VERBATIM)
  cmake_path(GET file PARENT_PATH destination)
  install(FILES "${output}" DESTINATION "${destination}")
endfunction()
