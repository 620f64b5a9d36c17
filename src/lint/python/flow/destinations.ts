import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { destinationOfName, destinationOfUrl, isForeign, isVendorPath, type Destination } from '../../code/thirdParty';
import { returnsOf } from '../names/classes';
import { givenFor } from '../names/givenValues';
import { lastPart, type PythonCode } from '../names/pythonCode';

/** How far values are followed: a setting in a class, given on through two variables. */
const MAX_STEPS = 6;

/** Products that are run beside one's own services: they continue nobody's trace. */
const PRODUCTS =
  /^(opa|argocd?|jenkins|sonarqube|trivy|vault|servicenow|itsm|nexus|artifactory|harbor|alertmanager|kibana|elasticsearch|opensearch|influx(db)?|clickhouse|minio|consul|etcd|kong|traefik|zipkin|mlflow|airflow|camunda|hasura|meilisearch|typesense|solr|couchdb|neo4j|qdrant|weaviate|milvus|unleash|gotenberg|gitea|nominatim|osrm|splunk|pyroscope|rhsso|sso|ldap|supabase|seaweedfs|llama_?cpp|vllm|tei|triton|docling|tika|whisper|mermaid|kroki|ollama|searxng|languagetool|libretranslate|onlyoffice|browserless|flaresolverr|crawl4ai|comfyui|flink)$/i;

/** Classes and files that ship log entries: what they send belongs to no trace. */
const SHIPS_LOGS = /(^|[\W_])(logs?|logging)_?(producer|handler|shipper|sender|exporter|forwarder|sink)s?([\W_]|$)/i;

/** Whether a name says that log entries are sent on: `KafkaLogsProducer`, `log_handler`. */
export function shipsLogs(name: string): boolean {
  return SHIPS_LOGS.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** Whether a name (of a host, file, class or function) is that of a product rather than of a service of one's own. */
export function isProduct(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/);
  return words.some((word) => PRODUCTS.test(word));
}

/** Who answers at an address that code gives: constants, settings, environment variables, names. */
export function destinationOf(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  url: Expression,
  steps = 0,
): Destination {
  const follow = (next: Expression | undefined): Destination =>
    next === undefined || steps >= MAX_STEPS ? 'unknown' : destinationOf(code, source, fn, next, steps + 1);
  switch (url.kind) {
    case 'text': {
      const start = url.pieces[0] ?? '';
      const beginsWithHole = url.holes.length > 0 && /^([a-z]+:\/\/)?$/.test(start);
      const found = beginsWithHole ? follow(url.holes[0]) : destinationOfUrl(start);
      return asksVendor(url) || (found === 'unknown' && isVendorPath(url.pieces.join('x'))) ? 'third-party' : found;
    }
    case 'binary':
      return firstKnown([follow(url.left), url.operator === '+' ? 'unknown' : follow(url.right)]);
    case 'conditional':
      return firstKnown(url.values.map(follow));
    case 'index':
      return firstKnown([...url.indexes.map((key) => namedBy(code, key)), follow(url.object)]);
    case 'object':
      // `URLS[environment]`: any of them.
      return together(url.entries.map(({ value }) => follow(value)));
    case 'call':
      return firstKnown([ofCall(code, url, follow), ofHelper(code, source, fn, url, steps)]);
    case 'name':
    case 'member':
      return ofName(code, source, fn, url, steps);
    default:
      return 'unknown';
  }
}

/** `f"{base}/chat/completions"`: a model's interface, wherever it is tried out: its host by default is no service of one's own. */
export function asksVendor(url: Expression): boolean {
  if (url.kind !== 'text' || url.holes.length === 0) return false;
  return /^([a-z]+:\/\/)?$/.test(url.pieces[0] ?? '') && isVendorPath(url.pieces.join('x'));
}

