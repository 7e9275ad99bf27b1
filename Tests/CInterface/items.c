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

    /* A visit by number: its index, an item, its index again. */
    if (clinical == IRV_OK) {
        char text[71];
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
