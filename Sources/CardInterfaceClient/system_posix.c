#define _GNU_SOURCE
#include "system.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && __GLIBC_PREREQ(2, 33)
/* stat() of later systems is not there in earlier ones; what it was called before is in all of them. */
__asm__(".symver old_stat, __xstat@GLIBC_2.2.5");
__asm__(".symver old_lstat, __lxstat@GLIBC_2.2.5");
__asm__(".symver old_fstat, __fxstat@GLIBC_2.2.5");
extern int old_stat(int version, const char *path, struct stat *);
extern int old_lstat(int version, const char *path, struct stat *);
extern int old_fstat(int version, int file, struct stat *);
enum { STAT_VERSION = 1 };
#define stat(path, status) old_stat(STAT_VERSION, path, status)
#define lstat(path, status) old_lstat(STAT_VERSION, path, status)
#define fstat(file, status) old_fstat(STAT_VERSION, file, status)
#endif

const char system_default_address[] = "unix:/run/healthcard-agent/clients.sock";
const char system_default_secret[] = "/etc/healthcard/agent-secret";

/* --- Threads ----------------------------------------------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static void (*child_handler)(void);

void system_lock(void) { pthread_mutex_lock(&mutex); }
void system_unlock(void) { pthread_mutex_unlock(&mutex); }
void system_changed(void) { pthread_cond_broadcast(&condition); }

void system_wait(void) {
    /* A clock that is set makes one wait wrong, and whoever waits looks at one that nobody sets. */
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += 250000000;
    if (end.tv_nsec >= 1000000000) end.tv_sec++, end.tv_nsec -= 1000000000;
    pthread_cond_timedwait(&condition, &mutex, &end);
}

static void in_child(void) {
    static const pthread_mutex_t free_mutex = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_cond_t free_condition = PTHREAD_COND_INITIALIZER;
    mutex = free_mutex;
    condition = free_condition;
    if (child_handler) child_handler();
}

void system_after_fork(void (*child)(void)) {
    if (child_handler) return;
    child_handler = child;
    /* Nobody is in the middle of a change when the process is copied. */
    pthread_atfork(system_lock, system_unlock, in_child);
}

int64_t system_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

unsigned long system_process(void) { return (unsigned long)getpid(); }

const char *system_variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

int system_configuration_path(int number, char *path, size_t size) {
    const char *home = system_variable("XDG_CONFIG_HOME"), *middle = "";
    if (number == 1) return snprintf(path, size, "/etc/healthcard/interface.conf") < (int)size;
    if (number > 1) return 0;
    if (!*home) home = system_variable("HOME"), middle = "/.config";
    if (!*home) return system_configuration_path(1, path, size);
    return snprintf(path, size, "%s%s/healthcard/interface.conf", home, middle) < (int)size;
}

/* --- Memory ------------------------------------------------------------------------------------------------------ */

/* By way of a pipe where the system does not let a process use process_vm_readv: write() looks at the memory as well. */
static int read_through_pipe(const void *from, void *to, size_t count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        memcpy(to, from, count);
        return 1;
    }
    const ssize_t put = write(ends[1], from, count);
    const int is_end = put < 0 && errno == EFAULT;
    if (!is_end && (put != (ssize_t)count || read(ends[0], to, count) != put)) memcpy(to, from, count);
    close(ends[0]);
    close(ends[1]);
    return !is_end;
}

size_t system_read_memory(const void *from, void *to, size_t count) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), most = page < PIPE_BUF ? page : PIPE_BUF;
    size_t done = 0;
    while (done < count) {
        /* Within a page: a transfer is not promised to stop within a piece. */
        const size_t rest = most - ((size_t)from + done) % most, size = count - done < rest ? count - done : rest;
        struct iovec here = {(char *)to + done, size}, there = {(char *)from + done, size};
        const ssize_t got = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
        if (got != (ssize_t)size) {
            if (got < 0 && errno == EFAULT) break;
            if (!read_through_pipe(there.iov_base, here.iov_base, size)) break;
        }
        done += size;
    }
    return done;
}

