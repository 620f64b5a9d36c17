import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assetsBeside } from '../../base/assets';
import { buildStamps } from '../../base/caches/buildIdentity';
import { userCacheFolder } from '../../base/caches/userCache';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { AS_FOUND, NO_LINT_SETTINGS, type LintSettings } from '../../lint/lintSettings';
import { RULES } from '../../lint/ruleCatalogue';
import { RULE_PAGES } from '../../lint/ruleHelp';
import { WorkspaceLinter, type LintResult } from '../../lint/workspaceLinter';
import type { Proof } from '../../lint/proof/provenFindings';
import type { Finding, FindingSeverity } from '../../model/finding';
import { isInside, WorkspaceFiles } from '../../source/workspace/workspaceFiles';
import { SyntaxService } from '../../syntax/syntaxService';
import { printable } from '../printable';
import { explanation } from './explanation';
import { KeptLint } from './keptLint';
import { NotedFiles } from './notedFiles';
import { readLintArguments, type LintArguments } from './lintArguments';
import { formatFindings, type Relative } from './lintFormats';
import { repositoryAround } from './repositoryAround';
import type { SarifExtras } from './sarif';
import { withToldPlaces } from './toldPlaces';
import { workspaceSettings } from './workspaceSettings';

const HELP = `spanlight lint [path...] [--format text|json|sarif|github] [--rule <id>...]
               [--traces <file or url>...] [--max-warnings <n>] [--no-settings] [--no-cache]
               [--explain]

Finds where code loses the trace context: HTTP, RPC and message clients that nothing instruments, contexts that are
dropped on the way. Silent in processes that do not trace, and wherever it is not sure.

  [path...]            folders, or files with the project around them; the working folder without
  --format <format>    text (default), json, sarif, or github (workflow commands)
  --rule <id>          only this rule, also one that is off by default; may be given several times
  --traces <file>      traces of these services, in any format of spanlight trace: what they prove becomes an
                       error, what they refute is taken back; they never add a finding
  --traces <url>       the same from an address: of such a file, or of a Tempo, Jaeger, Zipkin, ClickHouse or
                       OpenSearch, whose latest traces are read; a token can be given in SPANLIGHT_TRACES_TOKEN
  --max-warnings <n>   so many findings that are no errors are no failure (default 0)
  --no-settings        leaves out spanlight.lint.* of .vscode/settings.json, which counts otherwise: that of the
                       folder, or the nearest above it in its repository
  --no-cache           neither use nor keep what was found before (in the user's cache folder): else processes whose
                       files did not change are not read again
  --explain            what is known of each process: is it traced, by what, what that covers, and why
  -h, --help           this text

Lines count from 1, files are relative to the first path (sarif, github: to the top of its repository). Exit code 0 when
nothing is found, 1 for findings, 2 when it could not run. A comment "spanlight-ignore <rule>: <reason>" on a line or
above it keeps a rule silent there; a note says which of these comments silence nothing, name no rule, or give no reason.
Notes are no findings: they change no exit code, and json and github are without them.
`;

const MAX_MESSAGE = 1_000;

/** `spanlight lint`. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const request = await readLintArguments(args);
    if (request !== undefined) return await lint(request);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    // A fault of ours is no finding, either.
    say(describeError(error));
    return 2;
  }
}

async function lint(request: LintArguments): Promise<number> {
  const settings = await settingsFor(request);
  const kept = await keptFor(request, settings);
  const files = new WorkspaceFiles(request.folders, errorLogger, undefined, kept);
  await files.list();
  const known = await kept?.answer(files.all());
  const result: LintResult = known ? { ...known, units: [] } : await lintAnew(request, { files, settings, kept });
  const findings = result.findings.filter((finding) => isWanted(finding, request));
  process.stdout.write(await report(findings, result, request));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return errors > 0 || findings.length - errors > request.maxWarnings ? 1 : 0;
}

interface Surroundings {
  readonly files: WorkspaceFiles;
  readonly settings: LintSettings;
  readonly kept: KeptLint | undefined;
}

async function lintAnew(request: LintArguments, { files, settings, kept }: Surroundings): Promise<LintResult> {
  const syntax = SyntaxService.later(assetsBeside(__dirname), errorLogger);
  try {
    const heard = request.traces.length === 0 ? undefined : await proofOf(request, syntax);
    const noted = new NotedFiles(files);
    const result = await new WorkspaceLinter({
      files: kept === undefined ? files : noted,
      code: syntax,
      settings,
      proof: () => heard,
      withoutFacts: !request.explain,
      ...(kept ? { kept } : {}),
      logger: errorLogger,
    }).run();
    const { findings, notes, skipped } = result;
    await kept?.save({ findings, notes, skipped }, noted.noted);
    return result;
  } finally {
    await syntax.dispose();
  }
}

/** Facts are not kept, and what traces say is theirs. */
async function keptFor(request: LintArguments, settings: LintSettings): Promise<KeptLint | undefined> {
  if (!request.usesKept || request.explain || request.traces.length > 0) return undefined;
  const said = [[...settings.severities], [...settings.coveredBy], { ...settings, severities: 0, coveredBy: 0 }];
  const of = [buildStamps([__dirname, path.join(__dirname, 'grammars')]), request.folders, said];
  return KeptLint.open({ folder: path.join(userCacheFolder(), 'lint'), of, logger: errorLogger });
}

