import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Language as Grammar, Parser } from 'web-tree-sitter';
import { languageOf } from '../../src/syntax/language';
import { whyUnsuitable } from '../../src/syntax/suitability';
import { SyntaxService } from '../../src/syntax/syntaxService';
import { syntaxAssets } from '../support/syntaxAssets';

/**
 * MB per CPU second from text to facts, with and without the prefilter, beside a plain tree-sitter parse of the same
 * files, interleaved in one run; then one edit in a long open document.
 * `npx tsx test/bench/syntax.bench.ts [folder…]`: folders with source in any language, by default this project's own.
 */
const ROUNDS = 3;
const ROOT = path.join(__dirname, '..', '..');
const SKIPPED = /(^|[\\/])(node_modules|\.git|dist|vendor)([\\/]|$)/;

interface SourceFile {
  readonly file: string;
  readonly text: string;
}

async function main(): Promise<void> {
  const folders = process.argv.slice(2);
  const byLanguage = new Map<string, SourceFile[]>();
  for (const file of (folders.length > 0 ? folders : [path.join(ROOT, 'src')]).flatMap(sourceFiles)) {
    const language = languageOf(file.file) ?? '';
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), file]);
  }
  const service = await SyntaxService.create(syntaxAssets());
  for (const [language, files] of byLanguage) await measureLanguage(service, language, files);
  await measureEdit(service);
  await service.dispose();
}

async function measureLanguage(service: SyntaxService, language: string, files: readonly SourceFile[]): Promise<void> {
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(syntaxAssets().grammars(language)));
  const megabytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1e6;
  const hits = files.filter(({ file, text }) => service.mayHaveFacts(file, text));
  const best = { plain: Infinity, facts: Infinity, filtered: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    best.plain = Math.min(best.plain, await cpuSeconds(() => parseAll(parser, files)));
    best.facts = Math.min(best.facts, await cpuSeconds(() => factsOfAll(service, files)));
    best.filtered = Math.min(
      best.filtered,
      await cpuSeconds(() =>
        factsOfAll(
          service,
          files.filter(({ file, text }) => service.mayHaveFacts(file, text)),
        ),
      ),
    );
  }
  const speed = (seconds: number): string => `${(megabytes / seconds).toFixed(1)} MB/CPU-s`;
  console.log(
    `${language}: ${files.length} files, ${megabytes.toFixed(1)} MB; plain parse ${speed(best.plain)}; ` +
      `facts ${speed(best.facts)} (${(best.plain / best.facts).toFixed(2)}× plain); ` +
      `prefilter keeps ${((100 * hits.length) / files.length).toFixed(0)} %, then ${speed(best.filtered)} ` +
      `(${(best.plain / best.filtered).toFixed(2)}× plain)`,
  );
  parser.delete();
}

/** One keystroke in a document of 5,000 lines: re-parse and all facts anew. */
async function measureEdit(service: SyntaxService): Promise<void> {
  const line = (i: number): string => `export function f${i}(a: number) { return tracer.startSpan('s${i}', { a }); }\n`;
  const text = Array.from({ length: 5_000 }, (_, i) => line(i)).join('');
  const edited = text.replace('f2500(', 'f2500x(');
  const opened = await cpuSeconds(() => service.update('long.ts', text));
  let again = Infinity;
  for (let i = 0; i < 10; i++) {
    const next = i % 2 === 0 ? edited : text;
    again = Math.min(again, await cpuSeconds(() => service.update('long.ts', next)));
  }
  service.forget('long.ts');
  const ms = (seconds: number): string => `${(seconds * 1_000).toFixed(0)} CPU-ms`;
  console.log(`5,000 lines: opened in ${ms(opened)}, after a keystroke ${ms(again)} (${(opened / again).toFixed(1)}×)`);
}

function parseAll(parser: Parser, files: readonly SourceFile[]): void {
  for (const { text } of files) parser.parse(text)?.delete();
}

async function factsOfAll(service: SyntaxService, files: readonly SourceFile[]): Promise<void> {
  for (const { file, text } of files) await service.facts(file, text);
}

async function cpuSeconds(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !SKIPPED.test(file) && languageOf(file) !== undefined)
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => whyUnsuitable(text) === undefined);
}

void main();
