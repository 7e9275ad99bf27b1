#include "peers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

size_t peer_readers(char *names, size_t size)
{
    SCARDCONTEXT context;
    DWORD length = (DWORD)size;
    LONG status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

    if (status != SCARD_S_SUCCESS)
        return 0;
    status = SCardListReaders(context, NULL, names, &length);
    SCardReleaseContext(context);
    /* The list ends with an empty name. */
    return status == SCARD_S_SUCCESS && length > 0 ? length - 1 : 0;
}

struct peer_card {
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    DWORD protocol;
};

long peer_card_open(const char *reader, struct peer_card **result)
{
    struct peer_card *card = calloc(1, sizeof *card);
    LONG status;

    if (card == NULL)
        return SCARD_E_NO_MEMORY;
    status = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &card->context);
    if (status == SCARD_S_SUCCESS) {
        status = SCardConnect(card->context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                              &card->handle, &card->protocol);
        if (status == SCARD_S_SUCCESS) {
            *result = card;
            return status;
        }
        SCardReleaseContext(card->context);
    }
    free(card);
    return status;
}

void peer_card_close(struct peer_card *card)
{
    SCardDisconnect(card->handle, SCARD_LEAVE_CARD);
    SCardReleaseContext(card->context);
    free(card);
}

long peer_card_reset(struct peer_card *card)
{
    return SCardReconnect(card->handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_UNPOWER_CARD,
                          &card->protocol);
}

long peer_card_transmit(struct peer_card *card, const uint8_t *command, size_t size, uint8_t *response,
                        size_t *responseSize)
{
    const SCARD_IO_REQUEST *pci = card->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    DWORD received = (DWORD)*responseSize;
    LONG status = SCardTransmit(card->handle, pci, command, (DWORD)size, NULL, response, &received);

    *responseSize = received;
    return status;
}

long peer_card_loop(struct peer_card *card, const uint8_t *command, size_t size, size_t rounds)
{
    uint8_t response[258];
    size_t round;

    for (round = 0; round < rounds; round++) {
        size_t received = sizeof response;
        long status = peer_card_transmit(card, command, size, response, &received);

        if (status != SCARD_S_SUCCESS)
            return status;
        if (received < 2 || response[received - 2] != 0x90 || response[received - 1] != 0x00)
            return SCARD_F_COMM_ERROR;
    }
    return SCARD_S_SUCCESS;
}

struct job {
    struct peer_card *card;
    const uint8_t *command;
    size_t size;
    size_t rounds;
    long status;
};

static void *run(void *argument)
{
    struct job *job = argument;

    job->status = peer_card_loop(job->card, job->command, job->size, job->rounds);
    return NULL;
}

long peer_cards_together(struct peer_card *const *cards, size_t count, const uint8_t *command, size_t size,
                         size_t rounds)
{
    pthread_t threads[16];
    struct job jobs[16];
    size_t started = 0;
    size_t index;
    long status = SCARD_S_SUCCESS;

    if (count > 16)
        return SCARD_E_INVALID_PARAMETER;
    for (; started < count; started++) {
        jobs[started] = (struct job){cards[started], command, size, rounds, SCARD_S_SUCCESS};
        if (pthread_create(&threads[started], NULL, run, &jobs[started]) != 0) {
            status = SCARD_E_NO_MEMORY;
            break;
        }
    }
    for (index = 0; index < started; index++) {
        pthread_join(threads[index], NULL);
        if (jobs[index].status != SCARD_S_SUCCESS)
            status = jobs[index].status;
    }
    return status;
}

long peer_card_replay(struct peer_card *card, const uint8_t *tape, size_t size)
{
    uint8_t response[65538];
    size_t offset = 0;

    while (size - offset >= 4) {
        const uint8_t *head = tape + offset;
        size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        size_t received = sizeof response;
        long status;

        offset += 4;
        if (length > size - offset)
            return SCARD_E_INVALID_PARAMETER;
        status = length == 0 ? peer_card_reset(card)
                             : peer_card_transmit(card, tape + offset, length, response, &received);
        if (status != SCARD_S_SUCCESS)
            return status;
        offset += length;
    }
    return SCARD_S_SUCCESS;
}
