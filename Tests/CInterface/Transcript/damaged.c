/* Calls an agent that lies (damaged_agent.py), with buffers of just the size that the interface says: nothing may be written
 * beyond them, whatever the agent says. Linked with the client's own sources and the address sanitizer.
 *
 * usage: damaged ROUNDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "MHC_CardInterface.h"

/* What is written is found by the sanitizer; the codes are whatever the agent says. */
static char *room(size_t size) {
    char *made = malloc(size);
    if (!made) abort();
    memset(made, 0x5A, size);
    return made;
}

int main(int count, char **arguments) {
    const int rounds = count > 1 ? atoi(arguments[1]) : 0;
    for (int round = 0; round < rounds; round++) {
        char *a = room(31), *b = room(3), *c = room(3), *d = room(9), *e = room(19), *visit = room(70), *digits = room(141);
        BYTE *answer = (BYTE *)room(65538), *hash = (BYTE *)room(32), *photo = (BYTE *)room(65537), one = 0;
        char *atr = room(67);
        int length = 0;
        DWORD errors[3] = {0, 0, 0};
        char *values[3] = {room(8), room(40), room(4096)};
        MHC_ITEM items[3] = {{2, 1, values[0], 4, &errors[0]}, {23, 1, values[1], 20, NULL}, {56, 1, values[2], 0, &errors[2]}};
        switch (round % 9) {
        case 0: iR_DDF1EF06Info(NULL, a, b, c, d, e); break;
        case 1: iR_DF03EEInfo(NULL, 1, visit, 0, 70, NO_style); break;
        case 2: iR_DF03EEInfo(NULL, 1, digits, 0, 70, B_style); break;
        case 3: wsc_GetCardInfo(NULL, items, 3); break;
        case 4: SendAPDU(NULL, 1, (BYTE *)"\0\x84\0\0\x08", 5, answer, &length); break;
        case 5: SM3Digest(NULL, (BYTE *)"abc", 3, hash, &one); break;
        case 6: iR_DDF1EF07Info(NULL, photo); break;
        case 7: PowerOn(NULL, 1, atr); break;
        case 8: wsc_PutCardInfo(NULL, items, 0); break;
        }
        free(a), free(b), free(c), free(d), free(e), free(visit), free(digits), free(answer), free(hash), free(photo);
        free(atr), free(values[0]), free(values[1]), free(values[2]);
    }
    printf("%d rounds\n", rounds);
    return 0;
}
