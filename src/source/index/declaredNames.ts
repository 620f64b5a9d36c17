import type { Language } from '../../syntax/facts';

/** One regular expression per language that finds what a file declares, without parsing it. */
const DECLARATIONS: Readonly<Record<Family, RegExp>> = {
  script:
    /\b(?:class|function\*?|interface|enum|const|let|var)\s+([A-Za-z_$][\w$]*)|^[ \t]+(?:(?:async|static|public|private|protected|override)[ \t]+)*([A-Za-z_$][\w$]*)[ \t]*\([^;{}]*\)[^;{}()]*\{[ \t]*$|^[ \t]+(?:(?:async|static|public|private|protected|override)[ \t]+)+([A-Za-z_$][\w$]*)\([ \t]*$/gm,
  python:
    /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)|^[ \t]*([A-Z_][A-Z0-9_]{2,})[ \t]*[:=]|^[ \t]+(\w*(?:topic|queue|exchange|channel|stream|subject)\w*)[ \t]*(?::[ \t]*(?:str|Optional)|=[ \t]*(?:Field\(|["']))/gm,
  java: /\b(?:class|interface|enum|record)\s+([A-Za-z_]\w*)/g,
  go: /^func[ \t]+(?:\([^)]*\)[ \t]*)?([A-Za-z_]\w*)|^(?:type|const|var)[ \t]+([A-Za-z_]\w*)|^\t([A-Za-z_]\w*)[ \t]+(?:\w+[ \t]*)?=|^\t+([A-Z]\w*)[ \t]+\[?\]?string[ \t]+`[^`\n]*\b(?:env|envconfig|mapstructure|koanf|split_words):"/gm,
  csharp: /\b(?:class|interface|struct|record|enum)\s+([A-Za-z_]\w*)/g,
  kotlin:
    /\b(?:class|interface|object)\s+([A-Za-z_]\w*)|\bfun\s+(?:<[^>]*>\s*)?(?:[\w.<>?]+\.)?([A-Za-z_]\w*)|\bconst\s+val\s+(\w+)/g,
  ruby: /^[ \t]*(?:class|module)[ \t]+(?:[\w:]*::)?([A-Z]\w*)|^[ \t]*(?:private[ \t]+)?def[ \t]+(?:self\.)?([A-Za-z_]\w*[?!]?)|^[ \t]*([A-Z][A-Z0-9_]{2,})[ \t]*=/gm,
  php: /\b(?:class|interface|trait|enum)\s+([A-Za-z_]\w*)|\bfunction\s+&?([A-Za-z_]\w*)|\bconst\s+(?:\w+\s+)?([A-Z_][A-Z0-9_]*)\s*=/g,
  rust: /\b(?:struct|enum|trait)\s+([A-Za-z_]\w*)|\bfn\s+([a-z_]\w*)|\b(?:const|static)\s+([A-Z_][A-Z0-9_]*)\s*:/g,
  elixir: /\bdefmodule\s+(?:[\w.]+\.)?([A-Z]\w*)|^[ \t]*defp?[ \t]+([a-z_]\w*[?!]?)/gm,
};

/** Languages that declare alike. */
type Family = Exclude<Language, 'typescript' | 'tsx' | 'javascript'> | 'script';

/**
 * Names of types (and of functions and constants, where a declaration begins a row) in a text: tells which files are
 * worth parsing when something asks for a name. Too many names cost a parse, none is wrong to miss a local one.
 */
export function declaredNames(language: Language, text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(DECLARATIONS[family(language)]))
    names.add((match[1] ?? match[2] ?? match[3] ?? match[4])!);
  return names;
}

function family(language: Language): Family {
  return language === 'typescript' || language === 'tsx' || language === 'javascript' ? 'script' : language;
}

/** One regular expression per language that finds the list of types a type extends. */
const BASES: Readonly<Partial<Record<Family, RegExp>>> = {
  script: /\b(?:extends|implements)\s+([\w$.,\s<>]+?)(?=\{|\bimplements\b)/g,
  python: /^[ \t]*class[ \t]+\w+\(([^()]*)\)/gm,
  java: /\b(?:extends|implements)\s+([\w$.,\s<>?]+?)(?=\{|\bimplements\b|\bpermits\b)/g,
  csharp: /\b(?:class|record|struct|interface)\s+\w[^{};:]*:\s*([\w.,\s<>?]+?)(?=\{|\bwhere\b|;)/g,
  kotlin: /\b(?:class|interface|object)\s+\w[^{};:]*(?:\([^{}]*?\)\s*)?:\s*([\w.,\s<>?()]+?)(?=\{|\bwhere\b|\n\n)/g,
  ruby: /^[ \t]*class[ \t]+[\w:]+[ \t]*<[ \t]*(?:[\w:]*::)?(\w+)/gm,
  php: /\b(?:extends|implements)\s+([\w\\,\s]+?)(?=\{|\bimplements\b)/g,
  rust: /\bimpl\b[^{};]*?\b(\w+)(?:<[^{}]*?>)?\s+for\b/g,
};

/** Simple names of the types that types of a text extend or implement: which files are worth parsing for them. */
export function extendedNames(language: Language, text: string): Set<string> {
  const names = new Set<string>();
  // Go's types implement an interface without saying so.
  const bases = BASES[family(language)];
  for (const match of bases === undefined ? [] : text.matchAll(bases)) {
    for (const name of match[1]!.replace(/<[^>]*>/g, '').matchAll(/(\w+)\s*(?=,|$)/g)) names.add(name[1]!);
  }
  return names;
}
