# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each descriptor and the C header beside it say the same."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.architecture.tree import ROOT, descriptor, files, plant

from boardwright.load.shapes.component import CAPABILITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

Description = dict[str, Any]


def violations(root: Path) -> list[str]:
    found: list[str] = []
    descriptions = {path: descriptor(path) for path in files(root, "runtime", ".yaml")}
    hils = {d["hil"]: d for d in descriptions.values() if "hil" in d}
    for path, description in descriptions.items():
        name = path.relative_to(root / "runtime")
        kinds = [kind for kind in ("component", "chip", "hil") if kind in description]
        if len(kinds) != 1:
            found.append(f"{name}: is not one of component, chip, hil")
            continue
        if description[kinds[0]] != path.stem:
            found.append(f"{name}: {kinds[0]} is called {description[kinds[0]]}")
        if kinds == ["chip"]:
            continue
        header = path.with_suffix(".h")
        if not header.exists():
            found.append(f"{name}: there is no {header.name} beside it")
            continue
        text = _code(header.read_text())
        if kinds == ["hil"]:
            edge = _edge(path.stem, description, text)
            differences: Iterator[str] = chain(_hil(path.stem, description, text), edge)
        else:
            shared = _own_room(root, header, text)
            differences = _component(name, description, text, hils, shared)
        found += [f"{name}: {difference}" for difference in differences]
    return found


def _code(text: str) -> str:
    """Without comments, and with every run of white space as one space."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


def _own_room(root: Path, header: Path, text: str) -> str:
    """What `header` includes of its own room: storage that several components share."""
    names = re.findall(rf'#include "({header.parent.name}/[\w/]+\.h)"', text)
    return "".join(_code((root / "runtime" / name).read_text()) for name in names)


# -- HILs --------------------------------------------------------------------------------


def _hil(hil: str, description: Description, text: str) -> Iterator[str]:
    interfaces: Description = description["interfaces"]
    inlines: set[str] = set()
    for leaf, interface in interfaces.items():
        port = f"{hil}_{leaf}"
        operations: Description = interface["operations"]
        if f"HIL_PORT({port});" not in text:
            yield f"no HIL_PORT({port})"
        members = _members(text, f"{port}_ops", r"(\w+)_fn \*(\w+);")
        if members != [(f"{hil}_{operation}", operation) for operation in operations]:
            yield f"struct {port}_ops has {[m[1] for m in members]}, not {list(operations)}"
        for operation, rules in operations.items():
            inlines |= _firsts(hil, leaf, operation, description).keys()
            yield from _operation(hil, port, operation, rules, text)
            for inline, first in _firsts(hil, leaf, operation, description).items():
                if not re.search(rf" \**{inline}\(const struct {first} \*", text):
                    yield f"{inline} does not begin with its {first}"
        told = [*interface.get("completions", {}), *interface.get("events", {})]
        client = [name for (name,) in _members(text, f"{port}_client", r"void \(\*(\w+)\)\(")]
        if client != told:
            yield f"struct {port}_client has {client}, not {told}"
        yield from _by_the_rules(interface, text)
        for name in told:
            inlines.add(f"{hil}_{name}")
            if not re.search(rf"HIL_CALL_INFALLIBLE void {hil}_{name}\(", text):
                yield f"no inline void {hil}_{name}"
        expected = [operations[o].get("done") for o in operations if "done" in operations[o]]
        if sorted(interface.get("completions", {})) != sorted(set(expected)):
            yield f"{leaf}: completions are not those that operations name"
    for name in re.findall(r"HIL_CALL\w* [\w ]*?[ *](\w+)\(", text):
        if name not in inlines:
            yield f"inline {name} is no operation, completion or event"
    for port in re.findall(r"HIL_PORT\((\w+)\)", text):
        if port.removeprefix(f"{hil}_") not in interfaces:
            yield f"HIL_PORT({port}) is no interface"


def _firsts(hil: str, leaf: str, operation: str, description: Description) -> dict[str, str]:
    """An operation's inlines and what each begins with: the port; with edges, these."""
    port, name = f"{hil}_{leaf}", f"{hil}_{operation}"
    edge = description.get("edge", {}).get("type")
    return {name: edge, f"{name}_forward": port} if edge else {name: port}


