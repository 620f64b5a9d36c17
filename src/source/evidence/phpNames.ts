import { firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../candidate';

const PHP_SCOPE = /^io\.opentelemetry\.contrib\.php\./;

/**
 * What PHP's instrumentations of frameworks say in the names of spans, while their code attributes mean the framework:
 * the controller (`App\Orders->show`, `GET App\Orders::show`), CodeIgniter's `Orders.show`, the command
 * (`Command orders:sync`).
 */
export async function phpNamesEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  if (!PHP_SCOPE.test(operation.scope) || /laravel$/.test(operation.scope)) return commands(operation, context);
  const named = controller(operation);
  if (named === undefined) return [];
  const found = await context.functions.ofPhpClass(named, context.scope, context.touch);
  const confidence = found.length === 1 ? 0.85 : 0.5;
  const text = `controller ${named}`;
  return found.map(({ file, facts, index }) =>
    ownerCandidate(file, facts, index, { kind: 'function', confidence, text }),
  );
}

/** `App\Orders.show`, from a span's name or route. */
function controller({ kind, name, attributes }: OperationKey): string | undefined {
  const route = firstText(attributes, ['http.route']);
  const byRoute = kind === 'SERVER' && route !== undefined ? /^\\?((?:\w+\\)*[A-Z]\w*)\.(\w+)$/.exec(route) : null;
  if (byRoute) return `${byRoute[1]!}.${byRoute[2]!}`;
  if (kind !== 'INTERNAL') return undefined;
  const byName = /^(?:[A-Z]+ )?\\?((?:\w+\\)*[A-Z]\w*)(?:->|::)(\w+)$/.exec(name);
  if (byName) return `${byName[1]!}.${byName[2]!}`;
  const invoked = /^((?:\w+\\)+[A-Z]\w*)$/.exec(name);
  return invoked ? `${invoked[1]!}.__invoke` : undefined;
}

async function commands(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  if (!PHP_SCOPE.test(operation.scope) || !operation.name.startsWith('Command ')) return [];
  context.touch(`span:${operation.name}`);
  const entries = context.index.spans
    .get(operation.name)
    .filter(({ file, value }) => value.function >= 0 && context.reaches(context.files.get(file)));
  const near = context.scope.nearest(entries, ({ file }) => context.files.get(file)!);
  const confidence = near.length === 1 ? 0.85 : 0.5;
  const text = `command ${operation.name.slice('Command '.length)}`;
  const places = near.map(async ({ file: path, value }) => {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    return facts ? [ownerCandidate(file, facts, value.function, { kind: 'function', confidence, text })] : [];
  });
  return (await Promise.all(places)).flat();
}
