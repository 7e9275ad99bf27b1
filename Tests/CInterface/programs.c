/* How hospital programs really call: the order of their calls, the buffers they have, the handles they pass. Behind every
 * buffer is a page that nobody may touch. */
#include <sys/stat.h>

#include "parts.h"

static void told(const char *what, const char *text) {
    printf("%s=", what);
    for (const char *c = text; *c; c++) printf("%02X", (BYTE)*c);
    printf("\n");
}

/* A reader's demonstration: the port, whose result nobody looks at, a handle nobody ever set, sizes as in its dialogs. */
static void dialogs(int sam_type) {
    HANDLE device = (HANDLE)0xCCCCCCCCUL;
    char *atr = edge(60), *pin = text_at_edge("123456");
    iDOpenPort();
    EXPECT(IRV_OK, PowerOn(device, 0x01, atr));
    EXPECT(IRV_OK, PowerOn(device, 0x11, atr));
    EXPECT(IRV_OK, iVerifyPIN(device, pin));
    char *name = edge(50), *sex = edge(50), *nation = edge(50), *birth = edge(50), *id = edge(50);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, sex, nation, birth, id));
    told("name", name);
    told("birthDate", birth);
    told("idNumber", id);
    char *until = edge(21), *phone = edge(21), *other = edge(21), *pay = edge(21), *pay2 = edge(21), *pay3 = edge(21);
    EXPECT(IRV_OK, iR_DDF1EF08Info(device, until, phone, other, pay, pay2, pay3));
    told("validUntil", until);
    told("phone1", phone);
    char *type = edge(120), *address = edge(120);
    EXPECT(IRV_OK, iR_DF01EF05Info(device, type, address, type, edge(120)));
    told("address1", address);
    /* One buffer for everything that is not wanted: what is told last is in it, and nothing is written beyond it. */
    char *scratch = edge(361), *card = edge(361);
    EXPECT(IRV_OK, iR_DDF1EF05Info(device, scratch, scratch, scratch, scratch, scratch, scratch, card, scratch, scratch,
                                   scratch));
    told("cardNumber", card);
    SAME(scratch, "990100");
    EXPECT(IRV_OK, iR_DF02EF05Info(device, scratch, scratch, scratch, scratch, scratch, scratch, scratch, scratch, scratch,
                                   scratch, scratch, scratch, scratch, scratch, scratch));
    BYTE *photo = (BYTE *)edge(3075);
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, photo));
    printf("photo=%d\n", photo[0] << 8 | photo[1]);
    /* A visit as bytes in AN_style, into a buffer of just that many. */
    if (sam_type == 5) {
        char *visit = edge(ED_DATA), *back = edge(ED_DATA), *small = edge(70);
        memset(visit, 0, ED_DATA);
        EXPECT(IRV_OK, iW_DF03EF06Info(device, 4));
        char *joined = edge(MHC_ED_ALL_SIZE);
        join_visit(joined, 170, "\xC8\xCB\xC3\xF1\xD2\xBD\xD4\xBA", "20261101");
        EXPECT(IRV_OK, iW_DF03ED_ALLInfo(device, 4, joined));
        EXPECT(IRV_OK, iR_DF03EDInfo(device, 4, visit, 0, ED_DATA, AN_style));
        EXPECT(IRV_OK, iR_DF03EDInfo(device, 4, small, 0, 70, AN_style));
        CHECK(memcmp(small, visit, 70) == 0);
        memcpy(visit, "\xD6\xD0\xD2\xBD\xD4\xBA\0\0", 8);
        EXPECT(IRV_OK, iW_DF03EDInfo(device, 4, visit, 0, ED_DATA, AN_style));
        EXPECT(IRV_OK, iR_DF03EDInfo(device, 4, back, 0, ED_DATA, NO_style));
        CHECK(memcmp(visit, back, ED_DATA) == 0);
        /* A range by itself, in the middle of the record, out of the middle of a buffer. */
        EXPECT(IRV_OK, iW_DF03EDInfo(device, 4, visit + 2, 2, ED_DATA - 2, AN_style));
        EXPECT(IRV_OK, iR_DF03EDInfo(device, 4, back + 2, 2, ED_DATA - 2, AN_style));
        CHECK(memcmp(visit, back, ED_DATA) == 0);
    }
    EXPECT(IRV_OK, iDClosePort());
}

