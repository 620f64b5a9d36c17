import type { Language } from '../../syntax/facts';

/** A runtime's name of a function, in parts that can be looked up in source. */
export interface QualifiedName {
  /** Package, namespace, import path or dotted module; '' where the name has none or it cannot be told apart. */
  readonly module: string;
  /** Enclosing types, outermost first. For Python and JavaScript it may begin with module parts. */
  readonly container: readonly string[];
  readonly name: string;
}

/** A family of languages that print names alike. */
export type NameDialect = 'java' | 'go' | 'python' | 'dotnet' | 'javascript' | 'ruby' | 'php' | 'rust' | 'elixir';

/** `telemetry.sdk.language` and file languages to the dialect of their names; undefined for languages without one. */
export function nameDialect(language: string | undefined): NameDialect | undefined {
  switch (language) {
    case 'java':
    case 'kotlin':
    case 'scala':
      return 'java';
    case 'go':
      return 'go';
    case 'python':
      return 'python';
    case 'dotnet':
    case 'csharp':
      return 'dotnet';
    case 'nodejs':
    case 'webjs':
    case 'javascript':
    case 'typescript':
    case 'tsx':
      return 'javascript';
    case 'ruby':
    case 'php':
    case 'rust':
      return language;
    case 'elixir':
    case 'erlang':
      return 'elixir';
    default:
      return undefined;
  }
}

/** The languages of source files in which a name of this dialect may be declared. */
export function dialectOf(language: Language): NameDialect {
  return nameDialect(language)!;
}

/**
 * Takes apart `code.function.name`, `code.namespace` + `code.function`, or the function of a stack frame.
 * @param namespace the legacy attribute (class, module or package), if it was sent apart.
 * @returns undefined where the name stands for no function anyone wrote (`<module>`, an anonymous one).
 */
