/* A call: its arguments into a frame, its answer into the caller's memory. */
#include "client.h"
#include "system.h"

#include "interface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 20, LONGEST_TEXT = 8192, LONGEST_COMMAND = 65544, LONGEST_DATA = 1 << 20, MOST_ITEMS = 4096,
       LONGEST_VALUE = 4096, LONGEST_PICTURE = 16 << 20, LONGEST_LINE = 1 << 15, PHOTO_ITEM = 385, PIECE = 64,
       MOST_ATR = 67 };

/* What libraries that forward to others return where there is nobody to forward to. */
enum { NO_LIBRARY = -1801 };

typedef struct {
    char letter;
    void *pointer;
    int64_t number;
    /* The most bytes that may be written. */
    size_t most;
} argument;

typedef struct {
    const char *name;
    argument arguments[MOST_ARGUMENTS];
    int count;
    /* Whether the function answers with a number of a record, or with a handle. */
    enum handle_work work;
    int photo_is_path;
} call;

/* --- Arguments into the frame ------------------------------------------------------------------------------------ */

static void put_input(buffer *frame, const void *bytes, size_t count, int has_ended) {
    put_number(frame, TAG_INPUT, 1);
    put_number(frame, (uint64_t)has_ended, 1);
    put_number(frame, count, 4);
    put_bytes(frame, bytes, count);
}

/* Just so many bytes, or as many as the caller's memory has. */
static void put_whole(buffer *frame, const void *pointer, size_t count) {
    put_number(frame, TAG_INPUT, 1);
    const size_t place = frame->count;
    put_number(frame, 0, 1);
    put_number(frame, 0, 4);
    unsigned char *bytes = buffer_grow(frame, count);
    if (!bytes) return;
    const size_t got = system_read_memory(pointer, bytes, count);
    frame->count -= count - got;
    frame->bytes[place] = got < count;
    for (int i = 0; i < 4; i++) frame->bytes[place + 1 + i] = (unsigned char)(got >> (24 - 8 * i));
}

/* The bytes up to the first 00, which is sent, or to `least` where that is more; no more than `most`. What stands behind is
 * nobody's business. */
static void put_text(buffer *frame, const char *pointer, size_t least, size_t most) {
    put_number(frame, TAG_INPUT, 1);
    const size_t place = frame->count;
    size_t count = 0, end = most;
    int has_ended = 0;
    put_number(frame, 0, 1);
    put_number(frame, 0, 4);
    while (count < end && !has_ended) {
        const size_t wanted = end - count < PIECE ? end - count : PIECE;
        unsigned char *bytes = buffer_grow(frame, wanted);
        if (!bytes) return;
        const size_t got = system_read_memory(pointer + count, bytes, wanted);
        const unsigned char *zero = end == most ? memchr(bytes, 0, got) : NULL;
        size_t kept = got;
        if (zero) {
            end = count + (size_t)(zero - bytes) + 1;
            if (end < least) end = least;
            if (end < count + got) kept = end - count;
        }
        has_ended = got < wanted && count + got < end;
        memset(bytes + kept, 0, wanted - kept);
        frame->count -= wanted - kept;
        count += kept;
    }
    frame->bytes[place] = (unsigned char)has_ended;
    for (int i = 0; i < 4; i++) frame->bytes[place + 1 + i] = (unsigned char)(count >> (24 - 8 * i));
}

/* Two bytes of length, and as many as they say. */
static void put_photo(buffer *frame, const unsigned char *pointer) {
    unsigned char prefix[2];
    if (system_read_memory(pointer, prefix, 2) < 2) put_whole(frame, pointer, 2);
    else put_whole(frame, pointer, 2 + (size_t)(prefix[0] << 8 | prefix[1]));
}

/* Part of a visit: bytes as many as are said, or digits that end. */
static void put_visit(buffer *frame, const argument *arguments) {
    const int64_t length = arguments[2].number, style = arguments[3].number;
    if (style == CN_style || style == B_style) put_text(frame, arguments->pointer, 0, LONGEST_TEXT);
    else if (style != NO_style && style != AN_style) put_input(frame, NULL, 0, 0);
    else put_whole(frame, arguments->pointer, length <= 0 ? 0 : length > LONGEST_TEXT ? LONGEST_TEXT : (size_t)length);
}

/* A value to be written: up to its 00, and to the length that is said of it. */
static void put_value(buffer *frame, const MHC_ITEM *item) {
    /* As an argument is, without its tag. */
    const size_t place = frame->count;
    if (item->item == PHOTO_ITEM) put_photo(frame, item->value);
    else put_text(frame, item->value, item->length < LONGEST_VALUE ? item->length : 0, LONGEST_VALUE);
    if (frame->has_failed) return;
    memmove(frame->bytes + place, frame->bytes + place + 1, frame->count - place - 1);
    frame->count--;
}

