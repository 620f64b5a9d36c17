import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { annotationOf, typeAround } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { SpringClient } from './springClients';

const RUNNERS =
  /\b(CommandLineRunner|ApplicationRunner|ApplicationListener<\s*(ApplicationReadyEvent|ContextRefreshedEvent))/;

/** Whether a function runs once when the process starts, where no request's span can be active. */
export function isStartUp(source: SourceCode, fn: CodeFunction): boolean {
  for (const at of [fn, ...source.around(fn)]) {
    if (at.name === 'main' && at.modifiers.includes('static')) return true;
    if (at.returns !== undefined && RUNNERS.test(at.returns)) return true;
    if (/^(run|onApplicationEvent)$/.test(at.name)) {
      const bases = typeAround(source, at)?.bases ?? [];
      if (bases.some((base) => RUNNERS.test(base))) return true;
    }
    const event = annotationOf(at, 'EventListener');
    if (
      event !== undefined &&
      /ApplicationReadyEvent|ApplicationStartedEvent|ContextRefreshed/.test(source.textOf(at).slice(0, 400))
    )
      return true;
    if (annotationOf(at, 'PostConstruct') !== undefined) return !keepsWhatItMakes(source, at);
  }
  return false;
}

/** `@PostConstruct void init() { this.client = … }` makes what requests use later. */
function keepsWhatItMakes(source: SourceCode, fn: CodeFunction): boolean {
  const fields = source.code.types.flatMap((type) => type.fields.map(({ name }) => name));
  const text = source.textOf(fn);
  return fields.some((name) => new RegExp(`\\b${name.replace(/\$/g, '\\$')}\\s*=[^=]`).test(text));
}

/** Whether a file republishes what was stored or received before, where the trace of who caused it is over. */
export function isRepublishing({ file }: SourceCode): boolean {
  return /outbox|recoverer|dead-?letter|dlq|retry/i.test(file.relative.split('/').slice(-2).join('/'));
}

/** Whether a client is kept in a field that neither its file nor another of its package names again. */
export function isUnusedField({ program }: JavaCode, { source, use }: SpringClient): boolean {
  if (use.kind !== 'field' || use.field === undefined) return false;
  if (/\b(public|protected)\b/.test(source.textOf(use.field))) return false;
  const name = new RegExp(`\\b${use.name}\\b`, 'g');
  const { namespace } = source.code;
  const inPackage = program.sources.filter(({ code }) => code.namespace === namespace);
  return inPackage.reduce((sum, { code }) => sum + (code.text.match(name)?.length ?? 0), 0) === 1;
}

/** What only asks whether others are there: no part of what requests are for. */
const HEALTH = /Health(Check|Indicator|Contributor|Config)/;
/** What Spring Boot's actuator asks for a part of the answer to `/health`. */
const INDICATOR = /\b\w*Health(Indicator|Contributor)\b/;

/** Whether a client is made by a health check, or a bean of one or its builder is taken by health checks only. */
export function isForHealthChecks({ program }: JavaCode, { bean, source, kind, call }: SpringClient): boolean {
  if (bean === undefined) return INDICATOR.test(typeAround(source, call)?.bases.join(' ') ?? '');
  const type = new RegExp(`\\b${kind}\\b`);
  const around = source.code.text.slice(0, bean.start) + source.code.text.slice(bean.end);
  if (type.test(withoutImports(around))) return false;
  const users = program.sources.filter((other) => other !== source && type.test(withoutImports(other.code.text)));
  return users.length > 0 && users.every(({ code }) => code.types.some(({ name }) => HEALTH.test(name)));
}

function withoutImports(text: string): string {
  return text.replace(/^import .*$/gm, '');
}

const CLIENTS = ['RestTemplate', 'RestClient', 'WebClient', 'FeignClient', 'HttpClient', 'HttpExchange'];

/**
 * Whether a bean is declared and nothing takes it: no other place names its type, while other code shows what the process
 * calls others with. Without such code its users may not be among the files.
 */
export function isUnusedBean({ program }: JavaCode, client: SpringClient): boolean {
  const { bean, source, kind } = client;
  if (bean === undefined) return false;
  const type = new RegExp(`\\b${kind}\\b`);
  const isNamed = program.sources.some((other) => {
    const text =
      other === source
        ? withoutImports(other.code.text.slice(0, bean.start)) + other.code.text.slice(bean.end)
        : withoutImports(other.code.text);
    return type.test(text);
  });
  if (isNamed) return false;
  return program.sources.some(
    (other) =>
      other !== source && CLIENTS.some((name) => name !== kind && new RegExp(`\\b${name}\\b`).test(other.code.text)),
  );
}
