# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every sentence the front end says, one entry per code.

`text`, `caret` and `hint` are templates; the reporting stage supplies the names in
braces. `explain` is the long form of `boardwright explain`, whose examples for each code
are in `explain/examples.yaml`. Codes are grouped: 01 text,
02 values, 03 wiring, 04 hardware, 05 kernel, 06 overlays, 07 descriptors, 08 not built,
09 image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """The words of one code. An empty hint or caret is left out."""

    title: str
    text: str
    explain: str
    caret: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"


_WARNING: Literal["warning"] = "warning"

_TEXT = {
    "0100": Message(
        "not YAML",
        "this is not YAML: {problem}",
        "The file could not be read as YAML. Nothing else in it is looked at until it can.",
        hint="{hint}",
    ),
    "0101": Message(
        "duplicate key",
        "'{key}' is written twice in this map",
        "Most YAML readers let the last one win in silence. Here a key stands once.",
        hint="remove one of the two",
    ),
    "0102": Message(
        "unknown tag",
        "there is no tag '{tag}'",
        "Overlays know three tags: !append for lists, !replace and !delete for anything.",
        hint="the tags are !append, !replace and !delete",
    ),
    "0103": Message(
        "schema version",
        "{problem}",
        "Every file says which version of the language it is written in: `schema: 1`.",
        hint="the file starts with:  schema: 1",
    ),
    "0104": Message(
        "file kind",
        "{problem}",
        "The second line of a file says what it describes: `board:`, `chip:`, `component:` "
        "or `hil:`, with its name. A descriptor's name is the name of its file.",
        hint="{hint}",
    ),
    "0105": Message(
        "anchor or alias",
        "anchors and aliases are not part of the language",
        "A value stands where it is used. To share settings between boards use `extends`; "
        "to give a target a name of its own use `names`.",
    ),
    "0106": Message(
        "file not readable",
        "cannot read '{path}': {problem}",
        "A file that another one names could not be opened.",
        hint="{hint}",
    ),
}

_VALUES = {
    "0201": Message(
        "wrong shape",
        "'{what}' must be {expected}, not {found}",
        "A place that takes one value got a list or a map, or the other way round.",
    ),
    "0202": Message(
        "unit missing or wrong",
        "'{what}' is a {kind}: {found} {problem}",
        "Quantities always carry their unit, so that a field cannot be guessed wrong. "
        "Sizes know only B, KiB and MiB.",
        hint="units of a {kind} are {units}",
    ),
    "0203": Message(
        "not a number",
        "'{what}' must be {expected}, not '{found}'",
        "Whole numbers are decimal or 0x. A leading zero is refused because YAML readers "
        "disagree on what it means; truth values are `true` and `false` only.",
    ),
    "0204": Message(
        "does not fit",
        "{found} does not fit '{what}', {limit}",
        "The value is outside what its C type can hold, or not a whole number of the unit "
        "its C field counts in.",
    ),
    "0205": Message(
        "not among the words",
        "'{what}' cannot be '{found}'",
        "The value must be one of a fixed set of words.",
        hint="it is {known}",
    ),
    "0206": Message(
        "out of bounds",
        "'{what}' is {found}, {side} {bound}",
        "The value is below the minimum or above the maximum that the descriptor, or a "
        "provider's fact, sets for it.",
    ),
    "0207": Message(
        "unknown key",
        "{owner} has no key '{key}'",
        "A value is accepted only if something uses it, so a key nobody reads is an error.",
        hint="{hint}",
    ),
    "0208": Message(
        "value missing",
        "{owner} needs '{key}'",
        "A setting without a default was not given.",
        hint="{hint}",
    ),
    "0209": Message(
        "list or not",
        "'{what}' {problem}",
        "A list port takes a list even for one element; other places take one value.",
        hint="{hint}",
    ),
    "0210": Message(
        "list length",
        "'{what}' has {found} element(s), {limit}",
        "A list port says how many elements it takes, counted after ranges are spread.",
    ),
    "0211": Message(
        "setting without effect",
        "this setting of '{owner}' has no effect: {reason}",
        "Something is set on an instance that is not part of the image.",
        severity=_WARNING,
        hint="{hint}",
    ),
}