/** Loaded for those who ask: what reads traces is half of the program. */
async function proofOf(request: LintArguments, syntax: SyntaxService): Promise<Proof> {
  const { proofFrom } = await import('./proofFrom');
  return proofFrom(request, syntax, errorLogger);
}

async function report(found: readonly Finding[], result: LintResult, request: LintArguments): Promise<string> {
  const relative = (file: string): string => path.relative(rootFor(request), file).split(path.sep).join('/');
  const findings = found.map((finding) => withToldPlaces(finding, request.folders, relative));
  const notes = result.notes.filter((note) => isWanted(note, request));
  const text =
    request.format === 'sarif'
      ? await sarifText(findings, relative, { notes, skipped: result.skipped })
      : formatFindings(findings, request.format, relative, notes);
  if (!request.explain) return text;
  // As text they stand among the findings.
  const why = explanation({ ...result, notes: request.format === 'text' ? [] : notes }, relative);
  // What a program reads stays whole: the explanation goes beside it.
  if (request.format === 'text') return `${why}\n${text}`;
  process.stderr.write(why);
  return text;
}

/** Loaded for those who ask, with the hashes that it needs: these are five milliseconds of each run. */
async function sarifText(findings: readonly Finding[], relative: Relative, extras: SarifExtras): Promise<string> {
  const { sarif } = await import('./sarif');
  const log = sarif(findings, relative, { ...extras, pages: inPackage(RULE_PAGES), ...ownPackage() });
  return `${JSON.stringify(log, undefined, 1)}\n`;
}

/** Code hosts look for files from the top of the repository, whichever part of it was linted. */
function rootFor({ format, folders }: LintArguments): string {
  const first = folders[0]!;
  if (format !== 'sarif' && format !== 'github') return first;
  const tops = [repositoryAround(first) ?? process.cwd(), process.cwd(), first];
  const holdsAll = (top: string): boolean => folders.every((folder) => isInside(top, folder));
  return tops.find(holdsAll) ?? folderOfAll(folders);
}

/** The deepest folder that holds all of them: a place outside of the top is none for a code host. */
function folderOfAll(folders: readonly string[]): string {
  let top = folders[0]!;
  while (!folders.every((folder) => isInside(top, folder)) && top !== path.dirname(top)) top = path.dirname(top);
  return top;
}

/** Undefined in a bundle without its assets. */
function inPackage(name: string): string | undefined {
  const file = path.join(__dirname, '..', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function ownPackage(): Pick<SarifExtras, 'version' | 'repository'> {
  const manifest = inPackage('package.json');
  if (manifest === undefined) return {};
  const { version, repository } = JSON.parse(manifest) as { version: string; repository?: { url: string } };
  return { version, repository: repository?.url.replace(/^git\+|\.git$/g, '') };
}

/** The workspace's own. With `--rule`, everything else is off, and what is asked for is on. */
async function settingsFor({ rules, folders, ownSettings }: LintArguments): Promise<LintSettings> {
  const settings = ownSettings ? await workspaceSettings(folders, say) : NO_LINT_SETTINGS;
  if (rules.length === 0) return settings;
  const asked = (id: string): FindingSeverity | typeof AS_FOUND => {
    const own = settings.severities.get(id);
    return own === 'off' || own === undefined ? AS_FOUND : own;
  };
  const severities = RULES.map(({ id }) => [id, rules.includes(id) ? asked(id) : 'off'] as const);
  return { ...settings, severities: new Map(severities) };
}

function isWanted({ file }: Pick<Finding, 'file'>, { only }: LintArguments): boolean {
  return only.some((wanted) => file === wanted || file.startsWith(wanted + path.sep));
}

/** One line, whatever stands in a file that is quoted in it. */
function say(message: string): void {
  process.stderr.write(`spanlight lint: ${printable(message, MAX_MESSAGE)}\n`);
}

/** Standard output belongs to the answer. */
const errorLogger: Logger = { debug: () => undefined, info: () => undefined, warn: say, error: say };
