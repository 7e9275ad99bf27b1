/* The parts of the thin client. The protocol: Docs/client-protocol.md. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>

/* --- Frames (frame.c) -------------------------------------------------------------------------------------------- */

enum { PROTOCOL_VERSION = 1, HEAD = 9, NONCE = 16, PROOF = 32 };
/* The most that follows the length of a frame. */
#define MOST_FRAME (24u << 20)

enum frame_type {
    HELLO = 0x01, INTRODUCTION = 0x02, CALL = 0x03, ANSWER = 0x04,
    CHALLENGE = 0x81, WELCOME = 0x82, RETURN = 0x83, ASK = 0x84, BEAT = 0x85, REFUSED = 0x8F
};

enum argument_tag { TAG_NULL, TAG_NUMBER, TAG_INPUT, TAG_OUTPUT, TAG_ROOM, TAG_ITEMS, TAG_SURROUNDINGS };

/* Regions of arrays of items: three for each element, behind this. */
#define ITEM_REGION 0x10000u
enum { ITEM_VALUE, ITEM_LENGTH, ITEM_ERROR };

/* Bytes that grow; once there was no memory for more, nothing is added. */
typedef struct {
    unsigned char *bytes;
    size_t count, room;
    int has_failed;
} buffer;

/* Begins a frame: its length is filled in by frame_end. */
void frame_begin(buffer *, enum frame_type, uint32_t id);
int frame_end(buffer *);
/* Where `count` more bytes go; NULL where there is no memory. */
unsigned char *buffer_grow(buffer *, size_t count);
void put_bytes(buffer *, const void *bytes, size_t count);
void put_number(buffer *, uint64_t number, int size);
/* Wipes and frees. */
void buffer_free(buffer *);

/* Bytes that are taken one after the other; once too few were there, nothing more is. */
typedef struct {
    const unsigned char *bytes;
    size_t count;
    int has_failed;
} reader;

const unsigned char *take_bytes(reader *, size_t count);
uint64_t take_number(reader *, int size);

/* --- Settings (settings.c) --------------------------------------------------------------------------------------- */

typedef struct {
    char address[256], secret[256], log[256];
    int patience, logs_errors_only, opens_with_status, forwards_codes;
} settings;

/* What environment and configuration say of the client itself. */
void settings_load(settings *);
/* What the agent has to know of the process: variables and the configuration file. */
void put_surroundings(buffer *);

/* --- The connection (connection.c) ------------------------------------------------------------------------------- */

/* Which handle a call opens or closes. */
enum handle_work { OTHER_WORK, OPENS_PORT, OPENS_DEVICE, CLOSES_PORT, CLOSES_DEVICE };

/* Answers an ASK of a call: writes the body of an ANSWER. */
typedef void (*ask_handler)(void *context, reader *question, buffer *answer);

/* Why a call has no answer. */
enum exchange_end { ANSWERED, NOT_REACHED, BROKEN_OFF, SILENT };

/* Sends a CALL, whose id is filled in, and waits for its RETURN. `answer` has the body of it. */
enum exchange_end client_exchange(buffer *call, ask_handler, void *context, enum handle_work, int64_t handle,
                                  buffer *answer);
/* Closes a handle that only this process still knows; 0, or 101 where it is none. */
int client_close_alone(enum handle_work, int64_t handle);
/* Hangs up on an agent that does not keep to the protocol. */
void client_give_up(void);
/* Whether the photo's functions take a path; known once a device was opened. */
int client_photo_is_path(void);
/* The settings as they were when the client last connected. */
settings client_settings(void);

/* --- Calls (call.c) ---------------------------------------------------------------------------------------------- */

/* Carries out a function of the interface. Each argument has a letter in `signature`, outputs also the most bytes they may
 * be given:
 *   h handle   i int   u unsigned int   c unsigned char   l unsigned long
 *   t text for the agent   o text from it
 *   d bytes for the agent, whose number is the next argument
 *   r bytes from the agent   n, y int and unsigned char from it, 0 on failure   a room for the answer to reset
 *   v, w part of a visit from and for the agent; record before, position, length and style behind it
 *   p, q photo from and for the agent
 *   g, s items to be read and to be written, their count behind them */
int64_t client_call(int function, const char *name, enum handle_work, const char *signature, ...);

#endif