_WIRING = {
    "0301": Message(
        "unknown chip",
        "there is no chip '{name}'",
        "`chip:` names a chip file of the runtime, of a component directory or of the "
        "board's own directory.",
        hint="{hint}",
    ),
    "0302": Message(
        "unknown peripheral",
        "chip '{chip}' has no peripheral '{name}'",
        "`peripherals:` holds settings of the chip's own instances, by their names in the "
        "chip file. Parts off the chip belong under `devices`.",
        hint="{hint}",
    ),
    "0303": Message(
        "key the chip owns",
        "'{key}' of '{name}' is the chip's to say",
        "Address, interrupts, clocks and kind of a peripheral are facts of the chip; a "
        "board that could change them would describe other silicon.",
        hint="leave it out",
    ),
    "0304": Message(
        "id taken",
        "'{name}' {problem}",
        "Ids of peripherals, muxes, devices, capsules and names share one namespace, and "
        "the C names made from them must differ.",
        hint="{hint}",
    ),
    "0305": Message(
        "kind missing",
        "'{name}' does not say its kind",
        "Every instance the board makes names the component it is: `kind: ...`.",
        hint="{hint}",
    ),
    "0306": Message(
        "unknown kind",
        "there is no component '{name}'{problem}",
        "`kind` is the name of a component file in the runtime, in a `--component-dir` or "
        "beside the board file.",
        hint="{hint}",
    ),
    "0307": Message(
        "port missing",
        "'{instance}' needs '{port}' ({interfaces})",
        "A required port is not connected. Nothing is wired by guessing: the board says "
        "what serves it.",
        hint="{hint}",
    ),
    "0308": Message(
        "map without `to`",
        "a target with settings needs 'to:' (or 'kind:' to make an instance in place)",
        "A target is a reference, or a map whose `to` is the reference and whose other "
        "keys are settings of this edge, or a private instance made with `kind`.",
        hint="{hint}",
    ),
    "0309": Message(
        "malformed reference",
        "'{text}' is not a reference",
        "References are `id`, `id.port`, `id.index`, `id.low-high`, `id.port.index`, "
        "`id.port.low-high`, a pad like PA3, or a word from `names`.",
        hint="{hint}",
    ),
    "0310": Message(
        "unknown target",
        "nothing here is called '{name}'",
        "The reference names no peripheral, mux, device, capsule, pad or name.",
        hint="{hint}",
    ),
    "0311": Message(
        "unknown port",
        "'{instance}' ({kind}) provides no port '{port}'",
        "The reference names a port the component does not provide.",
        hint="{hint}",
    ),
    "0312": Message(
        "interfaces do not match",
        "'{target}' does not offer {wanted}",
        "The target exists but its ports do not offer what this port needs.",
        caret="{caret}",
        hint="{hint}",
    ),
    "0313": Message(
        "ambiguous port",
        "'{target}' offers {wanted} on more than one port",
        "Two ports fit, and a guess would be silent. Name the port.",
        hint="write {choices}",
    ),
    "0314": Message(
        "element",
        "'{target}' {problem}",
        "Array ports have numbered elements; other ports have none.",
        hint="{hint}",
    ),
    "0315": Message(
        "edge parameter on a handed-on edge",
        "'{key}' cannot be set here: '{instance}' hands on what its clients set",
        "A mux carries the parameters of each client's edge to the bus behind it. Its own "
        "edge has no object that could carry any.",
        hint="set it where '{instance}' is used",
    ),
    "0316": Message(
        "unknown edge parameter",
        "an edge of {interfaces} has no '{key}'",
        "Beside `to`, a target's map holds parameters that the HIL declares for its edges.",
        hint="{hint}",
    ),
    "0317": Message(
        "edge parameter missing",
        "'{instance}.{port}' needs '{key}' on this edge",
        "The HIL or the component requires this parameter of the edge. What selects a device "
        "can be left out where the device has its bus to itself; on a bus with several, one "
        "without a select would hear what is for the others.",
        hint="write it as  {before}{{to: {target}, {key}: ...}}",
    ),
    "0318": Message(
        "element twice",
        "'{target}' is in this list twice",
        "One list port cannot hold the same resource twice: the same element, or one target "
        "with the same settings.",
        hint="remove one of the two",
    ),
    "0319": Message(
        "capacity exceeded",
        "'{target}' serves {capacity} of {interface} and is already taken",
        "A provider says how many clients it can serve; one more was wired to it.",
        caret="{client} wants {interface} here",
        hint="{hint}",
    ),
    "0320": Message(
        "without client",
        "'{name}' has no client and is left out",
        "The kernel and the capsules are what a board is for. An instance that neither they "
        "nor what they need refers to would be code that nobody calls.",
        severity=_WARNING,
    ),
    "0321": Message(
        "cycle",
        "'{name}' needs itself: {path}",
        "Instances are initialised providers first, so the graph of who needs whom has no "
        "cycle. What goes back and forth are completions and events.",
    ),
    "0322": Message(
        "exclusive ports",
        "'{name}' offers either {ports}, not both",
        "The component serves only one of these ports at a time.",
        hint="wire one of the two to another {kind}",
    ),
    "0323": Message(
        "instance under `names`",
        "'{name}' is an instance, but stands under 'names'",
        "`names` gives words to targets. A map with `kind` there usually means that a "
        "section's line was lost above it.",
        hint="{hint}",
    ),
    "0324": Message(
        "condition not met",
        "'{target}' does not do for '{instance}.{port}': {condition} is needed, {found}",
        "The component states a condition on what it is connected to.",
        hint="{hint}",
    ),
    "0325": Message(
        "control interface shared",
        "{interface} of '{target}' is a control interface and has one holder",
        "Who may change settings of a resource is one client, whatever its port's capacity.",
        hint="leave it to '{holder}', or wire this to another",
    ),
    "0326": Message(
        "section and room",
        "'{name}' {what} does not belong under '{section}'",
        "`muxes` holds virtualizers, `devices` parts off the chip, `capsules` what "
        "processes call, `kernel` policies. Several entries in a wrong section mean that the "
        "line was lost that began their own.",
        hint="{hint}",
    ),
    "0327": Message(
        "section inside another",
        "'{key}' is a section of the board, and stands within '{section}'",
        "Sections begin at the left margin. An indented one is an entry of the one before it.",
        hint="begin the line with  {key}:",
    ),
    "0328": Message(
        "edge parameter that nobody reads",
        "'{key}' has no effect on '{client}.{port}': neither '{client_kind}' nor "
        "'{provider_kind}' looks at it",
        "Where the edges of a HIL are no objects, their parameters are for expressions of "
        "both ends (`mask(pin, pull == up)`). A pin without pull resistors does not ask for "
        "them.",
        hint="leave it out, or use another target",
    ),
    "0329": Message(
        "name that nothing uses",
        "nothing on this board says '{name}'",
        "A name under `names` stands for a target wherever it is said. One that is said "
        "nowhere may be what a misspelt target meant, or what is left of wiring that is gone. "
        "Names of a file that a board extends, and of what a variant drops, are not looked at.",
        severity=_WARNING,
        hint="use it in place of {target}, or remove it",
    ),
    "0330": Message(
        "part without client",
        "nothing uses '{target}'",
        "A virtualizer that divides a resource gives each of its parts an equal share of it. "
        "The share of a part without client is nobody's, and its storage is in the image.",
        severity=_WARNING,
        hint="give it a client, or divide into fewer parts",
    ),
    "0331": Message(
        "capsule that nothing calls",
        "nothing ever calls '{name}'",
        "A capsule runs when a process calls it, when something below it answers what it asked "
        "for, or at boot. One without system calls, `init` and `start`, and with no port for "
        "others, never comes to ask.",
        severity=_WARNING,
        hint="give '{kind}' a `syscall` or a `start`, or leave '{name}' out",
    ),
}

