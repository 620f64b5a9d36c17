import { dotnetCheck } from './dotnet/check';
import { goCheck } from './go/check';
import { javaCheck } from './java/check';
import { nodeCheck } from './node/check';
import { pythonCheck } from './python/check';
import type { LanguageCheck } from './rule';

/** What is looked for, a check a language. */
export const CHECKS: readonly LanguageCheck[] = [dotnetCheck, goCheck, javaCheck, nodeCheck, pythonCheck];
