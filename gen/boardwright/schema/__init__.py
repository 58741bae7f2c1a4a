# SPDX-License-Identifier: MIT OR Apache-2.0
"""JSON Schemas of the four kinds of file, for editors: made of the shapes the loader reads by.

A schema sees one file: structure, words, units, ids, references. It does not see what
other files say (which kinds, ports, parameters and chips there are), nor YAML's tags.
"""

from boardwright.schema.export import schema_files

__all__ = ["schema_files"]
