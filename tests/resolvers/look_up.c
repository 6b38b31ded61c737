/* Answers each line "NAME PROTOCOL" or "PORT PROTOCOL" with the port or the official name. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char asked[64], protocol[64], *rest;
    while (scanf("%63s %63s", asked, protocol) == 2) {
        unsigned long port = strtoul(asked, &rest, 10);
        int is_name = *rest != '\0';
        struct servent *found = is_name ? getservbyname(asked, protocol)
                                        : getservbyport(htons(port), protocol);
        if (!found)
            puts("-");
        else if (is_name)
            printf("%d\n", ntohs(found->s_port));
        else
            puts(found->s_name);
    }
}
