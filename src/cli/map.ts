import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { assetsBeside } from '../base/assets';
import { describeError, SpanlightError } from '../base/errors';
import type { Logger } from '../base/logger';
import { loadSharedFile } from '../engine/choices/sharedFiles';
import { Choices } from '../source/choices/choices';
import { mappingReportOf, type ReportedOperation } from '../source/report/mappingReport';
import { Git } from '../source/drift/git/git';
import { SourceMapper } from '../source/sourceMapper';
import { SyntaxService } from '../syntax/syntaxService';
import { openKeptFacts } from './keptFacts';
import { explainedAnswer, type ExplainedAnswer } from './mappingExplanation';
import { reportAnswer, reportText } from './mappingReportText';
import { mappingAnswer, mappingText, type MappingAnswer } from './mappingAnswer';
import { parseOperations, parseServices, type OperationRequest } from './mappingRequest';
import { parseOptions } from './parseOptions';
import { printable } from './printable';
import { existingFolders } from './serviceFolders';

const HELP = `spanlight map <workspace> --operations <file.json> [--services <file.json>] [--explain | --report]
              [--format text|json]

Says where in the workspace's code each operation is, with how sure it is and why.

  <workspace>            folder with the code
  --operations <file>    array of {id, service, resource, scope, kind, name, attributes}
  --services <file>      object from service name to folder; without it, and for a folder that does
                         not exist, the folders are learned from the workspace
  --format <format>      text (default) or json: array of {id, location, candidates, evidence, reason}
  --explain              besides, every place that was considered, with what became of it
  --report               instead, how many are mapped, ambiguous and unmapped, by reason and service, with
                         what to do next
  --no-git               do not ask git how the code changed since the revision that a resource names
  --no-cache             neither use nor keep what was read of the code before (in the user's cache folder)
  -h, --help             this text

Picks, "not this code", path rules and services of the workspace's .vscode/spanlight.json hold.
Lines count from 1, files are relative to the workspace. Exit code 0, or 2 when the input cannot be used.
`;

const MAX_MESSAGE = 1_000;

/** `spanlight map`. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await map(args);
  } catch (error) {
    if (!(error instanceof SpanlightError)) throw error;
    say(describeError(error));
    return 2;
  }
}

async function map(args: string[]): Promise<number> {
  const options = readArguments(args);
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  await checkFolder(options.workspace);
  const requests = parseOperations(await readJson(options.operations), options.operations);
  const services = options.services === undefined ? undefined : await readServices(options.services, options.workspace);
  const shared = loadSharedFile(path.resolve(options.workspace), errorLogger);
  const assets = assetsBeside(__dirname);
  const syntax = SyntaxService.later(assets, errorLogger);
  const cache = options.cache ? await openKeptFacts(options.workspace, assets, errorLogger) : undefined;
  try {
    const mapper = new SourceMapper({
      folders: [options.workspace],
      syntax,
      cache,
      history: options.git ? { git: new Git({ mayRun: () => true }) } : undefined,
      logger: errorLogger,
      choices: new Choices([], shared.choices),
      pathRules: shared.pathRules,
      // What is said for this run counts more than what the repository says.
      services: { ...shared.services, ...services },
    });
    await mapper.start();
    process.stdout.write(await answer(mapper, requests, options));
    await cache?.save();
    return 0;
  } finally {
    await syntax.dispose();
  }
}

async function answer(
  mapper: SourceMapper,
  requests: readonly OperationRequest[],
  { workspace, json, mode }: MapArguments,
): Promise<string> {
  mapper.noteServices(requests.map(({ key }) => key.service));
  const folder = path.resolve(workspace);
  const inJson = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
  if (mode === 'report') {
    const operations: (OperationRequest & ReportedOperation)[] = [];
    for (const request of requests) operations.push({ ...request, mapping: await mapper.map(request.key) });
    const report = mappingReportOf(operations);
    return json ? inJson(reportAnswer(report)) : reportText(report);
  }
  const answers: (MappingAnswer & Partial<ExplainedAnswer>)[] = [];
  for (const { id, key } of requests) {
    const mapped = mappingAnswer(id, await mapper.map(key), folder);
    answers.push(mode === 'explain' ? { ...mapped, ...explainedAnswer(await mapper.explain(key), folder) } : mapped);
  }
  return json ? inJson(answers) : mappingText(answers, requests);
}

interface MapArguments {
  readonly workspace: string;
  readonly operations: string;
  readonly services: string | undefined;
  readonly json: boolean;
  readonly mode: 'places' | 'explain' | 'report';
  readonly cache: boolean;
  readonly git: boolean;
}

function readArguments(args: string[]): MapArguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [workspace, ...more] = positionals;
  const usage = 'Call it as: spanlight map <workspace> --operations <file.json>';
  if (workspace === undefined) throw new SpanlightError('No workspace is named.', undefined, usage);
  if (more.length > 0)
    throw new SpanlightError(`One workspace is expected, also given: ${more.join(' ')}.`, undefined, usage);
  if (values.operations === undefined) throw new SpanlightError('No operations are named.', undefined, usage);
  const format = values.format ?? 'text';
  if (format !== 'json' && format !== 'text') {
    throw new SpanlightError(`"${format}" is no format.`, '--format', 'Use text or json.');
  }
  if (values.explain === true && values.report === true) {
    throw new SpanlightError('--explain and --report do not go together.', undefined, 'Use one of them.');
  }
  return {
    workspace,
    mode: values.report === true ? 'report' : values.explain === true ? 'explain' : 'places',
    operations: values.operations,
    services: values.services,
    json: format === 'json',
    cache: values['no-cache'] !== true,
    git: values['no-git'] !== true,
  };
}

function parse(args: string[]) {
  return parseOptions('map', {
    args,
    allowPositionals: true,
    options: {
      operations: { type: 'string' },
      services: { type: 'string' },
      format: { type: 'string' },
      'no-cache': { type: 'boolean' },
      'no-git': { type: 'boolean' },
      explain: { type: 'boolean' },
      report: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

async function checkFolder(workspace: string): Promise<void> {
  const info = await stat(workspace).catch(() => undefined);
  if (info?.isDirectory()) return;
  const what = info ? 'The workspace is a file.' : 'There is no such workspace.';
  throw new SpanlightError(what, workspace, 'Name the folder that holds the code.');
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SpanlightError(`The file cannot be read: ${describeError(error)}.`, file, undefined, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new SpanlightError(`The file is not JSON: ${describeError(error)}.`, file, undefined, { cause: error });
  }
}

async function readServices(file: string, workspace: string): Promise<Record<string, string>> {
  const given = parseServices(await readJson(file), file);
  const { existing, missing } = await existingFolders(given, workspace);
  for (const { service, folder } of missing) {
    say(
      `${file}: The folder "${folder}" of the service "${service}" does not exist; it is learned from the workspace.`,
    );
  }
  return existing;
}

/** One line, whatever stands in a file that is quoted in it. */
function say(message: string): void {
  process.stderr.write(`spanlight map: ${printable(message, MAX_MESSAGE)}\n`);
}

/** Standard output belongs to the answer. */
const errorLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: say,
  error: say,
};
