// Answers each line "NAME PROTOCOL" with the port. Go has no look-up the other way.
package main

import (
	"fmt"
	"net"
)

func main() {
	var name, protocol string
	for {
		if _, err := fmt.Scan(&name, &protocol); err != nil {
			return
		}
		if port, err := net.LookupPort(protocol, name); err != nil {
			fmt.Println("-")
		} else {
			fmt.Println(port)
		}
	}
}
