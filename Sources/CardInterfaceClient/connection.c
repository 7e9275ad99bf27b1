/* One connection of the process to the agent, for all its threads. Calls are told apart by their number; whichever thread
 * waits for an answer and finds nobody listening listens for all. */
#include "client.h"
#include "sm3.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

/* Milliseconds that a call may take in all, whatever the agent says of it: longer than any card. */
enum { LONGEST_CALL = 600000, LONGEST_SECRET = 256, IRV_PARA_ERR = 101 };

typedef struct waiting {
    uint32_t id;
    enum { AWAITED, CAME, LOST } state;
    enum frame_type type;
    buffer frame;
    struct waiting *next;
} waiting;

/* All guarded by the lock, but for what the thread that listens does with the connection. */
static connection open_connection = NO_CONNECTION;
static int is_listening;
/* Counts connections: who listened to one that has ended says nothing of the next. */
static unsigned generation;
static int64_t heard, failed;
static enum exchange_end why_failed;
static uint32_t last_id;
static waiting *all_waiting;
static settings known;
static int is_known, photo_is_path;

static struct {
    uint32_t *numbers, last;
    size_t count, room;
} handles;

/* --- Handles ----------------------------------------------------------------------------------------------------- */

static int has_handle(int64_t number) {
    for (size_t i = 0; i < handles.count; i++)
        if (handles.numbers[i] == number) return 1;
    return 0;
}

static void add_handle(int64_t number) {
    if (number > (int64_t)handles.last) handles.last = (uint32_t)number;
    if (has_handle(number)) return;
    if (handles.count == handles.room) {
        const size_t room = handles.room ? 2 * handles.room : 16;
        uint32_t *numbers = realloc(handles.numbers, room * sizeof *numbers);
        if (!numbers) return;
        handles.numbers = numbers;
        handles.room = room;
    }
    handles.numbers[handles.count++] = (uint32_t)number;
}

/* Closes the handle, or the only one there is where a program never had one, as the full library does. */
static int remove_handle(enum handle_work work, int64_t number) {
    const int is_null = number == 0;
    if (work == CLOSES_DEVICE && is_null && !known.opens_with_status) return 0;
    if (!has_handle(number)) {
        const int was_given = number > 0 && number <= (int64_t)handles.last;
        if (work != CLOSES_DEVICE || was_given || handles.count != 1) return 0;
        number = handles.numbers[0];
    }
    for (size_t i = 0; i < handles.count; i++) {
        if (handles.numbers[i] != number) continue;
        handles.numbers[i] = handles.numbers[--handles.count];
        return 1;
    }
    return 0;
}

/* What the answer to a call says of handles. */
static void note_handles(enum handle_work work, int64_t handle, int64_t value) {
    switch (work) {
    case OTHER_WORK: break;
    case OPENS_PORT:
        if (value == 0) add_handle(0);
        break;
    case OPENS_DEVICE:
        if (known.opens_with_status ? value == 0 : value > 0) add_handle(value);
        break;
    case CLOSES_PORT:
    case CLOSES_DEVICE:
        if (value == 0) remove_handle(work, handle);
        break;
    }
}

int client_close_alone(enum handle_work work, int64_t handle) {
    system_lock();
    const int is_closed = remove_handle(work, work == CLOSES_PORT ? 0 : handle);
    system_unlock();
    return is_closed ? 0 : IRV_PARA_ERR;
}

static void note_flags(uint64_t flags) {
    photo_is_path = (flags & 1) != 0;
    known.opens_with_status = (flags & 2) != 0;
    known.forwards_codes = (flags & 4) != 0;
}

int client_photo_is_path(void) {
    system_lock();
    const int is_path = photo_is_path;
    system_unlock();
    return is_path;
}

settings client_settings(void) {
    system_lock();
    if (!is_known) settings_load(&known), is_known = 1;
    const settings copy = known;
    system_unlock();
    return copy;
}

/* --- Frames on the connection ------------------------------------------------------------------------------------ */

/* Reads exactly so many bytes, the last of them before `*end`; a negative end is none. */
static int receive_all(connection socket, unsigned char *bytes, size_t count, int64_t end) {
    while (count) {
        const long got = system_receive(socket, bytes, count);
        if (got < 0 || (got == 0 && system_now() >= end)) return 0;
        bytes += got;
        count -= (size_t)got;
    }
    return 1;
}

/* The rest of a frame whose first `got` bytes are in `head`. */
static int receive_frame(connection socket, unsigned char head[HEAD], size_t got, int64_t end, buffer *frame,
                         enum frame_type *type, uint32_t *id) {
    if (!receive_all(socket, head + got, HEAD - got, end)) return 0;
    reader reader = {head, HEAD, 0};
    const uint64_t length = take_number(&reader, 4);
    *type = (enum frame_type)take_number(&reader, 1);
    *id = (uint32_t)take_number(&reader, 4);
    if (length < HEAD - 4 || length > MOST_FRAME) return 0;
    const size_t rest = (size_t)length - (HEAD - 4);
    unsigned char *place = rest ? buffer_grow(frame, rest) : frame->bytes;
    return !rest || (place && receive_all(socket, place, rest, end));
}

