#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>

static __thread uint64_t count_of_allocations __attribute__((tls_model("initial-exec")));

uint64_t allocations_of_this_thread(void) { return count_of_allocations; }

/* AddressSanitizer brings a malloc of its own, which must stay; then nothing is counted, and the test of the counter
   says so. */
#if !__has_feature(address_sanitizer)

/* glibc lets a program bring its own malloc, and keeps its own under these names. What is counted here is freed by
   glibc's free, which is not replaced. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    count_of_allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    count_of_allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    count_of_allocations++;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    count_of_allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_of_allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    count_of_allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}

#endif
