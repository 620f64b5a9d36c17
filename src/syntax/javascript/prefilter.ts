import type { Prefilter } from '../extract/languageExtractor';
import { MONGOOSE_METHODS, PRISMA_METHODS } from './api/entityCalls';

/** `<Order>` of a call; not what holds parentheses. */
const TYPES = String.raw`(?:<[^()]*>)?`;

const VERBS = 'get|post|put|delete|del|patch|head|options';

/** A first argument that may be a path, and something behind it. */
const PATH_AND_MORE = [
  String.raw`\s*(?:'(?:[/*(][^'\n]*)?'\s*[,+]|"(?:[/*(][^"\n]*)?"\s*[,+]`,
  '`(?:[/*(]|\\$\\{)[^`]*`\\s*[,+]',
  // A regular expression or a comment, a list, a name or what a call gives.
  String.raw`\/|\[|[\w$.?!]+(?:\[['"]\w+['"]\]|\([^()]*\))?\s*(?:[,+]|as\b))`,
].join('|');

/** Arguments with a text among them, a constant's name, or an object that names something. */
const NAMING_ARGUMENTS = [
  String.raw`\(\s*(?:\{[^{}]*\bname\b|[^(){};]*(?:\([^()]*\)[^(){};]*)?(?:['"`,
  String.raw`]|\b[A-Z][A-Z0-9_]+\b|\b[A-Z]\w*\.\w))`,
].join('`');

/** Methods by what they are given. */
const METHODS = [
  String.raw`(?<!\bPromise\.)(?:${VERBS}|all|any|use)${TYPES}\(${PATH_AND_MORE}`,
  String.raw`use\(\s*[\w$.]+(?:\([^()]*\))?\.routes\b`,
  String.raw`route${TYPES}\(`,
  String.raw`register${TYPES}\(\s*(?:[\w$]+\s*\)|require\()`,
  String.raw`on\(\s*(?:\[[^\]]*\]|['"][A-Za-z]+['"]|[\w$.]+)\s*,\s*(?:['"][/*]|\[)`,
  String.raw`(?:setGlobalPrefix|enableVersioning|addService|sendToQueue|objectFields)\(`,
  String.raw`(?:query|mutation|subscription)(?:Type|Fields?)\(`,
  String.raw`(?:consume|produce)${TYPES}\(\s*[^\s(),]+\s*,`,
  String.raw`sendBatch\(\s*\{|send\(\s*\{[^]{0,300}?[tT]opic`,
  String.raw`subscribe\(\s*(?:\[|\{[^{}]*\btopics?\b)`,
  String.raw`add\(\s*[\w$.]*(?:Service|Definition)\s*,|(?:service|rpc)\(\s*[\w$.]+\s*,`,
];

/** Methods by what they are called on. */
const METHODS_OF: readonly (readonly [methods: string, receiver: string])[] = [
  [
    `${VERBS}|request`,
    String.raw`\b(?:needle|request|https?|phin)|[hH]ttp(?:Service|Client)?|(?:[aA]pi|[rR]est)Client`,
  ],
  ['subscribe', String.raw`\bnc\w*|[nN]ats\w*`],
  [
    'publish',
    String.raw`(?:\b(?:ch|chan|nc|js|jetstream)|hannel\w*|[nN]ats\w*|[rR]edis\w*|[pP]ub(?:lisher)?)(?:\([^()]*\))?`,
  ],
  ['trace|wrap', String.raw`[tT]rac\w*(?:\([^()]*\))?`],
  ['work', String.raw`[bB]oss\w*`],
  [
    [...PRISMA_METHODS, 'create', 'delete', 'aggregate'].join('|'),
    String.raw`(?:[pP]risma\w*|\b(?:db|tx|trx|client|orm|transaction|database)|D[bB]|Client)[?!]?\s*\.\s*[a-z]\w*`,
  ],
  [
    [...MONGOOSE_METHODS, 'create', 'aggregate'].join('|'),
    String.raw`\b(?!(?:Object|Array|Map|Set|Promise|Math|JSON|Model|React|Reflect|Buffer)\b)[A-Z]\w*|Model`,
  ],
];

const DECORATORS = [
  'Controller|JsonController|RestController|Route|controller|Resolver|JsonApiController',
  String.raw`\w*Span|Traceable|Traced?|Instrument|OtelInstrument`,
  String.raw`MessagePattern|EventPattern|Grpc\w+|Rabbit\w+|Processor`,
];

/** `getSpan`, `new OrderSpan` and the like start none. */
const STARTS_NO_SPAN = String.raw`(?<![\w$])(?:[gG]et|[sS]et|[eE]nd|[iI]s|[hH]as|[aA]dd|[fF]ind|[dD]elete|[rR]emove|[rR]ender|[aA]ssert|[eE]xpect|[pP]arse|[tT]o|[fF]rom|[mM]ock)\w*[sS]pan|\bnew\s[\w.]*[sS]pan`;

const SPANS = [
  String.raw`[sS]pan(?<!${STARTS_NO_SPAN})s?\w*${TYPES}${NAMING_ARGUMENTS}`,
  String.raw`(?<![\w$]|\bnew\s)(?:[tT]race[dr]?|[tT]raceAsync|[wW]ithTrac\w+|[iI]nstrument\w*|[oO]telTrace\w*)${TYPES}${NAMING_ARGUMENTS}`,
  String.raw`start(?:Active|Inactive)?Span(?:Manual)?${TYPES}\(`,
  String.raw`getTracer\(\s*[^\s)]`,
  String.raw`Effect\.fn\b`,
];

