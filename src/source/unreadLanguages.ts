/** Languages without a grammar here, by the ending of their files. */
const NAMES: Readonly<Record<string, string>> = {
  scala: 'Scala',
  groovy: 'Groovy',
  clj: 'Clojure',
  fs: 'F#',
  vb: 'Visual Basic',
  swift: 'Swift',
  cc: 'C++',
  cpp: 'C++',
  hpp: 'C++',
  erl: 'Erlang',
  dart: 'Dart',
  lua: 'Lua',
  pl: 'Perl',
  hs: 'Haskell',
  vue: 'Vue',
  svelte: 'Svelte',
};

/** The name of a language that is not read, by a file's name; undefined where its ending says none. */
export function unreadLanguage(path: string): string | undefined {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(NAMES, ending) ? NAMES[ending] : undefined;
}

/** Why a file without a grammar is not read, as the end of "x is not read: …". */
export function whyNoGrammar(path: string): string {
  const name = unreadLanguage(path);
  return name === undefined ? 'a language Spanlight does not read' : `${name} is a language Spanlight does not read`;
}