/* --- Connecting -------------------------------------------------------------------------------------------------- */

static void lose(enum exchange_end why) {
    /* Its number may be another file's as soon as it is closed: who listens to it closes it. */
    if (open_connection != NO_CONNECTION && is_listening) system_hang_up(open_connection);
    else if (open_connection != NO_CONNECTION) system_disconnect(open_connection);
    open_connection = NO_CONNECTION;
    generation++;
    why_failed = why;
    for (waiting *one = all_waiting; one; one = one->next)
        if (one->state == AWAITED) one->state = LOST;
    system_changed();
}

/* The parent's connection, and what its other threads were at, is none of the child's. */
static void in_child(void) {
    if (open_connection != NO_CONNECTION) system_forget(open_connection);
    open_connection = NO_CONNECTION;
    generation++;
    is_listening = 0;
    all_waiting = NULL;
    failed = 0;
}

static void prove(const char *role, const unsigned char *secret, size_t length, const unsigned char *ours,
                  const unsigned char *theirs, unsigned char proof[PROOF]) {
    unsigned char data[8 + 2 * NONCE];
    const size_t count = strlen(role);
    memcpy(data, role, count);
    memcpy(data + count, ours, NONCE);
    memcpy(data + count + NONCE, theirs, NONCE);
    sm3_hmac(secret, length, data, count + 2 * NONCE, proof);
}

/* HELLO, CHALLENGE, INTRODUCTION, WELCOME. */
static int shake_hands(connection socket, const settings *with, int64_t end) {
    const int is_local = !strncmp(with->address, "unix:", 5);
    unsigned char nonce[NONCE], expected[PROOF], proof[PROOF] = {0}, head[HEAD], *secret = NULL;
    size_t secret_length = 0;
    buffer frame = {0}, answer = {0};
    enum frame_type type;
    uint32_t id;
    int is_done = 0;
    /* Over a port anybody may sit at the other end: both sides prove that they know the secret. */
    if (!is_local) {
        if (system_read_file(with->secret, LONGEST_SECRET, &secret, &secret_length) != FILE_READ) return 0;
        while (secret_length && secret[secret_length - 1] <= ' ') secret_length--;
        if (secret_length < 16) goto end;
    }
    if (!system_random(nonce, sizeof nonce)) goto end;
    frame_begin(&frame, HELLO, 0);
    put_bytes(&frame, "MHC", 3);
    put_number(&frame, PROTOCOL_VERSION, 1);
    put_number(&frame, PROTOCOL_VERSION, 1);
    put_bytes(&frame, nonce, sizeof nonce);
    if (!frame_end(&frame) || !system_send(socket, frame.bytes, frame.count, end)) goto end;
    if (!receive_frame(socket, head, 0, end, &answer, &type, &id) || type != CHALLENGE) goto end;
    {
        reader reader = {answer.bytes, answer.count, 0};
        const uint64_t version = take_number(&reader, 1);
        const unsigned char *theirs = take_bytes(&reader, NONCE), *their_proof = take_bytes(&reader, PROOF);
        if (reader.has_failed || version != PROTOCOL_VERSION) goto end;
        if (!is_local) {
            unsigned char differences = 0;
            prove("agent", secret, secret_length, nonce, theirs, expected);
            for (int i = 0; i < PROOF; i++) differences |= (unsigned char)(expected[i] ^ their_proof[i]);
            if (differences) goto end;
            prove("client", secret, secret_length, nonce, theirs, proof);
        }
    }
    buffer_free(&frame);
    buffer_free(&answer);
    frame_begin(&frame, INTRODUCTION, 0);
    put_bytes(&frame, proof, PROOF);
    put_number(&frame, system_process(), 4);
    put_surroundings(&frame);
    put_number(&frame, handles.last, 4);
    put_number(&frame, handles.count, 4);
    for (size_t i = 0; i < handles.count; i++) put_number(&frame, handles.numbers[i], 4);
    if (!frame_end(&frame) || !system_send(socket, frame.bytes, frame.count, end)) goto end;
    if (!receive_frame(socket, head, 0, end, &answer, &type, &id) || type != WELCOME) goto end;
    is_done = answer.count >= 1;
    if (is_done) note_flags(answer.bytes[0]);
end:
    if (secret) memset(secret, 0, secret_length);
    free(secret);
    buffer_free(&frame);
    buffer_free(&answer);
    return is_done;
}

/* With the lock held, for no longer than the patience. */
static int ensure_connection(int64_t began) {
    if (open_connection != NO_CONNECTION) {
        /* While nobody waits nobody listens: an agent that ended meanwhile is noticed before anything is sent to it. */
        if (all_waiting || system_is_up(open_connection)) return 1;
        lose(BROKEN_OFF);
    }
    /* Threads that waited while one could not connect do not try each for themselves. */
    if (failed > began) return 0;
    settings_load(&known);
    is_known = 1;
    system_after_fork(in_child);
    const int64_t end = system_now() + 1000 * (int64_t)known.patience;
    const connection made = system_connect(known.address, end);
    if (made != NO_CONNECTION) {
        if (shake_hands(made, &known, end)) {
            open_connection = made;
            generation++;
            failed = 0;
            return 1;
        }
        system_disconnect(made);
    }
    failed = system_now();
    return 0;
}

