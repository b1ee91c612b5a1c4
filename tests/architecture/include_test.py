"""Holds src/ against the include table of docs/architecture.md: an include that is not in the table does not belong.

Run as `python3 include_test.py SOURCE_DIR`; prints each offence with its line and exits 1 if there is any.
"""

import pathlib
import re
import sys

# Folder → folders it may include besides itself and base.
ALLOWED = {
    "base": set(),
    "model": set(),
    "net": set(),
    "process": set(),
    "store": {"model"},
    "objects": {"net"},
    "lake": {"model", "store", "objects"},
    "search": {"model", "store", "lake"},
    "flow": {"model"},
    "engine": {"model", "store", "lake", "flow", "process"},
    "diagnose": {"model", "store", "lake"},
    "notify": {"model", "store", "net"},
    "identity": {"model", "store"},
    "ingest": {"model", "store", "lake", "net"},
    "api": {"model", "net", "process", "store", "objects", "lake", "search", "flow", "engine", "diagnose", "notify", "identity", "ingest"},
    "cli": {"model", "net", "engine", "diagnose", "lake", "store", "ingest"},
    "app": None,  # names every concrete class
}
# Library headers that only some folders may include.
LIBRARIES = {
    r"boost/(asio|beast)": {"net"},
    r"curl/": {"net"},
    r"duckdb\.h": {"lake"},
    r"sqlite3\.h": {"store"},
    r"libpq": {"store"},
    r"hs/hs\.h|re2/": {"diagnose", "lake", "base"},
    r"libfyaml": {"base", "diagnose", "flow"},
    r"CLI/": {"cli", "app"},
    r"openssl/|zlib\.h|zstd\.h": {"base", "identity", "net", "objects"},
    r"sodium": {"identity"},
    r"simdjson": {"base", "store", "ingest"},
}


def offences(source):
    folders = [p.name for p in sorted((source / "src").iterdir()) if p.is_dir()]
    for folder in folders:
        if folder not in ALLOWED:
            yield f"src/{folder}: not in the include table"
            continue
        for path in sorted((source / "src" / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            is_test = path.stem.endswith("_test")
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                found = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
                if not found:
                    continue
                where = f"{path.relative_to(source)}:{number}"
                target = found.group(1)
                top = target.split("/")[0]
                if "/" in target and top in ALLOWED and top not in ("base", folder):
                    if ALLOWED[folder] is not None and top not in ALLOWED[folder] and not is_test:
                        yield f"{where}: {folder} may not include {target}"
                for pattern, owners in LIBRARIES.items():
                    if re.match(pattern, target) and folder not in owners and not is_test:
                        yield f"{where}: {target} belongs to {', '.join(sorted(owners))}"


def main():
    source = pathlib.Path(sys.argv[1])
    found = list(offences(source))
    print("\n".join(found) or "every include is in the table")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
