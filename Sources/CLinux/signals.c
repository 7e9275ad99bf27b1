#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* All signals that are watched go into one pipe, which is made once and stays open: a handler that runs while somebody
   stops watching never writes into what has become another file. */
static volatile int into = -1;

static void note(int number) {
    int before = errno;
    unsigned char byte = (unsigned char)number;
    /* A full pipe holds this one already, or somebody presses the key a thousand times. */
    (void)!write(into, &byte, 1);
    errno = before;
}

int healthcard_open_signals(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    into = ends[1];
    return ends[0];
}

void healthcard_close_signals(int from) {
    close(into);
    close(from);
    into = -1;
}

int healthcard_watch_signal(int number, struct sigaction *before) {
    struct sigaction ours = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigfillset(&ours.sa_mask);
    if (sigaction(number, NULL, before) != 0) return -1;
    /* Under nohup the end of the session is nobody's business. */
    if (number == SIGHUP && before->sa_handler == SIG_IGN) return 0;
    return sigaction(number, &ours, NULL);
}
