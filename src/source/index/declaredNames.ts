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
