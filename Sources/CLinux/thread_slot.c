#include "CLinux.h"

static __thread void *slot;

void *healthcard_thread_slot(void) { return slot; }

void healthcard_set_thread_slot(void *value) { slot = value; }
