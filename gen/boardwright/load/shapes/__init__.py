# SPDX-License-Identifier: MIT OR Apache-2.0
"""The four kinds of file as data: which keys there are, what each holds, what it is for.

`forms` are the words this is said in, each other module says one kind of file.
"""
