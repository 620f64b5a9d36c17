import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGES = 100;
const ROUTE_FILES = 2;
const ROUTES = 25;

/** An operation as `spanlight map` reads it. */
export interface GivenOperation {
  readonly id: string;
  readonly service: string;
  readonly kind: 'SERVER' | 'INTERNAL';
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Writes a workspace of 5,000 TypeScript files, 34 MB: a hundred services with routes and spans of their own, in files among
 * which nine in ten say nothing that spans point at: of the files of five public repositories it was as many.
 */
export function writeTracedShop(folder: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  write('package.json', '{"name": "shop", "private": true, "workspaces": ["services/*"]}');
  for (let i = 0; i < PACKAGES; i++) {
    const at = `services/s${i}`;
    write(`${at}/package.json`, `{"name": "s${i}", "dependencies": {"express": "4.0.0"}}`);
    for (let j = 0; j < ROUTE_FILES; j++) write(`${at}/src/routes${j}.ts`, routesFile(i, j));
    for (let j = 0; j < 3; j++) write(`${at}/src/worker${j}.ts`, workerFile(i, j));
    for (let j = 0; j < 27; j++) write(`${at}/src/domain/m${j}.ts`, plainFile(i, j));
    for (let j = 0; j < 18; j++) write(`${at}/test/m${j}.test.ts`, plainFile(i, j));
  }
}

/** Fifty operations of each service: all routes there are, and no span that there is not. */
export function operationsOfShop(): GivenOperation[] {
  return Array.from({ length: PACKAGES }, (_, i) =>
    Array.from({ length: ROUTE_FILES * ROUTES }, (__, n): GivenOperation => {
      const [j, k] = [Math.floor(n / ROUTES), n % ROUTES];
      const given = { id: `${i}-${n}`, service: `s${i}` };
      if (k === 0) return { ...given, kind: 'INTERNAL', name: spanName(i, j), attributes: {} };
      const route = `/v${j}/things${k}/:id`;
      const attributes = { 'http.request.method': 'GET', 'http.route': route };
      return { ...given, kind: 'SERVER', name: `GET ${route}`, attributes };
    }),
  ).flat();
}

/** A file of 1,000 lines with a span in each of its functions: the one that is edited. */
export function longFile(): string {
  const one = (i: number): string =>
    `export async function step${i}(id: string): Promise<Item> {\n  return tracer.startActiveSpan('step ${i}', async () => load(id));\n}\n\n`;
  return `import { tracer } from './tracing';\n\n${Array.from({ length: 250 }, (_, i) => one(i)).join('')}`;
}

function spanName(service: number, file: number): string {
  return `work ${file} of s${service}`;
}

function routesFile(service: number, file: number): string {
  const routes = Array.from(
    { length: ROUTES },
    (_, k) =>
      `router.get('/v${file}/things${k}/:id', async (req, res) => {\n  const found = await find${k}(req.params.id);\n  res.json({ ...found, total: Number(found.count) + ${k} });\n});\n`,
  );
  return `import { Router } from 'express';\n\nexport const router = Router();\n\n${routes.join('\n')}\n${functions(service, 10)}`;
}

function workerFile(service: number, file: number): string {
  return `import { trace } from '@opentelemetry/api';\n\nconst tracer = trace.getTracer('s${service}');\n\nexport function start(jobs: Job[]): Promise<void> {\n  return tracer.startActiveSpan('${spanName(service, file)}', async (span) => run(jobs, span));\n}\n\n${functions(service + file, 26)}`;
}

function plainFile(service: number, file: number): string {
  return `import { store, type Item } from './store';\n\n${functions(service * 7 + file, 23)}`;
}

function functions(seed: number, count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `export async function find${i}(id: string): Promise<Item> {
  const found = byId.get(id) ?? (await store.load(id, { depth: ${seed} }));
  if (found === undefined) throw new Error(\`no \${id} among ${seed + i}\`);
  return { id, count: Number(found.count) + ${i}, tags: ['a', 'b'].map((tag) => tag + id) };
}
`,
  ).join('\n');
}
