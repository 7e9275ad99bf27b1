#ifndef HEALTHCARD_CSM3_H
#define HEALTHCARD_CSM3_H

#include <stddef.h>

/* Messages that are hashed at once. */
#define HEALTHCARD_SM3_LANES 8

/* SM3 (GB/T 32905-2016) of eight messages, each in a lane of its own of the processor's vector registers; `digests` takes 32
   bytes of each, one behind the other. A message may be NULL where its length is 0. `is_plain` is not 0 where the instructions
   that not every processor has are to be left alone. */
void healthcard_sm3(
    const unsigned char *const *messages, const size_t *lengths, unsigned char *digests, int is_plain);

#endif
