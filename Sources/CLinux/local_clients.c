#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int healthcard_open_tie(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int healthcard_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int healthcard_peer(int connection, pid_t *process, uid_t *user) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    *process = peer.pid;
    *user = peer.uid;
    return 0;
}
