#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/* Blocks of memory that this thread has asked the allocator for since it started. */
uint64_t allocations_of_this_thread(void);

#endif
