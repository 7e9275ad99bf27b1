#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

/* By way of a pipe, where the system lets nobody use process_vm_readv: write() looks at the memory as well. */
static size_t read_through_pipe(const void *from, void *to, size_t count) {
    int ends[2];
    size_t done = 0;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return 0;
    /* What PIPE_BUF holds fits into an empty pipe at once, and lies within a page. */
    if (write(ends[1], from, count) == (ssize_t)count && read(ends[0], to, count) == (ssize_t)count) done = count;
    close(ends[0]);
    close(ends[1]);
    return done;
}

size_t healthcard_read_own_memory(const void *from, void *to, size_t count) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const pid_t self = getpid();
    size_t done = 0;
    while (done < count) {
        /* Page by page: a transfer is not promised to stop within a piece. */
        const size_t rest = page - ((size_t)from + done) % page, size = count - done < rest ? count - done : rest;
        struct iovec here = {(char *)to + done, size}, there = {(char *)from + done, size};
        if (process_vm_readv(self, &here, 1, &there, 1, 0) != (ssize_t)size) {
            const int isForbidden = errno == EPERM || errno == ENOSYS;
            if (!isForbidden || read_through_pipe(there.iov_base, here.iov_base, size) != size) break;
        }
        done += size;
    }
    return done;
}
