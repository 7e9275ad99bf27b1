/* The SAM: PIN, files, hash, signature. */
#include "parts.h"

void sam_functions(HANDLE device) {
    int number = (int)(long)device;
    BYTE retries = 99, length = 0;
    BYTE *hash = (BYTE *)room(32), *signature = (BYTE *)room(64);

    /* Nothing is hashed or signed before the PIN. */
    EXPECT(IRV_PSAM_ERR, SM3Digest(device, (BYTE *)"abc", 3, hash, &length));
    EXPECT(IRV_PSAM_ERR, SM2SignHash(device, hash, 32, signature, &length));
    CHECK(length == 0);

    EXPECT(IRV_PSAM_ERR, VerifyPin(device, "999999", &retries));
    CHECK(retries == 2);
    /* The same wrong PIN is not sent again. */
    EXPECT(IRV_PSAM_ERR, VerifyPin(device, "999999", &retries));
    CHECK(retries == 2);
    EXPECT(IRV_OK, VerifyPin(device, "123456", &retries));
    CHECK(retries == 3);
    EXPECT(IRV_OK, VerifyPin(device, "123456", NULL));
    EXPECT(IRV_OK, iVerifyPIN(device, "123456"));
    EXPECT(IRV_OK, iChange_Pin(number, "123456", "24680135"));
    EXPECT(IRV_OK, iVerifyPIN(device, "24680135"));
    EXPECT(IRV_OK, iChange_Pin(number, "24680135", "123456"));
    EXPECT(IRV_PSAM_ERR, iChange_Pin(number, "111111", "222222"));
    EXPECT(IRV_OK, iVerifyPIN(device, "123456"));

    static const struct {
        int (*read)(int, char *);
        int bytes;
    } files[] = {
        {iReader_SAM_Public, 14},
        {iReader_SAM_Terminal, 6},
        {iReader_SAM_PublicApp, 25},
        {iReader_SAM_OrgCertificate, 180},
        {iReader_SAM_Certificate, 190},
    };
    for (int i = 0; i < COUNT(files); i++) {
        char *text = room((size_t)files[i].bytes * 2 + 1);
        EXPECT(IRV_OK, files[i].read(number, text));
        CHECK(strlen(text) == (size_t)files[i].bytes * 2);
        CHECK(strspn(text, "0123456789ABCDEF") == strlen(text));
        CHECK(intact(text));
    }

    /* GB/T 32905-2016, example 1. */
    static const BYTE of_abc[32] = {0x66, 0xC7, 0xF0, 0xF4, 0x62, 0xEE, 0xED, 0xD9, 0xD1, 0xF2, 0xD4,
                                    0x6B, 0xDC, 0x10, 0xE4, 0xE2, 0x41, 0x67, 0xC4, 0x87, 0x5C, 0xF2,
                                    0xF7, 0xA2, 0x29, 0x7D, 0xA0, 0x2B, 0x8F, 0x4B, 0xA8, 0xE0};
    EXPECT(IRV_OK, SM3Digest(device, (BYTE *)"abc", 3, hash, &length));
    CHECK(length == 32 && memcmp(hash, of_abc, 32) == 0);
    EXPECT(IRV_OK, SM3Digest(device, (BYTE *)"abc", 3, hash, NULL));
    BYTE much[1000];
    memset(much, 'x', sizeof much);
    EXPECT(IRV_OK, SM3Digest(device, much, sizeof much, hash, &length));
    CHECK(length == 32);
    EXPECT(IRV_OK, SM2SignHash(device, hash, 32, signature, &length));
    CHECK(length == 64);
    CHECK(intact((char *)hash));
    CHECK(intact((char *)signature));
}