def _edge(hil: str, description: Description, text: str) -> Iterator[str]:
    """An edge that is an object: a port for each interface, a field for each parameter."""
    struct = description.get("edge", {}).get("type")
    if struct is None:
        return
    body = re.search(rf"struct {struct} {{(.*?)}};", text)
    if body is None:
        yield f"no struct {struct}"
        return
    for leaf in description["interfaces"]:
        if f"struct {hil}_{leaf} {leaf};" not in body.group(1):
            yield f"struct {struct} has no port {leaf}"
    for name, param in description["edge"]["params"].items():
        suffix = f"_{param['unit'].lower()}" if "unit" in param else ""
        if not re.search(rf"[ *]{name}{suffix};", body.group(1)):
            yield f"struct {struct} has no {name}{suffix}"


def _operation(
    hil: str, port: str, operation: str, rules: Description, text: str
) -> Iterator[str]:
    """What the header must say of one operation."""
    function = f"{hil}_{operation}"
    inline = re.search(rf"(HIL_CALL\w*) ([\w ]*?)[ *]+{function}\(([^)]*)\)", text)
    declared = re.search(rf"typedef ([\w ]*?)[ *]+{function}_fn\(([^)]*)\);", text)
    if inline is None or declared is None:
        yield f"no inline {function} or no type {function}_fn"
        return
    macro, result, arguments = inline.groups()
    if rules.get("infallible") == "true":
        wanted = "HIL_CALL_INFALLIBLE"
    else:
        wanted = "HIL_CALL"
        if result != "enum err":
            yield f"{function} can fail, but gives {result}"
    if macro != wanted:
        yield f"{function} is {macro}, not {wanted}"
    if declared.group(1) != result or declared.group(2).count(",") != arguments.count(","):
        yield f"{function} differs from {function}_fn"
    if (rules["form"] == "split") != ("lends" in rules):
        yield f"{operation}: a split operation lends a descriptor, no other does"
    elif "lends" in rules:
        yield from _descriptor(function, rules, arguments, text)
    if rules["form"] == "cancel" and "enum cancel *" not in arguments:
        yield f"{function} does not say what it did (enum cancel *)"


def _descriptor(function: str, rules: Description, arguments: str, text: str) -> Iterator[str]:
    lent = rules["lends"]
    fields = re.search(rf"struct {lent} {{(.*?)}};", text)
    if fields is None or f"struct {lent} *" not in arguments:
        yield f"{function} does not take a struct {lent}"
        return
    for field in ["client", *rules.get("out", [])]:
        if not re.search(rf"\b{field}(?:\[\w+\])?;", fields.group(1)):
            yield f"struct {lent} has no {field}"


def _by_the_rules(interface: Description, text: str) -> Iterator[str]:
    """TRD3: 5, const bytes are lent by an operation of their own; 6, how it went is told."""
    lent: dict[str, list[str]] = {}
    for name, rules in interface["operations"].items():
        lent.setdefault(rules.get("lends", ""), []).append(name)
    for struct, names in lent.items():
        fields = re.search(rf"struct {struct} {{(.*?)}};", text)
        const = fields and re.search(r"\bconst (?!struct)\w+ \*", fields.group(1))
        if const and not any(name.endswith("_const") for name in names):
            yield f"struct {struct} has const bytes and no operation of its own for them"
    for name in interface.get("completions", {}):
        if not re.search(rf"void \(\*{name}\)\([^)]*enum err(?: err)?\)", text):
            yield f"completion {name} does not say how it went (enum err)"


def _members(text: str, struct: str, pattern: str) -> list[tuple[str, ...]]:
    body = re.search(rf"struct {struct} {{(.*?)}};", text)
    return [m.groups() for m in re.finditer(pattern, body.group(1))] if body else []


# -- components --------------------------------------------------------------------------


