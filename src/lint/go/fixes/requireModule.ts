import path from 'node:path';
import type { Fix, FixEdit } from '../../../model/finding';
import type { Dependency, ProcessUnit } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';

const OTEL = 'go.opentelemetry.io/otel';

/**
 * A fix that needs a module, with the line of `go.mod` that requires it where the module of the file has none, beside that
 * of OpenTelemetry itself. `go.sum` and what the module needs in turn are for `go mod tidy` to write.
 *
 * @param module one of opentelemetry-go-contrib's instrumentations: a module by its import path.
 */
export function withModule(unit: ProcessUnit, file: string, module: string, { title, edits }: Fix): Fix {
  const own = [...unit.dependencies.values()].filter(({ at }) => isUnder(path.dirname(at.file), file));
  const otel = unit.dependencies.get(OTEL);
  if (own.some(({ name }) => name === module) || otel === undefined || !own.includes(otel)) return { title, edits };
  const required = requirement(otel, module);
  if (required === undefined) return { title, edits };
  return { title: `${title}, then go mod tidy`, edits: [...edits, required] };
}

function requirement({ at, before, version }: Dependency, module: string): FixEdit | undefined {
  const instrumentation = version === undefined ? undefined : contribVersion(version);
  if (before === undefined || instrumentation === undefined) return undefined;
  const isAlone = before.indent === '' && before.range.startColumn > 0;
  const next = isAlone ? '\nrequire ' : `\n${before.indent}`;
  return { file: at.file, range: before.range, newText: `${module} v${instrumentation}${next}` };
}

/**
 * The version of the instrumentations that was released with one of OpenTelemetry: 0.47.0 with 1.22, 0.72.0 with 1.47, and
 * so on between; 0.46.1 with 1.21. The first that have a stats handler are of 1.20, and are for all that is older.
 * Source: the `go.mod` files of otelgrpc and otelhttp from v0.42.0 to v0.72.0.
 */
function contribVersion(otel: string): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(otel) ?? [];
  if (major !== '1') return undefined;
  const released = Number(minor);
  return released > 21 ? `0.${released + 25}.0` : released === 21 ? '0.46.1' : '0.46.0';
}