/* A program in another language: small buffers, 30 bytes for the answer to reset, slots 1 and 3. */
static void small_buffers(void) {
    HANDLE device = OpenDevice(0);
    char *card = edge(30), *sam = edge(30);
    EXPECT(IRV_OK, PowerOn(device, 1, card));
    EXPECT(IRV_OK, PowerOn(device, 3, sam));
    CHECK(strlen(card) == 28 && strncmp(card, "3B8D8001", 8) == 0);
    CHECK(strlen(sam) <= 28);
    char *name = edge(31), *sex = edge(3), *nation = edge(3), *birth = edge(9), *id = edge(19);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, sex, nation, birth, id));
    told("name", name);
    told("idNumber", id);
    char *serial = edge(100), *public = edge(100);
    int code = IReader_GetDeviceCSN(device, serial);
    CHECK(code == IRV_OK || (code == IRV_CARD_ERR && !*serial));
    EXPECT(IRV_OK, iReader_SAM_Public((int)(long)device, public));
    CHECK(strlen(public) == 28);
    EXPECT(IRV_OK, LockPersonalInfo(device));
    int next = iReader_GetLastEEIndex(device);
    CHECK(next >= 1 && next <= 3);
    next = iReader_GetLastEDIndex(device);
    CHECK(next >= 1 && next <= 5);
    EXPECT(IRV_OK, CloseDevice(device));
}

/* The item table's own lengths, with the buffers of a text. */
static void item_table(void) {
    static const struct { WORD item, length, room; } table[] = {{1, 1, 3}, {4, 11, 23}, {5, 180, 361}, {6, 4, 9}, {7, 4, 9},
                                                                {8, 18, 19}, {57, 3, 7}, {11, 30, 31}, {12, 1, 3}};
    MHC_ITEM items[COUNT(table)];
    DWORD errors[COUNT(table)];
    iDOpenPort();
    for (int i = 0; i < COUNT(table); i++)
        items[i] = (MHC_ITEM){table[i].item, 0, edge(table[i].room), table[i].length, &errors[i]};
    EXPECT(IRV_OK, wsc_GetCardInfo(NULL, items, COUNT(table)));
    for (int i = 0; i < COUNT(table); i++) CHECK(errors[i] == IRV_OK);
    char id[19] = {0};
    memcpy(id, items[5].value, 18);
    told("idNumber", id);
    EXPECT(IRV_OK, iDClosePort());
}

void programs(int sam_type) {
    dialogs(sam_type);
    small_buffers();
    item_table();
}

/* The oldest visit, and the first empty record, as both are on the card. */
void next_records(HANDLE device) {
    char *joined = edge(MHC_EE_ALL_SIZE);
    static const char *dates[] = {"20260301", "20260101", "20260201"};
    for (int record = 1; record <= 3; record++) EXPECT(IRV_OK, iErase_DF03EF05Info(device, record));
    for (int record = 1; record <= 3; record++) {
        EXPECT(record, iReader_GetLastEEIndex(device));
        EXPECT(IRV_OK, iW_DF03EF05Info(device, record));
        join_visit(joined, 147, "H", dates[record - 1]);
        EXPECT(IRV_OK, iW_DF03EE_ALLInfo(device, record, joined));
    }
    EXPECT(2, iReader_GetLastEEIndex(device));
    /* Admitted on the same day: who left first. */
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 3, "20260101", 80, 4, CN_style));
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 2, "20260110", 1009, 4, CN_style));
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 3, "20260109", 1009, 4, CN_style));
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 1, "20260401", 1009, 4, CN_style));
    EXPECT(3, iReader_GetLastEEIndex(device));
    /* A date that is none decides nothing. */
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 1, "FFFFFFFF", 80, 4, B_style));
    EXPECT(-1, iReader_GetLastEEIndex(device));
    EXPECT(IRV_OK, iErase_DF03EF05Info(device, 1));
    EXPECT(1, iReader_GetLastEEIndex(device));
}

static long size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