def _component(
    name: Path, description: Description, text: str, hils: Description, shared: str
) -> Iterator[str]:
    room, component = name.parts[0], name.stem
    if description.get("room") != room:
        yield f"room is {description.get('room')}"
    if f"struct {component} {{" not in text:
        yield f"no struct {component}"
    has_state = description.get("state") != "false"
    if component != "kernel" and has_state != (f"struct {component}_state {{" in text):
        yield f"struct {component}_state and `state` disagree"
    for function in sorted(set(_called(description))):
        if not re.search(rf"\b{function}(?:\(|;)", text):
            yield f"{function} is not declared"
        if not function.startswith(f"{component}_"):
            yield f"{function} is not called {component}_..."
    for port in description.get("provides", {}).values():
        passed = port.get("passes", [])
        for interface in [i for i in port["hil"] if i not in passed]:
            yield from _provided(component, interface, text, hils)
        slot = port.get("per_client")
        if isinstance(slot, str) and f"struct {slot} {{" not in text + shared:
            yield f"no struct {slot}"
    has_grant = description.get("syscall", {}).get("grant") == "true"
    if has_grant and f"struct {component}_grant {{" not in text:
        yield f"no struct {component}_grant"


def _provided(component: str, interface: str, text: str, hils: Description) -> Iterator[str]:
    hil, leaf = interface.split(".")
    if leaf not in hils.get(hil, {}).get("interfaces", {}):
        yield f"{interface} is no interface"
        return
    if f"extern const struct {hil}_{leaf}_ops {component}_{leaf}_ops;" not in text:
        yield f"no {component}_{leaf}_ops"
    for operation in hils[hil]["interfaces"][leaf]["operations"]:
        if f"{hil}_{operation}_fn {component}_{operation};" not in text:
            yield f"no {hil}_{operation}_fn {component}_{operation}"


def _called(description: Description) -> Iterator[str]:
    """Names of the C functions that the generator will call."""
    for key in ("init", "start"):
        if key in description:
            yield description[key]
    yield from description.get("deferred", {}).values()
    for handler in description.get("interrupts", {}).values():
        yield handler if isinstance(handler, str) else handler["handler"]
    for port in description.get("requires", {}).values():
        yield from port.get("handles", {}).values()
    if "exited" in description.get("syscall", {}):
        yield description["syscall"]["exited"]
    if "syscall" in description:
        yield f"{description['component']}_command"


# -- tests -------------------------------------------------------------------------------

