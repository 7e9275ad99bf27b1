/* What a library of the C interface answers, to the last byte: every function's code, and its buffers whole, with what stood
 * in them before. The same program over two libraries has to print the same.
 *
 * usage: transcript LIBRARY        a made card and a SAM that may everything in their readers; writes to the card */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "MHC_CardInterface.h"

enum { ROOM = 4096, OUTPUTS = 16 };

static void *library;
static unsigned char rooms[OUTPUTS][ROOM];

static void *function(const char *name) {
    void *found = dlsym(library, name);
    if (!found) {
        printf("%s: missing\n", name);
        exit(1);
    }
    return found;
}

static void fill(void) { memset(rooms, 0xA5, sizeof rooms); }

/* A buffer as far as anything was written to it. */
static void show(const char *name, long code) {
    printf("%s %ld", name, code);
    for (int i = 0; i < OUTPUTS; i++) {
        int end = ROOM;
        while (end > 0 && rooms[i][end - 1] == 0xA5) end--;
        printf(" ");
        for (int j = 0; j < end; j++) printf("%02x", rooms[i][j]);
        if (!end) printf("-");
    }
    printf("\n");
    fill();
}

#define R(n) ((char *)rooms[n])
/* Every argument is one word: what is not asked for is not looked at. */
typedef int (*words)(HANDLE, char *, char *, char *, char *, char *, char *, char *, char *, char *, char *, char *,
                     char *, char *, char *, char *);

