# How every target of the house is made, so that flags and rules stand in one place.

option(HANSATSU_WERROR "Warnings are errors" OFF)
option(HANSATSU_CORE_ONLY "Only ledger, consensus and the log with their tests" OFF)
option(HANSATSU_FUZZ "Build the fuzz targets (clang)" OFF)
option(HANSATSU_PCH "Precompile the headers that many files of a folder share" OFF)
option(HANSATSU_LONG "Run the tests tagged [long] under sanitizers too" OFF)
option(HANSATSU_ONCE "Leave out the tests that the sanitizers' build runs whole (./check runs both)" OFF)
option(HANSATSU_UNITY "Compile the files of a target together: a cold build takes half" OFF)
set(HANSATSU_SANITIZE "" CACHE STRING "Sanitizers for all targets: address,undefined or thread")

add_library(hansatsu_options INTERFACE)
target_compile_features(hansatsu_options INTERFACE cxx_std_20)
target_compile_options(hansatsu_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${HANSATSU_WERROR}>:-Werror>)
target_include_directories(hansatsu_options INTERFACE ${PROJECT_SOURCE_DIR})
if(HANSATSU_SANITIZE)
  target_compile_options(hansatsu_options INTERFACE -fsanitize=${HANSATSU_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all -g1
    # Page zero tells of null by itself; these checks are a fifth of the build.
    -fno-sanitize=null,object-size,vptr
    # GCC 12 takes instrumented moves of optionals for reads of nothing.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(hansatsu_options INTERFACE -fsanitize=${HANSATSU_SANITIZE})
endif()
if(HANSATSU_FUZZ)
  target_compile_options(hansatsu_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Names in anonymous namespaces are unique within a target, so that its files may be compiled together.
set(CMAKE_UNITY_BUILD ${HANSATSU_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 24)
if(HANSATSU_UNITY)  # GCC takes a file that is included for a header, and its coroutines for shared ones.
  target_compile_options(hansatsu_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

# hansatsu_precompile(target HEADER...), hansatsu_precompile_as(target other): where several compiled files
# read the same large headers. It changes no meaning: every header still compiles alone (lint.headers), and the fuzz build
# does without.
function(hansatsu_precompile target)
  if(HANSATSU_PCH)
    list(TRANSFORM ARGN REPLACE "^([a-z-]+/.*[.]h)$" "${PROJECT_SOURCE_DIR}/\\1")
    target_precompile_headers(${target} PRIVATE ${ARGN})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
function(hansatsu_precompile_as target other)
  if(HANSATSU_PCH)
    target_precompile_headers(${target} REUSE_FROM ${other})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# add_hansatsu_library(name SOURCES ... DEPENDS ... [PURE])
# PURE: no exceptions, and tests/lint looks through it for symbols of clocks, threads, files, ...
# APART: an object for each file always, because tests/mutants puts others in the place of some.
function(add_hansatsu_library name)
  cmake_parse_arguments(ARG "PURE;APART" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(hansatsu_${name} STATIC ${ARG_SOURCES})
  if(ARG_APART)
    set_target_properties(hansatsu_${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  add_library(hansatsu::${name} ALIAS hansatsu_${name})
  target_link_libraries(hansatsu_${name} PUBLIC hansatsu_options ${ARG_DEPENDS})
  if(ARG_PURE)
    target_compile_options(hansatsu_${name} PRIVATE -fno-exceptions)
    set_property(GLOBAL APPEND PROPERTY HANSATSU_PURE_LIBRARIES hansatsu_${name})
  endif()
endfunction()

# add_hansatsu_program(name SOURCES ... DEPENDS ...)
# `programs` builds them all and nothing else.
add_custom_target(programs)
function(add_hansatsu_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE hansatsu_options ${ARG_DEPENDS})
  # A program reads its arguments; the libraries do the work.
  target_compile_options(${name} PRIVATE -O0)
  add_dependencies(programs ${name})
  install(TARGETS ${name})
endfunction()

# add_hansatsu_test(name SOURCES ... DEPENDS ... [LABELS ...] [ARGUMENTS ...] [TIMEOUT seconds] [SANITIZED])
# A Catch2 program that ctest runs, with these arguments.
# Under sanitizers it may take five times as long.
# SANITIZED: the sanitizers' build runs all of it, so that ./check needs it in no other.
function(add_hansatsu_test name)
  cmake_parse_arguments(ARG "SANITIZED" "TIMEOUT" "SOURCES;DEPENDS;LABELS;ARGUMENTS" ${ARGN})
  if(ARG_SANITIZED AND HANSATSU_ONCE AND NOT HANSATSU_SANITIZE)
    return()
  endif()
  add_executable(test-${name} ${ARG_SOURCES})
  target_link_libraries(test-${name} PRIVATE hansatsu_options hansatsu_test_main ${ARG_DEPENDS})
  target_compile_definitions(test-${name} PRIVATE HANSATSU_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    HANSATSU_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # What is tested is optimised; the tests themselves only have to compile soon.
  target_compile_options(test-${name} PRIVATE -O0)
  hansatsu_precompile_as(test-${name} hansatsu_test_headers)
  if(HANSATSU_SANITIZE AND NOT HANSATSU_LONG)
    list(APPEND ARG_ARGUMENTS "~[long]")
  endif()
  add_test(NAME ${name} COMMAND test-${name} ${ARG_ARGUMENTS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(HANSATSU_SANITIZE)
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  if(ARG_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
endfunction()
