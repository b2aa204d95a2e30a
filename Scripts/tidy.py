"""The rules of STYLE.md that a machine can check: imports, banned calls, sizes.

Exits 1 and names each place that breaks one.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# One third-party package, one importer. SwiftNIO is the machine's network and has a few.
IMPORTERS = {
    "Yams": {"YAMLDocuments"},
    # Certificates are made with keys of their own; everything else is sealed by Sealing.
    "Crypto": {"Sealing", "Certificates"},
    "CryptoExtras": {"Sealing"},
    "SwiftASN1": {"Certificates"},
    "HTTPTypes": {"Twin"},
    "Logging": {"Twin"},
    "ServiceLifecycle": {"Twin"},
    "AsyncHTTPClient": {"HTTPTransportNIO"},
    "NIOSSL": {"HTTPTransportNIO", "Twin"},
    "GRDB": {"JournalSQLite"},
    "Hummingbird": {"Twin"},
    "HummingbirdTLS": {"Twin"},
    "HummingbirdCore": {"Twin"},
    "X509": {"Certificates"},
    "ArgumentParser": {"CommandLine", "Simulate", "diolkos"},
    "Subprocess": {"KubernetesAPI"},
    "Histogram": {"LoadGenerator"},
    "NIOCore": {"HTTPTransportNIO", "HAProxyRuntime", "EmbeddedNodes", "LoadGenerator", "Twin"},
    "NIOPosix": {"HTTPTransportNIO", "HAProxyRuntime", "EmbeddedNodes", "LoadGenerator", "Twin"},
    "NIOHTTP1": {"HTTPTransportNIO", "EmbeddedNodes", "LoadGenerator"},
}

CORE = {
    "JSONValues", "YAMLDocuments", "Clocks", "Sealing", "MigrationModel", "MigrationFile",
    "MigrationPorts", "MigrationPlanning", "MigrationEngine",
}
WIRES = {
    "HTTPTransport", "HTTPTransportNIO", "KubernetesObjects", "KubernetesAPI", "HAProxyRuntime",
    "Certificates", "ConnectionTrials",
}
PROVIDERS = {
    "PlatformKubernetes", "KubernetesCopy", "KubernetesAssessment", "TrafficHAProxy",
    "TrafficKubernetes", "TrafficTwin", "Verification", "StorePrograms", "JournalSQLite",
}
# A provider never imports a provider, but for what is one matter in two parts.
PARTS = {("KubernetesAssessment", "KubernetesCopy")}
REHEARSAL = {
    "EmbeddedAPI",
    "EmbeddedControllers",
    "EmbeddedSites",
    "EmbeddedNodes",
    "LoadGenerator",
    "Rehearsing",
    "Simulation",
    "Twin",
}
SURFACES = {"Composition", "Control", "CommandLine", "Simulate", "diolkos"}
OURS = CORE | WIRES | PROVIDERS | REHEARSAL | SURFACES
# The faces: the demo and the twin build sites to rehearse with, and what stands for one command
# (`copy`, `assess`, the demo's balancer) is wired where the command is.
FACES = (
    {"Composition", "Control", "Twin", "LoadGenerator", "EmbeddedAPI"}
    | {"EmbeddedNodes", "EmbeddedSites", "Rehearsing", "Simulation"}
    | {"KubernetesCopy", "KubernetesAssessment", "TrafficHAProxy", "TrafficTwin"}
    | {"KubernetesAPI", "KubernetesObjects", "HTTPTransport", "HTTPTransportNIO", "HAProxyRuntime"}
    | {"MigrationModel", "MigrationFile", "MigrationPorts", "MigrationPlanning", "MigrationEngine"}
)
VALUES = {"JSONValues", "YAMLDocuments", "Clocks", "Sealing"}

BANNED = [
    (r"\btry!", "handle the error"),
    (r"\btry\?", "handle the error or say why it may be dropped"),
    (r"\bas!", "cast with `as?` and say what happens when it fails"),
    (r"\bfatalError\(", "use `precondition` for our own bugs, an error for input"),
    (r"(?<![\w.])Task \{|(?<![\w.])Task\(", "use structured concurrency"),
    (r"\bTask\.detached", "use structured concurrency"),
    (r"\bTask\.sleep", "take a TimeSource"),
    (r"(?<![\w.])Date\(\)", "take a TimeSource"),
    (r"(?<![\w.])UUID\(\)", "take an identifier source"),
    (r"\.random\(", "take a seeded generator"),
    (r"\bContinuousClock\b", "take a TimeSource"),
    (r"\bDispatchSemaphore\b", "use structured concurrency"),
    (r"\b(TODO|FIXME|XXX)\b", "open an issue"),
    (r"catch \{\s*\}", "say what happens to the error"),
]

# The few bridges, each with its reason.
ALLOWED = {
    ("Sources/Core/Clocks/SystemTime.swift", r"\bTask\.sleep"): "the one sleeper of this machine",
    ("Sources/Surfaces/CommandLine/Identifiers.swift", r"(?<![\w.])UUID\(\)"): "the one source",
    (
        "Sources/Rehearsal/Simulation/Schedule/Scheduler.swift",
        r"(?<![\w.])Task \{|(?<![\w.])Task\(",
    ): "a scheduler is what tasks run on: it is the structure",
}

LINES_MAX = {"Sources": 500, "Benchmarks": 500, "Tests": 800}
FUNCTION_LINES_MAX = 60


def main() -> int:
    problems = []
    for folder in LINES_MAX:
        for path in sorted((ROOT / folder).rglob("*.swift")):
            problems += check(path, folder)
    for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]:
        problems += check_commands(path)
    for problem in problems:
        print(problem)
    print(f"    {len(problems)} problem(s)")
    return 1 if problems else 0


def check(path: pathlib.Path, folder: str) -> list[str]:
    name = str(path.relative_to(ROOT))
    lines = path.read_text().splitlines()
    problems = []
    if len(lines) > LINES_MAX[folder]:
        problems.append(f"{name}: {len(lines)} lines, at most {LINES_MAX[folder]}")
    parts = path.relative_to(ROOT).parts
    target = {"Sources": parts[2], "Benchmarks": parts[1], "Tests": None}[folder]
    for number, line in enumerate(lines, 1):
        place = f"{name}:{number}"
        imported = re.match(r"\s*(?:@\w+\s+)?(?:public |package |internal )?import (?:\w+ )?(\w+)", line)
        if imported and target:
            problems += check_import(place, target, imported.group(1))
        if folder != "Tests":
            problems += check_calls(place, name, line, lines, number)
            problems += check_function(place, lines, number)
    return problems


# What a document names in a command, and the declaration that must be there for it to run anything.
NAMED = {
    r"swift test --filter (\w+)": ("Tests", r"struct {0}\b"),
    r"Scripts/simulate [^`]*--mutant (\w+)": ("Sources/Rehearsal/Simulation/Mutants", r"case {0}\b"),
    r"--estate (\w+)": ("Sources/Surfaces/Simulate", r"case {0}\b"),
}
MEANS_EVERY = {"all"}


def check_commands(path: pathlib.Path) -> list[str]:
    problems = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for pattern, (folder, declaration) in NAMED.items():
            for name in re.findall(pattern, line):
                declared = re.compile(declaration.format(re.escape(name)))
                files = (ROOT / folder).rglob("*.swift")
                if name not in MEANS_EVERY and not any(declared.search(file.read_text()) for file in files):
                    problems.append(f"{path.relative_to(ROOT)}:{number}: nothing is called {name}")
    return problems


def check_function(place: str, lines: list[str], number: int) -> list[str]:
    declared = re.match(r"( *)(?:[\w@()]+ )*(?:func (\S+?)[(<]|(init)[?(<])", lines[number - 1])
    if not declared:
        return []
    function = declared.group(2) or declared.group(3)
    length = body_length(lines[number - 1 :], declared.group(1))
    if length <= FUNCTION_LINES_MAX:
        return []
    return [f"{place}: `{function}` has {length} lines, at most {FUNCTION_LINES_MAX}"]


def body_length(lines: list[str], indent: str) -> int:
    """How many lines a function has, as swift-format lays it out; 1 for one without a body."""
    for count, line in enumerate(lines[1:], 2):
        if line.startswith(indent + "}"):
            return count
        is_inside = not line.strip() or line.startswith(indent + " ")
        if not is_inside and not re.match(indent + r"(\)|\{|where )", line):
            return 1
    return 1


def check_import(place: str, target: str, module: str) -> list[str]:
    importers = IMPORTERS.get(module)
    if importers and target not in importers:
        return [f"{place}: only {', '.join(sorted(importers))} may import {module}"]
    if module not in OURS or module == target:
        return []
    if not may_import(target, module):
        return [f"{place}: {target} may not import {module}: imports point down"]
    return []


def may_import(target: str, module: str) -> bool:
    if module in VALUES:
        return True
    if target in CORE:
        return module in CORE
    if target in WIRES:
        return module in WIRES
    if (target, module) in PARTS:
        return True
    if target in PROVIDERS:
        return module in WIRES | {"MigrationModel", "MigrationPorts"}
    # They put the engine and its providers into a world, and so stand above all of them.
    if target in {"Rehearsing", "Simulation"}:
        return module in CORE | WIRES | PROVIDERS | REHEARSAL
    if target in REHEARSAL:
        return module in REHEARSAL | {
            "Certificates", "ConnectionTrials", "HTTPTransport", "HTTPTransportNIO",
            "KubernetesObjects",
        }
    if target == "Composition":
        return module in CORE | WIRES | PROVIDERS
    if target == "Control":
        return module in CORE | {"Composition"}
    if target == "CommandLine":
        return module in FACES
    if target == "diolkos":
        return module == "CommandLine"
    # A benchmark measures what it likes, but for a face.
    return module not in SURFACES


def check_calls(place: str, name: str, line: str, lines: list[str], number: int) -> list[str]:
    code = line.split("//")[0]
    problems = []
    for pattern, remedy in BANNED:
        if re.search(pattern, code) and (name, pattern) not in ALLOWED:
            problems.append(f"{place}: `{line.strip()[:60]}`: {remedy}")
    if "@unchecked Sendable" in code:
        before = "\n".join(lines[max(0, number - 4) : number])
        if "// Safety:" not in before:
            problems.append(f"{place}: @unchecked Sendable needs a `// Safety:` line above it")
    if "print(" in code and re.search(r"(?<![\w.])print\(", code) and not re.search(r"/Surfaces/|^Benchmarks/", name):
        problems.append(f"{place}: only surfaces and benchmarks print")
    return problems


if __name__ == "__main__":
    sys.exit(main())
