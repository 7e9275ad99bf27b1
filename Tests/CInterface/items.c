/* Items by number. */
#include "parts.h"

void items_by_number(HANDLE device, int sam_type) {
    DWORD errors[8];
    char *id = room(19), *name = room(31), *small = room(4), *photo = room(PHOTO_SIZE), *allergen = room(21);
    MHC_ITEM wanted[] = {
        {15, 0, id, 19, &errors[0]},        {11, 0, name, 0, &errors[1]},      {15, 0, small, 4, &errors[2]},
        {385, 0, photo, PHOTO_SIZE, NULL},  {58, 1, allergen, 21, &errors[3]}, {500, 0, small, 4, &errors[4]},
        {58, 4, allergen, 21, &errors[5]},  {64, 3, small, 4, &errors[6]},     {1, 0, NULL, 4, &errors[7]},
    };
    EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, wanted, COUNT(wanted)));
    SAME(id, "99646919970325667X");
    CHECK(wanted[0].length == 18 && errors[0] == IRV_OK);
    CHECK(*name && wanted[1].length == strlen(name) && errors[1] == IRV_OK);
    CHECK(errors[2] == IRV_PARA_ERR && (BYTE)small[0] == 0xA5);
    CHECK(wanted[3].length == ((BYTE)photo[0] << 8 | (BYTE)photo[1]) + 2);
    CHECK(errors[3] == IRV_OK && wanted[4].length == strlen(allergen));
    CHECK(errors[4] == IRV_PARA_ERR && errors[5] == IRV_PARA_ERR && errors[7] == IRV_PARA_ERR);
    CHECK(errors[6] == IRV_RCINVALID || errors[6] == IRV_PARA_ERR);
    /* The lengths that came back serve again, and never is more written than they say. */
    memset(id, 0xA5, 19);
    EXPECT(IRV_OK, wsc_GetCardInfo(device, wanted, 2));
    CHECK(memcmp(id, "99646919970325667X\xA5", 19) == 0);
    CHECK(intact(id) && intact(name) && intact(small) && intact(photo) && intact(allergen));

    /* The lengths of the interface's own item table: of cn and b items the bytes on the card. Room for the digits, no 00. */
    static const struct { WORD item, bytes, text; } table[] = {{1, 1, 1}, {4, 11, 22}, {5, 180, 360}, {6, 4, 8}, {7, 4, 8},
                                                               {57, 3, 6}, {12, 1, 2}, {14, 4, 8}};
    for (int i = 0; i < COUNT(table); i++) {
        char *value = room((size_t)table[i].bytes * 2);
        DWORD error = 9;
        MHC_ITEM one = {table[i].item, 0, value, table[i].bytes, &error};
        EXPECT(IRV_OK, wsc_GetCardInfo(device, &one, 1));
        CHECK(error == IRV_OK && one.length == table[i].text);
        CHECK(intact(value));
        /* Neither the bytes on the card nor the digits. */
        value = room((size_t)table[i].bytes * 2);
        MHC_ITEM wrong = {table[i].item, 0, value, 1, &error};
        if (table[i].text > 2) {
            EXPECT(IRV_PARA_ERR, wsc_GetCardInfo(device, &wrong, 1));
            CHECK((BYTE)value[0] == 0xA5);
        }
        CHECK(intact(value));
    }

    char *phone = room(21), *flag = room(3), *vaccine = room(21), *date = room(9);
    MHC_ITEM given[] = {
        {16, 0, "13900000000", 0, &errors[0]},
        {56, 0, "01", 2, &errors[1]},
        {60, 1, "Vaccine by number", 0, &errors[2]},
        {61, 1, "20260102", 8, &errors[3]},
        {3, 0, "nobody", 0, &errors[4]},
        {17, 0, "", 0, &errors[5]},
        {7, 0, "20361301", 0, &errors[6]},
    };
    wsc_PutCardInfo(device, given, COUNT(given));
    int personal = sam_type == 5 ? IRV_OK : IRV_PSAM_ERR;
    int special = sam_type == 5 || sam_type == 2 ? IRV_OK : IRV_PSAM_ERR;
    int clinical = sam_type == 1 || sam_type == 4 ? IRV_PSAM_ERR : IRV_OK;
    (void)personal;
    /* Items of one file are written together, so that the wrong date keeps the phone out as well. */
    CHECK(errors[6] == IRV_PARA_ERR);
    CHECK((int)errors[1] == special);
    CHECK((int)errors[2] == clinical && (int)errors[3] == clinical);
    CHECK(errors[4] == IRV_WR_RCDERR && errors[5] == IRV_OK);
    EXPECT(personal, wsc_PutCardInfo(device, given, 1));
    CHECK((int)errors[0] == personal);
    MHC_ITEM back[] = {
        {16, 0, phone, 21, NULL}, {56, 0, flag, 3, NULL}, {60, 1, vaccine, 21, NULL}, {61, 1, date, 9, NULL}};
    EXPECT(IRV_OK, wsc_GetCardInfo(device, back, COUNT(back)));
    if (personal == IRV_OK) SAME(phone, "13900000000");
    if (special == IRV_OK) SAME(flag, "01");
    if (clinical == IRV_OK) {
        SAME(vaccine, "Vaccine by number");
        SAME(date, "20260102");
    }
    CHECK(intact(phone) && intact(flag) && intact(vaccine) && intact(date));

    /* Dates and flags with the lengths of the item table, the digits, and a buffer's size; texts with what follows a 00. */
    if (clinical == IRV_OK) {
        char padded[20] = "By table";
        MHC_ITEM given[] = {{60, 1, padded, 20, &errors[0]}, {61, 1, "20260304", 4, &errors[1]}};
        EXPECT(IRV_OK, wsc_PutCardInfo(device, given, 2));
        char name[21], day[9];
        MHC_ITEM after[] = {{60, 1, name, 21, NULL}, {61, 1, day, 9, NULL}};
        EXPECT(IRV_OK, wsc_GetCardInfo(device, after, 2));
        SAME(name, "By table");
        SAME(day, "20260304");
        given[0].value = "Cut\0off";
        given[0].length = 7;
        EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, given, 1));
        char buffer[64] = "Sized";
        memset(buffer + 6, 'x', sizeof buffer - 6);
        given[0].value = buffer;
        given[0].length = sizeof buffer;
        given[1].length = 8;
        EXPECT(IRV_OK, wsc_PutCardInfo(device, given, 2));
        EXPECT(IRV_OK, wsc_GetCardInfo(device, after, 1));
        SAME(name, "Sized");
    }

    /* One item twice: the same value is said once more, with another nobody knows which counts. */
    if (personal == IRV_OK) {
        static const struct { WORD item, record; const char *one, *other; } twice[] = {
            {16, 0, "13900000001", "13900000002"}, {58, 1, "Peanuts", "Pollen"}, {62, 2, "00", "FF"}, {63, 3, "FF", "00"},
            {60, 1, "Vaccine A", "Vaccine B"},
        };
        for (int i = 0; i < COUNT(twice); i++) {
            char before[101], after[101];
            MHC_ITEM one = {twice[i].item, twice[i].record, before, sizeof before, NULL};
            EXPECT(IRV_OK, wsc_GetCardInfo(device, &one, 1));
            MHC_ITEM both[] = {{twice[i].item, twice[i].record, (char *)twice[i].one, 0, &errors[0]},
                               {twice[i].item, twice[i].record, (char *)twice[i].other, 0, &errors[1]}};
            EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, both, 2));
            CHECK(errors[0] == IRV_PARA_ERR && errors[1] == IRV_PARA_ERR);
            one = (MHC_ITEM){twice[i].item, twice[i].record, after, sizeof after, NULL};
            EXPECT(IRV_OK, wsc_GetCardInfo(device, &one, 1));
            SAME(after, before);
        }
        MHC_ITEM same[] = {{16, 0, "13900000003", 0, &errors[0]}, {16, 0, "13900000003", 0, &errors[1]}};
        EXPECT(IRV_OK, wsc_PutCardInfo(device, same, 2));
    }
    /* Nothing but blanks is no value. */
    EXPECT(IRV_PARA_ERR, iW_DF01EF06Info(device, "   ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DDF1EF08Info(device, NULL, NULL, "\xA1\xA1", NULL, NULL, NULL));
    EXPECT(IRV_PARA_ERR, iW_DF02EF07Info(device, " ", "x"));

    /* A visit by number: its index, an item, its index again. */
    if (clinical == IRV_OK) {
        char text[71];
        MHC_ITEM two[] = {{63, 2, "00", 0, NULL}, {213, 2, "One", 0, &errors[0]}, {213, 2, "Two", 0, &errors[1]}};
        EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, two, 3));
        CHECK(errors[0] == IRV_PARA_ERR && errors[1] == IRV_PARA_ERR);
        MHC_ITEM visit[] = {{63, 2, "00", 0, &errors[0]}, {213, 2, "Clinic by number", 0, &errors[1]}};
        EXPECT(IRV_OK, wsc_PutCardInfo(device, visit, 2));
        MHC_ITEM again[] = {{213, 2, text, sizeof text, NULL}, {63, 2, flag = room(3), 3, NULL}};
        EXPECT(IRV_OK, wsc_GetCardInfo(device, again, 2));
        SAME(text, "Clinic by number");
        SAME(flag, "00");
        CHECK(intact(flag));
        visit[0].value = "FF";
        EXPECT(sam_type == 5 ? IRV_OK : IRV_PSAM_ERR, wsc_PutCardInfo(device, visit, 1));
        visit[0].value = "01";
        EXPECT(IRV_PARA_ERR, wsc_PutCardInfo(device, visit, 1));
    }
}
