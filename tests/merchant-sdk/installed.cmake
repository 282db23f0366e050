# Installs the merchant SDK, then builds and starts a shop's program against it.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component merchant-sdk --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${SHOP} -B ${WORK}/build -D CMAKE_PREFIX_PATH=${WORK}/prefix
  -D CMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${WORK}/build)
execute_process(COMMAND ${WORK}/build/shop RESULT_VARIABLE result ERROR_VARIABLE error)
if(NOT result EQUAL 2)
  message(FATAL_ERROR "the shop's program answered ${result} instead of its usage: ${error}")
endif()
execute_process(COMMAND ${WORK}/build/shop c a k p n j http://127.0.0.1:1 RESULT_VARIABLE result
  ERROR_VARIABLE error)
if(NOT error MATCHES "the passphrase's file can't be read")
  message(FATAL_ERROR "the shop's program did not tell why: ${error}")
endif()

# And by pkg-config.
set(ENV{PKG_CONFIG_PATH} ${WORK}/prefix/lib/pkgconfig)
execute_process(COMMAND pkg-config --cflags --libs hansatsu-merchant RESULT_VARIABLE result
  OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "pkg-config does not know the library")
endif()
separate_arguments(flags)
separate_arguments(sanitizer UNIX_COMMAND "${FLAGS}")
run(${COMPILER} -std=c++20 ${sanitizer} ${SHOP}/shop.cpp -o ${WORK}/shop ${flags})
