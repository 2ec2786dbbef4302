#!/usr/bin/env python3
"""Finds circles among the modules of a crate.

The rule: the files of a crate's `src` are the nodes. A file depends on another if its code names something that the
other defines, in a `use` or in a path written out: `crate::a::B`, `super::B`, `self::b::C`, `b::C`. What a file merely
re-exports (`pub use`, `pub(crate) use`) is looked up where it is defined, so neither that nor `mod` is a dependency:
a parent that declares and re-exports its children is in no circle with them. A parent is in one if it has code that
uses a child while the child uses what the parent defines itself. Methods are no paths: `impl` blocks of one type in
several files depend on the file of the type.

Code for tests is left out: what needs `cfg(test)`, `tests.rs` and `tests/`.

    module-circles.py [--list] [CRATE...]     CRATE is a directory with a `src`; all of the repository without one

Prints each circle with the names that close it, and fails if there is any. `--list` prints all dependencies.
"""

import os
import re
import sys

TOKEN = re.compile(
    r'''//[^\n]*|/\*.*?\*/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?'(?:\\[^\n]+?|[^\\'\n])'|'[A-Za-z_]\w*'''
    r'''|\$?[A-Za-z_]\w*|::|[^\s\w]''',
    re.S,
)
ITEM = {'struct', 'enum', 'trait', 'type', 'fn', 'const', 'static', 'union', 'macro_rules'}


def tokens(text):
    """The identifiers and punctuation of a file, without comments, literals and code for tests."""
    found = []
    for match in TOKEN.finditer(text):
        token = match.group(0)
        if token == '::' or re.match(r'\$?[A-Za-z_]\w*$', token) or (len(token) == 1 and token not in '"'):
            found.append(token)
    return without_tests(found)


def without_tests(found):
    kept, at = [], 0
    while at < len(found):
        if found[at : at + 4] == ['#', '[', 'cfg', '('] and is_test(found[at : closing(found, at + 1)]):
            at = closing(found, at + 1) + 1
            while found[at : at + 2] == ['#', '[']:
                at = closing(found, at + 1) + 1
            depth = 0
            # To the end of the item: its braces, or a semicolon outside of all.
            while at < len(found):
                depth += (found[at] in '([{') - (found[at] in ')]}')
                at += 1
                if depth == 0 and found[at - 1] in ('}', ';'):
                    break
            continue
        kept.append(found[at])
        at += 1
    return kept


def is_test(attribute):
    return 'test' in attribute and 'not' not in attribute and 'any' not in attribute


def closing(found, at):
    """The position of the bracket that closes the one at `at`."""
    depth = 0
    for position in range(at, len(found)):
        depth += (found[position] in '([{') - (found[position] in ')]}')
        if depth == 0:
            return position
    return len(found) - 1


class Module:
    def __init__(self, path, file):
        self.path, self.file = path, file
        self.items, self.names, self.globs = set(), {}, []
        self.uses = []  # paths that the code depends on
        self.read(tokens(open(file, encoding='utf-8').read()))

    def read(self, found):
        at, depth = 0, 0
        while at < len(found):
            token = found[at]
            previous = found[at - 1] if at else ''
            if token in ('{', '(', '['):
                depth += 1
            elif token in ('}', ')', ']'):
                depth -= 1
            if token == 'in' and found[max(0, at - 2) : at] == ['pub', '(']:
                # Who may see an item is no use of it.
                at = found.index(')', at)
                continue
            if token == 'use' and previous != '::':
                end = found.index(';', at)
                self.take_use(found[at + 1 : end], exported(found, at), depth == 0)
                at = end + 1
                continue
            if depth == 0 and token in ITEM and at + 1 < len(found):
                name = at + 2 if found[at + 1] in ('!', 'mut') else at + 1
                if re.match(r'[A-Za-z_]', found[name]):
                    self.items.add(found[name])
            if previous != '::' and re.match(r'\$?[A-Za-z_]', token) and found[at + 1 : at + 2] == ['::']:
                path = [token]
                while found[at + 1 : at + 2] == ['::'] and re.match(r'[A-Za-z_]', found[at + 2]):
                    path.append(found[at + 2])
                    at += 2
                self.uses.append(path)
            at += 1

    def take_use(self, tree, exported, outside):
        for path, name in leaves(tree, []):
            if path[-1] == '*':
                # What a glob brings in is not known to be used: it counts for the module as a whole.
                self.globs.append(path[:-1])
                if not exported:
                    self.uses.append(path[:-1])
            else:
                if outside:
                    self.names[name] = path
                if not exported:
                    self.uses.append(path)


def exported(found, at):
    """Whether the `use` at `at` re-exports."""
    return at > 0 and (found[at - 1] == 'pub' or (found[at - 1] == ')' and 'pub' in found[max(0, at - 6) : at]))