int system_random(unsigned char *bytes, size_t count) {
    const int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    while (file >= 0 && done < count) {
        const ssize_t got = read(file, bytes + done, count - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += (size_t)got;
    }
    if (file >= 0) close(file);
    return done == count;
}

/* --- Connections ------------------------------------------------------------------------------------------------- */

/* Waits for an event; 0 where it does not come until `end`. */
static int wait_for(connection socket, short event, int64_t end) {
    for (;;) {
        const int64_t left = end - system_now();
        struct pollfd entry = {socket, event, 0};
        const int ready = poll(&entry, 1, left > 0 ? (int)left : 0);
        if (ready > 0) return 1;
        if (ready == 0 || errno != EINTR) return 0;
    }
}

static connection try_connect(int family, const void *address, socklen_t length, int64_t end, int *again) {
    const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    socklen_t size = sizeof error;
    if (descriptor < 0) return NO_CONNECTION;
    if (connect(descriptor, address, length) != 0) {
        error = errno;
        if (error == EINPROGRESS || error == EINTR) {
            error = ETIMEDOUT;
            if (wait_for(descriptor, POLLOUT, end)) getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
        }
    }
    if (error == 0) {
        const int on = 1;
        if (family != AF_UNIX) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return descriptor;
    }
    close(descriptor);
    /* Too many wait to be let in. */
    *again = error == EAGAIN;
    return NO_CONNECTION;
}

connection system_connect(const char *address, int64_t end) {
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } place;
    socklen_t length = 0;
    memset(&place, 0, sizeof place);
    if (!strncmp(address, "unix:", 5)) {
        if (strlen(address + 5) >= sizeof place.local.sun_path) return NO_CONNECTION;
        place.local.sun_family = AF_UNIX;
        memcpy(place.local.sun_path, address + 5, strlen(address + 5));
        length = sizeof place.local;
    } else {
        char host[64];
        const char *colon = strrchr(address, ':');
        const long port = colon ? strtol(colon + 1, NULL, 10) : 0;
        if (port <= 0 || port > 65535 || colon - address >= (long)sizeof host) return NO_CONNECTION;
        memcpy(host, address, (size_t)(colon - address));
        host[colon - address] = 0;
        /* What is said is not hidden from the network: this machine only. */
        if (!strncmp(host, "127.", 4) && inet_pton(AF_INET, host, &place.four.sin_addr) == 1) {
            place.four.sin_family = AF_INET;
            place.four.sin_port = htons((uint16_t)port);
            length = sizeof place.four;
        } else if (!strcmp(host, "[::1]")) {
            place.six.sin6_family = AF_INET6;
            place.six.sin6_port = htons((uint16_t)port);
            place.six.sin6_addr = in6addr_loopback;
            length = sizeof place.six;
        } else {
            return NO_CONNECTION;
        }
    }
    for (;;) {
        int again = 0;
        const connection made = try_connect(place.any.sa_family, &place, length, end, &again);
        if (made != NO_CONNECTION || !again || system_now() >= end) return made;
        poll(NULL, 0, 20);
    }
}

void system_hang_up(connection socket) { shutdown(socket, SHUT_RDWR); }

void system_disconnect(connection socket) {
    system_hang_up(socket);
    close(socket);
}

void system_forget(connection socket) { close(socket); }

int system_is_up(connection socket) {
    struct pollfd entry = {socket, POLLIN, 0};
    char byte;
    if (poll(&entry, 1, 0) == 0) return 1;
    const ssize_t got = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

int system_send(connection socket, const unsigned char *bytes, size_t count, int64_t end) {
    while (count) {
        const ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
        } else if (sent < 0 && errno == EAGAIN) {
            if (!wait_for(socket, POLLOUT, end)) return 0;
        } else if (sent == 0 || errno != EINTR) {
            return 0;
        }
    }
    return 1;
}

