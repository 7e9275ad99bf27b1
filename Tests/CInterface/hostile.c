/* What nobody should do, and somebody does: memory that ends before the length that is said, buffers that overlap, calls
 * after the end, two threads at once. The library refuses or serves; it never ends the process. */
#include <pthread.h>

#include "parts.h"

/* Texts without an end and lengths that are a lie, at the edge of a page that nobody may touch. */
static void short_memory(HANDLE device) {
    char *unended = edge(4);
    BYTE *three = (BYTE *)edge(3), hash[32], signature[64], answer[258];
    int length = 7, number = (int)(long)device;
    BYTE one = 7;
    memcpy(unended, "1234", 4);

    EXPECT(IRV_PARA_ERR, SM3Digest(device, three, 4, hash, &one));
    EXPECT(IRV_PARA_ERR, SM3Digest(device, three, 1 << 20, hash, &one));
    EXPECT(IRV_PARA_ERR, SM2SignHash(device, three, 32, signature, &one));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, (BYTE *)unended, 5, answer, &length));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_PSAM, (BYTE *)unended, 65544, answer, &length));
    EXPECT(IRV_PARA_ERR, iVerifyPIN(device, unended));
    EXPECT(IRV_PARA_ERR, VerifyPin(device, unended, &one));
    EXPECT(IRV_PARA_ERR, iChange_Pin(number, unended, "123456"));
    EXPECT(IRV_PARA_ERR, iChange_Pin(number, "123456", unended));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, NULL, unended, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF01EF05Info(device, NULL, unended, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF02EF07Info(device, unended, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF02EF08Info(device, "x", unended));
    EXPECT(IRV_PARA_ERR, iW_DF03EE_ALLInfo(device, 1, unended));
    EXPECT(IRV_PARA_ERR, iW_DF03ED_ALLInfo(device, 1, unended));
    EXPECT(IRV_OK, iW_DF03EF05Info(device, 1));
    int styles[] = {NO_style, AN_style, CN_style, B_style};
    for (int i = 0; i < COUNT(styles); i++) {
        EXPECT(IRV_PARA_ERR, iW_DF03EEInfo(device, 1, unended, 0, EE_DATA, styles[i]));
        EXPECT(IRV_PARA_ERR, iW_DF03EEInfo(device, 1, unended, 0, 70, styles[i]));
    }
    /* Just as many bytes as are said are enough. */
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 1, unended, 0, 4, AN_style));
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 1, unended, 0, 4, NO_style));

    BYTE *photo = (BYTE *)edge(10);
    memcpy(photo, "\x0B\x00\xFF\xD8", 4);
    EXPECT(IRV_PARA_ERR, iW_DDF1EF07Info(device, photo));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF07Info(device, (BYTE *)edge(1)));
    MHC_ITEM *element = (MHC_ITEM *)edge(sizeof *element);
    DWORD error = 9;
    *element = (MHC_ITEM){385, 0, photo, 0, &error};
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, element, 1));
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, element, 2));
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, element, 4096));
    int lengths[] = {0, 5, 20, 0xFFFF};
    for (int i = 0; i < COUNT(lengths); i++) {
        *element = (MHC_ITEM){16, 0, unended, (WORD)lengths[i], &error};
        EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, element, 1));
        CHECK(error == IRV_PARA_ERR);
    }
}

/* One piece of memory for what goes in and what comes out. */
static void overlapping(HANDLE device) {
    BYTE *both = (BYTE *)edge(64), apart[32], length = 0;
    int count = 0;
    EXPECT(IRV_OK, SM3Digest(device, (BYTE *)"abc", 3, apart, &length));
    memcpy(both, "abc", 3);
    EXPECT(IRV_OK, SM3Digest(device, both, 3, both, &length));
    CHECK(memcmp(both, apart, 32) == 0);
    EXPECT(IRV_OK, SM2SignHash(device, both, 32, both, &length));
    CHECK(length == 64 && memcmp(both, apart, 32) != 0);
    /* The length is written where the data were. */
    memcpy(both, "abc", 3);
    EXPECT(IRV_OK, SM3Digest(device, both, 3, both + 8, both));
    CHECK(both[0] == 32 && memcmp(both + 8, apart, 32) == 0);
    BYTE *command = (BYTE *)edge(258);
    memcpy(command, "\0\x84\0\0\x08", 5);
    EXPECT(IRV_OK, SendAPDU(device, SLOT_USER, command, 5, command, &count));
    CHECK(count == 10 && command[8] == 0x90);
    char *pin = edge(7);
    memcpy(pin, "123456", 7);
    EXPECT(IRV_OK, VerifyPin(device, pin, (BYTE *)pin));
    CHECK(pin[0] == 3);

    char *texts = edge(64);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, texts, texts + 1, texts + 2, texts + 3, texts + 4));
    SAME(texts + 4, "99646919970325667X");

    /* Values over the array itself, and errors over lengths and values: what the array said first counts. */
    MHC_ITEM *items = (MHC_ITEM *)edge(3 * sizeof *items);
    char *id = edge(19);
    items[0] = (MHC_ITEM){15, 0, &items[1], 19, (DWORD *)&items[0].length};
    items[1] = (MHC_ITEM){11, 0, id, 0xFFFF, (DWORD *)&items[0].value};
    items[2] = (MHC_ITEM){15, 0, id, 19, (DWORD *)id};
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, edge(1), 1));
    EXPECT(IRV_OK, wsc_GetCardInfo(device, items, 1));
    items[0] = (MHC_ITEM){15, 0, &items[1], 19, NULL};
    items[1] = (MHC_ITEM){12, 0, id, 3, NULL};
    items[2] = (MHC_ITEM){15, 0, id, 19, (DWORD *)id};
    EXPECT(IRV_OK, wsc_GetCardInfo(device, items, 3));
    CHECK(memcmp(id, "\0\0\0\0", 4) == 0);
    SAME(id + 4, "6919970325667X");
}

