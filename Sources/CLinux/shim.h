#ifndef HEALTHCARD_CLINUX_SHIM_H
#define HEALTHCARD_CLINUX_SHIM_H

#include <sys/prctl.h>

/* prctl takes a variable number of arguments, which Swift cannot call. */
static inline int healthcard_prctl_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }
static inline int healthcard_prctl_get_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

#endif
