#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t received;
static int wake[2] = {-1, -1};

/* May run on any thread; the one that waits learns of it by the pipe. */
static void receive(int number) {
    int error = errno;
    received = number;
    ssize_t ignored = write(wake[1], "", 1);
    (void)ignored;
    errno = error;
}

static void read_line(int terminal, void *line, size_t size, long *result) {
    for (;;) {
        struct pollfd waits[] = {{.fd = terminal, .events = POLLIN}, {.fd = wake[0], .events = POLLIN}};
        if (poll(waits, 2, -1) < 0 && errno != EINTR) break;
        if (received) {
            *result = HEALTHCARD_BROKEN_OFF;
            return;
        }
        if (!waits[0].revents) continue;
        ssize_t count = read(terminal, line, size);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count <= 0) break;
        /* A key that raises a signal drops what was typed; the line that follows it at once may be read before any thread
         * has taken the signal. Nobody types that fast, a program does. */
        poll(waits + 1, 1, 20);
        if (received) {
            *result = HEALTHCARD_BROKEN_OFF;
            return;
        }
        char last = ((char *)line)[count - 1];
        if (last == '\n' || last == '\r') *result = count - 1;
        else if ((size_t)count == size) *result = HEALTHCARD_TOO_LONG;
        return;
    }
}

long healthcard_read_hidden(int terminal, void *line, size_t size, void (*ask)(void *context), void *context) {
    struct termios before, silent;
    struct sigaction actions[SIGNALS];
    int is_taken[SIGNALS] = {0};
    long result = HEALTHCARD_ENDED;
    if (size == 0 || !isatty(terminal) || tcgetattr(terminal, &before) || pipe2(wake, O_CLOEXEC | O_NONBLOCK))
        return HEALTHCARD_NO_TERMINAL;
    received = 0;
    for (int i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_handler = receive};
        sigfillset(&action.sa_mask);
        if (sigaction(signals[i], NULL, &actions[i])) continue;
        /* Who started the program may have wanted these ignored; work that is finished first ignores the other two. */
        if (actions[i].sa_handler == SIG_IGN && signals[i] != SIGINT && signals[i] != SIGTERM) continue;
        is_taken[i] = sigaction(signals[i], &action, NULL) == 0;
    }
    silent = before;
    silent.c_lflag = (silent.c_lflag & ~(tcflag_t)ECHO) | ICANON | ISIG;
    if (tcsetattr(terminal, TCSAFLUSH, &silent)) result = HEALTHCARD_NO_TERMINAL;
    else {
        ask(context);
        read_line(terminal, line, size, &result);
    }
    /* What was typed beyond it is nobody's answer. */
    tcflush(terminal, TCIFLUSH);
    /* At once: who sent a signal does not wait for output that nobody reads to drain. */
    for (int i = 0; i < 1000 && tcsetattr(terminal, received ? TCSANOW : TCSAFLUSH, &before) && errno == EINTR; i++) {}
    if (result < 0) explicit_bzero(line, size);
    for (int i = 0; i < SIGNALS; i++)
        if (is_taken[i]) sigaction(signals[i], &actions[i], NULL);
    close(wake[0]);
    close(wake[1]);
    wake[0] = wake[1] = -1;
    if (!received) return result;

    /* Now it does what it would have done; a stop returns when the program goes on. */
    int number = received;
    explicit_bzero(line, size);
    struct sigaction now;
    int ends = !sigaction(number, NULL, &now) && now.sa_handler == SIG_DFL;
    kill(getpid(), number);
    if (number == SIGTSTP) {
        struct timespec moment = {0, 50000000};
        nanosleep(&moment, NULL);
        return HEALTHCARD_RESUMED;
    }
    /* Another thread may be the one that takes it. */
    for (int i = 0; ends && i < 200; i++) {
        struct timespec moment = {0, 10000000};
        nanosleep(&moment, NULL);
    }
    return HEALTHCARD_BROKEN_OFF;
}
