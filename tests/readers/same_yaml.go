// Exits with 1 if ports.yaml in a folder says other than ports.json.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"

	"gopkg.in/yaml.v3"
)

func read(name string) []byte {
	bytes, err := os.ReadFile(os.Args[1] + "/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}

func main() {
	var yamlTree, jsonTree, again any
	if err := yaml.Unmarshal(read("ports.yaml"), &yamlTree); err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(read("ports.json"), &jsonTree); err != nil {
		log.Fatal(err)
	}
	// By way of JSON, so that numbers are of one type.
	bytes, err := json.Marshal(yamlTree)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(bytes, &again); err != nil {
		log.Fatal(err)
	}
	if !reflect.DeepEqual(again, jsonTree) {
		log.Fatal("they differ")
	}
}
