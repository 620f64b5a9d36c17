import { firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { configuredControllers } from '../http/symfonyRouteFiles';
import { CONFIDENCE, SHARED } from '../confidences';

const PHP_SCOPE = /^io\.opentelemetry\.contrib\.php\./;

/**
 * What PHP's instrumentations of frameworks say in the names of spans, while their code attributes mean the framework:
 * the controller (`App\Orders->show`, `GET App\Orders::show`), CodeIgniter's `Orders.show`, the command
 * (`Command orders:sync`).
 */
export function phpNamesEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  return PHP_SCOPE.test(operation.scope) ? namedByPhp(operation, context) : NO_PLACES;
}

async function namedByPhp(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  if (operation.name.startsWith('Command ')) return commands(operation, context);
  if (/laravel$/.test(operation.scope)) return [];
  const named = controller(operation);
  if (named !== undefined) return places([named], context);
  const route = configuredRoute(operation);
  return route === undefined ? [] : places(await configuredControllers(route, methodOf(operation), context), context);
}

async function places(controllers: readonly string[], context: EvidenceContext): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const named of controllers) {
    const functions = await context.functions.ofPhpClass(named, context.scope, context.touch);
    const confidence =
      functions.length === 1 && controllers.length === 1 ? CONFIDENCE.function.registered : SHARED.function;
    for (const { file, facts, index } of functions) {
      found.push(ownerCandidate(file, facts, index, { kind: 'function', confidence, text: `controller ${named}` }));
    }
  }
  return found;
}

/** The name or path of Symfony's route, which its configuration may give a controller. */
function configuredRoute({ kind, scope, name, attributes }: OperationKey): string | undefined {
  if (kind !== 'SERVER' || !/symfony$/.test(scope)) return undefined;
  return firstText(attributes, ['http.route']) ?? /^[A-Z]+ (\S+)$/.exec(name)?.[1];
}

function methodOf({ name, attributes }: OperationKey): string | undefined {
  return firstText(attributes, ['http.request.method', 'http.method']) ?? /^([A-Z]+) /.exec(name)?.[1];
}

/** `App\Orders.show`, from a span's name or route. */
function controller({ kind, name, scope, attributes }: OperationKey): string | undefined {
  const route = kind === 'SERVER' ? firstText(attributes, ['http.route']) : undefined;
  const byRoute = /^\\?((?:\w+\\)*[A-Z]\w*)(?:\.|::)(\w+)$/.exec(route ?? '');
  if (byRoute) return `${byRoute[1]!}.${byRoute[2]!}`;
  // Yii's `blog-post/view` is `BlogPostController::actionView`.
  const byId = /yii$/.test(scope) ? /^(?:.*\/)?([a-z][\w-]*)\/([a-z][\w-]*)$/.exec(route ?? '') : null;
  if (byId) return `${pascal(byId[1]!)}Controller.action${pascal(byId[2]!)}`;
  if (kind !== 'INTERNAL') return undefined;
  const byName = /^(?:[A-Z]+ )?\\?((?:\w+\\)*[A-Z]\w*)(?:->|::)(\w+)$/.exec(name);
  if (byName) return `${byName[1]!}.${byName[2]!}`;
  const invoked = /^((?:\w+\\)+[A-Z]\w*)$/.exec(name);
  return invoked ? `${invoked[1]!}.__invoke` : undefined;
}

function pascal(id: string): string {
  return id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function commands(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  context.touch(`span:${operation.name}`);
  const entries = context.index.spans
    .get(operation.name)
    .filter(({ file, value }) => value.function >= 0 && context.reaches(context.files.get(file)));
  const near = context.scope.nearest(entries, ({ file }) => context.files.get(file)!);
  const confidence = near.length === 1 ? CONFIDENCE.function.registered : SHARED.function;
  const text = `command ${operation.name.slice('Command '.length)}`;
  const found = near.map(async ({ file: path, value }) => {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    return facts ? [ownerCandidate(file, facts, value.function, { kind: 'function', confidence, text })] : [];
  });
  return (await Promise.all(found)).flat();
}
