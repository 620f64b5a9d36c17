import { lastPart, type Site } from '../names/pythonCode';
import type { Setup } from '../process/setup';

/** What instruments the client of a database or a model, and the calls of that client that open a span then. */
interface Store {
  readonly instrumentors: readonly string[];
  readonly methods: RegExp;
  /** What such clients are called, where others have methods of these names, too. */
  readonly clients?: RegExp;
}

const STORES: readonly Store[] = [
  {
    instrumentors: ['PymongoInstrumentor'],
    methods:
      /^(insert|update|delete|replace)_(one|many)$|^find_one(_and_\w+)?$|^(aggregate|bulk_write|count_documents)$/,
  },
  {
    instrumentors: ['SQLAlchemyInstrumentor'],
    methods: /^(execute|scalars?|commit|flush|refresh|query|merge|bulk_\w+)$/,
    clients: /session|^_?(db|conn|connection|engine)$/i,
  },
  {
    instrumentors: ['AsyncPGInstrumentor', 'Psycopg2Instrumentor', 'PsycopgInstrumentor', 'MySQLInstrumentor'],
    methods: /^(execute(many)?|fetch|fetchrow|fetchval|copy_records_to_table)$/,
    clients: /^_?(db|pool|conn|connection|cur|cursor|c|tx|pg|postgres)(_pool)?$/i,
  },
  {
    instrumentors: ['RedisInstrumentor'],
    methods:
      /^(h(set|get|getall|incrby|del)|setex|setnx|incrby?|[sz](add|rem|card)|smembers|z?range|[lr](push|pop|range))$/,
  },
  { instrumentors: ['ElasticsearchInstrumentor'], methods: /^(index|search|bulk)$/, clients: /^_?(es|elastic\w*)$/i },
  // Models are asked in spans as databases are.
  {
    instrumentors: ['OpenAIInstrumentor', 'AnthropicInstrumentor', 'GroqInstrumentor', 'MistralAIInstrumentor'],
    methods: /^(create|parse|stream)$/,
    clients: /^(completions|responses|embeddings|messages)$/,
  },
];

/** Whether one of several calls goes to a database through a client that is instrumented: its span has the parent of the call. */
export function usesStore(sites: readonly Site[], { instrumentors }: Setup): boolean {
  const stores = STORES.filter((store) => store.instrumentors.some((name) => instrumentors.has(name)));
  if (stores.length === 0) return false;
  return sites.some(({ call: { callee }, method }) => {
    if (callee.kind !== 'member') return false;
    const client = lastPart(callee.object);
    return stores.some(({ methods, clients }) => methods.test(method) && (clients?.test(client) ?? true));
  });
}