void hostile(void) {
    HANDLE device = OpenDevice(-1);
    CHECK(device != NULL);
    EXPECT(IRV_OK, iVerifyPIN(device, "123456"));
    short_memory(device);
    overlapping(device);
    EXPECT(IRV_OK, CloseDevice(device));
    /* After the end, and more ends than beginnings. */
    char name[31] = "left";
    BYTE answer[258];
    int length = 7;
    for (int i = 0; i < 3; i++) {
        EXPECT(IRV_PARA_ERR, CloseDevice(device));
        EXPECT(IRV_PARA_ERR, iDClosePort());
        EXPECT(IRV_PARA_ERR, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
        SAME(name, "");
        EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, (BYTE *)"\0\x84\0\0\x08", 5, answer, &length));
        CHECK(length == 0);
        EXPECT(IRV_PARA_ERR, iW_DF02EF06Info(device, "01"));
        CHECK(iReader_GetLastEEIndex(device) == -1);
    }
}

static volatile int stopped;

/* While others work: opened, closed, reset. */
static void *disturbs(void *unused) {
    (void)unused;
    char atr[41];
    for (int i = 0; i < 20; i++) {
        int code = iDOpenPort();
        CHECK(code == IRV_OK);
        code = PowerOn(NULL, i % 2 ? SLOT_USER : SLOT_PSAM, atr);
        CHECK(code == IRV_OK || code == IRV_PARA_ERR || code == IRV_CARD_ERR || code == IRV_PSAM_ERR);
        code = iDClosePort();
        CHECK(code == IRV_OK || code == IRV_PARA_ERR);
    }
    stopped = 1;
    return NULL;
}

/* Each call is done, or says that no device is open, or that a card was taken from under it; the text is whole or empty. */
static void *works(void *expected) {
    char *name = edge(31), *blood = edge(3);
    while (!stopped) {
        int code = iR_DDF1EF06Info(NULL, name, NULL, NULL, NULL, NULL);
        CHECK(code == IRV_OK || code == IRV_PARA_ERR || code == IRV_CARD_ERR || code == IRV_PSAM_ERR);
        if (code == IRV_OK) SAME(name, (const char *)expected);
        else SAME(name, "");
        code = iR_DF02EF05Info(NULL, blood, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                               NULL);
        CHECK(code == IRV_OK || code == IRV_PARA_ERR || code == IRV_CARD_ERR || code == IRV_PSAM_ERR);
    }
    return NULL;
}

void hostile_threads(void) {
    char name[31], after[31];
    EXPECT(IRV_OK, iDOpenPort());
    EXPECT(IRV_OK, iR_DDF1EF06Info(NULL, name, NULL, NULL, NULL, NULL));
    pthread_t all[3];
    CHECK(pthread_create(&all[0], NULL, disturbs, NULL) == 0);
    for (int i = 1; i < COUNT(all); i++) CHECK(pthread_create(&all[i], NULL, works, name) == 0);
    for (int i = 0; i < COUNT(all); i++) pthread_join(all[i], NULL);
    EXPECT(IRV_OK, iDOpenPort());
    EXPECT(IRV_OK, iR_DDF1EF06Info(NULL, after, NULL, NULL, NULL, NULL));
    SAME(after, name);
    EXPECT(IRV_OK, iDClosePort());
}

/* Two wrong PINs: what is left was told by the SAM's own answers, and nobody has to ask it. */
void wrong_pins(void) {
    BYTE retries = 99;
    HANDLE device = OpenDevice(0);
    EXPECT(IRV_PSAM_ERR, iVerifyPIN(device, "999999"));
    EXPECT(IRV_PSAM_ERR, VerifyPin(device, "999998", &retries));
    CHECK(retries == 1);
    /* Known to be wrong: not sent again, and the SAM is not asked at its last attempt. */
    EXPECT(IRV_PSAM_ERR, VerifyPin(device, "999998", &retries));
    CHECK(retries == 1);
    EXPECT(IRV_OK, CloseDevice(device));
}

void shared_card(void) {
    char name[31];
    HANDLE device = OpenDevice(0);
    CHECK(device != NULL);
    printf("open\n");
    fflush(stdout);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
    CHECK(*name);
    EXPECT(IRV_OK, CloseDevice(device));
}
