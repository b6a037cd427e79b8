"""Runs the C and Python blocks of the READMEs as they stand; the Rust ones run as tests of the crate's documentation.

usage: readme.py FILE...
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(c|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(language: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The block, in a folder of its own."""
    command = [sys.executable, "-c", code]
    if language == "c":
        source, program, library = folder / "readme.c", folder / "readme", ROOT / "target" / "debug"
        source.write_text(code, encoding="utf-8")
        strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}"]
        link = [f"-L{library}", "-lguanjia", f"-Wl,-rpath,{ROOT / 'build'}"]
        built = subprocess.run(
            [os.environ.get("CC", "cc"), *strict, str(source), "-o", str(program), *link], capture_output=True, text=True
        )
        if built.returncode != 0:
            return built
        command = [str(program)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def main(files: list[str]) -> int:
    passed = failed = 0
    for file in files:
        for language, code in BLOCK.findall((ROOT / file).read_text(encoding="utf-8")):
            with tempfile.TemporaryDirectory() as folder:
                done = run(language, code, Path(folder))
            if done.returncode == 0 and done.stdout.strip():
                passed += 1
            else:
                failed += 1
                print(f"{file}: the {language} block fails or says nothing\n{done.stdout}{done.stderr}")
    print(f"readme: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
