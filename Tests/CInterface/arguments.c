/* Wrong handles, NULL, records, positions, styles and values that are none: the documented code, and nothing written. */
#include "parts.h"

static void every_function(HANDLE device, int code) {
    char text[4] = "1", *t = text;
    BYTE bytes[64] = {0}, one;
    int length;
    MHC_ITEM item = {.item = 1, .value = bytes, .length = sizeof bytes};
    int number = (int)(long)device;

    EXPECT(code, PowerOn(device, SLOT_USER, t));
    EXPECT(code, SendAPDU(device, SLOT_USER, bytes, 5, bytes, &length));
    EXPECT(code, iVerifyPIN(device, "123456"));
    EXPECT(code, iChange_Pin(number, "123456", "123456"));
    EXPECT(code, VerifyPin(device, "123456", &one));
    EXPECT(code, iReader_SAM_Public(number, t));
    EXPECT(code, iReader_SAM_Terminal(number, t));
    EXPECT(code, iReader_SAM_PublicApp(number, t));
    EXPECT(code, iReader_SAM_OrgCertificate(number, t));
    EXPECT(code, iReader_SAM_Certificate(number, t));
    EXPECT(code, SM3Digest(device, bytes, 3, bytes, &one));
    EXPECT(code, SM2SignHash(device, bytes, 32, bytes, &one));
    EXPECT(code, iR_DDF1EF05Info(device, t, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iW_DDF1EF05Info(device, t, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iR_DDF1EF06Info(device, t, t, t, t, t));
    EXPECT(code, iW_DDF1EF06Info(device, t, t, t, t, t));
    EXPECT(code, iR_DDF1EF07Info(device, bytes));
    EXPECT(code, iW_DDF1EF07Info(device, bytes));
    EXPECT(code, iR_DDF1EF08Info(device, t, t, t, t, t, t));
    EXPECT(code, iW_DDF1EF08Info(device, t, t, t, t, t, t));
    EXPECT(code, iR_DF01EF05Info(device, t, t, t, t));
    EXPECT(code, iW_DF01EF05Info(device, t, t, t, t));
    EXPECT(code, iR_DF01EF06Info(device, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iW_DF01EF06Info(device, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iR_DF01EF07Info(device, t, t, t));
    EXPECT(code, iW_DF01EF07Info(device, t, t, t));
    EXPECT(code, iR_DF01EF08Info(device, t, t, t, t));
    EXPECT(code, iW_DF01EF08Info(device, t, t, t, t));
    EXPECT(code, iR_DF02EF05Info(device, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iW_DF02EF05Info(device, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t));
    EXPECT(code, iR_DF02EF06Info(device, t));
    EXPECT(code, iW_DF02EF06Info(device, t));
    EXPECT(code, iR_DF02EF07Info(device, 1, t, t));
    EXPECT(code, iW_DF02EF07Info(device, t, t));
    EXPECT(code, iR_DF02EF08Info(device, 1, t, t));
    EXPECT(code, iW_DF02EF08Info(device, t, t));
    EXPECT(code, iR_DF03EF05Info(device, t, t, t));
    EXPECT(code, iW_DF03EF05Info(device, 1));
    EXPECT(code, iErase_DF03EF05Info(device, 1));
    EXPECT(code, iR_DF03EF06Info(device, t, t, t, t, t));
    EXPECT(code, iW_DF03EF06Info(device, 1));
    EXPECT(code, iErase_DF03EF06Info(device, 1));
    EXPECT(code, iR_DF03EEInfo(device, 1, t, 0, 1, AN_style));
    EXPECT(code, iW_DF03EEInfo(device, 1, t, 0, 1, AN_style));
    EXPECT(code, iR_DF03EDInfo(device, 1, t, 0, 1, AN_style));
    EXPECT(code, iW_DF03EDInfo(device, 1, t, 0, 1, AN_style));
    EXPECT(code, iR_DF03EE_ALLInfo(device, 1, t));
    EXPECT(code, iW_DF03EE_ALLInfo(device, 1, t));
    EXPECT(code, iR_DF03ED_ALLInfo(device, 1, t));
    EXPECT(code, iW_DF03ED_ALLInfo(device, 1, t));
    EXPECT(code, wsc_GetCardInfo(device, &item, 1));
    EXPECT(code, wsc_PutCardInfo(device, &item, 1));
}

void wrong_handles(void) {
    HANDLE wrong[] = {NULL, (HANDLE)12345, (HANDLE)-1, (HANDLE)0x7FFFFFFF, (HANDLE)0x80000000UL};
    for (int i = 0; i < COUNT(wrong); i++) every_function(wrong[i], IRV_PARA_ERR);
    EXPECT(IRV_PARA_ERR, iDClosePort());
    for (int i = 0; i < COUNT(wrong); i++) EXPECT(IRV_PARA_ERR, CloseDevice(wrong[i]));

    HANDLE first = OpenDevice(0), second = OpenDevice(100);
    CHECK(first && second && first != second);
    CHECK((long)first > 0 && (long)first <= 0x7FFFFFFF);
    /* With two devices open a handle has to be one of theirs. */
    for (int i = 0; i < COUNT(wrong); i++) every_function(wrong[i], IRV_PARA_ERR);
    for (int i = 0; i < COUNT(wrong); i++) EXPECT(IRV_PARA_ERR, CloseDevice(wrong[i]));
    EXPECT(IRV_OK, CloseDevice(first));
    /* Closed twice is nobody's. */
    EXPECT(IRV_PARA_ERR, CloseDevice(first));
    EXPECT(IRV_PARA_ERR, CloseDevice(NULL));
    EXPECT(IRV_PARA_ERR, iDClosePort());
    EXPECT(IRV_OK, CloseDevice(second));
    every_function(second, IRV_PARA_ERR);
}

void any_handle(void) {
    HANDLE never[] = {NULL, (HANDLE)0xCCCCCCCCUL, (HANDLE)12345, (HANDLE)-1, (HANDLE)0x80000000UL};
    char name[31], expected[31];
    HANDLE device = OpenDevice(0);
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, expected, NULL, NULL, NULL, NULL));
    for (int i = 0; i < COUNT(never); i++) {
        EXPECT(IRV_OK, iR_DDF1EF06Info(never[i], name, NULL, NULL, NULL, NULL));
        SAME(name, expected);
    }
    EXPECT(IRV_OK, iDOpenPort());
    EXPECT(IRV_PARA_ERR, iR_DDF1EF06Info((HANDLE)0xCCCCCCCCUL, name, NULL, NULL, NULL, NULL));
    SAME(name, "");
    EXPECT(IRV_OK, CloseDevice(device));
    EXPECT(IRV_OK, iR_DDF1EF06Info(device, name, NULL, NULL, NULL, NULL));
    /* Who never stored the handle closes the device that is open. */
    EXPECT(IRV_OK, CloseDevice((HANDLE)0xCCCCCCCCUL));
    EXPECT(IRV_PARA_ERR, iR_DDF1EF06Info(NULL, name, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iDClosePort());
}

void wrong_arguments(HANDLE device) {
    char *t = room(4096);
    BYTE *bytes = (BYTE *)t;
    int length = 7, number = (int)(long)device;
    BYTE one = 7;

    memset(t, '9', 4095);
    t[4095] = 0;

    /* Nothing to fill. */
    EXPECT(IRV_PARA_ERR, PowerOn(device, SLOT_USER, NULL));
    EXPECT(IRV_PARA_ERR, iR_DDF1EF05Info(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iR_DDF1EF07Info(device, NULL));
    EXPECT(IRV_PARA_ERR, iR_DF02EF06Info(device, NULL));
    EXPECT(IRV_PARA_ERR, iR_DF03EF05Info(device, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iR_DF03EF06Info(device, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iR_DF03EEInfo(device, 1, NULL, 0, 10, AN_style));
    EXPECT(IRV_PARA_ERR, iR_DF03EE_ALLInfo(device, 1, NULL));
    EXPECT(IRV_PARA_ERR, iR_DF03ED_ALLInfo(device, 1, NULL));
    EXPECT(IRV_PARA_ERR, iReader_SAM_Public(number, NULL));
    EXPECT(IRV_PARA_ERR, SM3Digest(device, NULL, 3, bytes, &one));
    EXPECT(IRV_PARA_ERR, SM3Digest(device, bytes, 3, NULL, &one));
    EXPECT(IRV_PARA_ERR, SM2SignHash(device, bytes, 31, bytes, &one));
    EXPECT(IRV_PARA_ERR, SM2SignHash(device, NULL, 32, bytes, &one));
    CHECK(one == 0);
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, NULL, 1));
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, NULL, 1));
    EXPECT(IRV_PARA_ERR, SM3Digest(device, bytes, 0, bytes, &one));
    EXPECT(IRV_PARA_ERR, SM3Digest(device, bytes, 0xFFFFFFFF, bytes, &one));
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, t, -1));
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, t, 0x7FFFFFFF));
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, t, 0x7FFFFFFF));
    EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, t, -0x7FFFFFFF - 1));
    EXPECT(IRV_OK, wsc_GetCardInfo(device, NULL, 0));

    /* Nothing to write. */
    EXPECT(IRV_OK, iW_DDF1EF05Info(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_OK, iW_DDF1EF06Info(device, "", "", "", "", ""));
    EXPECT(IRV_OK, iW_DDF1EF07Info(device, NULL));
    EXPECT(IRV_OK, iW_DDF1EF08Info(device, "", NULL, "", NULL, "", NULL));
    EXPECT(IRV_OK, iW_DF01EF05Info(device, NULL, NULL, NULL, NULL));
    EXPECT(IRV_OK, iW_DF01EF06Info(device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_OK, iW_DF01EF07Info(device, NULL, NULL, NULL));
    EXPECT(IRV_OK, iW_DF01EF08Info(device, NULL, NULL, NULL, NULL));
    EXPECT(IRV_OK, iW_DF02EF06Info(device, NULL));
    EXPECT(IRV_OK, iW_DF02EF07Info(device, NULL, ""));
    EXPECT(IRV_OK, iW_DF02EF08Info(device, "", NULL));
    EXPECT(IRV_OK, iW_DF03EEInfo(device, 1, NULL, 0, EE_DATA, NO_style));
    EXPECT(IRV_OK, iW_DF03ED_ALLInfo(device, 1, NULL));

    /* Slots and commands. */
    EXPECT(IRV_PARA_ERR, PowerOn(device, 2, t));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, 0, (BYTE *)"\0\x84\0\0\x08", 5, bytes, &length));
    CHECK(length == 0);
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, NULL, 5, bytes, &length));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, bytes, 5, NULL, &length));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, bytes, 5, bytes, NULL));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, bytes, 3, bytes, &length));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, bytes, 0, bytes, &length));
    EXPECT(IRV_PARA_ERR, SendAPDU(device, SLOT_USER, bytes, 1UL << 40, bytes, &length));

    /* Records, positions, lengths, styles. */
    int records[] = {0, -1, 11, 256, 0x7FFFFFFF, -0x7FFFFFFF - 1};
    for (int i = 0; i < COUNT(records); i++) {
        int record = records[i];
        EXPECT(IRV_PARA_ERR, iR_DF02EF07Info(device, record, t, t));
        EXPECT(IRV_PARA_ERR, iR_DF02EF08Info(device, record, t, t));
        EXPECT(IRV_PARA_ERR, iW_DF03EF05Info(device, record));
        EXPECT(IRV_PARA_ERR, iErase_DF03EF05Info(device, record));
        EXPECT(IRV_PARA_ERR, iW_DF03EF06Info(device, record));
        EXPECT(IRV_PARA_ERR, iErase_DF03EF06Info(device, record));
        EXPECT(IRV_PARA_ERR, iR_DF03EEInfo(device, record, t, 0, 10, AN_style));
        EXPECT(IRV_PARA_ERR, iW_DF03EEInfo(device, record, "a", 0, 10, AN_style));
        EXPECT(IRV_PARA_ERR, iR_DF03ED_ALLInfo(device, record, t));
        EXPECT(IRV_PARA_ERR, iW_DF03EE_ALLInfo(device, record, "a"));
    }
    EXPECT(IRV_PARA_ERR, iR_DF02EF07Info(device, 4, t, t));
    EXPECT(IRV_PARA_ERR, iR_DF03EEInfo(device, 4, t, 0, 10, AN_style));
    EXPECT(IRV_PARA_ERR, iR_DF03EDInfo(device, 6, t, 0, 10, AN_style));
    int places[][2] = {{-1, 10}, {0, 0}, {0, -1}, {0, EE_SIZE + 1}, {EE_SIZE, 1}, {1, 0x7FFFFFFF}, {0x7FFFFFFF, 1}};
    for (int i = 0; i < COUNT(places); i++) {
        EXPECT(IRV_PARA_ERR, iR_DF03EEInfo(device, 1, t, places[i][0], places[i][1], B_style));
        EXPECT(IRV_PARA_ERR, iW_DF03EEInfo(device, 1, "00", places[i][0], places[i][1], CN_style));
    }
    int styles[] = {2, 0x0E, 0x10, 0xFE, 0x100, -1};
    for (int i = 0; i < COUNT(styles); i++) {
        EXPECT(IRV_PARA_ERR, iR_DF03EDInfo(device, 1, t, 0, 10, styles[i]));
        EXPECT(IRV_PARA_ERR, iW_DF03EDInfo(device, 1, "1", 0, 10, styles[i]));
    }

    /* Values that are none of the item, or too long for it. */
    memset(t, '9', 4095);
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, "2036010", NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, "20360132", NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, "2036x101", NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, t, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, NULL, "123456789012345678901", NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF01EF05Info(device, NULL, "\xFF\xFF", NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF01EF05Info(device, "77", NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF02EF06Info(device, "1"));
    EXPECT(IRV_PARA_ERR, iW_DF02EF06Info(device, "0G"));
    EXPECT(IRV_PARA_ERR, iW_DF02EF06Info(device, "0101"));
    EXPECT(IRV_PARA_ERR, iW_DF02EF07Info(device, "123456789012345678901", "x"));
    EXPECT(IRV_PARA_ERR, iW_DF02EF08Info(device, "vaccine", "20261301"));
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)"\xFF\xFF"));
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)"\0\4GIF8"));
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)"\0\4\xFF\xD8\xFF\xD9"));
    /* An empty photo is a mistake; nothing of the interface takes a photo away. */
    EXPECT(IRV_DDF1EF07_DATAERR, iW_DDF1EF07Info(device, (BYTE *)"\0\0"));
    MHC_ITEM no_photo = {385, 0, "\0\0", 2, NULL};
    EXPECT(IRV_DDF1EF07_DATAERR, wsc_PutCardInfo(device, &no_photo, 1));
    EXPECT(IRV_PARA_ERR, iVerifyPIN(device, NULL));
    EXPECT(IRV_PARA_ERR, iVerifyPIN(device, ""));
    EXPECT(IRV_PARA_ERR, iVerifyPIN(device, "12a456"));
    EXPECT(IRV_PARA_ERR, iVerifyPIN(device, t));
    EXPECT(IRV_PARA_ERR, VerifyPin(device, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iChange_Pin(number, NULL, "123456"));
    EXPECT(IRV_PARA_ERR, iChange_Pin(number, "123456", NULL));
    CHECK(intact(t));
}

/* Values that cannot be beside what the card says of its holder, or on any day so far; with a SAM, to know what it says. */
void contradicting_values(HANDLE device) {
    EXPECT(IRV_PARA_ERR, iW_DF02EF08Info(device, "vaccine", "19000101"));
    EXPECT(IRV_PARA_ERR, iW_DF02EF08Info(device, "vaccine", "29990101"));
    EXPECT(IRV_PARA_ERR, iW_DF01EF08Info(device, "01", "E12345678", NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF01EF08Info(device, "01", "993715194405212056", NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, "20010101", NULL, NULL, NULL, NULL, NULL));
}
