/* What the test programs of the C interface share: checks that go on after a failure, and buffers that notice when
 * somebody writes past their end. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "MHC_CardInterface.h"

extern int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
        } \
    } while (0)

/* A call and the code it has to return. */
#define EXPECT(code, call) \
    do { \
        long got = (long)(call); \
        if (got != (long)(code)) { \
            failures++; \
            fprintf(stderr, "%s:%d: %ld instead of %s: %s\n", __FILE__, __LINE__, got, #code, #call); \
        } \
    } while (0)

#define SAME(text, expected) \
    do { \
        const char *is = (const char *)(text); \
        if (strcmp(is, expected) != 0) { \
            failures++; \
            fprintf(stderr, "%s:%d: '%s' instead of '%s'\n", __FILE__, __LINE__, is, expected); \
        } \
    } while (0)

enum { GUARD = 64 };

/* Exactly size bytes, guarded on both sides and filled with a pattern. */
static inline char *room(size_t size) {
    unsigned char *block = malloc(size + 2 * GUARD + sizeof size);
    if (!block) abort();
    memcpy(block, &size, sizeof size);
    memset(block + sizeof size, 0xA5, size + 2 * GUARD);
    return (char *)block + sizeof size + GUARD;
}

/* Looks at the guards and frees. */
static inline int intact(char *buffer) {
    unsigned char *block = (unsigned char *)buffer - GUARD - sizeof(size_t);
    size_t size;
    int whole = 1;
    memcpy(&size, block, sizeof size);
    for (int i = 0; i < GUARD; i++) {
        whole &= block[sizeof size + i] == 0xA5;
        whole &= block[sizeof size + GUARD + size + i] == 0xA5;
    }
    free(block);
    return whole;
}

/* Exactly size bytes that end where a page begins which nobody may touch; what is before them is a pattern. */
static inline char *edge(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) / page * page;
    char *start = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + whole, page, PROT_NONE)) abort();
    memset(start, 0xA5, whole);
    return start + whole - size;
}

/* A text that ends there. */
static inline char *text_at_edge(const char *text) {
    char *copy = edge(strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    return copy;
}

/* Buffers of a whole iR_ function: one for each length, in the order of the arguments. */
typedef struct {
    int count;
    char *text[16];
} rooms;

static inline rooms rooms_of(int count, const int *lengths) {
    rooms all = {.count = count};
    for (int i = 0; i < count; i++) all.text[i] = room((size_t)lengths[i] + 1);
    return all;
}

static inline void done(rooms all) {
    for (int i = 0; i < all.count; i++) CHECK(intact(all.text[i]));
}

/* A whole visit as items joined with bars: what every visit needs, and the facility and the day that are given. In it a
 * character whose second byte is that of a bar.
 *
 * items: 147 of an inpatient visit, 170 of an outpatient one. */
static inline void join_visit(char *text, int items, const char *facility, const char *day) {
    static const struct { int number; const char *text; } given[] = {
        {65, "12345678-9"}, {67, "3"}, {68, "M-1"}, {69, "\x81\x7C"}, {70, "1"}, {75, "Cough"}, {76, "J18.9"},
        {77, "20260101"}, {136, "Ward"}, {137, "1"}, {138, "00"}, {139, "00"}, {214, "12345678-9"}, {216, "N1"},
        {217, "\x81\x7C"}, {218, "1"}, {219, "Cough"}, {220, "R05"}, {221, "20260101"}, {222, "Cough"}, {223, "J18.9"},
        {224, "20260101083000"}, {225, "30"},
    };
    const int first = items == 147 ? 64 : 213;
    int length = 0;
    for (int number = first; number < first + items; number++) {
        if (number > first) text[length++] = '|';
        if (number == first) length += sprintf(text + length, "%s", facility);
        if (number == 66 || number == 135 || number == 215) length += sprintf(text + length, "%s", day);
        if (number == 215) length += sprintf(text + length, "083000");
        for (size_t i = 0; i < sizeof given / sizeof *given; i++)
            if (given[i].number == number) length += sprintf(text + length, "%s", given[i].text);
    }
    text[length] = 0;
}

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* The longest text of every item, by file: Docs/card.md §1.3. */
static const int DDF1EF05[] = {1, 4, 30, 22, 360, 8, 18, 3, 10, 6};
static const int DDF1EF06[] = {30, 2, 2, 8, 18};
static const int DDF1EF08[] = {8, 20, 20, 2, 2, 2};
static const int DF01EF05[] = {2, 100, 2, 100};
static const int DF01EF06[] = {30, 2, 20, 30, 2, 20, 30, 2, 20};
static const int DF01EF07[] = {2, 2, 3};
static const int DF01EF08[] = {2, 18, 17, 18};
static const int DF02EF05[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 40};
static const int DF02EF06[] = {2};
static const int DF02EF07[] = {20, 100};
static const int DF02EF08[] = {20, 8};

enum { EE_DATA = 1639, EE_SIZE = 1893, ED_DATA = 3013, ED_SIZE = 3267, PHOTO_SIZE = 3074 };

#define T(n) all.text[n]
#define READ5(f, h) f(h, T(0), T(1), T(2), T(3), T(4))
#define READ6(f, h) f(h, T(0), T(1), T(2), T(3), T(4), T(5))
#define READ9(f, h) f(h, T(0), T(1), T(2), T(3), T(4), T(5), T(6), T(7), T(8))
#define READ10(f, h) f(h, T(0), T(1), T(2), T(3), T(4), T(5), T(6), T(7), T(8), T(9))
#define READ15(f, h) \
    f(h, T(0), T(1), T(2), T(3), T(4), T(5), T(6), T(7), T(8), T(9), T(10), T(11), T(12), T(13), T(14))

/* One reading of every file; each call has to return the code. What it read goes into texts where that is not NULL. */
void read_everything(HANDLE device, int free_code, int code);

#endif