_HARDWARE = {
    "0401": Message(
        "unknown interrupt line",
        "chip '{chip}' has no interrupt line '{line}'",
        "A peripheral's interrupts name lines of the chip's `interrupts: lines`.",
        hint="{hint}",
    ),
    "0402": Message(
        "interrupt line taken",
        "interrupt line '{line}' of '{instance}' is taken and not shared",
        "Two peripherals in use raise the same line, and the chip does not say `shared`.",
    ),
    "0403": Message(
        "pad carries a signal",
        "pad {pad} carries '{signal}' of '{instance}'",
        "A pad does one thing: it is the signal of one peripheral in use, or it is a pin.",
    ),
    "0404": Message(
        "unique edge parameter taken",
        "{key} {value} is already taken on '{bus}'",
        "The HIL says that this parameter tells the clients of one bus apart.",
        hint="give one of them another {key}, as the parts on the board have, or another bus",
    ),
    "0405": Message(
        "register blocks overlap",
        "the registers of '{instance}' ({range}) overlap those of '{other}' ({other_range})",
        "Two peripherals in use claim the same addresses.",
    ),
    "0406": Message(
        "rate outside tolerance",
        "'{what}' would be {achieved} instead of {wanted}: {error} ppm off, {allowed} allowed",
        "The divider that the hardware has cannot come close enough to the rate asked for. "
        "A device's rate is the most it can take, so that nothing above it will do.",
    ),
    "0407": Message(
        "derived value",
        "'{what}' of '{instance}' {problem}",
        "A value computed from clocks and settings is out of the range the hardware has, "
        "or cannot be computed.",
        hint="it is {expression}",
    ),
    "0408": Message(
        "clock",
        "{problem}",
        "The board chooses only among what the chip offers.",
        hint="{hint}",
    ),
    "0409": Message(
        "signal not on that pad",
        "'{signal}' of '{instance}' cannot be on {pad}",
        "The chip's file lists the pads that each signal of a peripheral can be on.",
        hint="it can be on {known}",
    ),
    "0410": Message(
        "memory",
        "{what}{range} {problem}",
        "Regions of memory must lie within the chip's memories and not overlap.",
        hint="{hint}",
    ),
    "0411": Message(
        "handler not shareable",
        "'{instance}' cannot share line '{line}': its handler is not 'shareable'",
        "Both sides consent to a shared line: the chip says `shared`, and every component "
        "on it says its handler may be called when another one raised the line.",
    ),
    "0412": Message(
        "rate far below",
        "'{what}' is {achieved} instead of {wanted}: {error} ppm below, {allowed} allowed",
        "What divides a clock for a device goes to the next rate that is not above what the "
        "device can take. Near the clock's own rate that can be half of it.",
        severity=_WARNING,
        hint="ask for {achieved} if that is fast enough, or choose another clock",
    ),
}

