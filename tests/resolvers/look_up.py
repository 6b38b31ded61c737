"""Answers each line "NAME PROTOCOL" or "PORT PROTOCOL" with the port or the official name."""

import socket
import sys

for line in sys.stdin:
    asked, protocol = line.split()
    try:
        if asked.isdigit():
            print(socket.getservbyport(int(asked), protocol))
        else:
            print(socket.getservbyname(asked, protocol))
    except OSError:
        print("-")
