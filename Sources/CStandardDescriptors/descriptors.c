#define _GNU_SOURCE
#include "CStandardDescriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <unistd.h>

static int open_at_start;
static int error_descriptor = 2;
static int nowhere = -1;

/* Runs before main, and before any library of ours opens a file: with a standard descriptor closed the first file that
   is opened takes its number, and what is printed goes into that file. As the C library does it for programs with rights
   of their own, what takes the place cannot be written to: who printed into nothing must not be told that all is well. */
__attribute__((constructor(101))) static void open_standard_descriptors(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) {
            open_at_start |= 1 << descriptor;
            continue;
        }
        if (open("/dev/null", O_RDONLY) != descriptor) _exit(70);
    }
    int copy = fcntl(2, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) return;
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) {
        close(copy);
        return;
    }
    error_descriptor = copy;
}

int healthcard_standard_descriptors(void) { return open_at_start; }

int healthcard_error_descriptor(void) { return error_descriptor; }

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int silences;

void healthcard_silence_libraries(void) {
    if (nowhere < 0) return;
    pthread_mutex_lock(&lock);
    if (silences++ == 0) dup2(nowhere, 2);
    pthread_mutex_unlock(&lock);
}

void healthcard_hear_libraries(void) {
    if (nowhere < 0) return;
    pthread_mutex_lock(&lock);
    if (--silences == 0) dup2(error_descriptor, 2);
    pthread_mutex_unlock(&lock);
}

int healthcard_close_from(void *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