export function parseQualifiedName(
  dialect: NameDialect,
  functionName: string,
  namespace?: string,
): QualifiedName | undefined {
  const text = functionName.trim();
  if (text === '' || text.length > 1024) return undefined;
  switch (dialect) {
    case 'java':
      return javaName(joined(text, namespace, '.'));
    case 'go':
      return goName(goJoined(text, namespace));
    case 'python':
      return pythonName(joined(text, namespace, '.'));
    case 'dotnet':
      return dotnetName(joined(text, namespace, '.'));
    case 'javascript':
      return javaScriptName(joined(text, namespace, '.'));
    case 'ruby':
    case 'rust':
      return pathName(joined(text, namespace, '::'), /::|#|\./);
    case 'php':
      return phpName(joined(text, namespace, '::'));
    case 'elixir':
      return elixirName(joined(text, namespace, '.'));
  }
}

/** The namespace in front, unless the function's name already has it or is qualified itself. */
function joined(name: string, namespace: string | undefined, separator: string): string {
  if (namespace === undefined || namespace === '' || name.startsWith(`${namespace}${separator}`)) return name;
  return `${namespace}${separator}${name}`;
}

function javaName(full: string): QualifiedName | undefined {
  const parts = full
    .replace(/\(.*$/s, '')
    .replace(/\$\$[^.]*/g, '')
    .replace(/\/0x[0-9a-f]+/gi, '')
    .split('.')
    .filter((part) => part !== '');
  const last = parts.pop();
  if (last === undefined) return undefined;
  const lambda = /^lambda\$([^$]+)\$\d+$/.exec(last);
  const firstType = parts.findIndex((part) => /^[A-Z]/.test(part));
  const split = firstType < 0 ? Math.max(0, parts.length - 1) : firstType;
  const container = parts
    .slice(split)
    .flatMap((part) => part.split('$'))
    .filter((part) => part !== '' && part !== 'Companion' && !/^\d/.test(part));
  const constructed = last === '<init>' ? container.at(-1) : undefined;
  // Kotlin compiles a lambda of `read` to a class `Articles$read$2`, or `RoutesKt$read$2` outside classes.
  const inside = /^invoke(Suspend)?$/.test(last)
    ? container.findIndex((part, at) => at > 0 && /^[a-z]/.test(part))
    : -1;
  const around = inside > 0 ? container.splice(inside)[0] : undefined;
  const name = constructed ?? around ?? (lambda ? lambda[1]! : last.replace(/\$.*$/, ''));
  if (name === '' || name.startsWith('<')) return undefined;
  return { module: parts.slice(0, split).join('.'), container, name };
}

/** Go's namespace is an import path or, from some loggers, already the whole name. */
function goJoined(name: string, namespace: string | undefined): string {
  return name.includes('/') ? name : joined(name, namespace, '.');
}

function goName(full: string): QualifiedName | undefined {
  const text = stripBrackets(full)
    .replace(/-fm$/, '')
    .replace(/-range\d+/g, '');
  const slash = text.lastIndexOf('/');
  const tail = text.slice(slash + 1).split('.');
  const packageName = tail.shift()!.replace(/%2e/gi, '.');
  while (tail.length > 1 && /^(func\d+|gowrap\d+|deferwrap\d+|\d+)$/.test(tail.at(-1)!)) tail.pop();
  const name = tail.pop();
  if (name === undefined || name === '') return undefined;
  const container = tail
    .map((part) => part.replace(/^\(\*?|\)$/g, ''))
    .filter((part) => part !== '' && part !== 'init');
  // `(*Service).Place`, as people write it without the package.
  const receiver = /^(?:\(\*?(\w+)\)|\*(\w+))$/.exec(packageName);
  if (receiver && slash < 0) return { module: '', container: [receiver[1] ?? receiver[2]!, ...container], name };
  return { module: text.slice(0, slash + 1) + packageName, container, name };
}

/** Type arguments (`[...]`, nested ones too) carry nothing that source could be searched for. */
function stripBrackets(text: string): string {
  let depth = 0;
  let kept = '';
  for (const char of text) {
    if (char === '[') depth++;
    else if (char === ']') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += char;
  }
  return kept;
}

function pythonName(full: string): QualifiedName | undefined {
  const parts = full
    .replace(/\(.*$/s, '')
    .split('.')
    .filter((part) => part !== '<locals>' && part !== '');
  while (parts.length > 1 && /^<(lambda|listcomp|dictcomp|setcomp|genexpr)>$/.test(parts.at(-1)!)) parts.pop();
  const name = parts.pop();
  if (name === undefined || name.startsWith('<')) return undefined;
  const firstType = parts.findIndex((part) => /^_*[A-Z]/.test(part));
  if (firstType < 0) return { module: '', container: parts, name };
  return { module: parts.slice(0, firstType).join('.'), container: parts.slice(firstType), name };
}

function dotnetName(full: string): QualifiedName | undefined {
  let text = stripBrackets(full).replace(/\(.*$/s, '').replace(/`\d+/g, '');
  const local = /<[^|]*>g__([^|]+)\|[\d_]+$/.exec(text);
  const compiled = /[.+]?<([^<>]*)>[db]__[^.]*(\.MoveNext)?$/.exec(text);
  if (local) text = text.slice(0, local.index) + local[1]!;
  else if (compiled) text = `${text.slice(0, compiled.index)}.${compiled[1]!}`;
  text = text.replace(/[.+]<>c(__DisplayClass[\d_]+)?/g, '');
  const parts = text.split(/[.+]/).filter((part) => part !== '');
  const constructed = /\.c?ctor$/.test(text);
  if (constructed) parts.pop();
  const name = constructed ? parts.at(-1) : parts.pop();
  if (name === undefined || /^(lambda_method|<)/.test(name)) return undefined;
  return { module: '', container: parts, name };
}

function javaScriptName(full: string): QualifiedName | undefined {
  const parts = full
    .replace(/^(async|new|bound|get|set) /, '')
    .replace(/ \[as .*$/, '')
    .replace(/\(.*$/s, '')
    .split(/[.#/]/)
    .filter(
      (part) => part !== '' && !/^(Object|Module|Function|exports|module|process|global|prototype|default)$/.test(part),
    );
  const name = parts.pop();
  if (name === undefined || !/^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u.test(name)) return undefined;
  return { module: '', container: parts, name };
}

/** Ruby's `Shop::Orders#place`, `Orders.build`; Rust's `shop::orders::Orders<T>::place::{{closure}}`. */
function pathName(full: string, separator: RegExp): QualifiedName | undefined {
  const parts = full
    .replace(/\{\{[^}]*\}\}|\(.*$|\b(?:block(?: \(\d+ levels\))?|rescue|ensure) in /gs, '')
    .replace(/<[^<>]*>/g, '')
    .split(separator)
    .filter((part) => part !== '' && part !== 'crate' && part !== 'self');
  const name = parts.pop();
  if (name === undefined || !/^[\p{ID_Start}_][\p{ID_Continue}]*[?!=]?$/u.test(name)) return undefined;
  return { module: '', container: parts, name };
}

/** `App\Orders\OrderService::place`, `App\helper`; a closure is none. */
function phpName(full: string): QualifiedName | undefined {
  const [owner = '', method] = full.replace(/\(.*$/s, '').split(/::|->/);
  const path = owner.split('\\').filter((part) => part !== '');
  const name = method ?? path.pop();
  if (name === undefined || !/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) return undefined;
  const type = method === undefined ? [] : path.splice(-1);
  return { module: path.join('\\'), container: type, name };
}

/** `Elixir.Shop.Orders.place/2`, `Shop.Orders.place`, Erlang's `orders:place/2`, `anonymous fn/1 in Shop.Orders.place/2`. */
function elixirName(full: string): QualifiedName | undefined {
  const parts = full
    .replace(/^.*\bfn\/\d+ in /, '')
    .replace(/^Elixir\./, '')
    .replace(/[/#]\d*.*$/s, '')
    .split(/[.:]/)
    .filter((part) => part !== '');
  const name = parts.pop()?.replace(/^-(.*)$/, '$1');
  if (name === undefined || !/^[a-z_]\w*[?!]?$/.test(name)) return undefined;
  return { module: '', container: parts, name };
}
