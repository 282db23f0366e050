"""What the pure libraries ask of the system: nothing that could differ between two machines.

usage: symbols.py LIBRARY.a...
"""

import pathlib
import re
import subprocess
import sys

import source

# undefined symbol -> what it stands for
FORBIDDEN = {
    r"^(clock_gettime|clock|time|gettimeofday|localtime\w*|gmtime\w*|mktime|nanosleep)$": "a clock",
    r"^std::chrono::": "a clock",
    r"^(rand|srand|random|rand_r|getrandom|getentropy|arc4random\w*)$": "randomness",
    r"^(randombytes\w*)$": "randomness",
    r"^std::random_device": "randomness",
    r"^(pthread_\w+|std::thread.*|std::mutex.*|std::condition_variable.*|sem_\w+)": "threads",
    r"^(__gthrw_\w+)": "threads",
    r"^(f?open(64|at)?|creat|read|write|pread|pwrite|fread|fwrite|f?close|stat|unlink|mmap)$": "files",
    r"^std::(basic_)?(i|o)?f?stream|^std::basic_filebuf|^std::filesystem": "files",
    r"^(socket|connect|bind|listen|accept|send|recv|sendto|recvfrom|poll|epoll_\w+|select)$": "sockets",
    r"^(getenv|secure_getenv|setlocale|newlocale)$": "environment or locale",
    r"^(f?printf|v?fprintf|puts|fputs|perror|syslog)$": "output",
    r"^(__cxa_throw|__cxa_allocate_exception|__cxa_begin_catch|__cxa_rethrow)$": "exceptions",
}
# (library, symbol) -> why it may.
ALLOWED = {
    ("hansatsu_types", "fprintf"): "the last words of a failed ASSERT",
    ("hansatsu_types", "fwrite"): "the last words of a failed ASSERT, as the compiler writes it",
    ("hansatsu_types", "fputs"): "the last words of a failed ASSERT",
    ("hansatsu_types", "fflush"): "the last words of a failed ASSERT",
    ("hansatsu_crypto", "randombytes_buf"): "fill_random, which makes keys and salts for wallets",
}


def judge(library, symbols):
    findings = []
    for symbol in sorted(set(symbols)):
        name = re.sub(r"@.*$", "", symbol)
        if (library, name) in ALLOWED:
            continue
        for pattern, what in FORBIDDEN.items():
            if re.search(pattern, name):
                findings.append(f"{library}: needs {name} ({what})")
    return findings


def undefined_of(path):
    output = subprocess.run(["nm", "--demangle", "--undefined-only", "--format=posix", str(path)],
                            check=True, capture_output=True, text=True).stdout
    return [line.rsplit(" U", 1)[0].strip() for line in output.splitlines()
            if re.search(r" U\b", line)]


def check(paths):
    findings = []
    for path in map(pathlib.Path, paths):
        library = path.stem.removeprefix("lib")
        findings += judge(library, undefined_of(path))
    return findings


if __name__ == "__main__":
    sys.exit(source.report("symbols", check(sys.argv[1:])))