_KERNEL = {
    "0501": Message(
        "driver number twice",
        "driver number {number:#x} of '{instance}' is taken",
        "Processes find a driver by its number, so each instance has its own.",
        hint="give one of them another number:  driver: {free:#x}",
    ),
    "0502": Message(
        "capability not granted",
        "'{instance}' needs the capability '{capability}'",
        "Restricted kernel functions need a capability that the board grants in one place.",
        hint="capabilities:  {{{instance}: [{capability}]}}",
    ),
    "0503": Message(
        "capability not needed",
        "'{instance}' does not ask for the capability '{capability}'",
        "A capability that nobody uses should not be granted.",
        hint="{hint}",
    ),
    "0504": Message(
        "budget",
        "{what} {found} {kind}, the budget is {limit}",
        "The board states how much the kernel may use. Buffers and stack are known before the "
        "build, the rest after it.",
    ),
    "0505": Message(
        "application setting without a reader",
        "nothing on this board reads '{key}' of an application",
        "Keys of an application beside `path` come from the kernel and its policies.",
        hint="{hint}",
    ),
    "0506": Message(
        "driver nobody may call",
        "no application of this board may call '{name}'",
        "Under a filter a driver is for the applications that name it. One that none names "
        "is code that nobody calls.",
        severity=_WARNING,
        hint="give it to an application:  {key}: [{name}]",
    ),
    "0507": Message(
        "more applications than slots",
        "{count} applications, but the kernel has {slots} slot(s)",
        "An application runs in a slot of the kernel; one without a slot is not started.",
        caret="this one does not run",
        hint="kernel:  {{slots: {count}}}",
    ),
    "0508": Message(
        "application does not fit",
        "application '{name}' has {size} of code, {free} are left for applications",
        "The applications' files lie one behind the other in `apps: code` of the layout.",
    ),
    "0509": Message(
        "no RAM for an application",
        "application '{name}' asks for {asked} of RAM, a block of {size}, and {free} are left",
        "Each application gets a block of `apps: data` of the layout, a size and place that "
        "memory protection can cover; the kernel's own words about it lie in there, too. One "
        "that finds no block is not started.",
        hint="give applications more RAM in the layout, or ask for less",
    ),
}

