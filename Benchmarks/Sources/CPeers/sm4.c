#include "peers.h"

#include <openssl/evp.h>

static EVP_CIPHER *cipher;
static EVP_CIPHER_CTX *context;

int peer_sm4_prepare(void)
{
    cipher = EVP_CIPHER_fetch(NULL, "SM4-ECB", NULL);
    context = EVP_CIPHER_CTX_new();
    return cipher != NULL && context != NULL && EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL) == 1;
}

int peer_sm4_rekey(const uint8_t keys[32], uint8_t block[16], size_t rounds)
{
    int written;
    size_t round;

    for (round = 0; round < rounds; round++) {
        if (EVP_EncryptInit_ex2(context, NULL, keys + 16 * (round & 1), NULL, NULL) != 1)
            return 0;
        if (EVP_EncryptUpdate(context, block, &written, block, 16) != 1)
            return 0;
    }
    return 1;
}
