import { Mentions, type Mention } from '../mentions';

/** Whatever stands around them. */
const WORDS: readonly string[] = [
  // Set-up and the context itself.
  ...['telemetry', 'observability', 'dd-trace', 'newrelic', '@sentry/', 'faro-web'],
  ...['startSpan', 'startActiveSpan', 'traceparent', 'tracecontext', 'trace_context'],
  // Clients of HTTP and RPC.
  ...['axios', 'needle', 'superagent', 'undici', 'httpService', '@grpc/grpc-js', 'amplify.configure'],
  ...[
    'apolloClient',
    'graphQLClient',
    'urql',
    'httpLink',
    'httpBatchLink',
    'httpBatchStreamLink',
    'uploadLink',
    'hono/client',
    'connect-web',
    'elysiajs/eden',
  ],
  ...['/http-proxy', '/reply-from'],
  ...['fetchBaseQuery', 'openAPI.BASE'],
  // Set-ups whose text need not speak of OpenTelemetry.
  'applicationinsights',
  // Messages and jobs.
  ...[
    'kafka',
    'amqplib',
    'amqp-connection',
    'nestjs-rabbitmq',
    'sendToQueue',
    'pubsub',
    'sqs-consumer',
    'azure/service-bus',
    'azure/event-hubs',
    'temporalio/',
  ],
  ...["aws-sdk'", 'aws-sdk"', 'aws-sdk/', 'bullmq', '@nestjs/bull', 'enqueue', 'outbox', 'xadd(', 'xreadgroup('],
  ...['producer.produce(', 'producer.send(', 'producer.sendBatch('],
  ...['lpush(', 'rpush(', 'lpop(', 'rpop(', 'lmove('],
  ...[
    'transport.RMQ',
    'transport.GRPC',
    'transport.TCP',
    'transport.REDIS',
    'durableObject',
    'idFromName',
    'idFromString',
  ],
];

/** Words that are parts of others, and modules whose names are everyday words. */
const FURTHER: readonly Mention[] = [
  { words: ['instrumentation'], as: /instrumentations?\b/ },
  { words: ['otel'], as: /\botel\b/ },
  { words: ['tracing'], as: /tracing\b/ },
  { words: ['tracer'], as: /['"]\.{1,2}\/[^'"]*tracer/ },
  {
    words: ['fetch'],
    as: /\bfetch\s*\(|(?:[=:?]|return)\s*(?:globalThis\.|global\.)?fetch\b(?!\s*[(:.?])|['"](?:ofetch|openapi-fetch)['"]/,
  },
  { words: ['got'], as: /\bgot\b/ },
  { words: ['nats'], as: /\bnats\b/ },
  { words: ['baseURL:', 'basePath:'], as: /\bbase(?:URL|Path):/ },
  // Whose address a request goes to is told by the setting or the text that another file exports.
  {
    words: ['process.env'],
    as: /process\.env(?:\.\w+\s*(?:\|\||\?\?)\s*['"`]https?:|(?:\.|\[['"])\w*(?:_UR[LI]|_HOST|ENDPOINT|WEBHOOK))/,
  },
  {
    words: ["= 'http", '= "http', '= `http', ": 'http", ': "http', ': `http'],
    as: /(?:\bexport const \w+ = |\w(?:ur[li]|endpoint|host|api)\w*: )['"`]https?:\/\//,
  },
  { words: ["http'", 'http"', "https'", 'https"'], as: /['"]https?['"]/ },
  { words: ["http2'", 'http2"', "net'", 'net"', "ws'", 'ws"'], as: /['"](?:node:)?(?:http2|net|ws)['"]/ },
  { words: ['worker_threads'], as: /['"](?:node:)?worker_threads['"]/ },
  { words: ['wretch'], as: /['"]wretch['"]/ },
  { words: ["ky'", 'ky"'], as: /['"]ky['"]/ },
  { words: ['/connect-node'], as: /['"]@(?:connectrpc|bufbuild)\/connect-node['"]/ },
  { words: ["esbuild'", 'esbuild"'], as: /['"]esbuild['"]/ },
  { words: ["'node", '"node'], as: /\btarget:\s*['"]node/ },
  { words: ['/common/http'], as: /['"]@angular\/common\/http['"]/ },
  { words: ['use server'], as: /['"]use server['"]/ },
  {
    words: ['use client'],
    as: /^\s*['"]use client['"][^]*?from ['"][^'"]*\/(?:lib|services?|api|server|backend|data|features)\//,
  },
  // A page that is drawn on the server, or a route: what it imports runs there.
  {
    words: ['async function GET', 'async function POST', 'async function PUT', 'async function DELETE'],
    as: /from ['"][^'"]*\/(?:lib|services?|api|server|backend|data|features)\//,
  },
  {
    words: ['default async function'],
    as: /from ['"][^'"]*\/(?:lib|services?|api|server|backend|data|features)\/[^]*\bexport default async function\b/,
  },
];

/** What files mention that may matter to any rule for Node. */
export const NODE_MENTIONS = new Mentions(WORDS, FURTHER);