static void put_items(buffer *frame, const argument *arguments) {
    const int64_t count = arguments[1].number;
    const size_t wanted = count < 0 || count > MOST_ITEMS ? 0 : (size_t)count;
    MHC_ITEM *items = wanted ? malloc(wanted * sizeof *items) : NULL;
    size_t got = 0;
    if (wanted && !items) {
        frame->has_failed = 1;
        return;
    }
    if (wanted) got = system_read_memory(arguments->pointer, items, wanted * sizeof *items) / sizeof *items;
    put_number(frame, TAG_ITEMS, 1);
    put_number(frame, got < wanted, 1);
    put_number(frame, got, 4);
    for (size_t i = 0; i < got; i++) {
        const int sends = arguments->letter == 's' && items[i].value;
        put_number(frame, items[i].item, 2);
        put_number(frame, items[i].record, 2);
        put_number(frame, items[i].length, 2);
        put_number(frame, (uint64_t)((items[i].value != NULL) | (items[i].error != NULL) << 1 | sends << 2), 1);
        if (sends) put_value(frame, &items[i]);
    }
    free(items);
}

static void put_room(buffer *frame, const void *pointer) {
    unsigned char bytes[MOST_ATR];
    put_number(frame, TAG_ROOM, 1);
    put_number(frame, system_read_memory(pointer, bytes, sizeof bytes), 4);
}

static void put_argument(buffer *frame, const call *call, const argument *argument) {
    const int64_t next = argument[1].number;
    if (strchr("hiucl", argument->letter)) {
        put_number(frame, TAG_NUMBER, 1);
        put_number(frame, (uint64_t)argument->number, 8);
        return;
    }
    if (!argument->pointer) {
        put_number(frame, TAG_NULL, 1);
        return;
    }
    switch (argument->letter) {
    case 't': put_text(frame, argument->pointer, 0, LONGEST_TEXT); break;
    case 'd': {
        /* More is refused before anything is read. */
        const int64_t most = argument[1].letter == 'l' ? LONGEST_COMMAND : LONGEST_DATA;
        if (next < 0 || next > most) put_input(frame, NULL, 0, 0);
        else put_whole(frame, argument->pointer, (size_t)next);
        break;
    }
    case 'a': put_room(frame, argument->pointer); break;
    case 'v': put_visit(frame, argument); break;
    case 'p':
    case 'q':
        if (call->photo_is_path) put_text(frame, argument->pointer, 0, LONGEST_TEXT);
        else if (argument->letter == 'p') put_photo(frame, argument->pointer);
        else put_number(frame, TAG_OUTPUT, 1);
        break;
    case 'g':
    case 's': put_items(frame, argument); break;
    default: put_number(frame, TAG_OUTPUT, 1);
    }
}

/* --- The answer into the caller's memory --------------------------------------------------------------------------- */

/* Where a write goes; NULL where no function writes that much, or there. */
static void *place_of(const call *call, uint32_t region, uint32_t offset, uint32_t length) {
    if (region < (uint32_t)call->count) {
        const argument *argument = &call->arguments[region];
        if (!argument->pointer || offset > argument->most || length > argument->most - offset) return NULL;
        return (char *)argument->pointer + offset;
    }
    if (region < ITEM_REGION || call->count != 3 || !strchr("gs", call->arguments[1].letter)) return NULL;
    const uint32_t element = (region - ITEM_REGION) / 3, what = (region - ITEM_REGION) % 3;
    if (element >= call->arguments[2].number || !call->arguments[1].pointer) return NULL;
    MHC_ITEM *item = (MHC_ITEM *)call->arguments[1].pointer + element;
    switch (what) {
    case ITEM_LENGTH: return offset == 0 && length == sizeof item->length ? &item->length : NULL;
    default: return NULL;
    }
}

/* The elements of an array of items, as they were when the call came: values that are written over the array lead nowhere
 * else. */
typedef struct {
    MHC_ITEM *items;
    size_t count;
} array;

static void *item_place(const array *array, const call *call, uint32_t region, uint32_t offset, uint32_t length) {
    const uint32_t element = (region - ITEM_REGION) / 3;
    if (element >= array->count) return NULL;
    const MHC_ITEM *item = &array->items[element];
    switch ((region - ITEM_REGION) % 3) {
    case ITEM_VALUE: {
        /* Of cn and b items the bytes on the card mean room for all digits. */
        const size_t most = item->length ? 2 * (size_t)item->length : LONGEST_VALUE;
        if (call->arguments[1].letter != 'g' || !item->value || offset || length > most) return NULL;
        return item->value;
    }
    case ITEM_ERROR: return item->error && !offset && length == sizeof *item->error ? item->error : NULL;
    default: return place_of(call, region, offset, length);
    }
}