HIL_YAML = """
hil: bus
interfaces:
  data:
    operations:
      move: {form: split, lends: bus_transfer, out: [moved], done: moved}
      move_cancel: {form: cancel, of: move}
      level: {form: now, infallible: true}
    completions: {moved: {}}
"""
HIL_H = """
struct bus_transfer {
    const struct bus_data_client *client;
    uint8_t moved; /* out */
};
struct bus_data_client {
    void (*moved)(const struct bus_data_client *, struct bus_transfer *, enum err);
};
HIL_PORT(bus_data);
typedef enum err bus_move_fn(const struct bus_data *, struct bus_transfer *);
typedef enum err bus_move_cancel_fn(const struct bus_data *, struct bus_transfer *,
                                    enum cancel *);
typedef bool bus_level_fn(const struct bus_data *);
struct bus_data_ops {
    bus_move_fn *move;
    bus_move_cancel_fn *move_cancel;
    bus_level_fn *level;
};
HIL_CALL enum err bus_move(const struct bus_data *port, struct bus_transfer *op) {}
HIL_CALL enum err bus_move_cancel(const struct bus_data *port, struct bus_transfer *op,
                                  enum cancel *outcome) {}
HIL_CALL_INFALLIBLE bool bus_level(const struct bus_data *port) {}
HIL_CALL_INFALLIBLE void bus_moved(struct bus_transfer *op, enum err err) {}
"""
COMPONENT_YAML = """
component: mux_bus
room: virtualizers
requires: {bus: {hil: [bus.data], handles: {moved: mux_bus_moved}}}
provides: {bus: {hil: [bus.data], per_client: mux_bus_slot}}
deferred: {complete: mux_bus_complete}
interrupts: {rx: mux_bus_rx, tx: {handler: mux_bus_tx}}
syscall: {grant: true, exited: mux_bus_exited}
init: mux_bus_init
"""
COMPONENT_H = """
struct mux_bus_slot { int a; };
struct mux_bus_state { int a; };
struct mux_bus_grant { int a; };
struct mux_bus { int a; };
extern const struct bus_data_ops mux_bus_data_ops;
bus_move_fn mux_bus_move;
bus_move_cancel_fn mux_bus_move_cancel;
bus_level_fn mux_bus_level;
void mux_bus_moved(int); void mux_bus_complete(int); void mux_bus_rx(int); void mux_bus_tx(int);
void mux_bus_exited(int); enum err mux_bus_init(int); void mux_bus_command(int);
"""
TREE = {
    "runtime/hil/bus.yaml": HIL_YAML,
    "runtime/hil/bus.h": HIL_H,
    "runtime/virtualizers/mux_bus.yaml": COMPONENT_YAML,
    "runtime/virtualizers/mux_bus.h": COMPONENT_H,
    "runtime/chips/st/st4.yaml": "chip: st4\n",
}
EDGE_YAML = """
hil: ray
interfaces:
  source: {operations: {probe: {form: now, infallible: true}}}
edge: {type: ray_edge, params: {rate: {unit: Hz}, select: {type: port}}}
"""
EDGE_H = """
HIL_PORT(ray_source);
struct ray_edge {
    struct ray_source source; const struct gpio_output *select; uint32_t rate_hz;
};
typedef bool ray_probe_fn(const struct ray_source *, const struct ray_edge *);
struct ray_source_ops { ray_probe_fn *probe; };
HIL_CALL_INFALLIBLE bool ray_probe_forward(const struct ray_source *port,
                                           const struct ray_edge *edge) {}
HIL_CALL_INFALLIBLE bool ray_probe(const struct ray_edge *edge, int all) {}
"""
TREE |= {"runtime/hil/ray.yaml": EDGE_YAML, "runtime/hil/ray.h": EDGE_H}
CHANGES = [
    ("ray.h", "struct ray_edge {", "struct ray_device {", "no struct ray_edge"),
    ("ray.h", "struct ray_source source;", "", "struct ray_edge has no port source"),
    ("ray.h", "rate_hz;", "rate;", "struct ray_edge has no rate_hz"),
    ("ray.h", "*select;", "*chosen;", "struct ray_edge has no select"),
    (
        "ray.h",
        "ray_probe(const struct ray_edge",
        "ray_probe(const struct ray_source",
        "its ray_edge",
    ),
    ("ray.h", "ray_probe_forward", "ray_probe_on", "ray_probe_forward does not begin"),
    ("bus.h", "HIL_PORT(bus_data);", "", "no HIL_PORT(bus_data)"),
    ("bus.h", "HIL_PORT(bus_data);", "HIL_PORT(bus_data);HIL_PORT(bus_old);", "bus_old"),
    ("bus.h", "bus_level_fn *level;", "", "struct bus_data_ops has"),
    ("bus.h", "bus_level_fn *level;", "bus_move_fn *level;", "struct bus_data_ops has"),
    ("bus.h", "bool bus_level(", "bool bus_value(", "no inline bus_level"),
    ("bus.h", "bool bus_level(", "void bus_level(", "bus_level differs"),
    ("bus.h", "HIL_CALL_INFALLIBLE bool", "HIL_CALL bool", "bus_level is HIL_CALL,"),
    ("bus.h", "HIL_CALL enum err bus_move(", "HIL_CALL void bus_move(", "but gives void"),
    ("bus.h", "bus_move(const struct bus_data *port, ", "bus_move(", "begin with its bus_data"),
    ("bus.h", "uint8_t moved;", "uint8_t sent;", "struct bus_transfer has no moved"),
    ("bus.h", "*client;", "*user;", "struct bus_transfer has no client"),
    ("bus.h", "uint8_t moved;", "uint8_t moved; const uint8_t *text;", "has const bytes"),
    ("bus.h", "(*moved)", "(*done)", "struct bus_data_client has ['done']"),
    ("bus.h", "bus_transfer *, enum err);\n};", "bus_transfer *);\n};", "not say how it went"),
    ("bus.h", "void bus_moved(", "void bus_done(", "no inline void bus_moved"),
    ("bus.h", "enum cancel *outcome", "int *outcome", "does not say what it did"),
    ("bus.yaml", "completions: {moved: {}}", "completions: {}", "that operations name"),
    ("bus.yaml", "lends: bus_transfer, ", "", "a split operation lends"),
    ("bus.yaml", "lends: bus_transfer", "lends: bus_thing", "take a struct bus_thing"),
    ("bus.yaml", "hil: bus", "hil: buss", "hil is called buss"),
    ("bus.yaml", "hil: bus", "hill: bus", "is not one of"),
    ("mux_bus.yaml", "room: virtualizers", "room: devices", "room is devices"),
    ("mux_bus.yaml", "room: ", "state: false\nroom: ", "struct mux_bus_state and"),
    ("mux_bus.yaml", "mux_bus_complete", "mux_bus_finish", "mux_bus_finish is not declared"),
    ("mux_bus.yaml", "init: mux_bus_init", "init: start_bus", "is not called mux_bus_..."),
    ("mux_bus.yaml", "bus.data], per", "bus.none], per", "bus.none is no interface"),
    ("mux_bus.h", "struct mux_bus {", "struct mux {", "no struct mux_bus"),
    ("mux_bus.h", "struct mux_bus_state {", "struct x {", "struct mux_bus_state and"),
    ("mux_bus.h", "struct mux_bus_slot {", "struct x {", "no struct mux_bus_slot"),
    ("mux_bus.h", "struct mux_bus_grant {", "struct x {", "no struct mux_bus_grant"),
    ("mux_bus.h", "mux_bus_data_ops", "mux_bus_ops", "no mux_bus_data_ops"),
    ("mux_bus.h", "bus_level_fn mux_bus_level", "int x", "no bus_level_fn mux_bus_level"),
    *(
        ("mux_bus.h", f" mux_bus_{verb}(", " other(", f"mux_bus_{verb} is not declared")
        for verb in ("moved", "complete", "rx", "tx", "exited", "init", "command")
    ),
]


