import type { Language } from './facts';

/** The language of a file by its name's ending, or undefined where Spanlight has no grammar. */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf('.');
  switch (dot < 0 ? '' : path.slice(dot + 1).toLowerCase()) {
    case 'ts':
    case 'mts':
    case 'cts':
      return 'typescript';
    case 'tsx':
      return 'tsx';
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      return 'javascript';
    case 'py':
      return 'python';
    case 'java':
      return 'java';
    case 'go':
      return 'go';
    case 'cs':
      return 'csharp';
    case 'kt':
    case 'kts':
      return 'kotlin';
    case 'rb':
    case 'ru':
    case 'rake':
      return 'ruby';
    case 'php':
      return 'php';
    case 'rs':
      return 'rust';
    case 'ex':
    case 'exs':
      return 'elixir';
    default:
      return undefined;
  }
}
