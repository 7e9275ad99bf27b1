#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* By way of a pipe, where the system does not let a process use process_vm_readv: write() looks at the memory as well. A
 * process that has no descriptors left for one reads the memory as everybody does: what is there is not refused. */
static int read_through_pipe(const void *from, void *to, size_t count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        memcpy(to, from, count);
        return 1;
    }
    /* What PIPE_BUF holds fits into an empty pipe at once. */
    const ssize_t put = write(ends[1], from, count);
    const int is_end = put < 0 && errno == EFAULT;
    if (!is_end && (put != (ssize_t)count || read(ends[0], to, count) != put)) memcpy(to, from, count);
    close(ends[0]);
    close(ends[1]);
    return !is_end;
}

size_t healthcard_read_own_memory(const void *from, void *to, size_t count) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), most = page < PIPE_BUF ? page : PIPE_BUF;
    const pid_t self = getpid();
    size_t done = 0;
    while (done < count) {
        /* Within a page: a transfer is not promised to stop within a piece. */
        const size_t rest = most - ((size_t)from + done) % most, size = count - done < rest ? count - done : rest;
        struct iovec here = {(char *)to + done, size}, there = {(char *)from + done, size};
        const ssize_t got = process_vm_readv(self, &here, 1, &there, 1, 0);
        if (got != (ssize_t)size) {
            /* The memory ends here; whatever else there is says nothing of the memory. */
            if (got < 0 && errno == EFAULT) break;
            if (!read_through_pipe(there.iov_base, here.iov_base, size)) break;
        }
        done += size;
    }
    return done;
}
