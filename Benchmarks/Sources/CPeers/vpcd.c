#include "peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int read_whole(int link, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        int on = 1;
        ssize_t got;

        /* Before every read: the kernel forgets it, and then each command waits 40 ms for a delayed acknowledgement. */
        setsockopt(link, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
        got = read(link, bytes, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return 0;
        bytes += got;
        size -= (size_t)got;
    }
    return 1;
}

static int answer(int link, uint8_t *frame, size_t size)
{
    frame[0] = (uint8_t)(size >> 8);
    frame[1] = (uint8_t)size;
    return write(link, frame, size + 2) == (ssize_t)(size + 2);
}

void peer_serve(const struct peer_slot *slot)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(slot->port)};
    int link = socket(AF_INET, SOCK_STREAM, 0);
    uint8_t head[2];
    uint8_t body[65535];
    uint8_t frame[2 + 65535];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (link < 0 || connect(link, (struct sockaddr *)&address, sizeof address) != 0)
        return;
    while (read_whole(link, head, 2)) {
        size_t size = (size_t)head[0] << 8 | head[1];

        if (!read_whole(link, body, size))
            break;
        if (size == 1 && body[0] == 4) {
            memcpy(frame + 2, slot->answerToReset, slot->answerToResetSize);
            if (!answer(link, frame, slot->answerToResetSize))
                break;
        } else if (size == 1) {
            slot->power(slot->card, body[0] != 0);
        } else if (size > 1 && !answer(link, frame, slot->process(slot->card, body, size, frame + 2))) {
            break;
        }
    }
    close(link);
}

static void plain_power(void *card, int on)
{
    (void)card;
    (void)on;
}

static size_t plain_process(void *card, const uint8_t *command, size_t size, uint8_t *response)
{
    static const uint8_t always[] = {1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0x00};

    (void)card;
    (void)command;
    (void)size;
    memcpy(response, always, sizeof always);
    return sizeof always;
}

static void *serve_plain(void *argument)
{
    static const uint8_t answerToReset[] = {0x3B, 0x80, 0x80, 0x01, 0x01};
    struct peer_slot slot = {*(const uint16_t *)argument, answerToReset, sizeof answerToReset, NULL, plain_power,
                             plain_process};

    peer_serve(&slot);
    return NULL;
}

void peer_plain_cards(const uint16_t *ports, size_t count)
{
    pthread_t threads[16];
    size_t started = 0;

    for (; started < count && started < 16; started++) {
        if (pthread_create(&threads[started], NULL, serve_plain, (void *)&ports[started]) != 0)
            break;
    }
    while (started-- > 0)
        pthread_join(threads[started], NULL);
}
