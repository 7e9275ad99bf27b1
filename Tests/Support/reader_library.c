// A reader maker's library for tests: the functions of Decard and of Huada, with a slot that a virtual card is put into as
// into vpcd's: it connects by TCP to the port, and talks in messages of two bytes length and a body.
//
//     cc -shared -fPIC -o reader.so reader_library.c [-DWITHOUT_STATUS] [-DWITHOUT_EXCHANGE]
//
// The port is the number that dc_init gets, and what follows "TCP" in the name that ICC_Reader_Open gets. A file that
// READER_LIBRARY_FLAG names (a macro) may hold `gone` (the reader is unplugged) or `hang` (commands do not come back).

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef READER_LIBRARY_FLAG
#define READER_LIBRARY_FLAG "/dev/null"
#endif

enum { MOST_READERS = 8, OPENING = 2000 };

struct reader {
    int listener, card, is_open;
};
static struct reader readers[MOST_READERS];
static int last_slot = -1;

static int is_flagged(const char *word) {
    FILE *file = fopen(READER_LIBRARY_FLAG, "r");
    char text[16] = "";
    if (!file) return 0;
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return count >= strlen(word) && !strncmp(text, word, strlen(word));
}

static int receive(int socket, unsigned char *bytes, int count) {
    for (int got = 0; got < count;) {
        int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
        int step = recv(socket, bytes + got, count - got, 0);
        if (step <= 0) return -1;
        got += step;
    }
    return 0;
}

static int send_message(int socket, const unsigned char *body, int count) {
    unsigned char message[2 + 65535];
    message[0] = count >> 8;
    message[1] = count;
    memcpy(message + 2, body, count);
    return send(socket, message, count + 2, MSG_NOSIGNAL) == count + 2 ? 0 : -1;
}

static int receive_message(int socket, unsigned char *body) {
    unsigned char length[2];
    if (receive(socket, length, 2)) return -1;
    int count = length[0] << 8 | length[1];
    return receive(socket, body, count) ? -1 : count;
}

static void lose_card(struct reader *reader) {
    if (reader->card >= 0) close(reader->card);
    reader->card = -1;
}

// Whether a card is in, after waiting so many milliseconds for one.
static int has_card(struct reader *reader, int patience) {
    char byte;
    if (reader->card >= 0) {
        if (recv(reader->card, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0) return 1;
        lose_card(reader);
    }
    struct pollfd waiting = {reader->listener, POLLIN, 0};
    if (poll(&waiting, 1, patience) == 1) reader->card = accept(reader->listener, NULL, NULL);
    return reader->card >= 0;
}

static int open_reader(int port) {
    for (int index = 0; index < MOST_READERS && !is_flagged("gone"); index++) {
        struct reader *reader = &readers[index];
        if (reader->is_open) continue;
        struct sockaddr_in address = {
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1)) {
            close(listener);
            return -1;
        }
        *reader = (struct reader){listener, -1, 1};
        // Who looks at once is to see a card that lies there.
        has_card(reader, OPENING);
        return index + 1;
    }
    return -1;
}

static struct reader *reader_of(long handle) {
    int is_known = handle > 0 && handle <= MOST_READERS && readers[handle - 1].is_open;
    return is_known && !is_flagged("gone") ? &readers[handle - 1] : NULL;
}

static int close_reader(long handle) {
    if (handle <= 0 || handle > MOST_READERS || !readers[handle - 1].is_open) return -1;
    lose_card(&readers[handle - 1]);
    close(readers[handle - 1].listener);
    readers[handle - 1].is_open = 0;
    return 0;
}

// The length of the answer to reset; 0 for a card that gives none, -1 without a card.
static int restart(struct reader *reader, unsigned char order, unsigned char *answer) {
    unsigned char ask = 4;
    if (!has_card(reader, 0)) return -1;
    int count = send_message(reader->card, &order, 1) || send_message(reader->card, &ask, 1)
                    ? -1
                    : receive_message(reader->card, answer);
    if (count < 0) lose_card(reader);
    return count > 33 ? 0 : count;
}

static int exchange(struct reader *reader, const unsigned char *command, int length, unsigned char *answer) {
    if (is_flagged("hang")) sleep(4);
    if (!has_card(reader, 0)) return -1;
    int count = send_message(reader->card, command, length) ? -1 : receive_message(reader->card, answer);
    if (count < 0) lose_card(reader);
    return count;
}

// MARK: Decard

int dc_init(short port, int baud) { return baud > 0 ? open_reader(port) : -1; }
short dc_exit(int handle) { return close_reader(handle); }

short dc_setcpu(int handle, unsigned char slot) {
    last_slot = slot;
    return reader_of(handle) ? 0 : -1;
}

short dc_cpureset_hex(int handle, unsigned char *length, char *text) {
    unsigned char answer[65536];
    struct reader *reader = reader_of(handle);
    int count = reader && last_slot == 0x0C ? restart(reader, 1, answer) : -1;
    if (count <= 0) return -1;
    for (int index = 0; index < count; index++) sprintf(text + 2 * index, "%02X", answer[index]);
    *length = count;
    return 0;
}

#ifndef WITHOUT_EXCHANGE
short dc_cpuapduInt(
    int handle, unsigned int length, unsigned char *command, unsigned int *count, unsigned char *answer) {
    struct reader *reader = reader_of(handle);
    int got = reader && last_slot == 0x0C ? exchange(reader, command, length, answer) : -1;
    *count = got > 0 ? got : 0;
    return got > 0 ? 0 : -1;
}
#endif

#ifndef WITHOUT_STATUS
short dc_card_status(int handle) {
    struct reader *reader = reader_of(handle);
    return !reader ? -1 : has_card(reader, 0) ? 0 : 1;
}
#endif

// MARK: Huada

long ICC_Reader_Open(char *name) {
    int port = strncmp(name, "TCP", 3) ? 0 : atoi(name + 3);
    int handle = port > 0 ? open_reader(port) : -1;
    return handle > 0 ? handle : -11;
}

long ICC_Reader_Close(long handle) { return close_reader(handle) ? -12 : 0; }

long ICC_Reader_PowerOn(long handle, unsigned char slot, unsigned char *response) {
    struct reader *reader = reader_of(handle);
    if (!reader) return -11;
    if (slot != 1) return -14;
    int count = restart(reader, 1, response);
    return count > 0 ? count : count < 0 ? -2 : -4;
}

long ICC_Reader_Application(
    long handle, unsigned char slot, long length, unsigned char *command, unsigned char *response) {
    struct reader *reader = reader_of(handle);
    if (!reader) return -11;
    if (slot != 1 || length < 4) return -14;
    int count = exchange(reader, command, length, response);
    return count > 0 ? count : -2;
}

#ifndef WITHOUT_STATUS
long ICC_Reader_GetStatus(long handle, unsigned char slot) {
    struct reader *reader = reader_of(handle);
    if (!reader) return -11;
    return slot != 1 ? -14 : has_card(reader, 0) ? 0 : -2;
}

long ICC_Reader_PowerOff(long handle, unsigned char slot) {
    unsigned char off = 0;
    struct reader *reader = reader_of(handle);
    if (!reader) return -11;
    if (slot != 1) return -14;
    if (!has_card(reader, 0)) return -2;
    return send_message(reader->card, &off, 1) ? -2 : 0;
}
#endif
