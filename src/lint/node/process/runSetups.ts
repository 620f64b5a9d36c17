import path from 'node:path';
import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { hasName } from '../../../base/texts/hasName';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';
import { stemOf } from '../../project/deployment/sourceOfBuilt';
import { importersOf } from '../importers';
import { NODE_MENTIONS } from '../nodeMentions';
import { isLoadedFirst } from './loadedFirst';
import type { Setup } from './setups';
import { startsOf } from './starts';

/** What measures or shows a service, and runs it for that only. */
const BESIDE = /(^|\/)(bench|benchmarks?|load-?tests?|k6|examples?|samples?|demos?|playground|sandbox)\//i;

/** Frameworks call what such files export, and load them by their names. */
const BY_FRAMEWORK =
  /(^|[/\\])(instrumentation|instrument|middleware|entry|hooks|server|plugins?)[\w.-]*\.[cm]?[jt]s$/i;

/** Whether the process may run a set-up: nothing shows that it does not. */
export function mayRun(program: Program, unit: ProcessUnit, setup: Setup): boolean {
  const { source } = setup;
  if (!isUnder(unit.root, source.path) || isPreloaded(unit, source)) return true;
  // Who loads it is asked last: that takes parsing every file that may.
  if (isBeside(unit, source) && importersOf(program, source).every((one) => isBeside(unit, one))) return false;
  if (BY_FRAMEWORK.test(source.path) || !isSeenWhereLoaded(source)) return true;
  const outer = [setup.function, ...source.around(setup.function)].filter(({ id }) => id !== 0).at(-1);
  if (outer !== undefined) return isUsed(program, source, outer);
  return !isStartedOtherwise(program, unit, source) || importersOf(program, source).length > 0;
}

function isPreloaded({ deployment: { preloads = [], commands } }: ProcessUnit, source: SourceCode): boolean {
  const stem = path.basename(stemOf(source.path));
  return (
    preloads.some(({ file }) => file === source.path) ||
    (stem !== 'index' && commands.some(({ text }) => !BESIDE.test(text) && text.includes(stem)))
  );
}

function isBeside(unit: ProcessUnit, source: SourceCode): boolean {
  return BESIDE.test(path.relative(unit.root, source.path).split(path.sep).join('/'));
}

/** Whether any file that loads this one is read, as it mentions the name. */
function isSeenWhereLoaded(source: SourceCode): boolean {
  const stem = stemOf(source.path);
  const name = path.basename(stem) === 'index' ? path.basename(path.dirname(stem)) : path.basename(stem);
  return NODE_MENTIONS.test(`from './${name}'`);
}

/** Whether an exported function of a file stands anywhere but where it is declared and exported, if others load the file. */
function isUsed(program: Program, source: SourceCode, fn: CodeFunction): boolean {
  const { code } = source;
  const [, asMember] = /(?:^|\n)(?:module\.)?exports\.(\w+) = (?:async )?$/.exec(code.text.slice(0, fn.start)) ?? [];
  const name = asMember ?? fn.name;
  if (asMember === undefined && (name === '' || code.exports[name] !== name)) return true;
  const own = code.text.replace(
    /^(?:\s*(?:\/\/|\*|\/\*).*|(?:module\.)?exports\.\w+ =|export\s*\{(?:(?!\bas\b)[^}])*\})/gm,
    '',
  );
  const uses = [...own.matchAll(new RegExp(`(?<![\\w$])${escapeRegExp(name)}(?![\\w$])`, 'g'))].length;
  if (uses > (asMember === undefined ? 1 : 0)) return true;
  if (program.sources.some((one) => one !== source && hasName(one.code.text, name))) return true;
  const importers = importersOf(program, source);
  // An index hands it on to files that need not be read.
  const isHandedOn = importers.some(({ code: { imports, exports } }) =>
    imports.some(({ all, names }) => all === true || Object.keys(names).some((local) => Object.hasOwn(exports, local))),
  );
  return importers.length === 0 || isHandedOn;
}

/** Whether all commands are known that start the process, none of which loads the file, nor anything before the program. */
function isStartedOtherwise(program: Program, unit: ProcessUnit, source: SourceCode): boolean {
  const { deployment } = unit;
  if (deployment.known.is !== 'yes' || isLoadedFirst(unit) || unit.dependencies.has('next')) return false;
  if (deployment.environment.some(({ name }) => name === 'NODE_OPTIONS')) return false;
  const starts = startsOf(program, unit);
  return (
    starts.length > 0 &&
    starts.length === deployment.commands.length &&
    starts.every(({ entry, loads }) => entry !== undefined && !loads.has(source))
  );
}
