# Exits with 1 if ports.yaml in a folder says other than ports.json.
require "json"
require "yaml"

read = ->(name) { File.read("#{ARGV[0]}/#{name}", encoding: "UTF-8") }
exit YAML.safe_load(read["ports.yaml"]) == JSON.parse(read["ports.json"])