/* Numbers come in network order. */
static void write_number(unsigned char *place, const unsigned char *bytes, uint32_t length) {
    const uint16_t order = 1;
    const int is_little = *(const unsigned char *)&order;
    for (uint32_t i = 0; i < length; i++) place[i] = bytes[is_little ? length - 1 - i : i];
}

static int is_number(const call *call, uint32_t region) {
    if (region >= ITEM_REGION) return (region - ITEM_REGION) % 3 != ITEM_VALUE;
    return call->arguments[region].letter == 'n';
}

/* Carries out the writes of an answer, all of them or none. */
static int apply_writes(const call *call, reader reader, const array *array, int is_trial) {
    const uint64_t count = take_number(&reader, 2);
    for (uint64_t i = 0; i < count; i++) {
        const uint32_t region = (uint32_t)take_number(&reader, 4), offset = (uint32_t)take_number(&reader, 4),
                       length = (uint32_t)take_number(&reader, 4);
        const unsigned char *bytes = take_bytes(&reader, length);
        if (reader.has_failed) return 0;
        void *place = region < ITEM_REGION ? place_of(call, region, offset, length)
                                           : item_place(array, call, region, offset, length);
        if (!place) return 0;
        if (is_trial) continue;
        if (is_number(call, region)) write_number(place, bytes, length);
        else memcpy(place, bytes, length);
    }
    if (is_trial) return 1;
    const uint64_t lines = take_number(&reader, 2);
    for (uint64_t i = 0; i < lines; i++) {
        char name[4097];
        const size_t length = (size_t)take_number(&reader, 2);
        const unsigned char *where = take_bytes(&reader, length);
        const size_t line_length = (size_t)take_number(&reader, 2);
        const unsigned char *line = take_bytes(&reader, line_length);
        if (reader.has_failed || length >= sizeof name) return 1;
        memcpy(name, where, length);
        name[length] = 0;
        system_log(name, (const char *)line, line_length);
    }
    return 1;
}

static int apply(const call *call, reader reader, const array *array) {
    return apply_writes(call, reader, array, 1) && apply_writes(call, reader, array, 0);
}

/* --- Without an answer --------------------------------------------------------------------------------------------- */

/* What the full library leaves behind after a failure. */
static void clear_outputs(const call *call) {
    for (int i = 0; i < call->count; i++) {
        const argument *argument = &call->arguments[i];
        if (!argument->pointer) continue;
        switch (argument->letter) {
        case 'o':
        case 'a':
        case 'y': *(char *)argument->pointer = 0; break;
        case 'n': memset(argument->pointer, 0, sizeof(int)); break;
        case 'w':
            if (argument[3].number != NO_style) *(char *)argument->pointer = 0;
            break;
        }
    }
}

