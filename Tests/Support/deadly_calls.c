/*
 * Preloaded into a program under test: kills it with SIGKILL at its Nth call that changes a file below a folder, counted
 * over all threads together. So every instant at which the disk can be left is one that a test can ask for.
 *
 *   DEADLY_UNDER  the folder
 *   DEADLY_AT     the call, from 1; unset: none
 *   DEADLY_HOW    before it, "after" it, or "torn": of what is to be written the first half is
 *   DEADLY_LOG    a file that gets a letter a call, for the test to see what it was
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int is_under(const char *path)
{
    const char *folder = getenv("DEADLY_UNDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_under(int file)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_under(path);
}

static int is_how(const char *how)
{
    const char *wanted = getenv("DEADLY_HOW");
    return wanted && strcmp(wanted, how) == 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Whether this call is the last one. */
static int is_last(char letter)
{
    const char *at = getenv("DEADLY_AT"), *log = getenv("DEADLY_LOG");
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (log) {
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        ssize_t (*put)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
        int file = real(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (file >= 0 && put(file, &letter, 1) == 1) close(file);
    }
    return at && call == atol(at);
}

#define REAL(type, name, ...) type (*real)(__VA_ARGS__) = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* `counted`: whether the call is one of those; `call`: the call itself; `half`: the first half of it. */
#define DEADLY(letter, counted, type, call, half)         \
    do {                                                  \
        int last = (counted) && is_last(letter);          \
        if (last && is_how("torn")) { (void)(half); die(); } \
        if (last && !is_how("after")) die();              \
        type result = (call);                             \
        if (last) die();                                  \
        return result;                                    \
    } while (0)

ssize_t write(int file, const void *bytes, size_t count)
{
    REAL(ssize_t, write, int, const void *, size_t);
    DEADLY('w', is_file_under(file), ssize_t, real(file, bytes, count), real(file, bytes, count / 2));
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    DEADLY('w', is_file_under(file), ssize_t, real(file, bytes, count, offset), real(file, bytes, count / 2, offset));
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    DEADLY('w', is_file_under(file), ssize_t, real(file, bytes, count, offset), real(file, bytes, count / 2, offset));
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    DEADLY('w', is_file_under(file), ssize_t, real(file, parts, count), real(file, parts, count / 2));
}

int fsync(int file)
{
    REAL(int, fsync, int);
    DEADLY('s', is_file_under(file), int, real(file), 0);
}

int fdatasync(int file)
{
    REAL(int, fdatasync, int);
    DEADLY('s', is_file_under(file), int, real(file), 0);
}

int ftruncate(int file, off_t length)
{
    REAL(int, ftruncate, int, off_t);
    DEADLY('t', is_file_under(file), int, real(file, length), 0);
}

int ftruncate64(int file, off64_t length)
{
    REAL(int, ftruncate64, int, off64_t);
    DEADLY('t', is_file_under(file), int, real(file, length), 0);
}

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    DEADLY('r', is_under(to), int, real(from, to), 0);
}

int link(const char *from, const char *to)
{
    REAL(int, link, const char *, const char *);
    DEADLY('l', is_under(to), int, real(from, to), 0);
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    DEADLY('u', is_under(path), int, real(path), 0);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    DEADLY('m', is_under(path), int, real(path, mode), 0);
}

/* Only what makes or empties a file counts. */
#define OPENING(name)                                                                       \
    int name(const char *path, int flags, ...)                                              \
    {                                                                                       \
        va_list rest;                                                                       \
        va_start(rest, flags);                                                              \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;             \
        va_end(rest);                                                                       \
        REAL(int, name, const char *, int, ...);                                            \
        DEADLY('o', flags & (O_CREAT | O_TRUNC) && is_under(path), int, real(path, flags, mode), 0); \
    }

OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                                    \
    int name(int folder, const char *path, int flags, ...)                                  \
    {                                                                                       \
        va_list rest;                                                                       \
        va_start(rest, flags);                                                              \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;             \
        va_end(rest);                                                                       \
        REAL(int, name, int, const char *, int, ...);                                       \
        DEADLY('o', flags & (O_CREAT | O_TRUNC) && is_under(path), int, real(folder, path, flags, mode), 0); \
    }

OPENING_AT(openat)
OPENING_AT(openat64)
