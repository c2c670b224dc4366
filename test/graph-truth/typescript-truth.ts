import { join, relative } from "node:path";
import ts from "typescript59";

/** What an independent tool says of a tree of sources. Paths are relative to its root. */
export interface Truth {
  /** `from > to` for every import of a file of the tree by another. */
  readonly imports: ReadonlySet<string>;
  readonly calls: readonly TrueCall[];
}

/** A call of something that is declared in the tree. */
export interface TrueCall {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** Where what is called is declared: `path:line`, several when it is declared in parts. */
  readonly declared: readonly string[];
}

/** The compiler's own resolution of imports and of the callee of each call. */
export function typescriptTruth(root: string, paths: readonly string[]): Truth {
  const sources = paths.filter((path) => /\.[cm]?tsx?$/.test(path));
  const program = ts.createProgram(
    sources.map((path) => join(root, path)),
    {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      noEmit: true,
      strict: true,
      types: [],
      jsx: ts.JsxEmit.Preserve,
    },
  );
  const checker = program.getTypeChecker();
  const known = new Set(paths);
  const inTree = (fileName: string) => {
    const path = relative(root, fileName).replaceAll("\\", "/");
    return known.has(path) ? path : undefined;
  };
  const imports = new Set<string>();
  const calls: TrueCall[] = [];

  function resolved(specifier: ts.StringLiteralLike, from: string, file: ts.SourceFile): void {
    const mode = ts.getModeForUsageLocation(file, specifier, program.getCompilerOptions());
    const { resolvedModule } = ts.resolveModuleName(
      specifier.text,
      file.fileName,
      program.getCompilerOptions(),
      ts.sys,
      undefined,
      undefined,
      mode,
    );
    const to = resolvedModule && inTree(resolvedModule.resolvedFileName);
    if (to !== undefined && to !== from) imports.add(`${from} > ${to}`);
  }

  function visit(node: ts.Node, path: string, file: ts.SourceFile): void {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      if (ts.isStringLiteralLike(node.moduleSpecifier)) resolved(node.moduleSpecifier, path, file);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
      resolved(node.argument.literal, path, file);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const [argument] = node.arguments ?? [];
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword && argument && ts.isStringLiteralLike(argument))
        resolved(argument, path, file);
      else called(node.expression, path, file);
    }
    if (ts.isDecorator(node) && !ts.isCallExpression(node.expression)) called(node.expression, path, file);
    ts.forEachChild(node, (child) => visit(child, path, file));
  }

  function called(callee: ts.Expression, path: string, file: ts.SourceFile): void {
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : ts.isIdentifier(callee) ? callee : undefined;
    let symbol = name && checker.getSymbolAtLocation(name);
    if (name === undefined || symbol === undefined) return;
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    const declared = (symbol.declarations ?? []).flatMap((declaration) => {
      const at = declaration.getSourceFile();
      const where = inTree(at.fileName);
      if (where === undefined) return [];
      // Where its name stands: what stands before it, comments and modifiers, is no part of what we compare.
      const named = ts.getNameOfDeclaration(declaration) ?? declaration;
      return `${where}:${at.getLineAndCharacterOfPosition(named.getStart(at)).line + 1}`;
    });
    const line = file.getLineAndCharacterOfPosition(name.getStart(file)).line + 1;
    if (declared.length > 0) calls.push({ path, line, name: name.text, declared });
  }

  for (const file of program.getSourceFiles()) {
    const path = inTree(file.fileName);
    if (path !== undefined) visit(file, path, file);
  }
  return { imports, calls };
}