const HTTP_CALLS = [
  String.raw`(?:fetch|request)${TYPES}\((?<=(?:^|[^\w$.]|\$|\bo|\b(?:window|globalThis|global)\.)(?:fetch|request)${TYPES}\()`,
  String.raw`axios\w*\s*[.(<!?]`,
  String.raw`HttpService\b`,
  String.raw`\b(?:got|ky)(?:\.\w|\(|<|['"])`,
  String.raw`\b(?:undici|superagent|supertest)\b`,
];

const MESSAGES = [
  String.raw`\bClient(?:Kafka|Proxy|RMQ|Redis|Nats|TCP)\b`,
  String.raw`(?:(?:emit|publish|send|produce)(?:Message|Event)|[cC]reate|createWorker|registerWorker|createConsumer|registerHandler)\(\s*[\w$.]*(?:[tT]opic|TOPIC|[qQ]ueue|QUEUE|[sS]ubject|SUBJECT|[eE]xchange|EXCHANGE)`,
  String.raw`\bnew\s+(?:[\w.]+\.)?(?:Bull|Queue|BeeQueue)${TYPES}\(\s*[^\s)]`,
  String.raw`(?:Message|MessageBatch|Publish)Command\b|QueueUrl\b|TopicArn\b|handleMessage(?:Batch)?\b`,
  String.raw`\bsubscription\(`,
];

const REMOTE_CALLS = [
  String.raw`\bnew\s+[\w.]+${TYPES}\([^;]{0,300}?(?:[cC]redentials|createInsecure|createSsl)`,
  String.raw`\bcreate(?:Promise|Callback)?Client\(\s*[A-Z]|\bgetService${TYPES}\(\s*[^\s)]`,
  String.raw`\w(?:Service|Grpc)Client\b`,
  String.raw`\b(?:Query|Mutation|Subscription)['"]?\s*:\s*\{`,
  String.raw`\bGraphQLObjectType\b`,
];

const SERVICE_NAMES = [
  String.raw`(?:service\.name|SERVICE_NAME)[\w.]*(?:['"]\s*\]?|[^\]\n'"]*\])\s*(?::|=(?!=))|[.]\w*SERVICE_NAME\w*\s*=(?!=)`,
  String.raw`\bNodeSDK\b|\bregisterOTel\b`,
  String.raw`(?:[tT]rac(?:er|ing)(?:_?[pP]rovider)?|[tT]elemetry|[oO]tel|OTEL|[oO]bservability|[iI]nstrumentation)(?:_?(?:sdk|SDK|Sdk))?\(\s*['"](?<=\b(?:init|initiali[sz]e|setup|set_up|start|configure|bootstrap|enable|install)\w*\(\s*['"])`,
];

/** Joined by how they begin: so many alternatives one by one would each go through the whole text. */
const ENOUGH: readonly Prefilter[] = [
  new RegExp(
    String.raw`\.\s*(?:${METHODS.join('|')}|(?:${METHODS_OF.map(([methods]) => methods).join('|')})${TYPES}\((?<=` +
      METHODS_OF.map(([methods, of]) => String.raw`(?:${of})[?!]?\s*\.\s*(?:${methods})${TYPES}\(`).join('|') +
      '))',
  ),
  new RegExp(String.raw`@(?:[\w.]+\.)?(?:${DECORATORS.join('|')})\b`),
  ...[SPANS, HTTP_CALLS, MESSAGES, REMOTE_CALLS, SERVICE_NAMES].map((patterns) => new RegExp(patterns.join('|'))),
];

/** What counts only together. */
const TOGETHER: readonly (readonly Prefilter[])[] = [
  [/\bhandler\s*:/, /\bmethod\b/, /\b(?:path|url)\b/],
  [/\.(?:query|mutation|subscription)\(/, /[rR]outer\(/],
  [/koa/, new RegExp(String.raw`\.\s*(?:${VERBS}|all|any)${TYPES}\(\s*['"][\w.:-]+['"]\s*,|koa-mount`)],
  [/\.register(?:<[^()]*>)?\(\s*[\w$(]/, /\bprefix\b|autoload/i],
  [/\bnew\s+(?:[\w.]+\.)?Worker\b/, /bull/],
  [/\.publish(?:Message)?\(/, /\btopic\(/],
  [
    /[gG]raphql|Resolver|gql/,
    /(?<!\btype\s)\b(?:query|mutation|subscription)(?:s|Type|Resolvers?)?\s*(?::[^=\n]*)?=\s*(?:\{|[\w$.]+(?:<[^()]*>)?\(\s*\{|<)/i,
  ],
  [{ test: callsSetup }],
];

const SETUP_MODULE = /\bimport\s+(\w+)[^;'"]*\bfrom\s*['"][^'"\n]*(?:[tT]rac|[tT]elemetry|[oO]tel|[iI]nstrumentation)/g;

/** Whether what such a module exports is called with a text: `tracer('shop')`. */
function callsSetup(text: string): boolean {
  return [...text.matchAll(SETUP_MODULE)].some(([, name]) => new RegExp(`\\b${name}\\(\\s*['"]`).test(text));
}

/**
 * Whether a file may hold anything but functions, types and constants. It looks for what the readers of this folder look
 * for, as far as a text can tell, since a file is parsed in a hundred times the time: of 7,100 files with a word like
 * `span`, `Queue` or `.get(` in them a third had something. Whoever reads more lets it through here; the tests'
 * `expectFacts` sees to it.
 */
export const JAVASCRIPT_PREFILTER: Prefilter = {
  test: (text) =>
    ENOUGH.some((pattern) => pattern.test(text)) ||
    TOGETHER.some((patterns) => patterns.every((pattern) => pattern.test(text))),
};