/* With every convention turned round: the configuration file says so. original: a camera's picture. */
void other_conventions(const char *folder, const char *original) {
    HANDLE device = OpenDevice(0);
    CHECK(device == NULL);
    char *atr = edge(20);
    EXPECT(IRV_OK, PowerOn(device, SLOT_USER, atr));
    CHECK(strlen(atr) == 18);
    BYTE *answer = (BYTE *)edge(258);
    int length = 0;
    EXPECT(IRV_OK, SendAPDU(device, SLOT_USER, (BYTE *)"\0\x84\0\0\x08", 5, answer, &length));
    CHECK(length == 8 && answer[8] == 0x90 && answer[9] == 0);
    char *certificate = edge(190), *issuer = edge(180), *public = edge(29);
    EXPECT(IRV_OK, iReader_SAM_Certificate(0, certificate));
    CHECK((BYTE)certificate[0] == 0xA0);
    EXPECT(IRV_OK, iReader_SAM_OrgCertificate(0, issuer));
    CHECK((BYTE)issuer[0] == 0xA0);
    EXPECT(IRV_OK, iReader_SAM_Public(0, public));
    CHECK(strlen(public) == 28);
    /* Photos by path. */
    char path[4096];
    snprintf(path, sizeof path, "%s/photo.jpg", folder);
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    EXPECT(IRV_OK, iVerifyPIN(device, "123456"));
    EXPECT(IRV_OK, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    /* A camera's picture of many bytes is fitted to the card; a cut one, an empty one and one of no picture are not taken. */
    char other[4096], *large;
    snprintf(other, sizeof other, "%s/other.jpg", folder);
    EXPECT(IRV_OK, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(original)));
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, (BYTE *)text_at_edge(other)));
    long size = size_of(other);
    CHECK(size > 1000 && size <= PHOTO_SIZE - 2);
    large = edge(1024);
    FILE *whole = fopen(original, "rb"), *cut = fopen(path, "wb");
    CHECK(whole && cut && fread(large, 1, 1024, whole) == 1024 && fwrite(large, 1, 1024, cut) == 1024);
    if (whole) fclose(whole);
    if (cut) fclose(cut);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    cut = fopen(path, "wb");
    if (cut) fclose(cut);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    CHECK(size_of(path) == size);
    snprintf(path, sizeof path, "%s/interface.conf", folder);
    EXPECT(IRV_PARA_ERR, iR_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    snprintf(path, sizeof path, "%s/none.jpg", folder);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)text_at_edge(path)));
    /* AN_style with an end: what fills its item is a text as well. */
    char *text = edge(11);
    EXPECT(IRV_OK, iW_DF03EF06Info(device, 1));
    EXPECT(IRV_OK, iW_DF03EDInfo(device, 1, "12345678-9", 70, 10, AN_style));
    EXPECT(IRV_OK, iR_DF03EDInfo(device, 1, text, 70, 10, AN_style));
    SAME(text, "12345678-9");
    /* The status that OpenDevice gave is the handle that such programs close. */
    EXPECT(IRV_OK, CloseDevice(device));
    EXPECT(IRV_PARA_ERR, iDClosePort());
}

/* What functions return for a forwarding library, and where a code might answer for a card. */
void forwarded_codes(void) {
    char name[31];
    EXPECT(IRV_OK, iDOpenPort());
    EXPECT(-11, iR_DDF1EF06Info(NULL, name, NULL, NULL, NULL, NULL));
    SAME(name, "");
    EXPECT(IRV_CARD_ERR, iR_DF02EF06Info(NULL, name));
    EXPECT(-1, iReader_GetLastEEIndex(NULL));
    EXPECT(IRV_CARD_ERR, LockPersonalInfo(NULL));
    EXPECT(IRV_OK, iDClosePort());
}

/* A photo that is larger than what programs have room for. */
void photo_limit(HANDLE device) {
    BYTE *photo = (BYTE *)edge(3074);
    memset(photo, 0x5A, 3074);
    EXPECT(IRV_DDF1EF07_DATAERR, iR_DDF1EF07Info(device, photo));
    CHECK(photo[0] == 0x5A && photo[3073] == 0x5A);
    MHC_ITEM item = {385, 0, photo, 3074, NULL};
    EXPECT(IRV_DDF1EF07_DATAERR, wsc_GetCardInfo(device, &item, 1));
    CHECK(photo[0] == 0x5A);
    memcpy(photo, "\x0B\xFF\xFF\xD8", 4);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, photo));
}
