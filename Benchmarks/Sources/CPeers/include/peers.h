#ifndef HEALTHCARD_BENCHMARK_PEERS_H
#define HEALTHCARD_BENCHMARK_PEERS_H

#include <stddef.h>
#include <stdint.h>

/* What a careful C programmer would write for the same job. */

/* SM4 with a cipher fetched once: `rounds` times a new key and one block, keys and blocks taken in turn. */
int peer_sm4_prepare(void);
int peer_sm4_rekey(const uint8_t keys[32], uint8_t block[16], size_t rounds);

/* The names of the readers, each ended by a zero byte; returns how many bytes that is, 0 when there are none. */
size_t peer_readers(char *names, size_t size);

/* A card in a PC/SC reader; every function answers a PC/SC status, 0 for success. */
struct peer_card;
long peer_card_open(const char *reader, struct peer_card **card);
void peer_card_close(struct peer_card *card);
long peer_card_reset(struct peer_card *card);
long peer_card_transmit(struct peer_card *card, const uint8_t *command, size_t size, uint8_t *response,
                        size_t *responseSize);
/* The same command `rounds` times; anything but 9000 ends it. */
long peer_card_loop(struct peer_card *card, const uint8_t *command, size_t size, size_t rounds);
/* The loop on several cards at once, a thread for each, up to 16. */
long peer_cards_together(struct peer_card *const *cards, size_t count, const uint8_t *command, size_t size,
                         size_t rounds);
/*
 * Sends a tape of commands and looks at no answer: commands one after the other, each behind four bytes of length, most
 * significant first; length 0 stands for a reset.
 */
long peer_card_replay(struct peer_card *card, const uint8_t *tape, size_t size);

/* The other end: a card in the vpcd slot on a port of this machine. */
struct peer_slot {
    uint16_t port;
    const uint8_t *answerToReset;
    size_t answerToResetSize;
    void *card;
    /* Power off, or on with a reset. */
    void (*power)(void *card, int on);
    /* Writes the answer, at most 65535 bytes, and returns how many. */
    size_t (*process)(void *card, const uint8_t *command, size_t size, uint8_t *response);
};
/* Returns when the slot closes. */
void peer_serve(const struct peer_slot *slot);
/*
 * On each port a card that answers every command with eight bytes and 9000 at once, so that as little as possible of a
 * measurement is the card's. Returns when the slots close.
 */
void peer_plain_cards(const uint16_t *ports, size_t count);

/* Nanoseconds of a clock. */
uint64_t peer_monotonic(void);
uint64_t peer_thread_cpu(void);
uint64_t peer_process_cpu(void);

/* How many times this thread has asked for memory; malloc is counted in this program. */
uint64_t peer_allocations(void);

#endif