_OVERLAYS = {
    "0601": Message(
        "deletes nothing",
        "there is no '{key}' to {verb}",
        "A tag in an overlay acts on something the files it extends have.",
        hint="{hint}",
    ),
    "0602": Message(
        "list without a verb",
        "'{key}' is a list already: say !append or !replace",
        "An overlay never merges or replaces a list in silence.",
    ),
    "0603": Message(
        "kind changed",
        "'{key}' changes its kind from '{old}' to '{new}'",
        "Settings of another kind would be left over; !replace starts anew.",
        hint="write  {key}: !replace {{kind: {new}, ...}}",
    ),
    "0604": Message(
        "shape changed",
        "'{key}' was {old} and becomes {new}",
        "An overlay changes values, not shapes; !replace says that it is meant.",
        hint="{hint}",
    ),
    "0605": Message(
        "parents disagree",
        "the files this one extends disagree on '{key}'",
        "Two parents give different values and this file does not decide.",
        hint="give '{key}' here",
    ),
    "0606": Message(
        "extends cycle",
        "'{path}' extends itself",
        "A file cannot be its own ancestor.",
    ),
}

_DESCRIPTORS = {
    "0701": Message(
        "unknown interface",
        "there is no interface '{name}'",
        "Interfaces are written `hil.leaf`, declared in the HIL's own file.",
        hint="{hint}",
    ),
    "0702": Message(
        "unknown or malformed key",
        "{owner}: {problem}",
        "A descriptor file has a key that the language does not know, or a value it cannot "
        "read.",
        hint="{hint}",
    ),
    "0703": Message(
        "handler missing",
        "port '{port}' has no handler for '{member}' of {interface}",
        "Whoever requires an interface with completions or events names the functions that "
        "take them, in `handles`.",
        hint="handles: {{{member}: <component>_{member}}}",
    ),
    "0704": Message(
        "expression",
        "'{expression}': {problem}",
        "Expressions know parameters, clocks, derived values, `port.fact`, `count(port)`, "
        "`clients(port)`, `mask(port, hil.leaf)`, `mask(port, parameter == word)`, "
        "`max min round ceil` and + - * /.",
        hint="{hint}",
    ),
    "0705": Message(
        "narrowing",
        "'{key}' of '{port}' {problem}",
        "Both ends of an edge may narrow what the HIL allows, never widen it.",
    ),
    "0706": Message(
        "port mixes HILs",
        "port '{port}' takes interfaces of {hils}",
        "A port is a bundle of interfaces of one HIL file; two HILs are two ports.",
    ),
    "0707": Message(
        "split operation",
        "'{operation}' {problem}",
        "A split-phase operation lends a descriptor and ends with one completion.",
    ),
    "0708": Message(
        "cannot complete",
        "'{component}' offers split-phase {interface} but nothing could ever complete it",
        "Completing needs an interrupt, a deferred call or a required port whose events "
        "arrive.",
    ),
    "0709": Message(
        "operation twice",
        "operation '{operation}' {problem}",
        "The C function is <component>_<operation>, so names differ within a HIL file and "
        "among the HILs of a component.",
    ),
    "0710": Message(
        "key not allowed in this room",
        "a component of {room} has no '{key}'",
        "The room limits what a component may have: only chips have registers and "
        "interrupts, only capsules have syscalls.",
    ),
    "0711": Message(
        "name taken",
        "'{name}' {problem}",
        "Parameters, ports and buffers become members of one struct and keys of one map.",
    ),
    "0713": Message(
        "HIL without `sharing`",
        "HIL '{name}' does not say how it is shared",
        "`sharing` is mux, concurrent, per_channel or none.",
        hint="sharing: mux",
    ),
    "0714": Message(
        "two files of one name",
        "'{name}' is described by two files",
        "A component, chip or HIL is found by the name of its file, which is unique over "
        "the runtime, the board's directory and the component directories.",
    ),
    "0715": Message(
        "grant not asked for",
        "'{header}' defines `struct {name}_grant`, which `syscall` does not ask for",
        "The kernel gives each process room for `struct COMPONENT_grant` only where the "
        "descriptor says so. Without it the C would write past what it was given.",
        hint="add  grant: true  to `syscall`",
    ),
    "0716": Message(
        "sharing not told",
        "'{component}' {problem}",
        "A virtualizer says under `sharing: treats` what becomes of every operation of the "
        "HILs it provides: passed, hidden, virtualized or adapted, and why. What its ports "
        "offer must agree with that. A port for many names what is behind it, `through`, and "
        "the struct of which each client has one, `per_client`.",
        hint="{hint}",
    ),
    "0717": Message(
        "rule of TRD3",
        "'{name}' breaks rule {rule} of TRD3: {problem}",
        "What a HIL promises follows the thirteen rules that docs/trd3.md tells. Where every "
        "implementation has to break one, the file says so.",
        hint="or give the reason:  exceptions: [{{rule: {rule}, why: ...}}]",
    ),
}

