#include "CSM3.h"

#include <stdint.h>
#include <string.h>

#define LANES HEALTHCARD_SM3_LANES
#define BLOCK 64

/* The same word of every message. */
typedef uint32_t words __attribute__((vector_size(LANES * 4)));

#define INLINE static inline __attribute__((always_inline))
#define TURNED(word, count) ((word) << (count) | (word) >> (32 - (count)))

/* T_j, turned left by j (GB/T 32905 §4.2, §5.3.3). */
INLINE uint32_t constant(int round) {
    uint32_t value = round < 16 ? 0x79CC4519u : 0x7A879D8Au;
    int count = round % 32;
    return count ? value << count | value >> (32 - count) : value;
}

/* Message expansion and compression (§5.3.2, §5.3.3). The state of a lane that is 0 in `goes_on` stays. */
INLINE void compress(words state[8], const unsigned char *const blocks[LANES], const words *goes_on) {
    const words mask = *goes_on;
    words word[68];
    for (int index = 0; index < 16; index++)
        for (int lane = 0; lane < LANES; lane++) {
            uint32_t value;
            memcpy(&value, blocks[lane] + 4 * index, sizeof value);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            value = __builtin_bswap32(value);
#endif
            word[index][lane] = value;
        }
    for (int index = 16; index < 68; index++) {
        words mixed = word[index - 16] ^ word[index - 9] ^ TURNED(word[index - 3], 15);
        word[index] = mixed ^ TURNED(mixed, 15) ^ TURNED(mixed, 23) ^ TURNED(word[index - 13], 7) ^ word[index - 6];
    }
    words a = state[0], b = state[1], c = state[2], d = state[3];
    words e = state[4], f = state[5], g = state[6], h = state[7];
#define ROUND(round, FF, GG) \
    { \
        words turned = TURNED(a, 12); \
        words first = turned + e + ((words){0} + constant(round)); \
        first = TURNED(first, 7); \
        words one = (FF) + d + (first ^ turned) + (word[round] ^ word[round + 4]); \
        words two = (GG) + h + first + word[round]; \
        d = c, c = TURNED(b, 9), b = a, a = one; \
        h = g, g = TURNED(f, 19), f = e, e = two ^ TURNED(two, 9) ^ TURNED(two, 17); \
    }
#pragma clang loop unroll(full)
    for (int round = 0; round < 16; round++) ROUND(round, a ^ b ^ c, e ^ f ^ g)
#pragma clang loop unroll(full)
    for (int round = 16; round < 64; round++) ROUND(round, (a & b) | (c & (a | b)), (e & f) | (~e & g))
    state[0] ^= a & mask, state[1] ^= b & mask, state[2] ^= c & mask, state[3] ^= d & mask;
    state[4] ^= e & mask, state[5] ^= f & mask, state[6] ^= g & mask, state[7] ^= h & mask;
}

typedef void (*compression)(words state[8], const unsigned char *const blocks[LANES], const words *goes_on);

static void compress_plain(words state[8], const unsigned char *const blocks[LANES], const words *goes_on) {
    compress(state, blocks, goes_on);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void compress_avx2(
    words state[8], const unsigned char *const blocks[LANES], const words *goes_on) {
    compress(state, blocks, goes_on);
}
#endif

static compression chosen(int is_plain) {
#if defined(__x86_64__)
    if (!is_plain && __builtin_cpu_supports("avx2")) return compress_avx2;
#endif
    (void)is_plain;
    return compress_plain;
}

void healthcard_sm3(
    const unsigned char *const *messages, const size_t *lengths, unsigned char *digests, int is_plain) {
    static const uint32_t start[8] = {0x7380166Fu, 0x4914B2B9u, 0x172442D7u, 0xDA8A0600u,
                                      0xA96F30BCu, 0x163138AAu, 0xE38DEE4Du, 0xB0FB0E4Eu};
    compression compress_blocks = chosen(is_plain);
    /* The rest of each message behind its whole blocks, with the padding (§5.2). */
    unsigned char ends[LANES][2 * BLOCK] = {{0}};
    size_t whole[LANES], blocks[LANES], most = 0;
    for (int lane = 0; lane < LANES; lane++) {
        size_t rest = lengths[lane] % BLOCK;
        whole[lane] = lengths[lane] / BLOCK;
        blocks[lane] = whole[lane] + (rest < BLOCK - 8 ? 1 : 2);
        if (blocks[lane] > most) most = blocks[lane];
        if (rest > 0) memcpy(ends[lane], messages[lane] + whole[lane] * BLOCK, rest);
        ends[lane][rest] = 0x80;
        uint64_t bits = (uint64_t)lengths[lane] * 8;
        unsigned char *last = ends[lane] + (blocks[lane] - whole[lane]) * BLOCK - 1;
        for (int place = 0; place < 8; place++) last[-place] = (unsigned char)(bits >> (8 * place));
    }
    words state[8];
    for (int index = 0; index < 8; index++) state[index] = (words){0} + start[index];
    for (size_t index = 0; index < most; index++) {
        const unsigned char *now[LANES];
        words goes_on = {0};
        for (int lane = 0; lane < LANES; lane++) {
            if (index < blocks[lane]) goes_on[lane] = ~0u;
            if (index < whole[lane]) now[lane] = messages[lane] + index * BLOCK;
            else now[lane] = ends[lane] + (index < blocks[lane] ? index - whole[lane] : 0) * BLOCK;
        }
        compress_blocks(state, now, &goes_on);
    }
    for (int lane = 0; lane < LANES; lane++)
        for (int index = 0; index < 8; index++)
            for (int place = 0; place < 4; place++)
                digests[32 * lane + 4 * index + place] = (unsigned char)(state[index][lane] >> (24 - 8 * place));
}
