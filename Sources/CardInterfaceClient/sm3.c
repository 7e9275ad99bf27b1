#include "sm3.h"

#include <stdint.h>
#include <string.h>

typedef struct {
    uint32_t state[8];
    uint64_t length;
    unsigned char block[64];
    size_t filled;
} sm3;

static uint32_t turned(uint32_t x, int n) {
    n &= 31;
    return n ? x << n | x >> (32 - n) : x;
}

static uint32_t p0(uint32_t x) { return x ^ turned(x, 9) ^ turned(x, 17); }
static uint32_t p1(uint32_t x) { return x ^ turned(x, 15) ^ turned(x, 23); }

/* §5.3: message expansion and compression of one block. */
static void compress(sm3 *hash) {
    uint32_t w[68], v[8];
    for (int i = 0; i < 16; i++) {
        const unsigned char *b = hash->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 68; i++)
        w[i] = p1(w[i - 16] ^ w[i - 9] ^ turned(w[i - 3], 15)) ^ turned(w[i - 13], 7) ^ w[i - 6];
    memcpy(v, hash->state, sizeof v);
    for (int i = 0; i < 64; i++) {
        const uint32_t t = i < 16 ? 0x79CC4519 : 0x7A879D8A;
        const uint32_t s1 = turned(turned(v[0], 12) + v[4] + turned(t, i), 7), s2 = s1 ^ turned(v[0], 12);
        const uint32_t f = i < 16 ? v[0] ^ v[1] ^ v[2] : (v[0] & v[1]) | (v[0] & v[2]) | (v[1] & v[2]);
        const uint32_t g = i < 16 ? v[4] ^ v[5] ^ v[6] : (v[4] & v[5]) | (~v[4] & v[6]);
        const uint32_t t1 = f + v[3] + s2 + (w[i] ^ w[i + 4]), t2 = g + v[7] + s1 + w[i];
        v[3] = v[2];
        v[2] = turned(v[1], 9);
        v[1] = v[0];
        v[0] = t1;
        v[7] = v[6];
        v[6] = turned(v[5], 19);
        v[5] = v[4];
        v[4] = p0(t2);
    }
    for (int i = 0; i < 8; i++) hash->state[i] ^= v[i];
    hash->filled = 0;
}

static void begin(sm3 *hash) {
    static const uint32_t first[8] = {0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
                                      0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E};
    memcpy(hash->state, first, sizeof first);
    hash->length = 0;
    hash->filled = 0;
}

static void add(sm3 *hash, const unsigned char *data, size_t count) {
    hash->length += count;
    while (count--) {
        hash->block[hash->filled++] = *data++;
        if (hash->filled == 64) compress(hash);
    }
}

static void end(sm3 *hash, unsigned char digest[32]) {
    static const unsigned char one = 0x80, zero = 0;
    const uint64_t bits = hash->length * 8;
    unsigned char length[8];
    for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
    add(hash, &one, 1);
    while (hash->filled != 56) add(hash, &zero, 1);
    add(hash, length, 8);
    for (int i = 0; i < 32; i++) digest[i] = (unsigned char)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sm3_hmac(const unsigned char *key, size_t key_length, const unsigned char *data, size_t length,
              unsigned char mac[32]) {
    unsigned char block[64] = {0};
    sm3 hash;
    if (key_length > sizeof block) {
        begin(&hash);
        add(&hash, key, key_length);
        end(&hash, block);
    } else {
        memcpy(block, key, key_length);
    }
    for (int i = 0; i < 64; i++) block[i] ^= 0x36;
    begin(&hash);
    add(&hash, block, 64);
    add(&hash, data, length);
    end(&hash, mac);
    for (int i = 0; i < 64; i++) block[i] ^= 0x36 ^ 0x5C;
    begin(&hash);
    add(&hash, block, 64);
    add(&hash, mac, 32);
    end(&hash, mac);
    memset(block, 0, sizeof block);
}