/* --- Calls ------------------------------------------------------------------------------------------------------- */

static waiting *find_waiting(uint32_t id) {
    for (waiting *one = all_waiting; one; one = one->next)
        if (one->id == id && one->state == AWAITED) return one;
    return NULL;
}

/* Takes one frame for whoever waits for it. The lock is let go of meanwhile. */
static void listen_once(void) {
    const connection socket = open_connection;
    const unsigned own = generation;
    const int64_t patience = 1000 * (int64_t)known.patience;
    unsigned char head[HEAD];
    buffer frame = {0};
    enum frame_type type = BEAT;
    uint32_t id = 0;
    is_listening = 1;
    system_unlock();
    const long got = system_receive(socket, head, HEAD);
    const int is_sound =
        got == 0
        || (got > 0 && receive_frame(socket, head, (size_t)got, system_now() + patience, &frame, &type, &id));
    system_lock();
    is_listening = 0;
    if (generation != own) {
        /* Given up meanwhile by another thread, which left it to this one to close. */
        system_disconnect(socket);
    } else if (!is_sound) {
        lose(BROKEN_OFF);
    } else if (got > 0) {
        heard = system_now();
        waiting *one = find_waiting(id);
        if (one && (type == RETURN || type == ASK)) {
            one->frame = frame;
            one->type = type;
            one->state = CAME;
            memset(&frame, 0, sizeof frame);
        }
    } else if (system_now() - heard >= patience) {
        lose(SILENT);
    }
    buffer_free(&frame);
    system_changed();
}

static void forget(waiting *own) {
    for (waiting **one = &all_waiting; *one; one = &(*one)->next) {
        if (*one != own) continue;
        *one = own->next;
        return;
    }
}

/* Files that the call names are this process's own. */
static int answer_question(waiting *own, ask_handler handler, void *context, unsigned generation_of_call) {
    buffer question = own->frame, answer = {0};
    reader reader = {question.bytes, question.count, 0};
    memset(&own->frame, 0, sizeof own->frame);
    system_unlock();
    frame_begin(&answer, ANSWER, own->id);
    if (handler) handler(context, &reader, &answer);
    const int is_whole = handler && frame_end(&answer);
    system_lock();
    const int is_sent = is_whole && generation == generation_of_call
        && system_send(open_connection, answer.bytes, answer.count, system_now() + 1000 * (int64_t)known.patience);
    buffer_free(&question);
    buffer_free(&answer);
    if (generation == generation_of_call && !is_sent) lose(BROKEN_OFF);
    if (is_sent) {
        own->state = AWAITED;
        heard = system_now();
    }
    return is_sent;
}

enum exchange_end client_exchange(buffer *call, ask_handler handler, void *context, enum handle_work work,
                                  int64_t handle, buffer *answer) {
    const int64_t began = system_now();
    enum exchange_end end = NOT_REACHED;
    waiting own;
    memset(&own, 0, sizeof own);
    system_lock();
    if (!call->has_failed && ensure_connection(began)) {
        const int64_t patience = 1000 * (int64_t)known.patience;
        own.id = ++last_id;
        for (int i = 0; i < 4; i++) call->bytes[5 + i] = (unsigned char)(own.id >> (24 - 8 * i));
        if (!frame_end(call)) {
            end = BROKEN_OFF;
        } else if (!system_send(open_connection, call->bytes, call->count, system_now() + patience)) {
            lose(BROKEN_OFF);
            end = BROKEN_OFF;
        } else {
            const unsigned connection_of_call = generation;
            heard = system_now();
            own.next = all_waiting;
            all_waiting = &own;
            while (own.state != LOST) {
                if (own.state == CAME && own.type == RETURN) break;
                if (own.state == CAME && !answer_question(&own, handler, context, connection_of_call)) own.state = LOST;
                if (own.state != AWAITED) continue;
                if (system_now() - began >= LONGEST_CALL) lose(SILENT);
                else if (is_listening) system_wait();
                else listen_once();
            }
            forget(&own);
            if (own.state == CAME) {
                reader reader = {own.frame.bytes, own.frame.count, 0};
                const int64_t value = (int64_t)take_number(&reader, 8);
                note_flags(take_number(&reader, 1));
                if (!reader.has_failed) note_handles(work, handle, value);
                *answer = own.frame;
                end = ANSWERED;
            } else {
                end = why_failed;
            }
            /* One of those who wait goes on listening. */
            system_changed();
        }
    }
    system_unlock();
    return end;
}

void client_give_up(void) {
    system_lock();
    lose(BROKEN_OFF);
    system_unlock();
}