def test_descriptors_and_headers_agree() -> None:
    assert violations(ROOT) == []


def test_there_are_descriptors_to_look_at() -> None:
    assert len(files(ROOT, "runtime/hil", ".yaml")) >= 5
    assert len(files(ROOT, "runtime", ".yaml")) >= 15


def test_a_tree_that_agrees_passes(tmp_path: Path) -> None:
    assert violations(plant(tmp_path, TREE)) == []


def test_storage_may_be_that_of_a_header_of_the_room(tmp_path: Path) -> None:
    slot = "struct mux_bus_slot { int a; };\n"
    header = "runtime/virtualizers/mux_bus.h"
    included = TREE[header].replace(slot, '#include "virtualizers/turns.h"\n', 1)
    root = plant(tmp_path, TREE | {header: included, "runtime/virtualizers/turns.h": slot})
    assert violations(root) == []
    (root / "runtime/virtualizers/turns.h").write_text("struct other { int a; };\n")
    assert len(violations(root)) == 1


def test_a_descriptor_without_header_is_found(tmp_path: Path) -> None:
    root = plant(tmp_path, {name: TREE[name] for name in TREE if name != "runtime/hil/bus.h"})
    assert violations(root) == ["hil/bus.yaml: there is no bus.h beside it"]


@pytest.mark.parametrize(("file", "old", "new", "expected"), CHANGES)
def test_a_planted_difference_is_found(
    file: str, old: str, new: str, expected: str, tmp_path: Path
) -> None:
    (path,) = [name for name in TREE if Path(name).name == file]
    assert old in TREE[path]
    found = violations(plant(tmp_path, TREE | {path: TREE[path].replace(old, new, 1)}))
    assert [line for line in found if expected in line], found


def test_components_can_ask_for_the_capabilities_the_kernel_has() -> None:
    header = (ROOT / "runtime" / "kernel" / "cap.h").read_text()
    known = set(re.findall(r"^struct cap_(\w+) \{", header, re.MULTILINE))
    assert known == set(CAPABILITIES) | {"main_loop"}, "only main() enters the loop"
