/* Copies at the edge of a page, where the system refuses one of the ways to look at memory; for the test of it. Built with
 * own_memory.c, whose process_vm_readv and pipe2 are these. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "CLinux.h"

static int refusal, has_no_pipe;

ssize_t refused_readv(pid_t pid, const struct iovec *here, unsigned long one, const struct iovec *there, unsigned long two,
                      unsigned long flags) {
    if (!refusal) return process_vm_readv(pid, here, one, there, two, flags);
    errno = refusal;
    return -1;
}

int refused_pipe(int ends[2], int flags) {
    if (!has_no_pipe) return pipe2(ends, flags);
    errno = EMFILE;
    return -1;
}

int main(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), size = 3 * page;
    unsigned char *start = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *copy = malloc(size + page);
    if (start == MAP_FAILED || !copy || mprotect(start + size, page, PROT_NONE)) return 2;
    for (size_t i = 0; i < size; i++) start[i] = (unsigned char)(i * 7);
    const int refusals[] = {0, EPERM, ENOSYS, EACCES, EINVAL, ENOMEM, ESRCH};
    const size_t begins[] = {0, 1, page - 1, size - 1, size - 9};
    for (size_t r = 0; r < sizeof refusals / sizeof *refusals; r++) {
        refusal = refusals[r];
        for (size_t b = 0; b < sizeof begins / sizeof *begins; b++) {
            const size_t whole = size - begins[b];
            /* As much as there is, and where a way to look is left, no more. */
            for (has_no_pipe = 0; has_no_pipe < 2; has_no_pipe++) {
                memset(copy, 0, size + page);
                const size_t wanted = refusal && has_no_pipe ? whole : whole + page / 2;
                const size_t got = healthcard_read_own_memory(start + begins[b], copy, wanted);
                if (got == whole && memcmp(copy, start + begins[b], whole) == 0) continue;
                printf("%s, pipe %d: %zu of %zu bytes\n", strerror(refusal), !has_no_pipe, got, whole);
                return 1;
            }
        }
    }
    return 0;
}
