"""Exits with 1 if ports.yaml in a folder says other than ports.json; 3 if PyYAML is absent."""

import json
import sys
from pathlib import Path

try:
    import yaml
except ImportError:
    sys.exit(3)

folder = Path(sys.argv[1])
tree = json.loads((folder / "ports.json").read_bytes())
text = (folder / "ports.yaml").read_bytes().decode()
loaders = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
sys.exit(any(yaml.load(text, Loader=loader) != tree for loader in loaders))