_NOT_BUILT = {
    "0801": Message(
        "not built yet",
        "not built yet: {what}",
        "The language has this, this version of the generator does not. It is refused "
        "rather than ignored.",
        hint="{hint}",
    ),
}

_IMAGE = {
    "0901": Message(
        "heap in the image",
        "'{symbol}' is in the image: this system has no heap",
        "All memory is stated on the board and allocated at build time. Something that was "
        "linked in brought an allocator along.",
        hint="look for who calls it in the .map file",
    ),
    "0902": Message(
        "section outside its memory",
        "section '{section}' ({range}) is not in the kernel's {kind} ({home})",
        "Every section of the kernel lies where the layout puts the kernel.",
    ),
    "0903": Message(
        "constant not in flash",
        "'{symbol}' is const but lies at {at}, outside the kernel's flash",
        "Wiring and parameters of instances are const and stay in flash, where no stray "
        "write reaches them.",
    ),
    "0904": Message(
        "vector table",
        "the vector table is {found}, not at the start of the kernel's flash, {start}",
        "The core reads its first stack pointer and instruction from there.",
    ),
}

MESSAGES: dict[str, Message] = {
    **_TEXT,
    **_VALUES,
    **_WIRING,
    **_HARDWARE,
    **_KERNEL,
    **_OVERLAYS,
    **_DESCRIPTORS,
    **_NOT_BUILT,
    **_IMAGE,
}
"""Every code without its BW."""
