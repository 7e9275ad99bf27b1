#include "client.h"

#include <stdlib.h>
#include <string.h>

unsigned char *buffer_grow(buffer *buffer, size_t count) {
    if (buffer->has_failed) return NULL;
    if (count > buffer->room - buffer->count) {
        size_t room = buffer->room ? buffer->room : 512;
        unsigned char *bytes = NULL;
        if (count <= MOST_FRAME && buffer->count <= MOST_FRAME) {
            while (room - buffer->count < count) room *= 2;
            bytes = malloc(room);
        }
        if (!bytes) {
            buffer->has_failed = 1;
            return NULL;
        }
        if (buffer->count) memcpy(bytes, buffer->bytes, buffer->count);
        /* PINs and names may be in it. */
        if (buffer->bytes) memset(buffer->bytes, 0, buffer->count);
        free(buffer->bytes);
        buffer->bytes = bytes;
        buffer->room = room;
    }
    buffer->count += count;
    return buffer->bytes + buffer->count - count;
}

void put_bytes(buffer *buffer, const void *bytes, size_t count) {
    unsigned char *place = count ? buffer_grow(buffer, count) : NULL;
    if (place) memcpy(place, bytes, count);
}

void put_number(buffer *buffer, uint64_t number, int size) {
    unsigned char *place = buffer_grow(buffer, (size_t)size);
    if (place)
        for (int i = 0; i < size; i++) place[i] = (unsigned char)(number >> 8 * (size - 1 - i));
}

void buffer_free(buffer *buffer) {
    static void *(*const volatile wipe)(void *, int, size_t) = memset;
    if (buffer->bytes) wipe(buffer->bytes, 0, buffer->count);
    free(buffer->bytes);
    memset(buffer, 0, sizeof *buffer);
}

void frame_begin(buffer *buffer, enum frame_type type, uint32_t id) {
    put_number(buffer, 0, 4);
    put_number(buffer, type, 1);
    put_number(buffer, id, 4);
}

int frame_end(buffer *buffer) {
    const size_t length = buffer->count - 4;
    if (buffer->has_failed || length > MOST_FRAME) return 0;
    for (int i = 0; i < 4; i++) buffer->bytes[i] = (unsigned char)(length >> (24 - 8 * i));
    return 1;
}

const unsigned char *take_bytes(reader *reader, size_t count) {
    const unsigned char *bytes = reader->bytes;
    if (reader->has_failed || count > reader->count) {
        reader->has_failed = 1;
        return NULL;
    }
    reader->bytes += count;
    reader->count -= count;
    return bytes;
}

uint64_t take_number(reader *reader, int size) {
    const unsigned char *bytes = take_bytes(reader, (size_t)size);
    uint64_t number = 0;
    for (int i = 0; bytes && i < size; i++) number = number << 8 | bytes[i];
    return number;
}
