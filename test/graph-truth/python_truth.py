"""What Python's own ast says of a tree: imports by file, and calls that scopes and imports decide. Prints JSON."""

import ast
import json
import os
import sys


def module_file(known, parts):
    base = "/".join(parts)
    for path in ([base + "/__init__.py"] if base else ["__init__.py"]) + ([base + ".py"] if base else []):
        if path in known:
            return path
    return None


class Module:
    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8") as file:
            self.tree = ast.parse(file.read(), path)
        parts = path[:-3].split("/")
        self.package = parts[:-1]
        self.bound = {}
        # What is called may be a value of the module: `f = lib.f`.
        self.top = set(self.tree.body)


def main(root, paths):
    known = set(paths)
    modules = {path: Module(root, path) for path in paths}
    imports = set()

    def absolute(module, level, name):
        parts = name.split(".") if name else []
        if level == 0:
            # The tree may be the package itself: its own name leads into it.
            top = os.path.basename(root.rstrip("/"))
            if parts and parts[0] == top and "__init__.py" in known:
                return parts[1:]
            return parts
        base = module.package[: len(module.package) - (level - 1)] if level > 1 else module.package
        return base + parts

    def bind(module):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    target = module_file(known, absolute(module, 0, alias.name))
                    if target:
                        imports.add((module.path, target))
            elif isinstance(node, ast.ImportFrom):
                place = absolute(module, node.level, node.module)
                itself = module_file(known, place)
                if itself is None and node.level == 0 and not (place and module_file(known, place[:1])):
                    if not any(module_file(known, place + [alias.name]) for alias in node.names):
                        continue
                for alias in node.names:
                    below = None if alias.name == "*" else module_file(known, place + [alias.name])
                    target = below or itself
                    if target:
                        imports.add((module.path, target))

    def local_binding(module, statement, scope):
        """Names that one statement binds in a scope."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            scope.setdefault(statement.name, []).append(("def", module.path, statement))
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name.split(".")[0]
                parts = alias.name.split(".") if alias.asname else alias.name.split(".")[:1]
                scope.setdefault(name, []).append(("module", absolute(module, 0, ".".join(parts))))
        elif isinstance(statement, ast.ImportFrom):
            place = absolute(module, statement.level, statement.module)
            for alias in statement.names:
                if alias.name == "*":
                    scope.setdefault("*", []).append(("star", place))
                else:
                    scope.setdefault(alias.asname or alias.name, []).append(("from", place, alias.name))
        elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
            targets = []
            if isinstance(statement, ast.Assign):
                targets = statement.targets
            elif isinstance(statement, (ast.With, ast.AsyncWith)):
                targets = [item.optional_vars for item in statement.items if item.optional_vars]
            else:
                targets = [statement.target]
            for target in targets:
                for node in ast.walk(target):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        at_top = statement in module.top
                        scope.setdefault(node.id, []).append(("def", module.path, statement) if at_top else ("value",))
        elif isinstance(statement, ast.ExceptHandler) and statement.name:
            scope.setdefault(statement.name, []).append(("value",))

    def scope_of(module, body):
        """Everything bound in a body, branches and loops included, nested scopes left out."""
        scope = {}
        waiting = list(body)
        while waiting:
            statement = waiting.pop(0)
            local_binding(module, statement, scope)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                    waiting.append(child)
        return scope

    def exported(parts, name, seen):
        """What a module of the tree hands out under a name: definitions, or a module."""
        path = module_file(known, parts)
        if path is None:
            return None
        if (path, name) in seen:
            return None
        seen.add((path, name))
        scope = modules[path].bound
        found = meaning(scope.get(name), seen)
        if found:
            return found
        for _, place in scope.get("*", []):
            found = exported(place, name, seen)
            if found:
                return found
        if path.endswith("__init__.py") and module_file(known, parts + [name]):
            return ("module", parts + [name])
        return None

    def meaning(bindings, seen=None):
        if not bindings:
            return None
        seen = set() if seen is None else seen
        defs = []
        for binding in bindings:
            if binding[0] == "def":
                defs.append(binding)
            elif binding[0] == "module":
                return binding if module_file(known, binding[1]) or any(p.startswith("/".join(binding[1]) + "/") for p in known) else None
            elif binding[0] == "from":
                found = exported(binding[1], binding[2], seen)
                if found:
                    if found[0] == "module":
                        return found
                    defs.extend(found[1])
                elif module_file(known, binding[1] + [binding[2]]):
                    return ("module", binding[1] + [binding[2]])
        return ("defs", defs) if defs else None

    def class_member(owner, name, seen):
        """A method of a class or of what it is built on."""
        kind, path, node = owner
        if not isinstance(node, ast.ClassDef) or id(node) in seen:
            return None
        seen.add(id(node))
        own = [("def", path, one) for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and one.name == name]
        # Under a condition, too.
        for one in node.body:
            if isinstance(one, (ast.If, ast.Try)):
                own += [("def", path, two) for two in ast.walk(one) if isinstance(two, (ast.FunctionDef, ast.AsyncFunctionDef)) and two.name == name]
        if own:
            return own
        for base in node.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            found = expression(base, [modules[path].bound])
            for one in (found[1] if found and found[0] == "defs" else []):
                inherited = class_member(one, name, seen)
                if inherited:
                    return inherited
        return None

    def expression(node, scopes, owner=None):
        """What a name or a chain of names stands for."""
        if isinstance(node, ast.Name):
            for scope in reversed(scopes):
                if node.id in scope:
                    return meaning(scope[node.id])
            for _, place in scopes[0].get("*", []):
                found = exported(place, node.id, set())
                if found:
                    return found
            return None
        if isinstance(node, ast.Call):
            # A call of a class makes one of it.
            made = expression(node.func, scopes, owner)
            if made and made[0] == "defs" and all(isinstance(one[2], ast.ClassDef) for one in made[1]):
                return ("instance", made[1])
            return None
        if isinstance(node, ast.Attribute):
            inner = node.value
            if owner is not None and isinstance(inner, ast.Name) and inner.id in ("self", "cls"):
                found = class_member(owner, node.attr, set())
                return ("defs", found) if found else None
            if owner is not None and isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "super":
                for base in owner[2].bases:
                    base = base.value if isinstance(base, ast.Subscript) else base
                    found = expression(base, [modules[owner[1]].bound])
                    for one in (found[1] if found and found[0] == "defs" else []):
                        member = class_member(one, node.attr, set())
                        if member:
                            return ("defs", member)
                return None
            value = expression(inner, scopes, owner)
            if value is None:
                return None
            if value[0] == "module":
                found = exported(value[1], node.attr, set())
                if found:
                    return found
                return ("module", value[1] + [node.attr]) if module_file(known, value[1] + [node.attr]) else None
            found = []
            for one in value[1]:
                found += class_member(one, node.attr, set()) or []
            return ("defs", found) if found else None
        return None

    calls = []

    def called(module, func, scopes, owner):
        found = expression(func, scopes, owner)
        if found and found[0] == "defs":
            name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            line = func.end_lineno if isinstance(func, ast.Attribute) else func.lineno
            calls.append({"path": module.path, "line": line, "name": name, "declared": [f"{path}:{node.lineno}" for _, path, node in found[1]]})

    def walk(module, node, scopes, owner):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for decorator in getattr(node, "decorator_list", []):
                walk(module, decorator, scopes, owner)
                if not isinstance(decorator, ast.Call):
                    called(module, decorator, scopes, owner)
            inner = scope_of(module, node.body) if not isinstance(node, ast.Lambda) else {}
            arguments = node.args
            for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs + [a for a in (arguments.vararg, arguments.kwarg) if a]:
                inner.setdefault(argument.arg, []).insert(0, ("value",))
            for default in arguments.defaults + [one for one in arguments.kw_defaults if one]:
                walk(module, default, scopes, owner)
            for name in [name for one in ast.walk(node) if isinstance(one, ast.Global) for name in one.names]:
                inner.pop(name, None)
            # A class's own names are not seen from inside its methods.
            seen = [scope for scope in scopes if not scope.get("\0class")]
            for child in node.body if isinstance(node.body, list) else [node.body]:
                walk(module, child, seen + [inner], owner)
            return
        if isinstance(node, ast.ClassDef):
            for child in node.decorator_list + node.bases + node.keywords:
                walk(module, child, scopes, owner)
            inner = scope_of(module, node.body)
            inner["\0class"] = [("value",)]
            for child in node.body:
                walk(module, child, scopes + [inner], ("def", module.path, node))
            return
        if isinstance(node, ast.Call):
            called(module, node.func, scopes, owner)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            inner = {}
            for generator in node.generators:
                for name in ast.walk(generator.target):
                    if isinstance(name, ast.Name):
                        inner[name.id] = [("value",)]
            scopes = scopes + [inner]
        for child in ast.iter_child_nodes(node):
            walk(module, child, scopes, owner)

    for module in modules.values():
        bind(module)
        module.bound = scope_of(module, module.tree.body)
    for module in modules.values():
        for statement in module.tree.body:
            walk(module, statement, [module.bound], None)
    imports = sorted(f"{a} > {b}" for a, b in imports if a != b)
    json.dump({"imports": imports, "calls": calls}, sys.stdout)


main(sys.argv[1], [line for line in sys.stdin.read().split("\n") if line])
