#ifndef HEALTHCARD_CLINUX_H
#define HEALTHCARD_CLINUX_H

#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/types.h>

/* prctl takes a variable number of arguments, which Swift cannot call. */
static inline int healthcard_prctl_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }
static inline int healthcard_prctl_get_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

/* What the system shows of a thread: 15 bytes at most. */
static inline int healthcard_name_this_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

/* Where the program's own headers are in memory, also where a loader was told to run it. */
static inline unsigned long healthcard_program_headers(void) { return getauxval(AT_PHDR); }

/* The variables of the process, NAME=VALUE each, and NULL behind the last: Swift cannot name what may change. */
static inline char **healthcard_environment(void) {
    extern char **environ;
    return environ;
}

/* How the process was before anything of ours ran: taken down while the loader still works. */
struct healthcard_process_start {
    /* PR_GET_DUMPABLE: 1 where any process of this user may look in; negative where it was not to be had. */
    int dumpable;
    /* AT_SECURE: the program has rights of its own, and the loader took no orders from the environment. */
    int is_secure;
    /* The process that traces this one; 0 for none, negative where it was not to be had. */
    int tracer;
    /* The first variable that gives the loader or the allocator orders; empty for none. */
    char loader_variable[64];
    gid_t real_group, effective_group;
};

const struct healthcard_process_start *healthcard_process_start(void);

/* The process that traces this one now; as in the structure. */
int healthcard_tracer(void);

/* Takes out of the environment what is not known to be harmless to a program with rights of its own. */
void healthcard_scrub_environment(void);

/* A piece of an object that nothing may write to. `name` has no folder and is empty for the program itself; `offset` is
   the piece's address in its object; `was_there` tells whether the object was there at the start, or belongs to a library
   that is loaded when it is needed. */
typedef void (*healthcard_code_visitor)(
    const char *name, unsigned long offset, const void *bytes, size_t count, int was_there, void *context);

/* Visits every such piece, but for those the kernel brings. Loads the libraries that are loaded when they are needed: what
   is visited does not depend on what the process has done so far. */
void healthcard_visit_code(healthcard_code_visitor visitor, void *context);

/* No terminal, or none that can be kept silent. */
#define HEALTHCARD_NO_TERMINAL (-1)
/* The input has ended, or a line has no end. */
#define HEALTHCARD_ENDED (-2)
#define HEALTHCARD_TOO_LONG (-3)
/* It was stopped (Ctrl-Z) and goes on: ask again. */
#define HEALTHCARD_RESUMED (-4)
/* By a signal that did not end the process. */
#define HEALTHCARD_BROKEN_OFF (-5)

/* Reads a line of a terminal, unseen, straight into `line`: nothing of it is ever anywhere else. The terminal is as it was
   afterwards, also when a signal ends the process meanwhile. For one thread at a time.

   `ask` is called once the terminal is silent: what is typed before it asks is thrown away.

   Returns the bytes of the line without its end, or one of the above with `line` wiped. */
long healthcard_read_hidden(int terminal, void *line, size_t size, void (*ask)(void *context), void *context);

/* Copies bytes of this process's own memory, as far as they can be read: where a page behind a caller's buffer is nobody's,
   the copy ends there instead of the process. Returns how many bytes were copied. */
size_t healthcard_read_own_memory(const void *from, void *to, size_t count);

/* What Swift does not see of the C library, with errno as there: a pipe and a connection that no other program inherits, and
   who is at the other end of a socket of this machine. */
int healthcard_open_tie(int ends[2]);
int healthcard_accept(int listener);
int healthcard_peer(int connection, pid_t *process, uid_t *user);

/* One pointer of each thread, NULL at first: what a thread works on, for code that nobody can hand it to. */
void *healthcard_thread_slot(void);
void healthcard_set_thread_slot(void *value);

/* Where the numbers of watched signals come from, a byte each; negative, with errno, where the system gives no pipe. Closed
   only as long as no signal is watched. */
int healthcard_open_signals(void);
void healthcard_close_signals(int from);

/* Has a signal go there instead of ending the process, from the next line on; `before` is what it did. */
int healthcard_watch_signal(int number, struct sigaction *before);

/* How many files a library of the system may come in. */
#define HEALTHCARD_LATE_FILES 2

/* A library of the system that is loaded when it is first needed (CSystemLibraries): the names of its files, without a folder,
   and of the functions of it that are called. */
struct healthcard_late_library {
    const char *files[HEALTHCARD_LATE_FILES];
    const char *const *names;
    void **functions;
    size_t count;
    int is_loaded;
    void *handles[HEALTHCARD_LATE_FILES];
    struct healthcard_late_library *next;
};

/* Before main: what belongs to it counts as code of the program from then on (healthcard_visit_code). */
void healthcard_add_late_library(struct healthcard_late_library *library);

/* NULL when it is there with all its functions, else the file or the function that is missing. */
const char *healthcard_load_late_library(struct healthcard_late_library *library);

/* Ends the process where it is missing. */
void healthcard_require_late_library(struct healthcard_late_library *library);

/* Loads every library that was added, and writes where each and what it needs begins; returns how many there are. */
int healthcard_late_objects(unsigned long *addresses, int most);

#endif