long system_receive(connection socket, unsigned char *bytes, size_t count) {
    ssize_t got = recv(socket, bytes, count, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) {
        if (!wait_for(socket, POLLIN, system_now() + 200)) return 0;
        got = recv(socket, bytes, count, MSG_DONTWAIT);
    }
    if (got > 0) return (long)got;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* --- Files ------------------------------------------------------------------------------------------------------- */

/* Whether the path, or a folder on its way, is a link whose target is not there. */
static int leads_nowhere(const char *path) {
    char part[PATH_MAX];
    struct stat status;
    if (strlen(path) >= sizeof part) return 0;
    strcpy(part, path);
    for (;;) {
        char *slash;
        if (lstat(part, &status) == 0) return stat(part, &status) != 0;
        slash = strrchr(part, '/');
        if (!slash || slash == part) return 0;
        *slash = 0;
    }
}

enum file_state system_read_file(const char *path, size_t most, unsigned char **bytes, size_t *count) {
    struct stat status;
    enum file_state state = FILE_UNREADABLE;
    int file;
    *bytes = NULL;
    *count = 0;
    /* Some devices act on being opened. */
    if (stat(path, &status) != 0)
        return (errno == ENOENT || errno == ENOTDIR) && !leads_nowhere(path) ? FILE_MISSING : FILE_UNREADABLE;
    if (!S_ISREG(status.st_mode)) return FILE_UNREADABLE;
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return FILE_UNREADABLE;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        const size_t size = status.st_size > 0 && (uintmax_t)status.st_size < most ? (size_t)status.st_size : most;
        /* One byte more, so that one that has grown is noticed. */
        unsigned char *all = (uintmax_t)status.st_size > most ? NULL : malloc(size + 1);
        size_t done = 0;
        state = all ? FILE_READ : FILE_TOO_LONG;
        while (all && done <= size) {
            const ssize_t got = read(file, all + done, size + 1 - done);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) state = FILE_UNREADABLE;
            if (got <= 0) break;
            done += (size_t)got;
        }
        if (state == FILE_READ && done > size) state = size < most ? FILE_UNREADABLE : FILE_TOO_LONG;
        if (state == FILE_READ) *bytes = all, *count = done;
        else free(all);
    }
    close(file);
    return state;
}

static int is_picture(const char *path) {
    unsigned char head[2] = {0, 0};
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (file < 0) return 0;
    const ssize_t got = read(file, head, 2);
    close(file);
    return got == 2 && head[0] == 0xFF && head[1] == 0xD8;
}

const char *system_write_picture(const char *path, const unsigned char *bytes, size_t count) {
    char temporary[PATH_MAX];
    unsigned char number[8] = {0};
    struct stat status;
    size_t done = 0;
    int file, is_written;
    if (lstat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode)) return "the path of the photo is not a file's";
        if (status.st_size && !is_picture(path)) return "the file at the photo's path is not a photo";
    }
    system_random(number, sizeof number);
    if (snprintf(temporary, sizeof temporary, "%s.%02x%02x%02x%02x%02x%02x%02x%02x.new", path, number[0], number[1],
                 number[2], number[3], number[4], number[5], number[6], number[7]) >= (int)sizeof temporary)
        return "the path of the photo is too long";
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return "the photo's file cannot be written";
    while (done < count) {
        const ssize_t put = write(file, bytes + done, count - done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) break;
        done += (size_t)put;
    }
    is_written = done == count && fsync(file) == 0;
    close(file);
    if (is_written && rename(temporary, path) == 0) return NULL;
    unlink(temporary);
    return "the photo's file cannot be written";
}

/* --- The log ----------------------------------------------------------------------------------------------------- */

void system_time(char text[32]) {
    struct timespec now;
    struct tm date;
    char second[24];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &date);
    strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &date);
    snprintf(text, 32, "%s.%03dZ", second, (int)(now.tv_nsec / 1000000));
}

/* Whether a file is empty, or begins as the log does: `2026-10-08T01:02:03.456Z pid=`. */
static int is_log(int file, const struct stat *status) {
    char head[29];
    if (!status->st_size) return 1;
    return pread(file, head, sizeof head, 0) == (ssize_t)sizeof head && !memcmp(head + 23, "Z pid=", 6);
}

void system_log(const char *place, const char *line, size_t length) {
    int is_kept = 0;
    if (strcmp(place, "syslog")) {
        const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
        const int file = open(place, flags, 0600);
        struct stat status;
        if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) && is_log(file, &status)) {
            struct iovec parts[2] = {{(void *)line, length}, {(void *)"\n", 1}};
            /* At once, so that the lines of several processes do not mix. */
            is_kept = writev(file, parts, 2) == (ssize_t)length + 1;
        }
        if (file >= 0) close(file);
        if (is_kept) return;
        syslog(LOG_INFO | LOG_USER, "healthcard: the log file cannot be written: %.*s", (int)length, line);
        return;
    }
    syslog(LOG_INFO | LOG_USER, "healthcard: %.*s", (int)length, line);
}
