import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeError } from '../../src/base/errors';
import { buildPrograms } from '../support/builtPrograms';
import { readMappingLabels, type LabelledOperation, type LabelledRepository } from './support/mapping/labels';
import { mapRepository, type MapAnswer, type MapProgram } from './support/mapping/mapRun';
import { lowerBound, reliabilityOf } from './support/mapping/reliability';
import { precisionOf, recallOf, rejectionOf, tallyOf, verdictOf, type Verdict } from './support/mapping/score';
import { layOutTree, movedLabels } from './support/mapping/workTree';

/**
 * How right the command line maps the labelled operations of `test/fixtures/mapping`, with the folders of the services
 * told and learned: precision, recall and correct rejections by kind of evidence and language, how far confidences hold
 * what they say, and every answer that is to be looked at. The repositories are fetched into the tests' cache folder,
 * unless the folder that `SPANLIGHT_TEST_CLONES` names holds them; one that cannot be had is named and left out.
 * `npm run bench:mapping`; the names in `SPANLIGHT_BENCH_ONLY` (with commas) choose among the repositories.
 */
async function main(): Promise<void> {
  const only = process.env['SPANLIGHT_BENCH_ONLY']?.split(',');
  const labels = (await readMappingLabels()).filter(({ id }) => only?.includes(id) ?? true);
  const into = await mkdtemp(path.join(tmpdir(), 'spanlight-mapping-'));
  try {
    const program = { script: path.join(into, 'dist', 'cli.js'), caches: path.join(into, 'caches') };
    buildPrograms(path.dirname(program.script), 'quick');
    const told: MappedOperation[] = [];
    const learned: MappedOperation[] = [];
    let leftOut = 0;
    for (const repository of labels) {
      const folder = path.join(into, repository.id);
      const mapped = await mapBothWays(program, repository, folder).catch((error: unknown) => {
        console.log(`left out: ${repository.repo}: ${sentenceOf(error)}`);
      });
      await rm(folder, { recursive: true, force: true });
      if (mapped === undefined) leftOut++;
      else {
        told.push(...mapped.told);
        learned.push(...mapped.learned);
      }
    }
    if (told.length === 0) throw new Error('no repository can be had, and SPANLIGHT_TEST_CLONES holds none');
    console.log(`${labels.length - leftOut} repositories, ${told.length} operations; ${leftOut} are left out`);
    report('with the folders of the services', told);
    report('with folders that are learned', learned);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

interface MappedOperation {
  readonly operation: LabelledOperation;
  readonly answer: MapAnswer | undefined;
  readonly verdict: Verdict;
}

async function mapBothWays(
  program: MapProgram,
  repository: LabelledRepository,
  folder: string,
): Promise<{ readonly told: readonly MappedOperation[]; readonly learned: readonly MappedOperation[] }> {
  await layOutTree(repository, folder, process.env['SPANLIGHT_TEST_CLONES']);
  for (const fault of await movedLabels(repository, folder)) console.log(`fault: ${fault}`);
  const judged = (answers: ReadonlyMap<string, MapAnswer>): MappedOperation[] =>
    repository.operations.map((operation) => {
      const answer = answers.get(operation.id);
      return { operation, answer, verdict: verdictOf(operation, answer?.location ?? undefined) };
    });
  const told = judged(await mapRepository(program, repository, folder, true));
  return { told, learned: judged(await mapRepository(program, repository, folder, false)) };
}

function report(title: string, mapped: readonly MappedOperation[]): void {
  console.log(`\n${title}`);
  console.log(row('', 'precision', 'recall', 'rejected', 'right', 'wrong', 'missed', 'shown in vain'));
  tallyRow('all', mapped);
  for (const by of ['evidence', 'language'] as const) {
    const names = [...new Set(mapped.map(({ operation }) => operation[by]))].sort();
    for (const name of names) {
      const ofName = mapped.filter(({ operation }) => operation[by] === name);
      tallyRow(`${by} ${name}`, ofName);
    }
  }
  console.log(`\n${row('best place by its evidence', 'given', 'right', 'at least', '', 'of')}`);
  for (const { evidence, confidence, isShown, right, all } of reliabilityOf(mapped)) {
    const name = isShown ? evidence : `(not shown) ${evidence}`;
    console.log(
      row(name, confidence.toFixed(2), ratio(right / all), ratio(lowerBound(right, all)), `${right}`, `${all}`),
    );
  }
  console.log('');
  for (const { operation, answer, verdict } of mapped) {
    if (verdict !== 'right' && verdict !== 'rejected') console.log(lookAt(operation, answer, verdict));
  }
}

/** Of what git says, the line that tells what is wrong; it goes on with advice. */
function sentenceOf(error: unknown): string {
  const lines = describeError(error).trim().split('\n');
  return lines.find((line) => line.startsWith('fatal: ')) ?? lines.at(-1)!;
}

function tallyRow(name: string, mapped: readonly MappedOperation[]): void {
  const tally = tallyOf(mapped.map(({ verdict }) => verdict));
  const ratios = [precisionOf(tally), recallOf(tally), rejectionOf(tally)].map(ratio);
  console.log(row(name, ...ratios, ...[tally.right, tally.wrong, tally.missed, tally.false].map(String)));
}

function lookAt(
  { id, evidence, kind, name, expected }: LabelledOperation,
  answer: MapAnswer | undefined,
  verdict: Verdict,
) {
  const wanted = typeof expected === 'string' ? expected : `${expected.path}:${expected.line} ${expected.symbol}`;
  const place = answer?.location;
  const got = place
    ? `${place.file}:${place.line} ${place.symbol} (${place.confidence})`
    : `nothing: ${answer?.reason}`;
  return `${verdict} ${id} [${evidence}] ${kind} ${JSON.stringify(name)}\n  wanted ${wanted}\n  got ${got}`;
}

function ratio(value: number | undefined): string {
  return value?.toFixed(3) ?? '-';
}

function row(name: string, ...columns: readonly string[]): string {
  return [name.padEnd(34), ...columns.map((column) => column.padEnd(10))].join(' ').trimEnd();
}

void main();