def leaves(tree, prefix):
    """The paths of a `use` tree with the names that they get."""
    branches, depth, start = [], 0, 0
    for at, token in enumerate(tree):
        depth += (token == '{') - (token == '}')
        if token == ',' and depth == 0:
            branches.append(tree[start:at])
            start = at + 1
    branches.append(tree[start:])
    for branch in filter(None, branches):
        if '{' in branch:
            at = branch.index('{')
            head = [t for t in branch[:at] if t != '::']
            yield from leaves(branch[at + 1 : len(branch) - 1], prefix + head)
            continue
        name = None
        if 'as' in branch:
            name = branch[-1]
            branch = branch[: branch.index('as')]
        path = prefix + [t for t in branch if t != '::']
        if path and path[-1] == 'self' and len(path) > 1:
            path.pop()
        yield path, name or path[-1]


class Crate:
    def __init__(self, root):
        self.root, self.modules = root, {}
        source = os.path.join(root, 'src')
        for folder, folders, files in os.walk(source):
            folders[:] = sorted(f for f in folders if f not in ('tests', 'bin'))
            for file in sorted(files):
                if not file.endswith('.rs') or file == 'tests.rs':
                    continue
                parts = os.path.relpath(os.path.join(folder, file), source)[:-3].split(os.sep)
                if parts[-1] in ('mod', 'lib') or (parts == ['main'] and not self.has(source, 'lib.rs')):
                    parts.pop()
                self.modules[tuple(parts)] = Module(tuple(parts), os.path.join(folder, file))

    @staticmethod
    def has(folder, file):
        return os.path.exists(os.path.join(folder, file))

    def resolve(self, start, path, seen=()):
        """The module that defines what a path names, as seen from the module `start`; none if it is not of the crate."""
        here, rest = list(start), list(path)
        if rest[0] in ('crate', '$crate'):
            here = []
        elif rest[0] == 'super':
            while rest and rest[0] == 'super':
                if not here:
                    return None
                here.pop()
                rest.pop(0)
            rest.insert(0, 'super')
        elif rest[0] != 'self':
            return self.look_up(tuple(here), rest, seen)
        return self.look_up(tuple(here), rest[1:], seen) if len(rest) > 1 else tuple(here)

    def look_up(self, module, rest, seen):
        """What the module, its children, or its own imports know by the first name of `rest`."""
        if module not in self.modules:
            return None
        if not rest:
            return module
        own, name = self.modules[module], rest[0]
        # A name that leads to itself is a crate's.
        if (module, name) in seen:
            return None
        seen = seen + ((module, name),)
        if module + (name,) in self.modules:
            return self.look_up(module + (name,), rest[1:], seen)
        if name in own.items:
            return module
        if name in own.names:
            return self.resolve(module, own.names[name] + rest[1:], seen)
        for glob in own.globs:
            found = self.resolve(module, glob + rest, seen)
            if found is not None:
                return found
        # An inline module, a macro's making, or a name that is not the crate's.
        return module if seen[0][0] != module and len(rest) == 1 else None

    def dependencies(self):
        found = {}
        for path, module in self.modules.items():
            targets = found.setdefault(path, {})
            for use in module.uses:
                target = self.resolve(path, use)
                if target is not None and target != path:
                    targets.setdefault(target, set()).add(use[-1] if len(use) < 3 else '::'.join(use[-2:]))
        return found


def circles(graph):
    """The strongly connected components of more than one module (Tarjan), without recursion."""
    index, low, stack, on, found = {}, {}, [], set(), []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        member = stack.pop()
                        on.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    if len(group) > 1:
                        found.append(sorted(group))
    return found


def name(module):
    return '::'.join(module) or 'crate'


def crates(top):
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(f for f in folders if not f.startswith('.') and f != 'target')
        if 'Cargo.toml' in files and os.path.isdir(os.path.join(folder, 'src')):
            yield folder


def main():
    arguments = [a for a in sys.argv[1:] if a != '--list']
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
    failed = modules = count = 0
    for root in arguments or crates(os.path.normpath(top)):
        crate = Crate(root)
        graph = crate.dependencies()
        label = os.path.relpath(root, top)
        count += 1
        modules += len(graph)
        if '--list' in sys.argv:
            for module, targets in sorted(graph.items()):
                for target, names in sorted(targets.items()):
                    print(f'{label}: {name(module)} -> {name(target)}: {", ".join(sorted(names))}')
        for group in circles(graph):
            failed += 1
            print(f'{label}: a circle of {len(group)} modules')
            for module in group:
                for target in sorted(t for t in graph[module] if t in group):
                    names = ', '.join(sorted(graph[module][target]))
                    print(f'  {name(module)} uses {name(target)}: {names}')
    if failed:
        print(f'{failed} circles: move what both need into a module below them')
        sys.exit(1)
    print(f'{modules} modules of {count} crates, no circle')


if __name__ == '__main__':
    main()
