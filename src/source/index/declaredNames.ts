import type { Language } from '../../syntax/facts';

/** One regular expression per language that finds what a file declares, without parsing it. */
const DECLARATIONS: Readonly<Record<'script' | 'python' | 'java' | 'go' | 'csharp', RegExp>> = {
  script:
    /\b(?:class|function\*?|interface|enum|const|let|var)\s+([A-Za-z_$][\w$]*)|^[ \t]+(?:(?:async|static|public|private|protected|override)[ \t]+)*([A-Za-z_$][\w$]*)[ \t]*\([^;{}]*\)[^;{}()]*\{[ \t]*$/gm,
  python: /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)|^[ \t]*([A-Z_][A-Z0-9_]{2,})[ \t]*[:=]/gm,
  java: /\b(?:class|interface|enum|record)\s+([A-Za-z_]\w*)/g,
  go: /^func[ \t]+(?:\([^)]*\)[ \t]*)?([A-Za-z_]\w*)|^(?:type|const|var)[ \t]+([A-Za-z_]\w*)|^\t([A-Za-z_]\w*)[ \t]+(?:\w+[ \t]*)?=/gm,
  csharp: /\b(?:class|interface|struct|record|enum)\s+([A-Za-z_]\w*)/g,
};

/**
 * Names of types (and of functions and constants, where a declaration begins a row) in a text: tells which files are
 * worth parsing when something asks for a name. Too many names cost a parse, none is wrong to miss a local one.
 */
export function declaredNames(language: Language, text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(DECLARATIONS[family(language)])) names.add((match[1] ?? match[2] ?? match[3])!);
  return names;
}

function family(language: Language): keyof typeof DECLARATIONS {
  return language === 'typescript' || language === 'tsx' || language === 'javascript' ? 'script' : language;
}

/** One regular expression per language that finds the list of types a type extends. */
const BASES: Readonly<Record<'script' | 'python' | 'java' | 'csharp', RegExp>> = {
  script: /\b(?:extends|implements)\s+([\w$.,\s<>]+?)(?=\{|\bimplements\b)/g,
  python: /^[ \t]*class[ \t]+\w+\(([^()]*)\)/gm,
  java: /\b(?:extends|implements)\s+([\w$.,\s<>?]+?)(?=\{|\bimplements\b|\bpermits\b)/g,
  csharp: /\b(?:class|record|struct|interface)\s+\w[^{};:]*:\s*([\w.,\s<>?]+?)(?=\{|\bwhere\b|;)/g,
};

/** Simple names of the types that types of a text extend or implement: which files are worth parsing for them. */
export function extendedNames(language: Language, text: string): Set<string> {
  const names = new Set<string>();
  const kind = family(language);
  // Go's types implement an interface without saying so.
  if (kind === 'go') return names;
  for (const match of text.matchAll(BASES[kind])) {
    for (const name of match[1]!.replace(/<[^>]*>/g, '').matchAll(/(\w+)\s*(?=,|$)/g)) names.add(name[1]!);
  }
  return names;
}
