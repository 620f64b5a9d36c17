import type { UnitLanguage } from './processUnit';

const BY_EXTENSION: Readonly<Record<string, UnitLanguage>> = {
  ts: 'node',
  tsx: 'node',
  mts: 'node',
  cts: 'node',
  js: 'node',
  jsx: 'node',
  mjs: 'node',
  cjs: 'node',
  py: 'python',
  go: 'go',
  java: 'java',
  kt: 'java',
  cs: 'dotnet',
};

/** The kind of unit a source file belongs to, by its name's ending; undefined for what is no source. */
export function unitLanguageOf(file: string): UnitLanguage | undefined {
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}