static int64_t failure(const call *call, enum exchange_end why) {
    static const char *const words[] = {"", "nobody answers where the agent should be",
                                        "the connection to the agent ended in the call",
                                        "the agent is silent and was given up"};
    const settings settings = client_settings();
    const int code = settings.forwards_codes ? NO_LIBRARY : IRV_CARD_ERR;
    int64_t returned = code;
    clear_outputs(call);
    if (call->work == CLOSES_PORT || call->work == CLOSES_DEVICE)
        return client_close_alone(call->work, call->arguments[0].number);
    if (call->work == OPENS_DEVICE && !settings.opens_with_status) returned = 0;
    if (!strncmp(call->name, "iReader_GetLast", 15)) returned = -1;
    if (*settings.log) {
        char time[32], line[512];
        system_time(time);
        const int length = snprintf(line, sizeof line,
                                    "%s pid=%lu call=%s code=%d IRV_CARD_ERR why=\"%s (%s)\"", time, system_process(),
                                    call->name, code, words[why], settings.address);
        if (length > 0) system_log(settings.log, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
    }
    return returned;
}

/* --- Files of the caller ------------------------------------------------------------------------------------------- */

enum { QUESTION_READ = 1, QUESTION_WRITE = 2, ANSWER_DONE = 0, ANSWER_MISSING, ANSWER_UNREADABLE, ANSWER_TOO_LONG,
       ANSWER_REFUSED };

/* The agent reads and writes no file of this machine; it asks for the one that the call names. */
static void answer_question(void *context, reader *question, buffer *answer) {
    const call *call = context;
    const uint64_t kind = take_number(question, 1);
    const size_t length = (size_t)take_number(question, 2);
    const unsigned char *given = take_bytes(question, length);
    char path[4097];
    const int may = call->photo_is_path && call->count == 2 && strchr("pq", call->arguments[1].letter);
    if (question->has_failed || !may || !length || length >= sizeof path || memchr(given, 0, length)) {
        answer->has_failed = 1;
        return;
    }
    memcpy(path, given, length);
    path[length] = 0;
    if (kind == QUESTION_READ && call->arguments[1].letter == 'p') {
        unsigned char *bytes;
        size_t count;
        const enum file_state state = system_read_file(path, LONGEST_PICTURE, &bytes, &count);
        put_number(answer, (uint64_t)state, 1);
        if (state == FILE_READ) put_bytes(answer, bytes, count);
        free(bytes);
    } else if (kind == QUESTION_WRITE && call->arguments[1].letter == 'q') {
        const char *why = system_write_picture(path, question->bytes, question->count);
        put_number(answer, why ? ANSWER_REFUSED : ANSWER_DONE, 1);
        if (why) put_bytes(answer, why, strlen(why));
    } else {
        answer->has_failed = 1;
    }
}

/* --- The call ------------------------------------------------------------------------------------------------------ */

static void take_arguments(call *call, const char *signature, va_list list) {
    while (*signature && call->count < MOST_ARGUMENTS - 1) {
        argument *argument = &call->arguments[call->count++];
        argument->letter = *signature++;
        argument->most = strtoul(signature, (char **)&signature, 10);
        switch (argument->letter) {
        /* As 64 bits: a handle of all ones is one that was never given. */
        case 'h': argument->number = (int64_t)(intptr_t)va_arg(list, void *); break;
        case 'i': argument->number = va_arg(list, int); break;
        case 'c': argument->number = va_arg(list, int) & 0xFF; break;
        case 'u': argument->number = va_arg(list, unsigned); break;
        case 'l': {
            const unsigned long length = va_arg(list, unsigned long);
            argument->number = (int64_t)((uint64_t)length & INT64_MAX);
            break;
        }
        default: argument->pointer = va_arg(list, void *);
        }
        if (argument->letter == 'n') argument->most = sizeof(int);
        if (argument->letter == 'y') argument->most = 1;
    }
    for (int i = 0; i < call->count; i++) {
        argument *argument = &call->arguments[i];
        /* Digits are two a byte, and end with 00, which alone is written where the length is none. */
        if (argument->letter != 'w') continue;
        const int64_t length = argument[2].number;
        argument->most = 2 * (size_t)(length < 0 ? 0 : length > LONGEST_TEXT ? LONGEST_TEXT : length) + 1;
    }
}

int64_t client_call(int function, const char *name, enum handle_work work, const char *signature, ...) {
    buffer frame = {0}, answer = {0};
    call call;
    array array = {NULL, 0};
    va_list list;
    memset(&call, 0, sizeof call);
    call.name = name;
    call.work = work;
    va_start(list, signature);
    take_arguments(&call, signature, list);
    va_end(list);
    call.photo_is_path = client_photo_is_path();

    frame_begin(&frame, CALL, 0);
    put_number(&frame, (uint64_t)function, 1);
    if (work == OPENS_PORT || work == OPENS_DEVICE) {
        put_number(&frame, TAG_SURROUNDINGS, 1);
        put_surroundings(&frame);
    }
    for (int i = 0; i < call.count; i++) put_argument(&frame, &call, &call.arguments[i]);
    if (call.count == 3 && call.arguments[1].letter && strchr("gs", call.arguments[1].letter)
        && call.arguments[2].number > 0 && call.arguments[2].number <= MOST_ITEMS && call.arguments[1].pointer) {
        const size_t size = (size_t)call.arguments[2].number * sizeof(MHC_ITEM);
        array.items = malloc(size);
        if (array.items) array.count = system_read_memory(call.arguments[1].pointer, array.items, size) / sizeof(MHC_ITEM);
    }
    const enum exchange_end end =
        client_exchange(&frame, answer_question, &call, work, call.count ? call.arguments[0].number : 0, &answer);
    int64_t value;
    reader reader = {answer.bytes, answer.count, 0};
    if (end == ANSWERED) {
        value = (int64_t)take_number(&reader, 8);
        take_number(&reader, 1);
        if (reader.has_failed || !apply(&call, reader, &array)) {
            client_give_up();
            value = failure(&call, BROKEN_OFF);
        }
    } else {
        value = failure(&call, end);
    }
    buffer_free(&frame);
    buffer_free(&answer);
    free(array.items);
    return value;
}
