import type { SourceCode } from '../../code/sourceCode';
import { isUnder } from '../../project/projectFiles';
import type { JavaCode } from '../javaCode';

/** What makes a file of a process more than the class that starts it. */
const WORKS = /@(\w*Controller|Service|Component|Repository|KafkaListener|RabbitListener|Scheduled|GrpcService)\b/;

/** The same by the name of a file, which may not have been read for what it holds. */
const WORKS_BY_NAME = /(Controller|Resource|Service\w*|Listener|Consumer|Handler)\.(java|kt)$/;

const known = new WeakMap<JavaCode, ReadonlySet<string> | undefined>();

/**
 * Whether a process shows that it uses a file: it is its own, or of a package that its own code names, be it over packages
 * between them. What a library of the workspace sends is often switched on in those of its users only that send; the others
 * have its code, and no bean of it. A process that is nothing but a main class runs what the modules have.
 */
export function isInUse(code: JavaCode, source: SourceCode): boolean {
  if (isUnder(code.code.unit.root, source.path)) return true;
  if (!known.has(code)) known.set(code, packagesInUse(code));
  return known.get(code)?.has(source.code.namespace) ?? true;
}

/** The packages that a process reaches from its own code; undefined where its own code does no work. */
function packagesInUse({ code: { unit }, program }: JavaCode): ReadonlySet<string> | undefined {
  const own = program.sources.filter(({ path }) => isUnder(unit.root, path));
  const isAtWork =
    own.some(({ code: { text } }) => WORKS.test(text)) ||
    unit.files.some(({ path }) => WORKS_BY_NAME.test(path) && isUnder(unit.root, path));
  if (!isAtWork) return undefined;
  const reached = new Set(own.map(({ code }) => code.namespace));
  let rest = program.sources.filter((source) => !own.includes(source));
  let last: readonly SourceCode[] = own;
  while (last.length > 0) {
    for (const name of last.flatMap(namedPackages)) reached.add(name);
    last = rest.filter(({ code }) => reached.has(code.namespace) || isMadeFor(code.text, reached));
    for (const { code } of last) reached.add(code.namespace);
    rest = rest.filter((source) => !last.includes(source));
  }
  return reached;
}

/** What is run around the methods of others is named by none of them. */
function isMadeFor(text: string, reached: ReadonlySet<string>): boolean {
  return /@Aspect\b/.test(text) && [...reached].some((name) => name !== '' && text.includes(`${name}.`));
}

/** The packages that a file imports from: `com.acme.outbox` for `com.acme.outbox.Entry`, `.*` and members of classes. */
function namedPackages({ code }: SourceCode): string[] {
  return code.imports.map(({ from }) => from.replace(/\.\p{Lu}.*$/u, ''));
}
