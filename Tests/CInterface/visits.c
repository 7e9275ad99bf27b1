/* Visits: indexes, parts, whole records, items joined with bars. */
#include "parts.h"

static const int writers[] = {2, 3, 5};

static int writes(int sam_type) {
    for (int i = 0; i < COUNT(writers); i++)
        if (writers[i] == sam_type) return 1;
    return 0;
}

typedef struct {
    int records, data, size, items, all;
    int (*read)(HANDLE, int, char *, int, int, int);
    int (*write)(HANDLE, int, char *, int, int, int);
    int (*read_all)(HANDLE, int, char *);
    int (*write_all)(HANDLE, int, char *);
    int (*mark)(HANDLE, int);
    int (*erase)(HANDLE, int);
} kind;

static const kind kinds[] = {
    {3, EE_DATA, EE_SIZE, 147, MHC_EE_ALL_SIZE, iR_DF03EEInfo, iW_DF03EEInfo, iR_DF03EE_ALLInfo, iW_DF03EE_ALLInfo,
     iW_DF03EF05Info, iErase_DF03EF05Info},
    {5, ED_DATA, ED_SIZE, 170, MHC_ED_ALL_SIZE, iR_DF03EDInfo, iW_DF03EDInfo, iR_DF03ED_ALLInfo, iW_DF03ED_ALLInfo,
     iW_DF03EF06Info, iErase_DF03EF06Info},
};

static void index_of(HANDLE device, const kind *k, int record, const char *expected) {
    char flags[5][3];
    if (k->records == 3)
        EXPECT(IRV_OK, iR_DF03EF05Info(device, flags[0], flags[1], flags[2]));
    else
        EXPECT(IRV_OK, iR_DF03EF06Info(device, flags[0], flags[1], flags[2], flags[3], flags[4]));
    SAME(flags[record - 1], expected);
}

static char *joined(const kind *k, const char *facility) {
    char *text = room((size_t)k->all);
    join_visit(text, k->items, facility, "20261101");
    return text;
}

/* What no visit may say is refused before anything is signed or written, in whatever form it comes. */
static void no_visit(HANDLE device, const kind *k, int record) {
    char *before = room((size_t)k->size), *after = room((size_t)k->size), *data = room((size_t)k->size);
    char *text = room((size_t)k->all);
    EXPECT(IRV_OK, k->read(device, record, before, 0, k->size, NO_style));
    /* Nothing but bars, and a facility of nothing but blanks. */
    memset(text, '|', (size_t)k->items - 1);
    text[k->items - 1] = 0;
    EXPECT(IRV_PARA_ERR, k->write_all(device, record, text));
    join_visit(text, k->items, "  \xA1\xA1", "20261101");
    EXPECT(IRV_PARA_ERR, k->write_all(device, record, text));
    static const struct { int at; const char *bytes; int count; } wrong[] = {
        {0, "\x1B[2J", 4},         /* a control character in a text */
        {0, "\0\0\0\0\0\0\0\0\0\0\0\0\0", 13}, /* no facility */
        {80, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 4},  /* no day */
        {81, "\x26\x13", 2},       /* a thirteenth month */
        {80, "\x20\x2A", 2},       /* no digit */
    };
    const int styles[] = {NO_style, AN_style}, lengths[] = {k->data, k->size};
    for (int s = 0; s < COUNT(styles); s++) {
        for (int l = 0; l < COUNT(lengths); l++) {
            for (int i = 0; i < COUNT(wrong); i++) {
                memcpy(data, before, (size_t)k->size);
                memcpy(data + wrong[i].at, wrong[i].bytes, (size_t)wrong[i].count);
                EXPECT(IRV_PARA_ERR, k->write(device, record, data, 0, lengths[l], styles[s]));
            }
            memset(data, 0xFF, (size_t)k->size);
            EXPECT(IRV_PARA_ERR, k->write(device, record, data, 0, lengths[l], styles[s]));
        }
    }
    DWORD error = 9;
    MHC_ITEM month = {(WORD)(k->items == 147 ? 66 : 215), (WORD)record, k->items == 147 ? "20261301" : "20261301083000", 0,
                      &error};
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, &month, 1));
    CHECK(error == IRV_PARA_ERR);
    EXPECT(IRV_OK, k->read(device, record, after, 0, k->size, NO_style));
    CHECK(memcmp(before, after, (size_t)k->size) == 0);
    CHECK(intact(before) && intact(after) && intact(data) && intact(text));
}

