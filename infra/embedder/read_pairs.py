"""Documentation and the code it documents, from packages: one JSON line a pair, {p, q, r, c}.

p: package; q: the first sentence of the documentation; r: the rest of it; c: the code without it.
usage: read_pairs.py FOLDER OUT   (FOLDER holds wheels and npm tarballs)
"""

import ast
import glob
import json
import os
import re
import sys
import tarfile
import warnings
import zipfile

warnings.filterwarnings("ignore")

# Functions that also stand, word for word, in the development set cosqa-dev: nothing is learned from evaluation data.
LEFT_OUT = set(
    line.strip() for line in open(os.path.join(os.path.dirname(__file__), "left-out.txt")) if not line.startswith("#")
)
PYTHON_OUT = re.compile(r"(^|/)(_?vendor(ed)?|extern(al)?s?|_?tests?)/|test_")
SCRIPT = re.compile(r"\.(m?js|ts|tsx|cjs)$")
SCRIPT_OUT = re.compile(r"\.min\.|\.map$|/(dist|build|umd|bundles?|node_modules|tests?|vendor)/")
# A documentation comment and up to forty lines after it, none of which begins another.
JSDOC = re.compile(r"/\*\*(?!\*)((?:[^*]|\*(?!/))*)\*/[ \t]*\n((?:(?![ \t]*/\*\*)[^\n]*\n){1,40})")
# Of one package, so that none outweighs the others.
MOST_OF_A_SCRIPT_PACKAGE = 4000


def first_sentence(doc):
    head, *rest = re.split(r"\n\s*\n", doc.strip(), maxsplit=1)
    head = " ".join(head.split())
    found = re.match(r"(.{15,}?[.!?])(\s|$)", head)
    if not found:
        return head, "".join(rest)
    return found.group(1), head[found.end() :] + "\n" + "".join(rest)


def python_pairs(source):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = source.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        doc = ast.get_docstring(node)
        if not doc or len(node.body) < 2:
            continue
        text = node.body[0]
        code = lines[node.lineno - 1 : text.lineno - 1] + lines[text.end_lineno : node.end_lineno]
        yield node.name, doc, "", "\n".join(code)


def script_pairs(source):
    source = source.replace("\r\n", "\n")
    if max((len(line) for line in source.split("\n")[:50]), default=0) > 2000:
        return
    for match in JSDOC.finditer(source):
        text = "\n".join(re.sub(r"^\s*\*? ?", "", line) for line in match.group(1).split("\n"))
        doc, *tags = re.split(r"(?m)^\s*@", text, maxsplit=1)
        doc = re.sub(r"\{@link\s+([^}]*)\}", r"\1", doc).strip()
        lines = match.group(2).split("\n")
        indent = len(lines[0]) - len(lines[0].lstrip())
        end = len(lines)
        for at in range(1, len(lines)):
            closes = lines[at].strip().startswith(("}", ")"))
            if closes and len(lines[at]) - len(lines[at].lstrip()) <= indent:
                end = at + 1
                break
        yield "", doc, "".join("\n@" + tag for tag in tags), "\n".join(lines[:end])


def sources(path):
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.endswith(".py") and not PYTHON_OUT.search(name):
                    yield python_pairs, wheel.read(name).decode("utf8", "replace")
        return
    with tarfile.open(path) as tarball:
        for member in tarball:
            name = member.name
            if member.isfile() and member.size <= 1_500_000 and SCRIPT.search(name) and not SCRIPT_OUT.search(name):
                yield script_pairs, tarball.extractfile(member).read().decode("utf8", "replace")


def main(folder, out_path):
    seen = set()
    total = 0
    with open(out_path, "w") as out:
        for path in sorted(glob.glob(folder + "/*.whl")) + sorted(glob.glob(folder + "/*.tgz")):
            package = os.path.basename(path).split("-")[0].lower() if path.endswith(".whl") else path
            count = 0
            for pairs, source in sources(path):
                for name, doc, tags, code in pairs(source):
                    question, rest = first_sentence(doc)
                    if not (12 <= len(question) <= 300 and 40 <= len(code) <= 6000):
                        continue
                    key = (question.lower(), name)
                    if key in seen or f"{package} {name}" in LEFT_OUT:
                        continue
                    seen.add(key)
                    pair = {"p": os.path.basename(package), "q": question, "r": (rest + tags)[:1500], "c": code[:3000]}
                    out.write(json.dumps(pair) + "\n")
                    count += 1
                    if name == "" and count >= MOST_OF_A_SCRIPT_PACKAGE:
                        break
                if path.endswith(".tgz") and count >= MOST_OF_A_SCRIPT_PACKAGE:
                    break
            total += count
    print(f"{total} pairs")


main(*sys.argv[1:])
