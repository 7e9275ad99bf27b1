/* Every file of a card, and what its holder is known to be. */
#include "parts.h"

void read_everything(HANDLE device, int free_code, int code) {
#define FILE_OF(lengths, call, expected) \
    do { \
        rooms all = rooms_of(COUNT(lengths), lengths); \
        EXPECT(expected, call); \
        if (expected != IRV_OK) for (int i = 0; i < all.count; i++) SAME(T(i), ""); \
        for (int i = 0; i < all.count; i++) CHECK(strlen(T(i)) <= (size_t)lengths[i]); \
        done(all); \
    } while (0)
    FILE_OF(DDF1EF05, READ10(iR_DDF1EF05Info, device), free_code);
    FILE_OF(DDF1EF06, READ5(iR_DDF1EF06Info, device), code);
    FILE_OF(DDF1EF08, READ6(iR_DDF1EF08Info, device), code);
    FILE_OF(DF01EF05, iR_DF01EF05Info(device, T(0), T(1), T(2), T(3)), code);
    FILE_OF(DF01EF06, READ9(iR_DF01EF06Info, device), code);
    FILE_OF(DF01EF07, iR_DF01EF07Info(device, T(0), T(1), T(2)), code);
    FILE_OF(DF01EF08, iR_DF01EF08Info(device, T(0), T(1), T(2), T(3)), code);
    FILE_OF(DF02EF05, READ15(iR_DF02EF05Info, device), code);
    FILE_OF(DF02EF06, iR_DF02EF06Info(device, T(0)), code);
    for (int record = 1; record <= 3; record++)
        FILE_OF(DF02EF07, iR_DF02EF07Info(device, record, T(0), T(1)), code);
    for (int record = 1; record <= 10; record++)
        FILE_OF(DF02EF08, iR_DF02EF08Info(device, record, T(0), T(1)), code);
    static const int index[] = {2, 2, 2, 2, 2};
    FILE_OF(index, iR_DF03EF05Info(device, T(0), T(1), T(2)) + (T(3)[0] = T(4)[0] = 0), code);
    FILE_OF(index, READ5(iR_DF03EF06Info, device), code);
    char *photo = room(PHOTO_SIZE);
    EXPECT(code, iR_DDF1EF07Info(device, (BYTE *)photo));
    CHECK(intact(photo));
#undef FILE_OF
}

void reading(HANDLE device) {
    read_everything(device, IRV_OK, IRV_OK);

    rooms all = rooms_of(COUNT(DDF1EF05), DDF1EF05);
    EXPECT(IRV_OK, READ10(iR_DDF1EF05Info, device));
    SAME(T(0), "1");
    SAME(T(1), "1.1");
    CHECK(strlen(T(3)) == 22 && strlen(T(4)) == 360 && strlen(T(5)) == 8 && strlen(T(7)) == 3);
    CHECK(strncmp(T(4), "A001", 4) == 0);
    SAME(T(6), "99646919970325667X");
    SAME(T(9), "990100");
    done(all);

    /* Buffers that are not wanted may be NULL; it is the right ones that are filled. */
    char *id = room(19), *birth = room(9);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, NULL, NULL, NULL, birth, id));
    SAME(id, "99646919970325667X");
    SAME(birth, "19970325");
    CHECK(intact(id));
    CHECK(intact(birth));

    BYTE *photo = (BYTE *)room(PHOTO_SIZE);
    EXPECT(IRV_OK, iR_DDF1EF07Info(device, photo));
    int length = photo[0] << 8 | photo[1];
    CHECK(length > 100 && length <= PHOTO_SIZE - 2);
    CHECK(photo[2] == 0xFF && photo[3] == 0xD8 && photo[length] == 0xFF && photo[length + 1] == 0xD9);
    if (length < PHOTO_SIZE - 2) CHECK(photo[length + 2] == 0xA5);
    CHECK(intact((char *)photo));

    /* Nothing is written to a card that was made. */
    EXPECT(IRV_WR_RCDERR, iW_DDF1EF05Info(device, NULL, NULL, "x", NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_WR_RCDERR, iW_DDF1EF06Info(device, "x", NULL, NULL, NULL, NULL));
}

void raw_commands(HANDLE device) {
    char *answer = room(258), *text = room(40 + 1);
    int length = 0;
    EXPECT(IRV_OK, PowerOn(device, SLOT_USER, text));
    CHECK(strncmp(text, "3B8D8001", 8) == 0 && strlen(text) == 36);
    EXPECT(IRV_OK, PowerOn(device, SLOT_CARD, text));
    EXPECT(IRV_OK, SendAPDU(device, SLOT_USER, (BYTE *)"\0\x84\0\0\x08", 5, (BYTE *)answer, &length));
    CHECK(length == 10 && (BYTE)answer[8] == 0x90 && answer[9] == 0);
    EXPECT(IRV_OK, SendAPDU(device, SLOT_USER, (BYTE *)"\0\xB2\1\4\0", 5, (BYTE *)answer, &length));
    CHECK(length == 2 && (BYTE)answer[0] == 0x69);
    EXPECT(IRV_OK, PowerOn(device, SLOT_PSAM, text));
    CHECK(strlen(text) > 4 && strlen(text) <= 40);
    EXPECT(IRV_OK, SendAPDU(device, SLOT_PSAM, (BYTE *)"\0\x84\0\0\x08", 5, (BYTE *)answer, &length));
    CHECK(length == 10);
    CHECK(intact(answer));
    CHECK(intact(text));
    /* What was done to card and SAM does not confuse what comes after. */
    char *name = room(31);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
    CHECK(*name);
    CHECK(intact(name));
}