static void one_kind(HANDLE device, const kind *k, int sam_type) {
    int record = k->records, may = writes(sam_type) ? IRV_OK : IRV_PSAM_ERR;
    char *text = room(2 * 80 + 1), *raw = room((size_t)k->size), *all = room((size_t)k->all);

    /* A record that is not valid is neither read nor written. */
    index_of(device, k, record, "FF");
    EXPECT(IRV_RCINVALID, k->read(device, record, raw, 0, k->data, NO_style));
    EXPECT(IRV_RCINVALID, k->read_all(device, record, all));
    SAME(all, "");
    EXPECT(IRV_RCINVALID, k->write(device, record, "a", 0, 70, AN_style));
    char *facility = joined(k, "\xD2\xBD\xD4\xBA");
    EXPECT(IRV_RCINVALID, k->write_all(device, record, facility));
    EXPECT(IRV_PARA_ERR, k->write_all(device, record, "a|b"));

    EXPECT(may, k->mark(device, record));
    if (may != IRV_OK) {
        CHECK(intact(text) && intact(raw) && intact(all) && intact(facility));
        return;
    }
    index_of(device, k, record, "00");

    /* All items at once. */
    EXPECT(IRV_OK, k->write_all(device, record, facility));
    EXPECT(IRV_OK, k->read_all(device, record, all));
    SAME(all, facility);
    EXPECT(IRV_OK, k->read(device, record, text, 0, 70, AN_style));
    SAME(text, "\xD2\xBD\xD4\xBA");
    EXPECT(IRV_OK, k->read(device, record, text, 80, 4, CN_style));
    SAME(text, "20261101");
    EXPECT(IRV_OK, k->read(device, record, text, 80, 4, B_style));
    SAME(text, "20261101");
    EXPECT(IRV_OK, k->read(device, record, text, k->data + 64, 2, B_style));
    SAME(text, "A002");
    no_visit(device, k, record);

    /* On a day on which the SAM's certificate is not valid nothing is signed, and nothing written. */
    char *late = joined(k, "\xD2\xBD\xD4\xBA");
    for (char *day = late; (day = strstr(day, "|2026")) != NULL; day++) memcpy(day + 1, "2025", 4);
    EXPECT(IRV_PSAM_ERR, k->write_all(device, record, late));
    /* Nor of what has not happened yet. */
    memcpy(strstr(late, "|2025") + 1, "2999", 4);
    EXPECT(IRV_PARA_ERR, k->write_all(device, record, late));
    EXPECT(IRV_OK, k->read_all(device, record, all));
    SAME(all, facility);
    CHECK(intact(late));

    /* The whole as it is. */
    EXPECT(IRV_OK, k->read(device, record, raw, 0, k->data, NO_style));
    CHECK((BYTE)raw[k->data] == 0xA5);
    char *signed_before = room(128 + 1), *signed_after = room(128 + 1);
    EXPECT(IRV_OK, k->read(device, record, signed_before, k->data, 64, B_style));
    memcpy(raw, "New hospital\0", 13);
    EXPECT(IRV_OK, k->write(device, record, raw, 0, k->data, NO_style));
    EXPECT(IRV_OK, k->read(device, record, text, 0, 70, AN_style));
    SAME(text, "New hospital");
    EXPECT(IRV_OK, k->read(device, record, signed_after, k->data, 64, B_style));
    CHECK(strlen(signed_after) == 128 && strcmp(signed_before, signed_after) != 0);

    /* The whole in AN_style: every byte of it, with the 00s among them, and no byte more. */
    char *bytes = room((size_t)k->data), *other = room((size_t)k->data);
    EXPECT(IRV_OK, k->read(device, record, bytes, 0, k->data, AN_style));
    EXPECT(IRV_OK, k->read(device, record, other, 0, k->data, NO_style));
    CHECK(memcmp(bytes, other, (size_t)k->data) == 0);
    memcpy(bytes, "AN hospital\0\0\0", 14);
    EXPECT(IRV_OK, k->write(device, record, bytes, 0, k->data, AN_style));
    EXPECT(IRV_OK, k->read(device, record, other, 0, k->data, NO_style));
    CHECK(memcmp(bytes, other, (size_t)k->data) == 0);
    /* A piece that begins within an item and goes on over the next ones. */
    EXPECT(IRV_OK, k->write(device, record, bytes + 3, 3, 200, AN_style));
    EXPECT(IRV_OK, k->read(device, record, other, 3, 200, AN_style));
    CHECK(memcmp(bytes + 3, other, 200) == 0);
    /* What may be bytes or the end of a text is refused, and nothing is written. */
    memcpy(other, bytes, (size_t)k->data);
    other[20] = 'x';
    EXPECT(IRV_PARA_ERR, k->write(device, record, other, 0, k->data, AN_style));
    memset(other, 0, (size_t)k->data);
    EXPECT(IRV_PARA_ERR, k->write(device, record, other, 0, k->data, AN_style));
    EXPECT(IRV_OK, k->read(device, record, other, 0, k->data, NO_style));
    CHECK(memcmp(bytes, other, (size_t)k->data) == 0);
    CHECK(intact(bytes) && intact(other));
    EXPECT(IRV_OK, k->write(device, record, raw, 0, k->data, NO_style));
    EXPECT(IRV_OK, k->read(device, record, signed_after, k->data, 64, B_style));

    /* Parts, which leave the signature as it is. */
    EXPECT(IRV_OK, k->write(device, record, "87654321-0", 70, 10, AN_style));
    EXPECT(IRV_OK, k->write(device, record, "20261231", 80, 4, CN_style));
    EXPECT(IRV_OK, k->write(device, record, "0102", k->data + 1, 2, B_style));
    EXPECT(IRV_PARA_ERR, k->write(device, record, "2026123", 80, 3, CN_style));
    EXPECT(IRV_PARA_ERR, k->write(device, record, "010", k->data + 1, 2, B_style));
    /* AN_style takes and gives len bytes: no 00 is looked for behind them, and none is written there. */
    EXPECT(IRV_OK, k->write(device, record, "87654321-0 and more", 70, 10, AN_style));
    char *ten = room(10);
    EXPECT(IRV_OK, k->read(device, record, ten, 70, 10, AN_style));
    CHECK(memcmp(ten, "87654321-0", 10) == 0);
    CHECK(intact(ten));
    ten = room(10);
    memcpy(ten, "87654321-1", 10);
    EXPECT(IRV_OK, k->write(device, record, ten, 70, 10, AN_style));
    CHECK(intact(ten));
    EXPECT(IRV_OK, k->write(device, record, "87654321-0", 70, 10, AN_style));
    /* A shorter text in one text item is padded, an empty one leaves it alone; a flag or a date is no text. */
    EXPECT(IRV_OK, k->write(device, record, "Short", 0, 70, AN_style));
    EXPECT(IRV_OK, k->write(device, record, "", 0, 70, AN_style));
    EXPECT(IRV_OK, k->read(device, record, text, 0, 70, AN_style));
    SAME(text, "Short");
    EXPECT(IRV_PARA_ERR, k->write(device, record, "\0\0\0\0", 80, 4, AN_style));
    EXPECT(IRV_PARA_ERR, k->write(device, record, "\x20\0\x11\x01", 80, 4, AN_style));
    EXPECT(IRV_OK, k->read(device, record, text, 80, 4, CN_style));
    SAME(text, "20261231");
    EXPECT(IRV_OK, k->read(device, record, text, k->data, 3, B_style));
    CHECK(strncmp(text, signed_after, 2) == 0 && strcmp(text + 2, "0102") == 0);

    CHECK(intact(signed_before) && intact(signed_after));
    CHECK(intact(text) && intact(raw) && intact(all) && intact(facility));

    /* Erasing needs a key of its own. */
    int erased = sam_type == 5 ? IRV_OK : IRV_PSAM_ERR;
    EXPECT(erased, k->erase(device, record));
    index_of(device, k, record, sam_type == 5 ? "FF" : "00");
}

void visits(HANDLE device, int sam_type) {
    for (int i = 0; i < COUNT(kinds); i++) {
        one_kind(device, &kinds[i], sam_type);
        /* Once more with a signature that cannot be made: the PIN is gone with a reset of the SAM. */
        if (!writes(sam_type)) continue;
        char atr[41], *whole = joined(&kinds[i], "x");
        EXPECT(IRV_OK, kinds[i].mark(device, 1));
        EXPECT(IRV_OK, PowerOn(device, SLOT_PSAM, atr));
        EXPECT(IRV_PSAM_ERR, kinds[i].write_all(device, 1, whole));
        EXPECT(IRV_OK, iVerifyPIN(device, "123456"));
        EXPECT(IRV_OK, kinds[i].write_all(device, 1, whole));
        CHECK(intact(whole));
    }
}