/** `os.getenv("ORDERS_URL", "http://orders")`, `urljoin(base, path)`, `url.rstrip("/")`, `str(settings.url)`. */
function ofCall(
  code: PythonCode,
  call: Extract<Expression, { kind: 'call' }>,
  follow: (next: Expression | undefined) => Destination,
): Destination {
  const name = lastPart(call.callee);
  const args = call.args.map(({ value }) => value);
  if (name === 'getattr')
    return firstKnown([args[1] === undefined ? 'unknown' : namedBy(code, args[1]), follow(args[2])]);
  if (name === 'getenv' || name === 'get' || name === 'config') {
    const [key, fallback] = args;
    const kept = name === 'get' && call.callee.kind === 'member' ? follow(call.callee.object) : 'unknown';
    return firstKnown([key === undefined ? 'unknown' : namedBy(code, key), follow(fallback), kept]);
  }
  const own = destinationOfName(name);
  if (own !== 'unknown') return own;
  const isOfObject = call.callee.kind === 'member' && /^(r?strip|format|lower|join|replace|__str__)$/.test(name);
  return follow(isOfObject && call.callee.kind === 'member' ? call.callee.object : args[0]);
}

/** `control_url(id)`: what a helper of the project makes of settings. */
function ofHelper(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  call: Extract<Expression, { kind: 'call' }>,
  steps: number,
): Destination {
  if (steps >= MAX_STEPS) return 'unknown';
  const found = code
    .functionsOf(source, fn, call.callee, true)
    .flatMap((helper) =>
      returnsOf(helper.function).map((value) => destinationOf(code, helper.source, helper.function, value, steps + 1)),
    );
  return together(found);
}

function ofName(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  expression: Expression,
  steps: number,
): Destination {
  const name = lastPart(expression);
  const owner = expression.kind === 'member' ? lastPart(expression.object) : '';
  const said = firstKnown([saidBy(name), saidBy(owner), deployedAs(code, expression)]);
  if (said !== 'unknown' || steps >= MAX_STEPS) return said;
  const places = code.names.valuesOf(source, fn, expression);
  const found = places.map((place) => destinationOf(code, place.source, place.function, place.value, steps + 1));
  if (found.length > 0) return together(found);
  if (expression.kind === 'name') {
    const given = givenFor(code, source, fn, name);
    return together(given.map((one) => destinationOf(code, one.source, one.function, one.value, steps + 1)));
  }
  return ofSetting(code, name, steps);
}

/** What the deployment sets for a setting: `settings.orders_url` is read from `ORDERS_URL`. */
function deployedAs({ addresses }: PythonCode, expression: Expression): Destination {
  const isSetting = expression.kind === 'member' || (expression.kind === 'name' && /^[A-Z_]+$/.test(expression.name));
  return (isSetting && addresses.get(expression.name.toUpperCase())) || 'unknown';
}

/** The default of a settings class's field, where only one class has a field of that name. */
function ofSetting(code: PythonCode, name: string, steps: number): Destination {
  const fields = code.program.sources.flatMap((source) =>
    source.code.types.flatMap((type) =>
      type.fields.flatMap((field) => (field.name === name && field.value ? [{ source, value: field.value }] : [])),
    ),
  );
  const only = fields.length === 1 ? fields[0] : undefined;
  return only === undefined
    ? 'unknown'
    : destinationOf(code, only.source, only.source.code.functions[0]!, only.value, steps + 1);
}

function namedBy({ addresses }: PythonCode, key: Expression): Destination {
  if (key.kind !== 'text' || key.value === undefined) return 'unknown';
  return firstKnown([saidBy(key.value), addresses.get(key.value) ?? 'unknown']);
}

/** What the name of an address says: a product has the address of a host of one's own, too. */
function saidBy(name: string): Destination {
  return isProduct(name) ? 'third-party' : destinationOfName(name);
}

function firstKnown(found: readonly Destination[]): Destination {
  return found.find((one) => one !== 'unknown') ?? 'unknown';
}

/** One's own if any is; foreign if any is that and none one's own: the rest is what the same party answers with. */
export function together(found: readonly Destination[]): Destination {
  if (found.includes('own')) return 'own';
  return found.find(isForeign) ?? 'unknown';
}