static void read_file(const char *name, HANDLE device) {
    words call = (words)function(name);
    show(name, call(device, R(0), R(1), R(2), R(3), R(4), R(5), R(6), R(7), R(8), R(9), R(10), R(11), R(12), R(13), R(14)));
    /* One at a time, and all into one. */
    show(name, call(device, R(0), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    show(name, call(device, R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0), R(0)));
    show(name, call(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
}

static void items(HANDLE device) {
    DWORD (*get)(HANDLE, void *, int) = (DWORD(*)(HANDLE, void *, int))function("wsc_GetCardInfo");
    DWORD (*put)(HANDLE, void *, int) = (DWORD(*)(HANDLE, void *, int))function("wsc_PutCardInfo");
    static const WORD lengths[] = {0, 1, 2, 4, 9, 40, 400};
    for (WORD number = 0; number <= 386; number++) {
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            DWORD error = 0xA5A5A5A5;
            MHC_ITEM item = {number, 1, R(0), lengths[i], &error};
            const DWORD code = get(device, &item, 1);
            printf("item %u room %u: error %u length %u ", number, lengths[i], error, item.length);
            show("get", (long)code);
        }
    }
    static char texts[4][64] = {"555-1", "20360101", "x", "\xC7\xE0\xC3\xB9\xCB\xD8"};
    DWORD errors[4] = {7, 7, 7, 7};
    MHC_ITEM several[4] = {{24, 0, texts[0], 0, &errors[0]}, {23, 0, texts[1], 8, &errors[1]},
                           {57, 0, texts[2], 64, &errors[2]}, {58, 1, texts[3], 0, NULL}};
    const DWORD code = put(device, several, 4);
    printf("put %u: %u %u %u %u\n", code, errors[0], errors[1], errors[2], errors[3]);
    printf("get none %u, too many %u\n", get(device, NULL, 0), get(device, several, 5000));
}

static void visits(HANDLE device, const char *name, int whole) {
    char reader[32], writer[32];
    snprintf(reader, sizeof reader, "iR_DF03%sInfo", name);
    snprintf(writer, sizeof writer, "iW_DF03%sInfo", name);
    int (*read)(HANDLE, int, char *, int, int, int) = (int (*)(HANDLE, int, char *, int, int, int))function(reader);
    int (*write)(HANDLE, int, char *, int, int, int) = (int (*)(HANDLE, int, char *, int, int, int))function(writer);
    static const int styles[] = {NO_style, AN_style, CN_style, B_style, 7};
    char text[ROOM];
    for (int record = 0; record <= 2; record++) {
        for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
            strcpy(text, "3132333435");
            show(writer, write(device, record, text, 70, 5, styles[i]));
            show(reader, read(device, record, R(0), 70, 5, styles[i]));
            show(reader, read(device, record, R(0), 0, 70, styles[i]));
            show(reader, read(device, record, NULL, 0, 70, styles[i]));
        }
        show(reader, read(device, record, R(0), 0, whole, NO_style));
        show(reader, read(device, record, R(0), whole, 1, NO_style));
    }
}

int main(int count, char **arguments) {
    static const char *const files[] = {"DDF1EF05", "DDF1EF06", "DDF1EF08", "DF01EF05", "DF01EF06", "DF01EF07",
                                        "DF01EF08", "DF02EF05", "DF02EF06", "DF03EF05", "DF03EF06"};
    static const char *const sam_files[] = {"Public", "Terminal", "PublicApp", "OrgCertificate", "Certificate"};
    char name[64];
    if (count != 2 || !(library = dlopen(arguments[1], RTLD_NOW))) {
        fprintf(stderr, "usage: transcript LIBRARY: %s\n", count == 2 ? dlerror() : "");
        return 2;
    }
    fill();
    HANDLE (*open_device)(int) = (HANDLE(*)(int))function("OpenDevice");
    DWORD (*close_device)(HANDLE) = (DWORD(*)(HANDLE))function("CloseDevice");
    int (*open_port)(void) = (int (*)(void))function("iDOpenPort"), (*close_port)(void) = (int (*)(void))function("iDClosePort");
    words holder = (words)function("iR_DDF1EF06Info");
    show("before", holder(NULL, R(0), R(1), R(2), R(3), R(4), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    /* One after the other: compilers call arguments in orders of their own. */
    printf("%p\n", open_device(0));
    printf("%p\n", open_device(100));
    printf("%d\n", open_port());
    printf("%d\n", open_port());
    printf("%d\n", close_port());
    printf("%d\n", close_port());
    printf("%u\n", close_device((HANDLE)1));
    printf("%u\n", close_device((HANDLE)1));
    printf("%u\n", close_device((HANDLE)0xCCCCCCCC));
    HANDLE device = open_device(0);
    printf("%p\n", device);

    int (*power)(HANDLE, int, char *) = (int (*)(HANDLE, int, char *))function("PowerOn");
    static const int slots[] = {SLOT_USER, SLOT_CARD, SLOT_PSAM, SLOT_PSAM_3, 2};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) show("PowerOn", power(device, slots[i], R(0)));
    for (size_t i = 0; i < sizeof sam_files / sizeof *sam_files; i++) {
        snprintf(name, sizeof name, "iReader_SAM_%s", sam_files[i]);
        show(name, ((int (*)(int, char *))function(name))((int)(long)device, R(0)));
    }
    int (*pin)(HANDLE, const char *, BYTE *) = (int (*)(HANDLE, const char *, BYTE *))function("VerifyPin");
    show("VerifyPin", pin(device, "12x", rooms[0]));
    show("VerifyPin", pin(device, "123456", rooms[0]));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "iR_%sInfo", files[i]);
        read_file(name, device);
    }
    for (int record = 0; record <= 11; record++) {
        int (*allergy)(HANDLE, int, char *, char *) = (int (*)(HANDLE, int, char *, char *))function("iR_DF02EF07Info");
        int (*vaccine)(HANDLE, int, char *, char *) = (int (*)(HANDLE, int, char *, char *))function("iR_DF02EF08Info");
        show("allergy", allergy(device, record, R(0), R(1)));
        show("vaccine", vaccine(device, record, R(0), R(1)));
    }
    int (*photo)(HANDLE, BYTE *) = (int (*)(HANDLE, BYTE *))function("iR_DDF1EF07Info");
    int (*new_photo)(HANDLE, BYTE *) = (int (*)(HANDLE, BYTE *))function("iW_DDF1EF07Info");
    static BYTE kept[ROOM];
    show("photo", photo(device, rooms[0]));
    photo(device, kept);
    show("photo written", new_photo(device, kept));
    show("no photo", new_photo(device, (BYTE *)"\0\4GIF8"));

    DWORD (*send)(HANDLE, unsigned char, unsigned char *, unsigned long, unsigned char *, int *) =
        (DWORD(*)(HANDLE, unsigned char, unsigned char *, unsigned long, unsigned char *, int *))function("SendAPDU");
    int length = 7;
    show("SendAPDU", (long)send(device, SLOT_USER, (BYTE *)"\0\xA4\4\0\0", 5, rooms[0], &length));
    printf("length %d\n", length);
    show("SendAPDU", (long)send(device, 0x33, (BYTE *)"\0\xA4\4\0\0", 5, rooms[0], &length));
    printf("length %d\n", length);
    DWORD (*digest)(HANDLE, BYTE *, unsigned, BYTE *, BYTE *) =
        (DWORD(*)(HANDLE, BYTE *, unsigned, BYTE *, BYTE *))function("SM3Digest");
    show("SM3Digest", (long)digest(device, (BYTE *)"abc", 3, rooms[0], rooms[1]));
    show("SM3Digest", (long)digest(device, (BYTE *)"abc", 0, rooms[0], rooms[1]));

    int (*mark)(HANDLE, int) = (int (*)(HANDLE, int))function("iW_DF03EF05Info");
    show("mark", mark(device, 1));
    show("mark", ((int (*)(HANDLE, int))function("iW_DF03EF06Info"))(device, 1));
    visits(device, "EE", 1639);
    visits(device, "ED", 3013);
    show("all", ((int (*)(HANDLE, int, char *))function("iR_DF03EE_ALLInfo"))(device, 1, R(0)));
    show("all", ((int (*)(HANDLE, int, char *))function("iR_DF03ED_ALLInfo"))(device, 1, R(0)));
    show("next", ((int (*)(HANDLE))function("iReader_GetLastEEIndex"))(device));
    show("next", ((int (*)(HANDLE))function("iReader_GetLastEDIndex"))(device));
    show("lock", ((int (*)(HANDLE))function("LockPersonalInfo"))(device));
    items(device);
    show("erase", ((int (*)(HANDLE, int))function("iErase_DF03EF05Info"))(device, 1));
    show("erase", ((int (*)(HANDLE, int))function("iErase_DF03EF06Info"))(device, 1));
    printf("%u\n", close_device(device));
    show("after", holder(device, R(0), R(1), R(2), R(3), R(4), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    return 0;
}
