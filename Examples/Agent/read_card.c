/* Reads the holder of a card through healthcard-agent (Docs/agent.md) with nothing but sockets, and prints its JSON.

   cc -o read_card read_card.c
   ./read_card 8327 TOKEN-FILE CARD-TOKEN          (GET /v1/readers names the card tokens) */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connected(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int line = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (line >= 0 && connect(line, (struct sockaddr *)&address, sizeof address) == 0)
        return line;
    perror("connect");
    return -1;
}

static int send_all(int line, const char *text, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(line, text, count, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        text += sent;
        count -= (size_t)sent;
    }
    return 1;
}

int main(int argc, char **argv)
{
    char token[128] = "", request[1024], answer[65536], *body;
    size_t count = 0;
    ssize_t got;
    int line, length, status = 0;
    FILE *file;

    if (argc != 4) {
        fprintf(stderr, "usage: read_card PORT TOKEN-FILE CARD-TOKEN\n");
        return 2;
    }
    if ((file = fopen(argv[2], "r")) == NULL || fgets(token, sizeof token, file) == NULL) {
        perror(argv[2]);
        return 2;
    }
    fclose(file);
    token[strcspn(token, "\r\n")] = 0;
    length = snprintf(request, sizeof request,
        "GET /v1/cards/%s?sections=holder&visits=none HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n"
        "Authorization: Bearer %s\r\nConnection: close\r\n\r\n", argv[3], argv[1], token);
    if (length < 0 || (size_t)length >= sizeof request || (line = connected(atoi(argv[1]))) < 0)
        return 2;
    if (!send_all(line, request, (size_t)length))
        return 2;
    while (count < sizeof answer - 1 && (got = recv(line, answer + count, sizeof answer - 1 - count, 0)) > 0)
        count += (size_t)got;
    close(line);
    answer[count] = 0;
    if (sscanf(answer, "HTTP/1.1 %d", &status) != 1 || (body = strstr(answer, "\r\n\r\n")) == NULL) {
        fprintf(stderr, "no answer\n");
        return 2;
    }
    /* Errors are JSON too: "code" is stable, "texts" is for people. */
    fprintf(status == 200 ? stdout : stderr, "%s\n", body + 4);
    return status == 200 ? 0 : 1;
}
