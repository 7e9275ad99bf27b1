/* Every file that may be written, with SAMs that may and SAMs that may not, and read back. */
#include <time.h>

#include "parts.h"

/* What a SAM of this type is told when it writes there. */
static int may(int sam_type, const char *file) {
    int personal = strncmp(file, "DDF1", 4) == 0 || strncmp(file, "DF01", 4) == 0;
    if (sam_type == 5) return IRV_OK;
    if (sam_type == 1 || sam_type == 4 || personal) return IRV_PSAM_ERR;
    return sam_type == 3 && strcmp(file, "DF02/EF06") == 0 ? IRV_PSAM_ERR : IRV_OK;
}

void writing(HANDLE device, int sam_type) {
    char first[32], second[32], *t = room(101), *u = room(101);
    snprintf(first, sizeof first, "1%010ld", (long)time(NULL) % 10000000000L);
    snprintf(second, sizeof second, "2%s", first + 1);
    int code;

    code = may(sam_type, "DDF1/EF08");
    EXPECT(code, iW_DDF1EF08Info(device, "20401231", first, NULL, "01", "2", ""));
    if (code == IRV_OK) {
        rooms all = rooms_of(COUNT(DDF1EF08), DDF1EF08);
        EXPECT(IRV_OK, READ6(iR_DDF1EF08Info, device));
        SAME(T(0), "20401231");
        SAME(T(1), first);
        SAME(T(3), "1");
        SAME(T(4), "2");
        done(all);
        /* What is so already costs nothing and is no error. */
        EXPECT(IRV_OK, iW_DDF1EF08Info(device, "20401231", first, NULL, "1", "2", NULL));
    }

    code = may(sam_type, "DF01/EF05");
    EXPECT(code, iW_DF01EF05Info(device, "1", "\xB1\xB1\xBE\xA9\xCA\xD0 100", "02", first));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF01EF05Info(device, NULL, t, NULL, u));
        SAME(t, "\xB1\xB1\xBE\xA9\xCA\xD0 100");
        SAME(u, first);
    }
    code = may(sam_type, "DF01/EF06");
    EXPECT(code, iW_DF01EF06Info(device, NULL, NULL, NULL, "Wang", "1", first, NULL, NULL, second));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF01EF06Info(device, NULL, NULL, NULL, NULL, NULL, t, NULL, NULL, u));
        SAME(t, first);
        SAME(u, second);
    }
    code = may(sam_type, "DF01/EF07");
    EXPECT(code, iW_DF01EF07Info(device, NULL, "20", NULL));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF01EF07Info(device, NULL, t, NULL));
        SAME(t, "20");
    }
    code = may(sam_type, "DF01/EF08");
    EXPECT(code, iW_DF01EF08Info(device, "03", first, NULL, second));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF01EF08Info(device, NULL, t, NULL, u));
        SAME(t, first);
        SAME(u, second);
    }

    code = may(sam_type, "DF02/EF05");
    EXPECT(code, iW_DF02EF05Info(device, "04", "2", "01", "00", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                 "01", first));
    if (code == IRV_OK) {
        rooms all = rooms_of(COUNT(DF02EF05), DF02EF05);
        EXPECT(IRV_OK, READ15(iR_DF02EF05Info, device));
        SAME(T(0), "04");
        SAME(T(1), "2");
        SAME(T(2), "01");
        SAME(T(3), "00");
        SAME(T(13), "01");
        SAME(T(14), first);
        done(all);
    }
    code = may(sam_type, "DF02/EF06");
    for (int flag = 1; flag >= 0; flag--) {
        /* What is so already may be asked for by everybody. */
        EXPECT(flag ? code : IRV_OK, iW_DF02EF06Info(device, flag ? "01" : "00"));
        EXPECT(IRV_OK, iR_DF02EF06Info(device, t));
        if (code == IRV_OK) SAME(t, flag ? "01" : "00");
    }

    code = may(sam_type, "DF02/EF07");
    EXPECT(code, iW_DF02EF07Info(device, first, "\xC6\xA4\xD5\xEE"));
    EXPECT(code, iW_DF02EF07Info(device, second, NULL));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF02EF07Info(device, 1, t, u));
        SAME(t, second);
        SAME(u, "");
        EXPECT(IRV_OK, iR_DF02EF07Info(device, 2, t, u));
        SAME(t, first);
        SAME(u, "\xC6\xA4\xD5\xEE");
    }
    code = may(sam_type, "DF02/EF08");
    EXPECT(code, iW_DF02EF08Info(device, second, "20261121"));
    if (code == IRV_OK) {
        EXPECT(IRV_OK, iR_DF02EF08Info(device, 1, t, u));
        SAME(t, second);
        SAME(u, "20261121");
    }
    CHECK(intact(t));
    CHECK(intact(u));

    /* The photo: what the intake would not take is not taken here, and the card keeps what it has. */
    BYTE *old = (BYTE *)room(PHOTO_SIZE), *new = (BYTE *)room(PHOTO_SIZE), *back = (BYTE *)room(PHOTO_SIZE);
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, old));
    size_t length = (size_t)(old[0] << 8 | old[1]);
    memset(new, 0x11, PHOTO_SIZE);
    memcpy(new, "\x02\x00\xFF\xD8\xFF\xE0", 6);
    memcpy(new + 512, "\xFF\xD9", 2);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, new));
    memcpy(new, old, length + 2);
    new[0] = (BYTE)(length / 2 >> 8);
    new[1] = (BYTE)(length / 2);
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, new));
    MHC_ITEM half = {385, 0, new, 0, NULL};
    EXPECT(IRV_DDF1EF07_DATAERR, wsc_PutCardInfo(device, &half, 1));
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, back));
    CHECK(memcmp(old, back, length + 2) == 0);
    /* A whole one goes on byte for byte, but for what a camera notes in it. */
    EXPECT(IRV_OK, iW_DDF1EF07Info(device, old));
    CHECK(length + 14 <= 3068);
    memcpy(new, old, 4);
    memcpy(new + 4, "\xFF\xE1\x00\x08" "Exif\0\0\xFF\xFE\x00\x02", 14);
    memcpy(new + 18, old + 4, length - 2);
    new[0] = (BYTE)((length + 14) >> 8);
    new[1] = (BYTE)(length + 14);
    EXPECT(IRV_OK, iW_DDF1EF07Info(device, new));
    memset(back, 0xA5, PHOTO_SIZE);
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, back));
    CHECK(memcmp(old, back, length + 2) == 0 && back[length + 2] == 0xA5);
    CHECK(intact((char *)old));
    CHECK(intact((char *)new));
    CHECK(intact((char *)back));
}
